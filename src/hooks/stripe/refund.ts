import type Stripe from "stripe";
import type { z } from "zod";
import { AppError } from "../../errors";
import type { ListedRefund, RefundRead, SharedRefund } from "../refunds";
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
  const add = (id: string, read: RefundRead) => {
    if (read.beforePayment === true) return;
    const own = { refundId: id, ...read };
    for (const { refundId, invoiceId: of, amount, state, reason } of read.shared ?? [own]) {
      if (of !== invoiceId || state === "failed") continue;
      found.push({ refundId, amount, refundedAt: read.refundedAt, reason, state });
    }
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
    for (const { payment } of readAll(stripeInvoicePayment, raw).filter(isStanding)) {
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
  const reason = (state === "failed" ? refund.failure_reason : null) ?? refund.reason ?? null;
  const told = await toldOf(stripe, refund, { state, reason });
  const of = told.shared?.map(({ invoiceId }) => invoiceId) ?? [told.invoiceId];
  const alsoRefunds: string[] = [];
  // A credit note left its money to this refund, which failed after all: the note has to speak again.
  for (const invoice of state === "failed" ? of.filter((one) => one !== null) : []) {
    alsoRefunds.push(...(await notesNaming(stripe, invoice, refundId)));
  }
  return { ...told, alsoRefunds };
}

/** A dispute (chargeback): the bank takes the money back while it is open, and gives it again to a seller who wins. */
async function readDispute(stripe: Stripe, id: string): Promise<RefundRead> {
  const raw = await askFor(id, () => stripe.disputes.retrieve(id));
  if (raw === null) throw stripeFailure(new Error(`no dispute ${id}`), "not_found");
  const dispute = readShape(stripeDispute, raw);
  const reason = ["dispute", dispute.reason].filter((part) => part != null).join(" ");
  const told = await toldOf(stripe, dispute, { state: disputeState(dispute.status), reason });
  return { ...told, chargeback: true };
}

type Moved = z.output<typeof stripeRefund> | z.output<typeof stripeDispute>;

/** Money that went back by the way it came: to the invoice of its payment, or to each of several. */
async function toldOf(
  stripe: Stripe,
  moved: Moved,
  said: Pick<RefundRead, "state" | "reason">,
): Promise<RefundRead> {
  const currency = moved.currency.toUpperCase();
  const amount = fromStripe(moved.amount, currency);
  const at = { ...said, refundedAt: new Date(moved.created * 1000) };
  const invoices = await invoicesOfPayment(stripe, moved.payment_intent ?? null, moved.charge ?? null);
  const [only] = invoices;
  if (only === undefined) return { ...at, invoiceId: null, amount };
  if (invoices.length === 1) {
    return { ...at, invoiceId: only, amount: await wholeAsNull(stripe, only, amount, currency) };
  }
  const named = await namedByNotes(stripe, invoices, moved.id);
  const shared: SharedRefund[] = [];
  for (const invoiceId of invoices) {
    shared.push({
      refundId: `${moved.id}-for-${invoiceId}`,
      invoiceId,
      amount: await wholeAsNull(stripe, invoiceId, amount, currency),
      state: named.length === 0 || named.includes(invoiceId) ? said.state : "failed",
      reason: [SHARED, said.reason].filter((part) => part !== null).join(" "),
    });
  }
  return { ...at, invoiceId: null, amount, shared };
}

const SHARED = "Satu pembayaran untuk beberapa invoice / one payment over several invoices";

/** A credit note that names the refund says which of the invoices it was for. */
async function namedByNotes(stripe: Stripe, invoices: readonly string[], id: string): Promise<string[]> {
  const named: string[] = [];
  try {
    for (const invoice of invoices) {
      if ((await notesNaming(stripe, invoice, id)).length > 0) named.push(invoice);
    }
  } catch (thrown) {
    if (!isWithheld(thrown)) throw thrown;
  }
  return named;
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

/** The invoices a payment settled, by InvoicePayment (since basil) or by the charge's own field (before). */
async function invoicesOfPayment(
  stripe: Stripe,
  paymentIntent: string | null,
  chargeId: string | null,
): Promise<string[]> {
  if (paymentIntent !== null) {
    const found = await invoicesOfIntent(stripe, paymentIntent);
    if (found.length > 0) return found;
  }
  if (chargeId === null) return [];
  const raw = await askFor(chargeId, () => stripe.charges.retrieve(chargeId));
  if (raw === null) return [];
  const charge = readShape(stripeCharge, raw);
  if (charge.invoice != null) return [charge.invoice];
  const intent = charge.payment_intent ?? null;
  return intent === null || intent === paymentIntent ? [] : invoicesOfIntent(stripe, intent);
}

async function invoicesOfIntent(stripe: Stripe, paymentIntent: string): Promise<string[]> {
  const payment = { type: "payment_intent", payment_intent: paymentIntent } as const;
  const list = await absentAsNull(() => stripe.invoicePayments.list({ payment, limit: PAGE }));
  if (list === null || !Array.isArray(list.data)) return [];
  const standing = readAll(stripeInvoicePayment, list.data).filter(isStanding);
  return [...new Set(standing.map((entry) => entry.invoice))];
}

/** Taken off its invoice again, a payment has settled nothing there. */
const isStanding = ({ status }: z.output<typeof stripeInvoicePayment>): boolean => status !== "canceled";
