// Proves what the small signed messages of the WHMCS module wake up, and that nothing but an invoice id is believed.
import { receiveWhmcs } from "../../../src/hooks/whmcs/receive";
import { connectionOf, deliveryOf, secretNamed } from "../../support/sign-webhook";

const NOW = new Date("2026-11-03T02:10:00Z");
const connection = connectionOf("whmcs");
const event = (type: string, invoiceId: unknown) => ({
  type,
  timestamp: "2026-11-03T09:10:00+07:00",
  data: { invoiceId },
});
const receive = (body: unknown) => receiveWhmcs(connection, deliveryOf(body, { at: NOW }));

test.each([
  ["invoice.paid", { paid: true }],
  ["invoice.refunded", { later: true }],
  ["invoice.unpaid", { later: true, onlyKnown: true }],
  ["invoice.cancelled", { later: true, onlyKnown: true }],
])("%s is believed in nothing but its number: it is read back", (type, how) => {
  expect(receive(event(type, 1234))).toEqual({
    kind: "wake",
    deliveryId: "msg_1",
    invoiceId: "1234",
    ...how,
  });
});

const told = (type: string, data: Record<string, unknown>) =>
  receive({ type, timestamp: "2026-11-03T09:10:00+07:00", data });

test.each([
  ["invoice.created", { invoiceId: 12 }, { kind: "billWake", invoiceId: "12" }],
  [
    "transaction.added",
    { transactionId: 5, invoiceId: "12" },
    { kind: "wake", invoiceId: "12", later: true },
  ],
  ["transaction.added", { transactionId: 5 }, { kind: "ignored", reason: "transaction_without_invoice" }],
  [
    "transaction.added",
    { transactionId: 5, invoiceId: 0 },
    { kind: "ignored", reason: "transaction_without_invoice" },
  ],
  ["client.updated", { clientId: 77 }, { kind: "accountWake", accountId: "77" }],
  ["service.changed", { serviceId: "D7" }, { kind: "serviceChanged", serviceId: "D7" }],
  ["ticket.opened", { ticketId: 3 }, { kind: "ignored", reason: "ticket_read_when_named" }],
])("%s with %j asks for what it is about", (type, data, heard) => {
  expect(told(type, data)).toEqual({ deliveryId: "msg_1", ...heard });
});

test.each([
  ["client.updated", { clientId: "-1" }, "/data/clientId"],
  ["service.changed", { serviceId: "X7" }, "/data/serviceId"],
  ["service.changed", { serviceId: 7 }, "/data/serviceId"],
  ["transaction.added", { transactionId: 5, invoiceId: "x" }, "/data/invoiceId"],
])("%s with %j is refused with the place", (type, data, path) => {
  expect(told(type, data)).toMatchObject({ kind: "malformed", faults: [{ code: "field_malformed", path }] });
});

test("a number in quotes is the same invoice", () => {
  expect(receive(event("invoice.paid", "1234"))).toMatchObject({ kind: "wake", invoiceId: "1234" });
});

test.each([0, -1, 1.5, "0012", "12a", "", {}, true, 1e300])("an invoice id of %j is refused", (invoiceId) => {
  expect(receive(event("invoice.paid", invoiceId))).toMatchObject({
    kind: "malformed",
    faults: [{ code: "field_malformed", path: "/data/invoiceId" }],
  });
});

test("what is missing is named", () => {
  const heard = receive({ type: "invoice.paid" });
  expect(heard).toMatchObject({ kind: "malformed" });
  expect(heard.kind === "malformed" && heard.faults.map((fault) => `${fault.code} ${fault.path}`)).toEqual([
    "field_missing /timestamp",
    "field_missing /data",
  ]);
});

test.each(["invoice.split", "toString", "__proto__"])("%s is ignored", (type) => {
  expect(receive(event(type, 1))).toEqual({ kind: "ignored", deliveryId: "msg_1", reason: "event_not_used" });
});

test("a stranger's signature is refused", () => {
  const delivery = deliveryOf(event("invoice.paid", 1), { at: NOW, secret: secretNamed("stranger") });
  expect(receiveWhmcs(connection, delivery)).toEqual({ kind: "badSignature", reason: "signature_wrong" });
});
