import type Stripe from "stripe";
import { AppError } from "../../errors";
import type { ListedRefund, RefundRead } from "../portal";
import { PAGE } from "./client";
import {
  creditNoteRead,
  notesNaming,
  notesOf,
  readCreditNote,
  refundIdsOf,
  refundState,
  wholeAsNull,
} from "./credit-note";
import { fromStripe } from "./currency";
import { absentAsNull, askFor, isWithheld, rowsOrNone, stripeFailure } from "./failure";
import { readAll, readShape, stripeCharge, stripeDispute, stripeInvoicePayment, stripeRefund } from "./shape";

/** What gave money back: a refund, a credit note, a dispute, or a charge whose refunds are meant. */
export async function readGivenBack(stripe: Stripe, id: string): Promise<RefundRead> {
  if (id.startsWith("cn_")) return readCreditNote(stripe, id);
  if (/^d[pu]_/.test(id)) return readDispute(stripe, id);
  return /^(?:ch|py)_/.test(id) ? readRefundsOfCharge(stripe, id) : readRefund(stripe, id);
}

/**
 * What was given back of a paid invoice, as it stands now: whoever lost the words of it finds it here before anything is
 * decided. Credit notes tell on the invoice that they are there; refunds are asked for by its payments.
 */
export async function givenBackOf(
  stripe: Stripe,
  invoiceId: string,
  credited: boolean,
): Promise<ListedRefund[]> {
  const notes = credited ? await notesOf(stripe, invoiceId) : [];
  const refunds = await refundsOfPayments(stripe, invoiceId);
  const found: ListedRefund[] = [];
  const add = (refundId: string, { invoiceId: of, state, amount, refundedAt, reason }: RefundRead) => {
    // A payment over several invoices: which of them was refunded is for a person to say.
    if (of === invoiceId && state !== "failed") found.push({ refundId, amount, refundedAt, reason, state });
  };
  for (const id of new Set([...refunds, ...notes.flatMap(refundIdsOf)])) {
    const read = await readRefund(stripe, id).catch(absentRefund);
    if (read !== null) add(id, read);
  }
  for (const note of notes) add(note.id, await creditNoteRead(stripe, note));
  return found;
}

/** A refund that Stripe does not have gave nothing back: its note speaks for the money. */
function absentRefund(thrown: unknown): null {
  if (thrown instanceof AppError && thrown.code === "not_found") return null;
  throw thrown;
}

/** Without the right to read payments or refunds nothing is found here, and the invoice is read all the same. */
async function refundsOfPayments(stripe: Stripe, invoice: string): Promise<string[]> {
  try {
    const raw = await rowsOrNone(() => stripe.invoicePayments.list({ invoice, limit: PAGE }));
    const found: string[] = [];
    for (const { payment } of readAll(stripeInvoicePayment, raw)) {
      const of = askedBy(payment?.payment_intent ?? null, payment?.charge ?? null);
      if (of === null) continue;
      const refunds = await rowsOrNone(() => stripe.refunds.list({ ...of, limit: PAGE }));
      found.push(...readAll(stripeRefund, refunds).map((refund) => refund.id));
    }
    return found;
  } catch (thrown) {
    if (isWithheld(thrown)) return [];
    throw thrown;
  }
}

function askedBy(payment_intent: string | null, charge: string | null) {
  if (payment_intent !== null) return { payment_intent };
  return charge === null ? null : { charge };
}

/** A refund, and the invoice its payment settled. Throws `not_found` when Stripe has no such refund. */
async function readRefund(stripe: Stripe, refundId: string): Promise<RefundRead> {
  const raw = await askFor(refundId, () => stripe.refunds.retrieve(refundId));
  if (raw === null) {
    throw stripeFailure(new Error(`no refund ${refundId}`), "not_found");
  }
  const refund = readShape(stripeRefund, raw);
  const state = refundState(refund.status);
  const currency = refund.currency.toUpperCase();
  const invoiceId = await invoiceOfPayment(stripe, refund.payment_intent ?? null, refund.charge ?? null);
  return {
    invoiceId,
    amount: await wholeAsNull(stripe, invoiceId, fromStripe(refund.amount, currency), currency),
    refundedAt: new Date(refund.created * 1000),
    state,
    reason: (state === "failed" ? refund.failure_reason : null) ?? refund.reason ?? null,
    // A credit note left its money to this refund, which failed after all: the note has to speak again.
    alsoRefunds:
      state === "failed" && invoiceId !== null ? await notesNaming(stripe, invoiceId, refundId) : [],
  };
}

/** A dispute (chargeback): the bank takes the money back while it is open, and gives it again to a seller who wins. */
async function readDispute(stripe: Stripe, id: string): Promise<RefundRead> {
  const raw = await askFor(id, () => stripe.disputes.retrieve(id));
  if (raw === null) throw stripeFailure(new Error(`no dispute ${id}`), "not_found");
  const dispute = readShape(stripeDispute, raw);
  const currency = dispute.currency.toUpperCase();
  const invoiceId = await invoiceOfPayment(stripe, dispute.payment_intent ?? null, dispute.charge ?? null);
  return {
    invoiceId,
    amount: await wholeAsNull(stripe, invoiceId, fromStripe(dispute.amount, currency), currency),
    refundedAt: new Date(dispute.created * 1000),
    state: disputeState(dispute.status),
    reason: ["dispute", dispute.reason].filter((part) => part != null).join(" "),
    chargeback: true,
  };
}

/** An inquiry (`warning_…`) takes nothing yet; a word that is not known says that the money is still gone. */
function disputeState(status: string | null | undefined): RefundRead["state"] {
  if (status === "lost") return "done";
  const nothingTaken = status === "won" || status === "prevented" || status?.startsWith("warning_") === true;
  return nothingTaken ? "failed" : "pending";
}

/** `charge.refunded` only says that there are refunds; the newest hundred are all a charge can have. */
async function readRefundsOfCharge(stripe: Stripe, chargeId: string): Promise<RefundRead> {
  const list = await absentAsNull(() => stripe.refunds.list({ charge: chargeId, limit: PAGE }));
  const refunds = readAll(stripeRefund, Array.isArray(list?.data) ? list.data : []);
  const [newest] = refunds;
  if (newest === undefined) throw stripeFailure(new Error(`no refund of charge ${chargeId}`), "not_found");
  return {
    ...{ invoiceId: null, amount: null, state: "pending", reason: null },
    refundedAt: new Date(newest.created * 1000),
    alsoRefunds: refunds.map((refund) => refund.id),
  };
}

/** The one invoice a payment settled, by InvoicePayment (since basil) or by the charge's own field (before). */
async function invoiceOfPayment(stripe: Stripe, paymentIntent: string | null, chargeId: string | null) {
  if (paymentIntent !== null) {
    const found = await invoiceOfIntent(stripe, paymentIntent);
    if (found !== null) return found;
  }
  if (chargeId === null) return null;
  const raw = await askFor(chargeId, () => stripe.charges.retrieve(chargeId));
  if (raw === null) return null;
  const charge = readShape(stripeCharge, raw);
  if (charge.invoice != null) return charge.invoice;
  const intent = charge.payment_intent ?? null;
  return intent === null || intent === paymentIntent ? null : invoiceOfIntent(stripe, intent);
}

async function invoiceOfIntent(stripe: Stripe, paymentIntent: string): Promise<string | null> {
  const payment = { type: "payment_intent", payment_intent: paymentIntent } as const;
  const list = await absentAsNull(() => stripe.invoicePayments.list({ payment, limit: PAGE }));
  if (list === null || !Array.isArray(list.data)) return null;
  const invoices = new Set(readAll(stripeInvoicePayment, list.data).map((entry) => entry.invoice));
  const [only] = invoices;
  // One payment over several invoices: which of them was refunded is for a person to say.
  return invoices.size === 1 && only !== undefined ? only : null;
}
