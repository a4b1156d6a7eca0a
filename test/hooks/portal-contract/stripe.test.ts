// Runs the contract of portals for `stripe`, through Stripe's own SDK against a local server in the place of its API.
// Signatures are made by the SDK.
import Stripe from "stripe";
import { createStripePortal } from "../../../src/hooks/stripe/stripe";
import { connectionOf } from "../../support/sign-webhook";
import { send, startStripe } from "../../support/stripe-stand-in";
import { describePortal, type HeldInvoice, type PortalServer } from "../portal-contract";
import { newInvoice, newLine, newTax } from "../stripe/shapes";

const KEY = "sk_test_kunci_yang_tidak_boleh_keluar";
const STATUS = { paid: "paid", unpaid: "open", cancelled: "void" } as const;
const REFUND = { done: "succeeded", pending: "pending", failed: "failed" } as const;
const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
const event = (id: string, type: string, object: unknown) => ({
  id,
  object: "event",
  type,
  data: { object },
});

const rowOf = (invoice: HeldInvoice) => {
  const tax = newTax(Number(invoice.tax));
  return newInvoice(
    {
      ...{ id: `in_${invoice.id}`, customer: `cus_${invoice.account}`, number: invoice.number },
      ...{
        status: STATUS[invoice.state],
        currency: invoice.currency.toLowerCase(),
        created: seconds(invoice.madeAt),
      },
      ...{ subtotal: Number(invoice.net), total: Number(invoice.net + invoice.tax), total_taxes: [tax] },
      status_transitions: { paid_at: invoice.state === "paid" ? seconds(invoice.paidAt) : null },
    },
    [newLine({ id: `il_${invoice.id}`, amount: Number(invoice.net), taxes: [tax] })],
  );
};

async function startServer(): Promise<PortalServer> {
  const stripe = await startStripe();
  const { world } = stripe;
  return {
    connection: (more = {}) =>
      connectionOf("stripe", {
        api: more.api === null ? null : { url: more.url ?? stripe.url, secret: KEY },
      }),
    secrets: [KEY],
    invoiceId: (number) => `in_${number}`,
    accountId: (number) => `cus_${number}`,
    // Newest first, as Stripe lists them.
    hold: (invoice) => {
      const row = rowOf(invoice);
      world.invoices = [row, ...world.invoices.filter((one) => one["id"] !== row["id"])];
    },
    asked: () => stripe.asked.length,
    fault: (answer) => {
      world.fault = answer;
    },
    refuseKey: (response) =>
      send(response, 401, {
        error: { type: "invalid_request_error", message: `Invalid API Key provided: ${KEY}` },
      }),
    between: (run) => {
      world.between = run;
    },
    extras: {
      account: ({ number, name, email }) => {
        world.customers.push({ id: `cus_${number}`, object: "customer", name, email });
      },
      refund: ({ invoice, amount, state }) => {
        const payment = { type: "payment_intent", payment_intent: `pi_${invoice}` };
        world.invoicePayments.push({ invoice: `in_${invoice}`, status: "paid", payment });
        world.refunds.push({
          ...{
            id: `re_${invoice}`,
            object: "refund",
            amount: Number(amount),
            currency: "idr",
            created: 1_793_671_800,
          },
          ...{ status: REFUND[state], payment_intent: `pi_${invoice}`, charge: null },
        });
        return `re_${invoice}`;
      },
    },
    reset: stripe.reset,
    close: stripe.close,
  };
}

describePortal("stripe", {
  create: (timeoutMs) => createStripePortal({ fetch, timeoutMs }),
  startServer,
  wire: {
    secret: (name) => `whsec_${name}`,
    sign: ({ secret, at, body }) => ({
      "stripe-signature": Stripe.webhooks.generateTestHeaderString({
        ...{ payload: body.toString("utf8"), secret, timestamp: seconds(at) },
      }),
    }),
    paid: (deliveryId) => event(deliveryId, "invoice.paid", { id: "in_7", object: "invoice" }),
    ignored: (deliveryId) => event(deliveryId, "invoice.voided", { id: "in_7" }),
    malformed: () => ({
      body: { id: 1.5, data: {} },
      faults: ["field_malformed /id", "field_missing /type"],
    }),
  },
});
