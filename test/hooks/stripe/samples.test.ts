// Proves that payloads which were really sent, in the shapes of their day, are understood: an event of 2020-03-02 with a
// total of 0, an invoice with tax inside from before basil, and Stripe's own fixtures of today.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromStripe } from "../../../src/hooks/stripe/currency";
import { paidInvoiceOf } from "../../../src/hooks/stripe/invoice";
import { readStripeEvent } from "../../../src/hooks/stripe/receive";
import {
  readAll,
  readShape,
  stripeCreditNote,
  stripeCustomer,
  stripeInvoice,
  stripeInvoicePayment,
  stripeLine,
  stripeRefund,
} from "../../../src/hooks/stripe/shape";

type Json = Record<string, unknown>;

const sample = (name: string) => JSON.parse(readFileSync(join(__dirname, "samples", name), "utf8")) as Json;

const NOBODY = { name: null, email: null };

function paid(raw: Json, lines: unknown[]) {
  return paidInvoiceOf(readShape(stripeInvoice, raw), readAll(stripeLine, lines), NOBODY, {});
}

test("T5: the event of 2020 wakes its invoice, which is one of nothing without a charge", () => {
  const event = sample("event-invoice-paid-zero-total-2020-03-02.json") as {
    id: string;
    data: { object: Json & { lines: { data: unknown[] } } };
  };
  const invoice = event.data.object;
  expect(readStripeEvent(event)).toEqual({ kind: "wake", deliveryId: event.id, invoiceId: invoice["id"] });
  expect(paid(invoice, invoice.lines.data)).toMatchObject({
    ...{ invoiceId: invoice["id"], number: "60229DE7-0007", currency: "USD", total: 0n, tax: 0n },
    account: { id: "cus_JsuO3bmrj0QlAw", name: "cus_JsuO3bmrj0QlAw", email: null },
    lines: [{ kind: "item", amount: 0n, taxed: false }],
  });
});

test("T50: an invoice from before basil with its tax inside", () => {
  expect(paid(sample("invoice-paid-inclusive-tax-prebasil.json"), [])).toMatchObject({
    ...{ pricesIncludeTax: true, subtotal: 1739n, tax: 261n, total: 2000n, number: "E5B23224-0001" },
    account: { id: "cus_6lsBvm5rJ0zyHc", email: "michael.smith@example.com" },
    taxDay: "2020-06-27",
  });
});

test("T50: Stripe's own fixtures of today fit what is read", () => {
  const all = sample("openapi-fixtures3-subset.json") as Record<string, Json>;
  expect(readShape(stripeInvoice, all["invoice"])).toMatchObject({ currency: "USD" });
  expect(readShape(stripeRefund, all["refund"])).toMatchObject({ amount: expect.any(Number) as number });
  expect(readShape(stripeCustomer, all["customer"])).toMatchObject({ name: null });
  expect(readShape(stripeInvoicePayment, all["invoice_payment"])).toMatchObject({
    invoice: expect.any(String) as string,
  });
  const note = readShape(stripeCreditNote, all["credit_note"]);
  expect(fromStripe(note.post_payment_amount ?? -1, note.currency)).toBeGreaterThanOrEqual(0n);
  expect(readStripeEvent(all["event"])).toMatchObject({ kind: "ignored" });
});
