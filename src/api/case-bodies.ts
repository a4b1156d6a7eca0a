import { z } from "zod";
import { CASE_DECISIONS, CASE_KINDS } from "../faktur/case-rules";
import type { LineChange } from "../faktur/replacement";
import { clean } from "../hooks/fields";
import { parseMoney } from "../money";
import { CASE_STATES } from "../store/cases";
import { dayCursor, eitherCursor, idCursor } from "./paging";

const words = (most: number) => z.string().overwrite(clean).min(1).max(most);
const amount = z.string().regex(/^\d{1,13}(\.\d{1,2})?$/);
const name = z.string().max(100);
const limit = z.coerce.number().int().min(1).max(200).default(50);

const lineChange = z.strictObject({
  line: z.int().min(1).max(10_000).describe("counted from 1"),
  name: words(255).optional(),
  price: amount.optional().describe("of one unit, without tax"),
  quantity: amount.optional(),
  discount: amount.optional(),
  remove: z.boolean().optional(),
});

const lines = z.array(lineChange).max(1000).optional();

/** Other members are read as well, so that a wish to change the buyer can be answered by name. */
export const replaceBody = z.looseObject({ reason: words(1000), lines });

export const casesQuery = z.object({
  limit,
  cursor: eitherCursor,
  state: z.enum(CASE_STATES).optional(),
  kind: z.enum(CASE_KINDS).optional(),
  faktur: name.optional(),
  order: z
    .enum(["newest", "deadline"])
    .default("newest")
    .describe("deadline: what is not closed, the nearest last day first"),
});

export const caseBody = z.object({
  faktur: name,
  // A mail that came back is reported by /bounces, and its case is opened there.
  kind: z.enum(CASE_KINDS).exclude(["mail_bounced"]),
  note: words(2000),
  amount: amount.optional().describe("refunded or short, in the invoice's currency"),
});

export const decideBody = z.object({ decision: z.enum(CASE_DECISIONS), reason: words(1000), lines });

export const buyerDocumentBody = z.object({ number: words(100), date: z.iso.date() });

export const outagesQuery = z.object({ limit, cursor: idCursor, seller: name.optional() });

export const deadlinesQuery = z.object({
  limit,
  cursor: dayCursor,
  seller: name.optional(),
  level: z.enum(["notice", "warning", "urgent", "past", "quiet"]).optional(),
});

/** The changes as money; the forms were checked before. */
export const lineChanges = (asked: z.infer<typeof lines>): LineChange[] =>
  (asked ?? []).map((change) => ({
    line: change.line,
    name: change.name,
    price: moneyOf(change.price),
    quantity: moneyOf(change.quantity),
    discount: moneyOf(change.discount),
    remove: change.remove,
  }));

const moneyOf = (value: string | undefined): bigint | undefined =>
  value === undefined ? undefined : (parseMoney(value) ?? undefined);
