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
  ["invoice.paid", "wake"],
  ["invoice.refunded", "wake"],
  ["invoice.unpaid", "unpaid"],
  ["invoice.cancelled", "cancelled"],
])("%s is heard as %s", (type, kind) => {
  const saidAt = new Date("2026-11-03T02:10:00Z");
  expect(receive(event(type, 1234))).toEqual({ kind, deliveryId: "msg_1", invoiceId: "1234", saidAt });
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

test.each(["invoice.created", "toString", "__proto__"])("%s is ignored", (type) => {
  expect(receive(event(type, 1))).toEqual({ kind: "ignored", deliveryId: "msg_1", reason: "event_not_used" });
});

test("a stranger's signature is refused", () => {
  const delivery = deliveryOf(event("invoice.paid", 1), { at: NOW, secret: secretNamed("stranger") });
  expect(receiveWhmcs(connection, delivery)).toEqual({ kind: "badSignature", reason: "signature_wrong" });
});
