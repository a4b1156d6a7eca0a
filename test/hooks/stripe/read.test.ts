// Proves the read-back from Stripe through the real SDK against a local HTTP server: pages, deleted customers, refunds
// before and after basil, the poll, and how every kind of failure is told apart.
import { AppError } from "../../../src/errors";
import { STRIPE_API_VERSION } from "../../../src/hooks/stripe/client";
import { createStripePortal } from "../../../src/hooks/stripe/stripe";
import type { PortalConnection } from "../../../src/hooks/portal";
import { connectionOf } from "../../support/sign-webhook";
import { send, startStripe, type StripeStandIn } from "../../support/stripe-stand-in";
import { newInvoice, newLine, oldInvoice, PAID_AT } from "./shapes";

let stripe: StripeStandIn;
let connection: PortalConnection;
const { readInvoice, readRefund, listPaid } = createStripePortal({ fetch, timeoutMs: 2000 }) as Required<
  ReturnType<typeof createStripePortal>
>;

beforeAll(async () => {
  stripe = await startStripe();
});
afterAll(() => stripe.close());
beforeEach(() => {
  stripe.reset();
  connection = connectionOf("stripe", { api: { url: stripe.url, secret: "sk_test_1" } });
});

const paths = () => stripe.asked.map((call) => call.path.split("?")[0]);

async function failureOf(work: Promise<unknown>) {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof AppError)) throw new Error(`expected an AppError, got ${String(thrown)}`);
  return thrown;
}

async function invoiceFrom(raw: Record<string, unknown>) {
  stripe.world.invoices = [raw];
  const read = await readInvoice(connection, "in_1");
  if (read.kind !== "paid") throw new Error(read.kind);
  return read.invoice;
}

test("a paid invoice is read with its customer, at the pinned version, with the connection's key", async () => {
  expect(await invoiceFrom(newInvoice())).toMatchObject({
    invoiceId: "in_1",
    total: 111_000_000n,
    taxDay: "2026-11-03",
  });
  const sent = { version: STRIPE_API_VERSION, authorization: "Bearer sk_test_1" };
  expect(stripe.asked).toEqual([
    { path: "/v1/invoices/in_1", ...sent },
    { path: "/v1/customers/cus_1?expand[0]=tax_ids", ...sent },
    { path: "/v1/invoice_payments?invoice=in_1&limit=100", ...sent },
  ]);
});

test("T50: an invoice in the shape of 2020 gives the same as one of today", async () => {
  expect(await invoiceFrom(oldInvoice())).toEqual(await invoiceFrom(newInvoice()));
});

const manyLines = (count: number) =>
  Array.from({ length: count }, (_, index) => newLine({ id: `il_${index}` }));

test("T50: lines behind the first page are fetched, in order, each once", async () => {
  const all = manyLines(250);
  stripe.world.lines = { in_1: all };
  const invoice = await invoiceFrom(
    newInvoice({ lines: { object: "list", data: all.slice(0, 10), has_more: true } }),
  );
  expect(invoice.lines.map((line) => line.id)).toEqual(all.map((line) => line["id"]));
  expect(paths()).toEqual([
    "/v1/invoices/in_1",
    ...Array<string>(3).fill("/v1/invoices/in_1/lines"),
    "/v1/customers/cus_1",
    "/v1/invoice_payments",
  ]);
});

test("an invoice that came without its lines gets them", async () => {
  stripe.world.lines = { in_1: [newLine()] };
  expect((await invoiceFrom(newInvoice({ lines: {} }))).lines).toHaveLength(1);
});

test("1,000 lines are read, 1,001 are left to a person", async () => {
  stripe.world.lines = { in_1: manyLines(1000) };
  expect((await invoiceFrom(newInvoice({ lines: {} }))).lines).toHaveLength(1000);
  stripe.world.lines = { in_1: manyLines(1001) };
  const failure = await failureOf(invoiceFrom(newInvoice({ lines: {} })));
  expect(failure.code).toBe("portal_invoice_unreadable");
  expect(failure.faults[0]?.code).toBe("too_many_lines");
});

test.each([
  [
    "a customer",
    [{ id: "cus_1", name: "PT Dari Pelanggan", email: "a@b.example" }],
    "PT Dari Pelanggan",
    "a@b.example",
  ],
  ["a customer with less", [{ id: "cus_1", name: null, email: null }], "cus_1", null],
  ["a deleted customer", [{ id: "cus_1", object: "customer", deleted: true }], "cus_1", null],
  ["no customer at all", [], "cus_1", null],
])("what the invoice lacks is asked of %s", async (_name, customers, name, email) => {
  stripe.world.customers = customers;
  const invoice = await invoiceFrom(newInvoice({ customer_name: null, customer_email: null }));
  expect(invoice.account).toEqual({ id: "cus_1", name, email });
  expect(paths()).toEqual(["/v1/invoices/in_1", "/v1/customers/cus_1", "/v1/invoice_payments"]);
});

test("what is frozen on the invoice wins over the customer of today", async () => {
  stripe.world.customers = [{ id: "cus_1", name: "PT Baru", email: "baru@contoh.example" }];
  const invoice = await invoiceFrom(newInvoice({ customer_email: null }));
  expect(invoice.account).toEqual({ id: "cus_1", name: "PT Contoh Sejahtera", email: "baru@contoh.example" });
});

test.each([
  ["open", "unpaid"],
  ["draft", "unpaid"],
  ["void", "cancelled"],
  ["uncollectible", "other"],
])("an invoice that is %s is not paid, which means %s", async (status, state) => {
  stripe.world.invoices = [newInvoice({ status })];
  expect(await readInvoice(connection, "in_1")).toEqual({ kind: "notPaid", status, state });
});

test("an invoice Stripe does not know is absent", async () => {
  expect(await readInvoice(connection, "in_gone")).toEqual({ kind: "absent" });
});

const error = (type: string) => ({ error: { type, message: "no" } });

test.each([
  [401, error("invalid_request_error"), {}, "portal_unauthorized", undefined],
  [403, error("invalid_request_error"), {}, "portal_unauthorized", undefined],
  [429, error("rate_limit_error"), { "retry-after": "7" }, "portal_unavailable", 7000],
  [400, error("invalid_request_error"), {}, "portal_unavailable", undefined],
  [500, error("api_error"), {}, "portal_unavailable", undefined],
  [503, "<html>busy</html>", {}, "portal_unavailable", undefined],
  [404, "<html>not here</html>", {}, "portal_unavailable", undefined],
  [404, error("invalid_request_error"), {}, "portal_unavailable", undefined],
  [200, "<html>welcome</html>", { "content-type": "text/html" }, "portal_unavailable", undefined],
  [200, { ok: true }, {}, "portal_unavailable", undefined],
  [200, { id: "in_2", object: "invoice" }, {}, "portal_unavailable", undefined],
  [200, { id: "in_1", object: "invoice", status: "paid" }, {}, "portal_invoice_unreadable", undefined],
])("an answer of %i %j %j is %s", async (status, body, headers, code, waitMs) => {
  stripe.world.fault = (response) => send(response, status, body, headers);
  const failure = await failureOf(readInvoice(connection, "in_1"));
  expect({ code: failure.code, waitMs: failure.waitMs }).toEqual({ code, waitMs });
  if (status >= 400 && code === "portal_unavailable") expect(failure.says.en).toContain(`(status ${status})`);
  expect(stripe.asked).toHaveLength(1);
});

test("a connection that breaks off is told as unavailable", async () => {
  stripe.world.fault = (response) => response.destroy();
  expect((await failureOf(readInvoice(connection, "in_1"))).code).toBe("portal_unavailable");
});

test("an answer that never comes ends at the time-out", async () => {
  stripe.world.fault = () => {};
  const hasty = createStripePortal({ fetch, timeoutMs: 100 });
  const { code, says } = await failureOf(hasty.readInvoice!(connection, "in_1"));
  expect([code, says.en]).toEqual(["portal_unavailable", expect.stringContaining("(ETIMEDOUT)")]);
});

test("where nobody listens, what the system calls it is told", async () => {
  const gone = await startStripe();
  await gone.close();
  const failure = await failureOf(
    readInvoice(connectionOf("stripe", { api: { url: gone.url, secret: "sk_test_1" } }), "in_1"),
  );
  expect(failure.code).toBe("portal_unavailable");
  for (const words of [failure.says.id, failure.says.en]) expect(words).toContain("(ECONNREFUSED)");
});

test.each([
  ["no API", null, "portal_unauthorized"],
  ["no key", { url: "http://127.0.0.1:1" }, "portal_unauthorized"],
  ["an address that is none", { url: "stripe", secret: "sk" }, "portal_unavailable"],
  ["nobody at the address", { url: "http://127.0.0.1:1", secret: "sk" }, "portal_unavailable"],
])("with %s the failure is a rejection, never a throw", async (_name, api, code) => {
  const broken = connectionOf("stripe", { api });
  expect((await failureOf(readInvoice(broken, "in_1"))).code).toBe(code);
  expect((await failureOf(readRefund(broken, "re_1"))).code).toBe(code);
  expect((await failureOf(idsSince(new Date(0), broken))).code).toBe(code);
});

const refund = (more: Record<string, unknown> = {}) => ({
  id: "re_1",
  object: "refund",
  amount: 5_500_000,
  currency: "idr",
  created: PAID_AT + 86_400,
  status: "succeeded",
  reason: "requested_by_customer",
  payment_intent: "pi_1",
  charge: "ch_1",
  ...more,
});
const payment = (invoice: string, intent = "pi_1") => ({
  invoice,
  payment: { type: "payment_intent", payment_intent: intent },
});

test("T52: a refund finds its invoice through the payment", async () => {
  stripe.world.refunds = [refund()];
  stripe.world.invoicePayments = [payment("in_other", "pi_2"), payment("in_1")];
  expect(await readRefund(connection, "re_1")).toEqual({
    invoiceId: "in_1",
    amount: 5_500_000n,
    refundedAt: new Date("2026-11-04T02:10:00Z"),
    state: "done",
    reason: "requested_by_customer",
    alsoRefunds: [],
  });
});

test.each([
  ["the charge's own field, as before basil", refund(), { id: "ch_1", invoice: "in_1" }, [], "in_1"],
  [
    "the payment behind its charge",
    refund({ payment_intent: null }),
    { id: "ch_1", payment_intent: "pi_1" },
    [payment("in_1")],
    "in_1",
  ],
  [
    "nothing when the payment settled two",
    refund({ charge: null }),
    { id: "ch_1" },
    [payment("in_1"), payment("in_2")],
    null,
  ],
  [
    "the one whose payment stands",
    refund({ charge: null }),
    { id: "ch_1" },
    [
      { ...payment("in_2"), status: "canceled" },
      { ...payment("in_1"), status: "paid" },
    ],
    "in_1",
  ],
  ["nothing when there was no invoice", refund(), { id: "ch_1", payment_intent: "pi_1" }, [], null],
  ["nothing when the charge is gone", refund(), { id: "ch_9" }, [], null],
  [
    "nothing without payment and charge",
    refund({ payment_intent: null, charge: null }),
    { id: "ch_1" },
    [],
    null,
  ],
])("a refund's invoice is %s", async (_name, raw, charge, payments, invoiceId) => {
  Object.assign(stripe.world, { refunds: [raw], charges: [charge], invoicePayments: payments });
  expect((await readRefund(connection, "re_1")).invoiceId).toBe(invoiceId);
});

test.each([
  ["succeeded", "done"],
  ["pending", "pending"],
  ["requires_action", "pending"],
  ["failed", "failed"],
  ["canceled", "failed"],
  ["a_new_word", "pending"],
  [null, "pending"],
])("a refund that Stripe calls %s is %s", async (status, state) => {
  stripe.world.refunds = [refund({ status, charge: null, payment_intent: null })];
  expect((await readRefund(connection, "re_1")).state).toBe(state);
});

test("a failed refund gives the reason of the failure", async () => {
  stripe.world.refunds = [refund({ status: "failed", failure_reason: "lost_or_stolen_card" })];
  expect((await readRefund(connection, "re_1")).reason).toBe("lost_or_stolen_card");
});

test("a refund Stripe does not know will not appear by asking again", async () => {
  expect(await failureOf(readRefund(connection, "re_9"))).toMatchObject({
    code: "not_found",
    mayRetry: false,
  });
});

async function idsSince(since: Date, from = connection): Promise<string[]> {
  const ids: string[] = [];
  for await (const row of listPaid(from, { kind: "since", since })) ids.push(row.invoiceId);
  return ids;
}

const DAY = 86_400;
const SINCE = new Date(PAID_AT * 1000);
const paidAt = (id: string, created: number, paid: number | null, status = "paid") =>
  newInvoice({ id, created, status, status_transitions: { paid_at: paid } });

test("the poll gives what was paid since, however long before it was made, up to pollDays", async () => {
  stripe.world.invoices = [
    paidAt("in_now", PAID_AT, PAID_AT),
    paidAt("in_just_before", PAID_AT, PAID_AT - 1),
    paidAt("in_made_45_days_ago", PAID_AT - 45 * DAY, PAID_AT + 5),
    paidAt("in_made_46_days_ago", PAID_AT - 46 * DAY, PAID_AT + 5),
    paidAt("in_open", PAID_AT, null, "open"),
    paidAt("in_without_time", PAID_AT, null),
  ];
  expect(await idsSince(SINCE)).toEqual(["in_now", "in_made_45_days_ago"]);
  connection = { ...connection, options: { pollDays: 60 } };
  expect(await idsSince(SINCE)).toEqual(["in_now", "in_made_45_days_ago", "in_made_46_days_ago"]);
});

test("the poll reads every page, and only those", async () => {
  stripe.world.invoices = Array.from({ length: 201 }, (_, index) => paidAt(`in_${index}`, PAID_AT, PAID_AT));
  expect(await idsSince(SINCE)).toHaveLength(201);
  const lists = stripe.asked.filter((call) => call.path.startsWith("/v1/invoices?"));
  expect(lists).toHaveLength(3);
});

test("one odd invoice in the list does not hide the others", async () => {
  stripe.world.invoices = [
    { ...paidAt("in_odd", PAID_AT, PAID_AT), total: "odd" },
    paidAt("in_1", PAID_AT, PAID_AT),
  ];
  expect(await idsSince(SINCE)).toEqual(["in_odd", "in_1"]);
});

test("a list that promises more and gives nothing is an error, not an endless poll", async () => {
  stripe.world.fault = (response) => send(response, 200, { object: "list", data: [], has_more: true });
  expect((await failureOf(idsSince(SINCE))).code).toBe("portal_unavailable");
  expect(stripe.asked).toHaveLength(1);
});
