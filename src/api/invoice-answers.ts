import { z } from "zod";
import { FAKTUR_STATES, TRANSACTION_CODES } from "../faktur/faktur";
import { CASE_KINDS } from "../faktur/case-rules";
import { REASON_CODES } from "../faktur/reasons";
import { LINE_KINDS } from "../hooks/invoice";
import { ALARM_LEVELS } from "../ops/alarms";
import { COMPANY_STATUSES } from "../store/accounts";
import { CASE_STATES } from "../store/cases";

/** The forms of the answers about invoices and about companies across accounts. */

const instant = z.iso.datetime({ offset: true });
const money = z.string().regex(/^-?\d+\.\d{2}$/);
const day = z.iso.date();

const invoice = z.object({
  outcome: z.enum(["issued", "waiting", "held", "skipped"]),
  reasons: z.array(z.object({ code: z.enum(REASON_CODES), message: z.string(), fix: z.string() })),
  fakturs: z.array(z.object({ id: z.string(), state: z.enum(FAKTUR_STATES), nsfp: z.string().nullable() })),
  portal: z.string(),
  invoiceId: z.string(),
  number: z.string().nullable(),
  account: z.string().nullable(),
  accountName: z.string().nullable(),
  paidAt: instant.nullable(),
  taxDay: day.nullable(),
  basis: z.enum(["paid", "billed"]),
  currency: z.string().nullable(),
  total: money.nullable().describe("with tax, before any credit"),
  deadline: day
    .nullable()
    .describe("last day to upload; while it waits, is held, or was skipped for want of a company"),
  lastDayToMake: day.nullable().describe("last day for a late faktur; as `deadline`"),
  daysLeft: z.int().nullable(),
  level: z.enum(ALARM_LEVELS).nullable(),
  cases: z
    .array(z.object({ id: z.string(), kind: z.enum(CASE_KINDS), state: z.enum(CASE_STATES) }))
    .describe("those that are not closed"),
});

const line = z.object({
  id: z.string(),
  kind: z.enum(LINE_KINDS),
  description: z.string(),
  quantity: z.string(),
  amount: money,
  taxed: z.boolean(),
  serviceId: z.string().nullable(),
  periodStart: day.nullable(),
  periodEnd: day.nullable(),
});

const file = z.object({
  sha256: z.string(),
  name: z.string(),
  type: z.string(),
  size: z.int(),
  by: z.string(),
  at: instant,
});

/** What the answer of an account shows beside its tab. */
export const BESIDE_TAB = {
  files: z.array(file),
  sameBuyer: z
    .array(
      z.object({
        portal: z.string(),
        account: z.string(),
        name: z.string(),
        status: z.enum(COMPANY_STATUSES),
      }),
    )
    .describe("other accounts of the same taxpayer, of its portal for a token of one, none for a customer"),
};

const listedCompany = z.object({
  portal: z.string(),
  account: z.string(),
  accountName: z.string(),
  accountEmail: z.string().nullable(),
  npwp: z
    .object({
      status: z.enum(COMPANY_STATUSES),
      npwp: z.string(),
      name: z.string(),
      email: z.string(),
      identity: z.object({ document: z.string(), number: z.string(), country: z.string() }).nullable(),
      transactionCode: z.enum(TRANSACTION_CODES).nullable(),
      registerActive: z.boolean().nullable().describe("what the tax register last said; null: never asked"),
      statusAt: instant.nullable(),
      statusBy: z.string(),
      activeFrom: day.nullable(),
    })
    .nullable(),
});

export const INVOICE_ANSWERS = {
  Invoice: invoice.extend({
    next: z
      .object({
        at: instant,
        ahead: z
          .int()
          .nullable()
          .describe("due work, of all invoices, that goes before it; null: not due yet"),
      })
      .nullable()
      .describe("its next step; null while one is worked on, and where nothing is queued"),
    seller: z.string(),
    portalState: z.enum(["paid", "unpaid", "cancelled", "billed"]),
    accepted: z.array(z.string()).describe("reasons that finance has taken upon itself"),
    company: z
      .object({ npwp: z.string(), name: z.string(), status: z.enum(COMPANY_STATUSES) })
      .nullable()
      .describe("as it was when the payment became known"),
    pricesIncludeTax: z.boolean().nullable(),
    subtotal: money.nullable(),
    tax: money.nullable(),
    lines: z.array(line),
    cases: z.array(z.object({ id: z.string(), kind: z.enum(CASE_KINDS), state: z.enum(CASE_STATES) })),
    timeline: z.array(
      z.object({ at: instant, event: z.string(), by: z.string(), detail: z.string().nullable() }),
    ),
  }),
  InvoicesPage: z.object({ items: z.array(invoice), nextCursor: z.string().nullable() }),
  CompaniesPage: z.object({ items: z.array(listedCompany), nextCursor: z.string().nullable() }),
  EvidenceFiles: z.object({ files: z.array(file) }),
} as const;
