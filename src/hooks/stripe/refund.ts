import type Stripe from "stripe";
import type { RefundRead } from "../portal";
import { PAGE } from "./client";
import { fromStripe } from "./currency";
import { absentAsNull, stripeFailure } from "./failure";
import { readAll, readShape, stripeCharge, stripeInvoicePayment, stripeRefund } from "./shape";

/** A refund, and the invoice its payment settled. Throws `not_found` when Stripe has no such refund. */
export async function readRefund(stripe: Stripe, refundId: string): Promise<RefundRead> {
  const raw = await absentAsNull(() => stripe.refunds.retrieve(refundId));
  if (raw === null) {
    throw stripeFailure(new Error(`no refund ${refundId}`), "not_found");
  }
  const refund = readShape(stripeRefund, raw);
  const state = refundState(refund.status ?? null);
  return {
    invoiceId: await invoiceOfPayment(stripe, refund.payment_intent ?? null, refund.charge ?? null),
    amount: fromStripe(refund.amount, refund.currency.toUpperCase()),
    refundedAt: new Date(refund.created * 1000),
    state,
    reason: (state === "failed" ? refund.failure_reason : null) ?? refund.reason ?? null,
  };
}

/** A word that is not known is never "done". */
function refundState(status: string | null): RefundRead["state"] {
  if (status === "succeeded") return "done";
  return status === "failed" || status === "canceled" ? "failed" : "pending";
}

/** The one invoice a payment settled, by InvoicePayment (since basil) or by the charge's own field (before). */
async function invoiceOfPayment(stripe: Stripe, paymentIntent: string | null, chargeId: string | null) {
  if (paymentIntent !== null) {
    const found = await invoiceOfIntent(stripe, paymentIntent);
    if (found !== null) return found;
  }
  if (chargeId === null) return null;
  const raw = await absentAsNull(() => stripe.charges.retrieve(chargeId));
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
