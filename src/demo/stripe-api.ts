import { createHmac } from "node:crypto";
import type { RequestListener } from "node:http";
import { headsOf, linesOf, type DemoCase } from "./cases";
import { parseMoney, type Money } from "../money";

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

const amountOf = (value: string): number => Number(parseMoney(value) ?? 0n);

const cents = (amount: Money): number => Number(amount);

/** A stand-in for Stripe's API: answers the read-back of the demo's invoices in Stripe's present shape. */
export function stripeApi(cases: readonly DemoCase[], paidAt: Date): RequestListener {
  return (request, response) => {
    const id = /^\/v1\/invoices\/([^/?]+)/.exec(request.url ?? "")?.[1];
    const one = cases.find((each) => each.invoiceId === id);
    const list = /^\/v1\/\w+\?/.test(request.url ?? "");
    response.setHeader("content-type", "application/json");
    response.statusCode = one !== undefined || list ? 200 : 404;
    const body = list
      ? { object: "list", data: [], has_more: false }
      : one
        ? invoiceJson(one, paidAt)
        : MISSING;
    response.end(JSON.stringify(body));
  };
}

const MISSING = {
  error: { type: "invalid_request_error", code: "resource_missing", message: "No such invoice" },
};

function invoiceJson(one: DemoCase, paidAt: Date): unknown {
  const heads = headsOf(one);
  return {
    id: one.invoiceId,
    object: "invoice",
    number: one.number,
    status: "paid",
    currency: "idr",
    customer: one.account.id,
    customer_name: one.account.name,
    customer_email: `billing@${one.account.id}.example`,
    created: seconds(paidAt),
    status_transitions: { finalized_at: seconds(paidAt), paid_at: seconds(paidAt), voided_at: null },
    subtotal: cents(heads.subtotal),
    total_excluding_tax: cents(heads.subtotal),
    total: cents(heads.total),
    amount_paid: cents(heads.total),
    total_taxes: [
      { amount: cents(heads.tax), tax_behavior: "exclusive", taxable_amount: cents(heads.subtotal) },
    ],
    lines: {
      object: "list",
      has_more: false,
      url: `/v1/invoices/${one.invoiceId}/lines`,
      data: lineJson(one, paidAt),
    },
  };
}

/** Stripe gives discounts per line, not as lines of their own. */
function lineJson(one: DemoCase, paidAt: Date): unknown[] {
  const lines = linesOf(one, paidAt);
  return lines
    .filter(({ wire }) => wire.kind !== "discount")
    .map(({ id, wire, periodStart, periodEnd }) => {
      const discounts = lines.filter(
        (other) => other.wire.kind === "discount" && other.wire.appliesTo === id,
      );
      const off = discounts.reduce((total, discount) => total - amountOf(discount.wire.amount), 0);
      const net = amountOf(wire.amount) - off;
      return {
        id: `il_${one.invoiceId}_${id}`,
        object: "line_item",
        amount: amountOf(wire.amount),
        currency: "idr",
        description: wire.description,
        quantity: wire.quantity ?? 1,
        discount_amounts: off === 0 ? [] : [{ amount: off, discount: "di_demo" }],
        period: {
          start: seconds(new Date(`${periodStart ?? ""}T00:00:00+07:00`)),
          end: seconds(new Date(`${periodEnd ?? ""}T00:00:00+07:00`)) + 86_400,
        },
        taxes: [{ amount: Math.round(net * 0.11), tax_behavior: "exclusive", taxable_amount: net }],
        metadata: { faktur_kind: wire.kind },
      };
    });
}

/** The event as Stripe posts it, with its signature header. */
export function stripeEvent(one: DemoCase, secret: string, now: Date): { body: string; signature: string } {
  const body = JSON.stringify({
    id: `evt_${one.invoiceId}`,
    object: "event",
    type: "invoice.paid",
    created: seconds(now),
    data: { object: { id: one.invoiceId, object: "invoice" } },
  });
  const v1 = createHmac("sha256", secret)
    .update(`${seconds(now)}.${body}`)
    .digest("hex");
  return { body, signature: `t=${seconds(now)},v1=${v1}` };
}
