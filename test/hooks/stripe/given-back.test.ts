// Proves that money given back is told once, whatever Stripe says first: refunds that fail later, a charge that only
// wakes, and credit notes, which count as far as their refunds do not tell of the same money. The real SDK over HTTP.
import type { PortalConnection } from "../../../src/hooks/portal";
import { createStripePortal } from "../../../src/hooks/stripe/stripe";
import { connectionOf } from "../../support/sign-webhook";
import { startStripe, type StripeStandIn } from "../../support/stripe-stand-in";
import { newInvoice, PAID_AT } from "./shapes";

let stripe: StripeStandIn;
let connection: PortalConnection;
const portal = createStripePortal({ fetch, timeoutMs: 2000 });
const read = (id: string) => portal.readRefund!(connection, id);

beforeAll(async () => {
  stripe = await startStripe();
});
afterAll(() => stripe.close());
beforeEach(() => {
  stripe.reset();
  connection = connectionOf("stripe", { api: { url: stripe.url, secret: "sk_test_1" } });
  stripe.world.invoices = [newInvoice()];
  stripe.world.invoicePayments = [
    { invoice: "in_1", payment: { type: "payment_intent", payment_intent: "pi_1" } },
  ];
});

type Json = Record<string, unknown>;

const refund = (id: string, amount: number, more: Json = {}): Json => ({
  ...{ id, object: "refund", amount, currency: "idr", created: PAID_AT + 60, status: "succeeded" },
  ...{ payment_intent: "pi_1", charge: "ch_1", reason: null, ...more },
});

/** As today: what was given back after the payment, and the refunds that did it. */
const note = (amount: number, refunds: readonly [id: string, amount: number][], more: Json = {}): Json => ({
  ...{ id: "cn_1", object: "credit_note", invoice: "in_1", amount, total: amount, currency: "idr" },
  ...{ created: PAID_AT + 120, number: "INV-0001-CN-01", reason: "order_change", status: "issued" },
  ...{ type: "post_payment", pre_payment_amount: 0, post_payment_amount: amount },
  refunds: refunds.map(([id, part]) => ({ amount_refunded: part, refund: id, type: "refund" })),
  ...more,
});

test("a refund of everything is one of the whole invoice", async () => {
  stripe.world.refunds = [refund("re_1", 111_000_000), refund("re_2", 110_999_999)];
  expect((await read("re_1")).amount).toBeNull();
  expect((await read("re_2")).amount).toBe(110_999_999n);
});

test("charge.refunded only wakes: the refunds of the charge are read for themselves", async () => {
  stripe.world.refunds = [refund("re_2", 5), refund("re_1", 7), refund("re_3", 9, { charge: "ch_2" })];
  expect(await read("ch_1")).toMatchObject({ invoiceId: null, alsoRefunds: ["re_2", "re_1"] });
  await expect(read("ch_9")).rejects.toMatchObject({ code: "not_found" });
});

test("a credit note whose refund tells it all adds nothing and has the refund read", async () => {
  stripe.world.refunds = [refund("re_1", 500_00)];
  stripe.world.creditNotes = [note(500_00, [["re_1", 500_00]])];
  expect(await read("cn_1")).toMatchObject({ invoiceId: "in_1", state: "failed", alsoRefunds: ["re_1"] });
});

test("a credit note to the customer's balance stands for itself", async () => {
  stripe.world.creditNotes = [note(500_00, [])];
  expect(await read("cn_1")).toEqual({
    ...{ invoiceId: "in_1", amount: 500_00n, state: "done", alsoRefunds: [] },
    refundedAt: new Date((PAID_AT + 120) * 1000),
    reason: "credit note INV-0001-CN-01 order_change",
  });
});

test("a credit note that is refunded in part stands for the rest", async () => {
  stripe.world.refunds = [refund("re_1", 300_00)];
  stripe.world.creditNotes = [note(500_00, [["re_1", 200_00]])];
  expect(await read("cn_1")).toMatchObject({ amount: 300_00n, state: "done", alsoRefunds: ["re_1"] });
});

test("a credit note of everything is one of the whole invoice", async () => {
  stripe.world.creditNotes = [note(111_000_000, [])];
  expect(await read("cn_1")).toMatchObject({ amount: null, state: "done" });
});

test("T52: when its refund fails the note speaks for it again, and the refund sends there", async () => {
  stripe.world.refunds = [refund("re_1", 500_00, { status: "failed", failure_reason: "declined" })];
  stripe.world.creditNotes = [note(500_00, [["re_1", 500_00]]), note(7, [], { id: "cn_2" })];
  expect(await read("re_1")).toMatchObject({ state: "failed", reason: "declined", alsoRefunds: ["cn_1"] });
  expect(await read("cn_1")).toMatchObject({ amount: 500_00n, state: "done", alsoRefunds: [] });
});

const beside = async () => {
  const found = await portal.readInvoice!(connection, "in_1");
  if (found.kind !== "paid") throw new Error(found.kind);
  return (found.refunds ?? []).map(({ refundId, amount, state }) => [refundId, amount, state]);
};

test("T43: an invoice is read with what was given back of it, each once, and without what failed", async () => {
  stripe.world.invoices = [newInvoice({ post_payment_credit_notes_amount: 111_000_000 })];
  stripe.world.refunds = [
    refund("re_1", 300_00),
    refund("re_2", 200_00, { status: "failed" }),
    refund("re_3", 100_00, { status: "pending" }),
    refund("re_9", 100_00, { payment_intent: "pi_9" }),
  ];
  stripe.world.creditNotes = [
    note(800_00, [["re_1", 300_00]]),
    note(700_00, [], { id: "cn_2", status: "void" }),
    note(600_00, [["re_3", 600_00]], { id: "cn_3" }),
  ];
  expect(await beside()).toEqual([
    ["re_1", 300_00n, "done"],
    ["re_3", 100_00n, "pending"],
    ["cn_1", 500_00n, "done"],
  ]);
});

describe("one payment over several invoices", () => {
  const over = (...invoices: readonly string[]) => {
    const payment = { type: "payment_intent", payment_intent: "pi_1" };
    stripe.world.invoicePayments = invoices.map((invoice) => ({ invoice, status: "paid", payment }));
    stripe.world.invoices = invoices.map((id, index) => newInvoice({ id, total: 111_000_000 * (index + 1) }));
  };
  const shared = async (id: string) =>
    ((await read(id)).shared ?? []).map(({ refundId, amount, state }) => [refundId, amount, state]);

  test.each([
    ["a refund", () => (stripe.world.refunds = [refund("re_1", 111_000_000)]), "re_1", "done"],
    [
      "a dispute",
      () => (stripe.world.disputes = [refund("du_1", 111_000_000, { status: "lost" })]),
      "du_1",
      "done",
    ],
    [
      "a refund that failed",
      () => (stripe.world.refunds = [refund("re_1", 111_000_000, { status: "failed" })]),
      "re_1",
      "failed",
    ],
  ])("%s is told of each, as the whole where it is no less", async (_what, hold, id, state) => {
    over("in_1", "in_2");
    hold();
    expect((await read(id)).invoiceId).toBeNull();
    expect(await shared(id)).toEqual([
      [`${id}-for-in_1`, null, state],
      [`${id}-for-in_2`, 111_000_000n, state],
    ]);
  });

  test("what was taken off an invoice again has settled nothing there", async () => {
    over("in_1", "in_2");
    Object.assign(stripe.world.invoicePayments[1]!, { status: "canceled" });
    stripe.world.refunds = [refund("re_1", 500_00)];
    expect(await read("re_1")).toMatchObject({ invoiceId: "in_1", amount: 500_00n });
    expect(await shared("re_1")).toEqual([]);
  });

  test("an invoice is read with its share, under the same name", async () => {
    over("in_1", "in_2");
    stripe.world.refunds = [refund("re_1", 500_00)];
    expect(await beside()).toEqual([["re_1-for-in_1", 500_00n, "done"]]);
  });

  test("a credit note that names the refund says which it was for", async () => {
    over("in_1", "in_2");
    stripe.world.refunds = [refund("re_1", 500_00)];
    stripe.world.creditNotes = [note(500_00, [["re_1", 500_00]])];
    expect(await shared("re_1")).toEqual([
      ["re_1-for-in_1", 500_00n, "done"],
      ["re_1-for-in_2", 500_00n, "failed"],
    ]);
    stripe.world.refunds = [refund("re_1", 500_00, { status: "failed" })];
    expect(await read("re_1")).toMatchObject({ alsoRefunds: ["cn_1"] });
    stripe.world.refunds = [refund("re_1", 500_00)];
    // A key without the right to read notes loses the hint, not the refund.
    stripe.world.forbids = (path) => path.startsWith("/v1/credit_notes");
    expect((await shared("re_1")).map(([, , state]) => state)).toEqual(["done", "done"]);
  });
});

test("a credit note whose refund Stripe does not have speaks for it", async () => {
  stripe.world.invoices = [newInvoice({ post_payment_credit_notes_amount: 111_000_000 })];
  stripe.world.creditNotes = [note(111_000_000, [["re_gone", 111_000_000]])];
  expect(await beside()).toEqual([["cn_1", null, "done"]]);
});

test("an invoice of which nothing was given back costs no look at credit notes", async () => {
  expect(await beside()).toEqual([]);
  expect(stripe.asked.some(({ path }) => path.includes("credit_notes"))).toBe(false);
});

test("a key that may not read payments still reads invoices, and one that may not read a note that is there does not", async () => {
  stripe.world.refunds = [refund("re_1", 300_00)];
  stripe.world.forbids = (path) => path.startsWith("/v1/invoice_payments");
  expect(await beside()).toEqual([]);
  stripe.world.invoices = [newInvoice({ post_payment_credit_notes_amount: 500_00 })];
  stripe.world.forbids = (path) => path.startsWith("/v1/credit_notes");
  await expect(beside()).rejects.toMatchObject({ code: "portal_unauthorized" });
});

test("a void credit note leaves nothing", async () => {
  stripe.world.creditNotes = [note(500_00, [], { status: "void" })];
  expect(await read("cn_1")).toMatchObject({ state: "failed" });
});

test.each([
  ["as today", { post_payment_amount: 0, pre_payment_amount: 500_00, type: "mixed" }],
  ["as it was told before", { post_payment_amount: undefined, type: "pre_payment" }],
])("what was credited before the payment was never paid: %s", async (_how, more) => {
  stripe.world.creditNotes = [note(500_00, [], more)];
  expect(await read("cn_1")).toMatchObject({ invoiceId: "in_1", amount: 500_00n, beforePayment: true });
});

test("T50: the shape before basil, with one refund of its own field, reads the same", async () => {
  stripe.world.refunds = [refund("re_1", 200_00)];
  const old = { refund: "re_1", refunds: undefined, post_payment_amount: undefined };
  stripe.world.creditNotes = [note(500_00, [], old)];
  expect(await read("cn_1")).toMatchObject({ amount: 300_00n, state: "done", alsoRefunds: ["re_1"] });
});

test("a credit note Stripe does not know will not appear by asking again", async () => {
  await expect(read("cn_9")).rejects.toMatchObject({ code: "not_found", mayRetry: false });
});
