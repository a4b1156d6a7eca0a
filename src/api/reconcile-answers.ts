import { z } from "zod";
import { DIFFERENCE_CODES, SEVERITIES } from "../reconcile/differences";
import { SOURCE_KINDS, SOURCE_STATES, VERDICTS } from "../reconcile/report";

/** The forms of the answers about comparisons of portal, ledger, channel and mail. */

const instant = z.iso.datetime({ offset: true });
const counts = z.partialRecord(z.enum(DIFFERENCE_CODES), z.int());
const known = z.string().nullable();

const source = z.object({
  kind: z.enum(SOURCE_KINDS),
  name: z.string().describe("the portal's slug, or the seller's"),
  seller: z.string(),
  state: z.enum(SOURCE_STATES).describe("`cannot`: by its nature; `failed`: it should have answered"),
  listed: z.int().describe("rows of the other side"),
  recorded: z.int().describe("rows of the ledger"),
  asOf: instant.nullable().describe("how old the other side's list is; null when it was asked just now"),
  says: known,
});

const difference = z.object({
  code: z.enum(DIFFERENCE_CODES),
  severity: z.enum(SEVERITIES),
  seller: z.string(),
  portal: known,
  invoiceId: known,
  invoiceNumber: known,
  account: known,
  faktur: known,
  reference: known,
  nsfp: known,
  externalId: known,
  ours: known.describe("what the ledger says"),
  theirs: known.describe("what the other side says"),
  mended: z.boolean().describe("already set right by the program"),
  message: z.string(),
  fix: z.string(),
});

const run = z.object({
  id: z.string(),
  day: z.iso.date(),
  daily: z.boolean(),
  from: z.iso.date(),
  to: z.iso.date(),
  askedBy: z.string(),
  state: z.enum(["waiting", "done"]),
  verdict: z.enum(VERDICTS).nullable(),
  differences: z.int().nullable(),
  counts: counts.nullable(),
  at: instant,
  endedAt: instant.nullable(),
});

const report = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  at: instant,
  verdict: z.enum(VERDICTS).describe("`incomplete`: nothing differs, but not everything could be compared"),
  total: z.int().describe("all differences; the list holds at most 5,000"),
  counts,
  sources: z.array(source),
  differences: z.array(difference),
});

const mail = z.object({
  seller: z.string(),
  state: z.enum(["queued", "sent", "refused", "withheld"]),
  detail: known,
});

export const RECONCILE_ANSWERS = {
  Reconciliation: report.extend({ runs: z.array(run).describe("daily ones of these days, newest first") }),
  ReconciliationRun: run.extend({ report: report.nullable(), mails: z.array(mail) }),
  ReconciliationRunsPage: z.object({ items: z.array(run), nextCursor: z.string().nullable() }),
} as const;
