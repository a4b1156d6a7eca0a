import type Stripe from "stripe";
import { sum, type Money } from "../../money";
import type { RefundRead } from "../refunds";
import { PAGE } from "./client";
import { fromStripe } from "./currency";
import { askFor, rowsOrNone, stripeFailure } from "./failure";
import { readAll, readShape, stripeCreditNote, stripeRefund, type StripeCreditNote } from "./shape";

/** A word that is not known is never "done". */
export function refundState(status: string | null | undefined): RefundRead["state"] {
  if (status === "succeeded") return "done";
  return status === "failed" || status === "canceled" ? "failed" : "pending";
}

/**
 * A credit note, as far as its refunds do not tell of it already: what was credited to the customer's balance or outside
 * of Stripe. Its refunds are read for themselves, so that the same money is never told twice; one that failed tells of
 * nothing, and the note stands for its part again. Void, or all told: `failed`, so that nothing remains of it.
 */
export async function readCreditNote(stripe: Stripe, id: string): Promise<RefundRead> {
  const raw = await askFor(id, () => stripe.creditNotes.retrieve(id));
  if (raw === null) throw stripeFailure(new Error(`no credit note ${id}`), "not_found");
  return creditNoteRead(stripe, readShape(stripeCreditNote, raw));
}

/** The same of one that is in hand. */
export async function creditNoteRead(stripe: Stripe, note: StripeCreditNote): Promise<RefundRead> {
  if (creditedAfterPayment(note) === 0) return beforePaymentRead(stripe, note);
  const refunds = await standingRefunds(stripe, note);
  const credited = fromStripe(creditedAfterPayment(note), note.currency);
  const left = credited - sum(refunds.map((refund) => refund.amount));
  const stands = note.status !== "void" && left > 0n;
  return {
    invoiceId: note.invoice,
    amount: stands ? await wholeAsNull(stripe, note.invoice, left, note.currency) : credited,
    ...whenAndWhy(note),
    state: stands ? "done" : "failed",
    alsoRefunds: refunds.map((refund) => refund.id),
  };
}

/** What was credited before the payment is on the invoice already, and was never paid. */
async function beforePaymentRead(stripe: Stripe, note: StripeCreditNote): Promise<RefundRead> {
  const amount = fromStripe(note.amount, note.currency);
  return {
    invoiceId: note.invoice,
    amount: await wholeAsNull(stripe, note.invoice, amount, note.currency),
    ...whenAndWhy(note),
    state: note.status === "void" ? "failed" : "done",
    beforePayment: true,
  };
}

const whenAndWhy = (note: StripeCreditNote) => ({
  refundedAt: new Date((note.effective_at ?? note.created) * 1000),
  reason: ["credit note", note.number, note.reason].filter((part) => part != null).join(" "),
});

/** Null where an amount is the whole of its invoice. */
export async function wholeAsNull(
  stripe: Stripe,
  invoiceId: string | null,
  amount: Money,
  currency: string,
): Promise<Money | null> {
  if (invoiceId === null) return amount;
  const invoice = await askFor(invoiceId, () => stripe.invoices.retrieve(invoiceId));
  if (invoice === null || !Number.isSafeInteger(invoice.total) || invoice.total <= 0) return amount;
  if (String(invoice.currency).toUpperCase() !== currency) return amount;
  return amount >= fromStripe(invoice.total, currency) ? null : amount;
}

/** The credit notes of an invoice; the newest hundred are more than one has. */
export async function notesOf(stripe: Stripe, invoice: string): Promise<StripeCreditNote[]> {
  return readAll(stripeCreditNote, await rowsOrNone(() => stripe.creditNotes.list({ invoice, limit: PAGE })));
}

/** Those of them that name this refund. */
export const notesNaming = async (stripe: Stripe, invoice: string, refundId: string): Promise<string[]> =>
  (await notesOf(stripe, invoice))
    .filter((note) => refundIdsOf(note).includes(refundId))
    .map((note) => note.id);

/** Before amounts were split by payment, a note was wholly before it or wholly after it. */
function creditedAfterPayment(note: StripeCreditNote): number {
  if (note.post_payment_amount != null) return note.post_payment_amount;
  return note.type === "pre_payment" ? 0 : note.amount;
}

/** A refund that was recorded by hand (`payment_record_refund`) has no id that could be read. */
export const refundIdsOf = (note: StripeCreditNote): string[] =>
  [note.refund, ...(note.refunds ?? []).map((entry) => entry.refund)].filter((id) => id != null);

async function standingRefunds(
  stripe: Stripe,
  note: StripeCreditNote,
): Promise<{ id: string; amount: Money }[]> {
  const found: { id: string; amount: Money }[] = [];
  for (const id of new Set(refundIdsOf(note))) {
    const raw = await askFor(id, () => stripe.refunds.retrieve(id));
    const refund = raw === null ? null : readShape(stripeRefund, raw);
    if (refund === null || refundState(refund.status) === "failed") continue;
    const part = note.refunds?.find((entry) => entry.refund === id)?.amount_refunded;
    found.push({ id, amount: fromStripe(part ?? refund.amount, note.currency) });
  }
  return found;
}
