import { readSnapshot } from "../accounts/snapshot";
import { dayInJakarta } from "../clock";
import { kursOf } from "../faktur/facts";
import { writeInvoice } from "../faktur/stored";
import type { Tx } from "../store/db";
import type { InvoiceRow } from "../store/invoices";
import { billsCollector } from "./billed";
import type { InvoiceDifference, Kinds } from "./difference";
import type { PaidInvoice } from "./invoice";
import { contentCorrected, contentHash, contentOf, type LedgerDeps } from "./ledger";

/** What a portal tells of an invoice that is recorded: its bill, or its payment. */
export interface Telling {
  readonly of: "bill" | "payment";
  readonly invoice: PaidInvoice;
  readonly kinds: Kinds;
}

/** As it stands against the record: a payment says nothing of the day of its bill. */
export const asToldOf = (
  { basis }: Pick<InvoiceRow, "basis">,
  recorded: PaidInvoice,
  { of, invoice }: Telling,
): PaidInvoice =>
  basis === "billed" && of === "payment"
    ? { ...invoice, paidAt: recorded.paidAt, taxDay: recorded.taxDay }
    : invoice;

/**
 * Whether what differs is a correction of the supply. Of a bill that is paid less, by what its collector withholds, the
 * supply is what it was.
 */
export const isCorrection = (
  { basis }: Pick<InvoiceRow, "basis">,
  { of }: Pick<Telling, "of">,
  { fields }: Pick<InvoiceDifference, "fields">,
): boolean => basis !== "billed" || of === "bill" || fields.some((field) => field !== "total");

/**
 * What the record becomes where nothing rests on it. `anew`: with the company as it is now. A bill whose faktur is not due
 * with it any more (another account, a smaller amount) is an invoice as every other: its payment counts.
 */
export async function correctedContent(
  tx: Tx,
  d: LedgerDeps,
  standing: InvoiceRow,
  recorded: PaidInvoice,
  telling: Telling,
  anew: boolean,
): Promise<Partial<InvoiceRow>> {
  const contentFor = (invoice: PaidInvoice) =>
    anew ? contentOf(tx, d, standing.portal, invoice) : contentCorrected(tx, d, standing, invoice);
  if (standing.basis !== "billed") return contentFor(telling.invoice);
  const bill = asToldOf(standing, recorded, telling);
  const { paid_at: _madeOn, ...content } = await contentFor(bill);
  const company = readSnapshot(content.company_at_payment ?? standing.company_at_payment);
  if (company !== null && billsCollector(company, bill, await kursOf(tx, bill))) return content;
  return telling.of === "payment"
    ? { ...(await contentFor(telling.invoice)), basis: "paid" }
    : { ...content, ...UNPAID };
}

/** What is due with its payment waits for it, whenever it was said; the bill is no news of that. */
const UNPAID = { basis: "paid", portal_state: "unpaid", portal_state_at: null } as const;

/** What the record of a bill becomes whose faktur turns out to be due with the payment after all. */
export function dueWithPayment(
  { paid_at }: Pick<InvoiceRow, "paid_at">,
  bill: PaidInvoice,
): Partial<InvoiceRow> {
  if (paid_at === null) return UNPAID;
  const paidAt = new Date(paid_at);
  const invoice = { ...bill, paidAt, taxDay: dayInJakarta(paidAt) };
  const [content, content_hash] = [writeInvoice(invoice), contentHash(invoice)];
  return { basis: "paid", tax_day: invoice.taxDay, content, content_hash };
}
