// Proves that Stripe's deliveries are believed only when Stripe's own SDK agrees with the signature and the time is
// within 300 s both ways, and what each type of event wakes. The signatures are made by the SDK itself.
import Stripe from "stripe";
import { receiveStripe } from "../../../src/hooks/stripe/receive";
import { connectionOf } from "../../support/sign-webhook";

const NOW = new Date("2026-11-03T02:10:00Z");
const SECONDS = NOW.getTime() / 1000;
const ONE = "whsec_satu";
const TWO = "whsec_dua";

const event = (type: string, object: unknown = { id: "in_1", object: "invoice" }) => ({
  id: "evt_1",
  object: "event",
  type,
  data: { object },
});

const sign = (payload: string, secret = ONE, timestamp = SECONDS) =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });

function receive(body: unknown, header?: string | string[], secrets = [ONE]) {
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  const given = header ?? sign(payload);
  const headers = given === "" ? {} : { "stripe-signature": given as string };
  return receiveStripe(connectionOf("stripe", { secrets }), {
    body: Buffer.from(payload),
    headers,
    receivedAt: NOW,
  });
}

test.each([
  ["invoice.paid", { kind: "wake", invoiceId: "in_1", paid: true }],
  ["invoice.payment_succeeded", { kind: "wake", invoiceId: "in_1", paid: true }],
  ["v1.invoice.paid", { kind: "wake", invoiceId: "in_1", paid: true }],
  ["invoice.finalized", { kind: "billWake", invoiceId: "in_1" }],
  ["refund.created", { kind: "refundWake", refundId: "in_1" }],
  ["refund.updated", { kind: "refundWake", refundId: "in_1" }],
  ["refund.failed", { kind: "refundWake", refundId: "in_1" }],
  ["charge.refunded", { kind: "refundWake", refundId: "in_1" }],
  ["credit_note.created", { kind: "refundWake", refundId: "in_1" }],
  ["credit_note.updated", { kind: "refundWake", refundId: "in_1" }],
  ["credit_note.voided", { kind: "refundWake", refundId: "in_1" }],
  ["customer.updated", { kind: "accountWake", accountId: "in_1" }],
  ["customer.created", { kind: "ignored", reason: "event_not_used" }],
  ["invoice.voided", { kind: "ignored", reason: "event_not_used" }],
  ["invoice_payment.paid", { kind: "ignored", reason: "event_not_used" }],
  ["charge.refund.updated", { kind: "ignored", reason: "event_not_used" }],
])("%s is heard as %j", (type, expected) => {
  expect(receive(event(type))).toEqual({ deliveryId: "evt_1", ...expected });
});

test("a thin event names its invoice beside the data", () => {
  const thin = {
    id: "evt_2",
    object: "v2.core.event",
    type: "v1.invoice.paid",
    related_object: { id: "in_7" },
  };
  expect(receive(thin)).toEqual({ kind: "wake", deliveryId: "evt_2", invoiceId: "in_7", paid: true });
});

test.each(["created", "updated", "deleted"])("T30: a tax id that was %s wakes its customer", (what) => {
  const taxId = { id: "txi_1", object: "tax_id", type: "id_npwp", customer: "cus_9" };
  const woken = { kind: "accountWake", deliveryId: "evt_1", accountId: "cus_9" };
  expect(receive(event(`customer.tax_id.${what}`, taxId))).toEqual(woken);
  expect(receive(event(`customer.tax_id.${what}`, { id: "txi_1" }))).toMatchObject({ kind: "malformed" });
  const thin = { id: "evt_2", type: `v1.customer.tax_id.${what}`, related_object: { id: "txi_1" } };
  expect(receive(thin)).toMatchObject({ kind: "ignored", reason: "customer_not_named" });
});

test("the amounts in the payload are not even read", () => {
  expect(receive(event("invoice.paid", { id: "in_1", total: "nonsense", lines: 5 }))).toMatchObject({
    kind: "wake",
  });
});

const PAYLOAD = JSON.stringify(event("invoice.paid"));
const reasonOf = (header: string | string[], secrets = [ONE]) => {
  const heard = receive(PAYLOAD, header, secrets);
  return heard.kind === "badSignature" ? heard.reason : heard.kind;
};

test.each([
  ["no header", "", "header_missing"],
  ["two headers", [sign(PAYLOAD), sign(PAYLOAD)], "header_missing"],
  ["another secret", sign(PAYLOAD, TWO), "signature_wrong"],
  ["another payload", sign(`${PAYLOAD} `), "signature_wrong"],
  ["no time", sign(PAYLOAD).replace(/^t=\d+,/, ""), "timestamp_malformed"],
  ["two times", `t=${SECONDS},${sign(PAYLOAD, ONE, SECONDS - 4000)}`, "timestamp_malformed"],
  ["no signature", `t=${SECONDS}`, "signature_wrong"],
  ["an old scheme", sign(PAYLOAD).replace("v1=", "v0="), "signature_wrong"],
  ["a signature without value", `t=${SECONDS},v1`, "signature_wrong"],
  ["301 s ago", sign(PAYLOAD, ONE, SECONDS - 301), "signature_wrong"],
  ["300 s ago", sign(PAYLOAD, ONE, SECONDS - 300), "wake"],
  ["300 s ahead", sign(PAYLOAD, ONE, SECONDS + 300), "wake"],
  ["301 s ahead", sign(PAYLOAD, ONE, SECONDS + 301), "timestamp_off"],
])("%s: %s", (_name, header, expected) => {
  expect(reasonOf(header)).toBe(expected);
});

test("during rotation both secrets are accepted, and blank ones never", () => {
  expect(reasonOf(sign(PAYLOAD, ONE), [TWO, ONE])).toBe("wake");
  expect(reasonOf(sign(PAYLOAD, TWO), [TWO, ONE])).toBe("wake");
  expect(reasonOf(sign(PAYLOAD, ONE), ["", " "])).toBe("signature_wrong");
  expect(reasonOf(sign(PAYLOAD, ONE), [])).toBe("signature_wrong");
});

test.each([
  ["text", "not json", "json_malformed "],
  ["no id", { type: "invoice.paid" }, "field_missing /id"],
  ["no object", { id: "evt_1", type: "invoice.paid", data: {} }, "field_missing /data/object"],
  [
    "a number as object",
    { id: "evt_1", type: "refund.created", data: { object: 5 } },
    "field_malformed /data/object",
  ],
])("a signed event with %s is malformed", (_name, body, fault) => {
  const heard = receive(body);
  if (heard.kind !== "malformed") throw new Error(heard.kind);
  expect(heard.faults.map((entry) => `${entry.code} ${entry.path}`)).toEqual([fault]);
});
