// Proves how a generic portal's events are read: the contract's own example comes out whole, every fault is told at
// once with its JSON pointer, and arbitrary JSON is either heard or refused with faults, never an exception.
import fc from "fast-check";
import { genericPortal, readGenericEvent, receiveGeneric } from "../../src/hooks/generic";
import type { Heard, Refusal } from "../../src/hooks/portal";
import { connectionOf, deliveryOf, secretNamed } from "../support/sign-webhook";

const NOW = new Date("2026-11-03T02:10:00Z");

const line = {
  id: "1",
  kind: "hosting",
  description: "Web Hosting Bisnis (2026-11-03 - 2027-11-02)",
  quantity: 1,
  amount: "1000000.00",
  taxed: true,
  serviceId: "S12",
  periodStart: "2026-11-03",
  periodEnd: "2027-11-02",
};
const account = { id: "77", name: "PT Contoh Sejahtera", email: "billing@contoh.example" };
const invoice = {
  id: "1234",
  number: "INV-2026-1234",
  currency: "IDR",
  pricesIncludeTax: false,
  paidAt: "2026-11-03T09:10:00+07:00",
  subtotal: "1000000.00",
  tax: "110000.00",
  total: "1110000.00",
  lines: [line],
};
const event = (type: string, data: unknown) => ({ type, timestamp: "2026-11-03T09:10:00+07:00", data });
const paid = (more: object = {}, who: object = account) =>
  event("invoice.paid", { account: who, invoice: { ...invoice, ...more } });
const withLine = (more: object) => paid({ lines: [{ ...line, ...more }] });

const read = (body: unknown) => readGenericEvent("msg_1", body);

const faultsIn = (heard: Heard | Refusal): string[] => {
  if (heard.kind !== "malformed") throw new Error(`expected faults, heard ${heard.kind}`);
  return heard.faults.map((fault) => `${fault.code} ${fault.path}`).sort();
};

const invoiceIn = (heard: Heard | Refusal) => {
  if (heard.kind !== "paid") throw new Error(`expected an invoice, heard ${JSON.stringify(heard)}`);
  return heard.invoice;
};

test("the contract's own example is read whole", () => {
  expect(receiveGeneric(connectionOf("generic"), deliveryOf(paid(), { at: NOW }))).toEqual({
    kind: "paid",
    deliveryId: "msg_1",
    saidAt: new Date("2026-11-03T02:10:00Z"),
    invoice: {
      invoiceId: "1234",
      number: "INV-2026-1234",
      account,
      currency: "IDR",
      pricesIncludeTax: false,
      paidAt: new Date("2026-11-03T02:10:00Z"),
      taxDay: "2026-11-03",
      subtotal: 100_000_000n,
      tax: 11_000_000n,
      total: 111_000_000n,
      lines: [{ ...line, quantity: 100n, amount: 100_000_000n, appliesTo: null }],
    },
  });
});

test("the portal of this kind reads nothing back", () => {
  expect(Object.keys(genericPortal).sort()).toEqual(["kind", "receive"]);
});

test("a wrong signature is refused before the body is looked at", () => {
  const delivery = deliveryOf(Buffer.from("not json"), { at: NOW, secret: secretNamed("stranger") });
  expect(receiveGeneric(connectionOf("generic"), delivery)).toEqual({
    kind: "badSignature",
    reason: "signature_wrong",
  });
});

test.each([
  ["text", Buffer.from("not json")],
  ["nothing", Buffer.alloc(0)],
  ["broken UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ["two documents", Buffer.from("{}{}")],
])("a signed body of %s is not JSON", (_name, body) => {
  expect(faultsIn(receiveGeneric(connectionOf("generic"), deliveryOf(body, { at: NOW })))).toEqual([
    "json_malformed ",
  ]);
});

test.each([
  ["2026-11-03T23:59:59+07:00", "2026-11-03"],
  ["2026-11-04T00:00:01+07:00", "2026-11-04"],
  ["2026-11-30T17:00:00Z", "2026-12-01"],
  ["2026-11-30T16:59:59.999Z", "2026-11-30"],
  ["2026-11-30T10:00-09:30", "2026-12-01"],
])("paid at %s has the tax day %s", (paidAt, taxDay) => {
  expect(invoiceIn(read(paid({ paidAt }))).taxDay).toBe(taxDay);
});

test.each([
  "2026-11-03T09:10:00",
  "2026-11-03",
  "2026-02-30T09:10:00+07:00",
  "2026-11-03T24:00:00+07:00",
  "2026-11-03 09:10:00+07:00",
  "2026-11-03T09:10:00+0700",
  "0000-00-00T00:00:00Z",
  "0000-01-01T00:00:00+14:00",
  "1969-12-31T23:59:59Z",
  "9999-01-01T00:00:00Z",
  "9998-12-31T23:59:59-14:00",
  "9999-12-31T23:59:59Z",
  1793671800,
])("a payment time of %j is refused", (paidAt) => {
  expect(faultsIn(read(paid({ paidAt })))).toEqual(["field_malformed /data/invoice/paidAt"]);
});

test("every fault of a broken invoice is told at once, with its address", () => {
  const body = event("invoice.paid", {
    account: { id: "", email: 7 },
    invoice: {
      ...invoice,
      id: { a: 1 },
      currency: "idr",
      pricesIncludeTax: "yes",
      total: 1110000,
      tax: null,
      lines: [
        { ...line, kind: "gift", quantity: 0 },
        { ...line, amount: "1.234", periodEnd: "2026-11-31" },
        { ...line, id: "3", kind: "discount", amount: "5.00", appliesTo: "9" },
        { ...line, id: "4", periodEnd: "2026-11-02" },
        "line",
      ],
    },
  });
  const at = "/data/invoice";
  expect(faultsIn(read({ ...body, timestamp: undefined }))).toEqual(
    [
      "field_missing /timestamp",
      "field_malformed /data/account/id",
      "field_missing /data/account/name",
      "field_malformed /data/account/email",
      `field_malformed ${at}/id`,
      `field_malformed ${at}/currency`,
      `field_malformed ${at}/pricesIncludeTax`,
      `field_malformed ${at}/total`,
      `field_missing ${at}/tax`,
      `field_malformed ${at}/lines/0/kind`,
      `field_malformed ${at}/lines/0/quantity`,
      `field_malformed ${at}/lines/1/amount`,
      `field_malformed ${at}/lines/1/periodEnd`,
      `line_id_repeated ${at}/lines/1/id`,
      `discount_positive ${at}/lines/2/amount`,
      `line_unknown ${at}/lines/2/appliesTo`,
      `period_reversed ${at}/lines/3/periodEnd`,
      `field_malformed ${at}/lines/4`,
    ].sort(),
  );
});

test("each fault says what is wrong and what to do, in both languages", () => {
  const heard = read(paid({ total: 5, lines: [{ ...line, kind: "discount" }] }));
  if (heard.kind !== "malformed") throw new Error("expected faults");
  expect(heard.faults).toHaveLength(2);
  for (const { message, fix } of heard.faults) {
    for (const words of [message.id, message.en, fix.id, fix.en]) expect(words).toMatch(/\S+ \S+/);
    expect(message.id).not.toBe(message.en);
  }
});

test("a missing field is told with the fix of that field", () => {
  const heard = read(paid({ currency: undefined }));
  expect(heard).toMatchObject({ faults: [{ code: "field_missing", fix: { en: 'Example: "IDR".' } }] });
});

test.each([
  ["a JSON number for money", paid({ total: 1110000 }), "/data/invoice/total"],
  ["16 digits of money", paid({ total: "1234567890123456" }), "/data/invoice/total"],
  ["no lines", paid({ lines: [] }), "/data/invoice/lines"],
  ["1,001 lines", paid({ lines: Array.from({ length: 1001 }, () => ({})) }), "/data/invoice/lines"],
  ["lines that are no list", paid({ lines: { 0: line } }), "/data/invoice/lines"],
  ["3 decimals of quantity", withLine({ quantity: 1.005 }), "/data/invoice/lines/0/quantity"],
  ["a quantity above 10⁹", withLine({ quantity: 1_000_000_000.5 }), "/data/invoice/lines/0/quantity"],
  ["a negative quantity", withLine({ quantity: -1 }), "/data/invoice/lines/0/quantity"],
  ["taxed as 1", withLine({ taxed: 1 }), "/data/invoice/lines/0/taxed"],
  ["a description of blanks", withLine({ description: " \u0000\n" }), "/data/invoice/lines/0/description"],
  [
    "a description of 501 characters",
    withLine({ description: "x".repeat(501) }),
    "/data/invoice/lines/0/description",
  ],
  ["an id of 101 characters", paid({ id: "x".repeat(101) }), "/data/invoice/id"],
  ["an id with a blank at its end", paid({ id: "12 " }), "/data/invoice/id"],
  ["an id with half a surrogate", paid({ id: "a\ud800" }), "/data/invoice/id"],
  ["an id with decimals", paid({ id: 1.5 }), "/data/invoice/id"],
  ["a name of 256 characters", paid({}, { ...account, name: "x".repeat(256) }), "/data/account/name"],
  [
    "two addresses as mail",
    paid({}, { ...account, email: "a@b.example, c@d.example" }),
    "/data/account/email",
  ],
])("%s is refused at %s", (_name, body, path) => {
  expect(faultsIn(read(body))).toEqual([`field_malformed ${path}`]);
});

test.each([
  [{ quantity: 2.5 }, { quantity: 250n }],
  [{ quantity: "0.01" }, { quantity: 1n }],
  [{ quantity: 1_000_000_000 }, { quantity: 100_000_000_000n }],
  [
    { id: 7, serviceId: 12 },
    { id: "7", serviceId: "12" },
  ],
  [{ description: "Hosting\r\nServer\u0007 A\u2028B" }, { description: "Hosting  Server  A B" }],
  [{ description: "x".repeat(500) }, { description: "x".repeat(500) }],
  [
    { serviceId: "", periodStart: "", periodEnd: null, appliesTo: "" },
    { serviceId: null, periodStart: null, periodEnd: null, appliesTo: null },
  ],
  [{ kind: "item", amount: "-5.5" }, { amount: -550n }],
  [{ kind: "discount", amount: "0" }, { amount: 0n }],
  [{ periodEnd: "2026-11-03" }, { periodEnd: "2026-11-03" }],
])("a line with %j is read as %j", (given, expected) => {
  expect(invoiceIn(read(withLine(given))).lines[0]).toMatchObject(expected);
});

test("a discount may name its line, and unknown keys are passed over", () => {
  const discount = { ...line, id: 2, kind: "discount", amount: "-100.00", appliesTo: 1, colour: "red" };
  const heard = invoiceIn(read(paid({ lines: [line, discount], later: true, number: null })));
  expect(heard.number).toBeNull();
  expect(heard.lines[1]).toMatchObject({ id: "2", amount: -10_000n, appliesTo: "1" });
  expect(heard).not.toHaveProperty("later");
});

test("a line cannot be the discount of itself", () => {
  const body = withLine({ kind: "discount", amount: "-1", appliesTo: "1" });
  expect(faultsIn(read(body))).toEqual(["line_unknown /data/invoice/lines/0/appliesTo"]);
});

test("a negative total is read; holding it is for the rules", () => {
  expect(invoiceIn(read(paid({ total: "-1.00" }))).total).toBe(-100n);
});

const SAID_AT = new Date("2026-11-03T02:10:00Z");
const REFUNDED_AT = "2026-11-05T10:00:00+07:00";

test.each([
  [
    event("invoice.refunded", { invoiceId: 1234, refundedAt: REFUNDED_AT }),
    { kind: "refunded", invoiceId: "1234", amount: null, refundedAt: new Date(REFUNDED_AT), reason: null },
  ],
  [
    event("invoice.refunded", {
      invoiceId: "1234",
      amount: "55000",
      refundedAt: REFUNDED_AT,
      reason: "salah\nbeli",
    }),
    {
      kind: "refunded",
      invoiceId: "1234",
      amount: 5_500_000n,
      refundedAt: new Date(REFUNDED_AT),
      reason: "salah beli",
    },
  ],
  [event("invoice.unpaid", { invoiceId: 9 }), { kind: "unpaid", invoiceId: "9", saidAt: SAID_AT }],
  [event("invoice.cancelled", { invoiceId: "9" }), { kind: "cancelled", invoiceId: "9", saidAt: SAID_AT }],
  [
    event("account.updated", { account: { id: 77, name: "PT Baru", email: "" } }),
    { kind: "accountUpdated", account: { id: "77", name: "PT Baru", email: null } },
  ],
  [
    event("service.moved", { serviceId: "S12", fromAccount: 77, toAccount: "78", ticket: "ABC-1" }),
    {
      kind: "serviceMoved",
      serviceId: "S12",
      fromAccount: "77",
      toAccount: "78",
      ticket: "ABC-1",
      saidAt: SAID_AT,
    },
  ],
  [
    event("service.moved", { serviceId: "D7", fromAccount: 77, toAccount: 78 }),
    {
      kind: "serviceMoved",
      serviceId: "D7",
      fromAccount: "77",
      toAccount: "78",
      ticket: null,
      saidAt: SAID_AT,
    },
  ],
])("%j is heard", (body, expected) => {
  expect(read(body)).toEqual({ deliveryId: "msg_1", ...expected });
});

test.each([
  [
    "a refund of an empty amount",
    event("invoice.refunded", { invoiceId: 1, amount: "", refundedAt: REFUNDED_AT }),
    "/data/amount",
  ],
  [
    "a refund of nothing",
    event("invoice.refunded", { invoiceId: 1, amount: "0", refundedAt: REFUNDED_AT }),
    "/data/amount",
  ],
  [
    "a refund without zone",
    event("invoice.refunded", { invoiceId: 1, refundedAt: "2026-11-05T10:00:00" }),
    "/data/refundedAt",
  ],
  ["a list as data", event("invoice.unpaid", []), "/data"],
])("%s is refused at %s", (_name, body, path) => {
  expect(faultsIn(read(body))).toContain(`field_malformed ${path}`);
});

test("another type of event is ignored, whatever else it carries", () => {
  expect(read({ type: "quote.created" })).toEqual({
    kind: "ignored",
    deliveryId: "msg_1",
    reason: "event_not_used",
  });
});

test.each([
  [null, "field_missing "],
  [[], "field_malformed "],
  ["x", "field_malformed "],
  [{}, "field_missing /type"],
  [{ type: 5 }, "field_malformed /type"],
  [{ type: "toString", data: {} }, null],
])("a body of %j is refused with %s", (body, fault) => {
  const heard = read(body);
  if (fault === null) expect(heard.kind).toBe("ignored");
  else expect(faultsIn(heard)).toEqual([fault]);
});

const spoiled = fc.oneof(
  fc.jsonValue(),
  fc.constant(undefined),
  fc.constantFrom("", "0", "-1", "1e9", "2026-11-03"),
);

test("arbitrary JSON is heard or refused with faults, never an exception", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("invoice.paid", "invoice.refunded", "service.moved", "x"),
      fc.jsonValue(),
      (type, data) => {
        const heard = read({ type, timestamp: "2026-11-03T09:10:00+07:00", data });
        if (heard.kind === "malformed") expect(heard.faults.length).toBeGreaterThan(0);
        else expect(heard.kind).not.toBe("badSignature");
      },
    ),
  );
});

test("one spoiled field of a good invoice is either read or named by its own address", () => {
  const invoiceFields = fc.constantFrom(...Object.keys(invoice)).map((name) => [name, "invoice"] as const);
  const lineFields = fc.constantFrom(...Object.keys(line)).map((name) => [name, "line"] as const);
  fc.assert(
    fc.property(fc.oneof(invoiceFields, lineFields), spoiled, ([name, where], value) => {
      const body = where === "invoice" ? paid({ [name]: value }) : withLine({ [name]: value });
      const heard = read(body);
      if (heard.kind === "paid") return;
      const address = where === "invoice" ? `/data/invoice/${name}` : `/data/invoice/lines/0/`;
      if (heard.kind !== "malformed") throw new Error(heard.kind);
      for (const fault of heard.faults) expect(fault.path.startsWith(address)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
