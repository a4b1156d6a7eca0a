import { z } from "zod";
import { REASON_CODES } from "../faktur/reasons";

const name = z.string().max(100);

/** The outcomes of an invoice that has no approved faktur. */
export const OPEN_OUTCOMES = ["held", "waiting", "skipped"] as const;

const [firstCode = "stuck", ...otherCodes] = REASON_CODES;

export const invoicesQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^(-|\d{4}-\d{2}-\d{2})\.[0-9a-f]{1,40}$/)
    .optional(),
  outcome: z.enum(OPEN_OUTCOMES).optional().describe("absent: all three"),
  reason: z.enum([firstCode, ...otherCodes]).optional(),
  portal: name.optional(),
  account: name.optional().describe("with `portal`"),
  from: z.iso.date().optional().describe("tax day"),
  to: z.iso.date().optional(),
  q: z.string().max(100).optional().describe("invoice, account or company"),
  order: z.enum(["oldest", "newest"]).default("oldest"),
});

export type InvoicesQuery = z.infer<typeof invoicesQuery>;
