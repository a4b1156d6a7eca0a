// Proves how what no webhook told is found at Stripe: by its events (traps T41, T42), by its list of invoices, whole and
// once while rows arrive, and by the deliveries that failed. The real SDK over HTTP.
import type { Heard, ListDepth, PortalConnection } from "../../../src/hooks/portal";
import { createStripePortal } from "../../../src/hooks/stripe/stripe";
import { connectionOf } from "../../support/sign-webhook";
import { send, startStripe, type StripeStandIn } from "../../support/stripe-stand-in";
import { newInvoice, oldInvoice, PAID_AT } from "./shapes";

let stripe: StripeStandIn;
let connection: PortalConnection;
const portal = createStripePortal({ fetch, timeoutMs: 2000 });

beforeAll(async () => {
  stripe = await startStripe();
});
afterAll(() => stripe.close());
beforeEach(() => {
  stripe.reset();
  connection = connectionOf("stripe", { api: { url: stripe.url, secret: "sk_test_1" } });
});

type Json = Record<string, unknown>;

const DAY = 86_400;
const SINCE: ListDepth = { kind: "since", since: new Date((PAID_AT - DAY) * 1000) };
const ALL: ListDepth = { kind: "all", since: null };

async function list(depth: ListDepth) {
  const rows = [];
  for await (const row of portal.listPaid!(connection, depth)) rows.push(row);
  return rows;
}
const ids = async (depth: ListDepth) => (await list(depth)).map((row) => row.invoiceId);

async function missed(since = new Date((PAID_AT - DAY) * 1000)): Promise<Heard[]> {
  const heard: Heard[] = [];
  for await (const one of portal.listMissed!(connection, since)) heard.push(one);
  return heard;
}

let events = 0;
const event = (type: string, object: Json, more: Json = {}): Json => ({
  ...{ id: `evt_${(events += 1)}`, object: "event", type, created: PAID_AT, pending_webhooks: 0 },
  data: { object },
  ...more,
});

test("T42: an invoice two years old that was paid today is found by its event, in whatever shape, once", async () => {
  const ancient = oldInvoice({ id: "in_old", created: PAID_AT - 730 * DAY });
  stripe.world.invoices = [newInvoice(), ancient];
  stripe.world.events = [event("invoice.paid", ancient), event("invoice.paid", newInvoice())];
  expect(await list(SINCE)).toEqual([
    expect.objectContaining({ invoiceId: "in_old", paidAt: new Date(PAID_AT * 1000), gross: 111_000_000n }),
    expect.objectContaining({ invoiceId: "in_1" }),
  ]);
  expect(await ids(ALL)).toEqual(["in_1", "in_old"]);
});

test("an event that Stripe has let go (30 days) is made up for by the list of invoices", async () => {
  stripe.world.invoices = [newInvoice()];
  expect(await list(SINCE)).toEqual([
    {
      ...{ invoiceId: "in_1", number: "INV-0001", accountId: "cus_1", currency: "IDR" },
      ...{ paidAt: new Date(PAID_AT * 1000), gross: 111_000_000n },
    },
  ]);
});

test("T42: rows that arrive between two pages hide and repeat none of the others", async () => {
  const row = (number: number) => newInvoice({ id: `in_${number}`, created: PAID_AT + number });
  stripe.world.invoices = Array.from({ length: 250 }, (_, index) => row(250 - index));
  stripe.world.between = () => stripe.world.invoices.unshift(row(stripe.world.invoices.length + 1));
  for (const depth of [ALL, SINCE]) {
    const found = await ids(depth);
    expect(new Set(found).size).toBe(found.length);
    for (let number = 1; number <= 250; number += 1) expect(found).toContain(`in_${number}`);
  }
});

test("a key that may not read events still finds what the list of invoices has, and doctor names the right", async () => {
  stripe.world.invoices = [newInvoice()];
  stripe.world.fault = (response) => {
    const path = stripe.asked.at(-1)?.path ?? "";
    if (path.startsWith("/v1/events"))
      return send(response, 403, { error: { type: "invalid_request_error", message: "no rights" } });
    send(response, 200, {
      object: "list",
      data: path.startsWith("/v1/invoices") ? [newInvoice()] : [],
      has_more: false,
    });
  };
  expect(await ids(SINCE)).toEqual(["in_1"]);
  expect(await missed()).toEqual([]);
  await expect(portal.check!(connection)).rejects.toMatchObject({
    code: "portal_unauthorized",
    says: { en: expect.stringContaining("(Events)") as string },
  });
  stripe.world.fault = null;
  expect((await portal.check!(connection)).en).toContain("takes the API key");
});

test("doctor tells a key of the test mode, whose payments are nobody's supply", async () => {
  const keyed = (secret: string) => ({ ...connection, api: { url: stripe.url, secret } });
  const says = async (secret: string) => (await portal.check!(keyed(secret))).en.includes("test mode");
  expect([await says("sk_test_1"), await says("rk_test_1")]).toEqual([true, true]);
  expect([await says("sk_live_1"), await says("rk_live_test_1")]).toEqual([false, false]);
});

test("any other failure of the events is a failure of the poll", async () => {
  stripe.world.fault = (response) => send(response, 500, { error: { type: "api_error", message: "no" } });
  await expect(ids(SINCE)).rejects.toMatchObject({ code: "portal_unavailable" });
  await expect(missed()).rejects.toMatchObject({ code: "portal_unavailable" });
});

test("T41: what Stripe could not deliver is heard as it would have been, and nothing else", async () => {
  const undelivered = { pending_webhooks: 1 };
  stripe.world.events = [
    event("invoice.paid", { id: "in_7" }, { ...undelivered, id: "evt_paid" }),
    event("refund.failed", { id: "re_7" }, { ...undelivered, id: "evt_refund" }),
    event("credit_note.created", { id: "cn_7" }, { ...undelivered, id: "evt_note" }),
    event("customer.tax_id.created", { id: "txi_7", customer: "cus_7" }, { ...undelivered, id: "evt_tax" }),
    event("invoice.paid", { id: "in_8" }),
    event("invoice.finalized", { id: "in_9" }, { ...undelivered, id: "evt_bill" }),
    event("invoice.voided", { id: "in_9" }, undelivered),
    event("refund.created", { odd: true }, undelivered),
    event("invoice.paid", { id: "in_10" }, { ...undelivered, created: PAID_AT - 2 * DAY }),
  ];
  expect(await missed()).toEqual([
    { kind: "wake", deliveryId: "evt_paid", invoiceId: "in_7" },
    { kind: "refundWake", deliveryId: "evt_refund", refundId: "re_7" },
    { kind: "refundWake", deliveryId: "evt_note", refundId: "cn_7" },
    { kind: "accountWake", deliveryId: "evt_tax", accountId: "cus_7" },
    { kind: "billWake", deliveryId: "evt_bill", invoiceId: "in_9" },
  ]);
});

test("what was given back is found where no endpoint was ever told of it, anew in each state", async () => {
  const refund = (id: string, status: string, created = PAID_AT) => ({
    id,
    object: "refund",
    status,
    created,
  });
  stripe.world.refunds = [refund("re_1", "pending"), refund("re_old", "succeeded", PAID_AT - 2 * DAY)];
  stripe.world.creditNotes = [{ id: "cn_1", object: "credit_note", status: "issued", created: PAID_AT }];
  expect(await missed()).toEqual([
    { kind: "refundWake", deliveryId: "re_1:pending", refundId: "re_1" },
    { kind: "refundWake", deliveryId: "cn_1:issued", refundId: "cn_1" },
  ]);
  stripe.world.refunds = [refund("re_1", "failed")];
  stripe.world.forbids = (path) => path.startsWith("/v1/credit_notes");
  expect(await missed()).toEqual([{ kind: "refundWake", deliveryId: "re_1:failed", refundId: "re_1" }]);
});

/** A list of any length without a server: `last` is the id each page ends with. */
const endless = (rowsOf: (after: number) => Json[], more: (after: number) => boolean) => {
  let calls = 0;
  const answer = (input: Parameters<typeof fetch>[0]): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const after = Number(url.searchParams.get("starting_after")?.slice(3) ?? -1);
    calls += 1;
    return Promise.resolve(Response.json({ object: "list", data: rowsOf(after), has_more: more(after) }));
  };
  return { portal: createStripePortal({ fetch: answer, timeoutMs: 2000 }), calls: () => calls };
};
const row = (number: number): Json => ({
  id: `in_${number}`,
  object: "invoice",
  status_transitions: { paid_at: PAID_AT },
});
const hundredBehind = (after: number) => Array.from({ length: 100 }, (_, index) => row(after + 1 + index));

test("a list is as long as it is: 100,100 paid invoices are all given", async () => {
  const { portal: long } = endless(hundredBehind, (after) => after + 100 < 100_099);
  let given = 0;
  let odd = 0;
  for await (const one of long.listPaid!(connection, ALL)) {
    if (one.invoiceId !== `in_${given}`) odd += 1;
    given += 1;
  }
  expect([given, odd]).toEqual([100_100, 0]);
});

test.each([
  ["gives the same page again and again", () => hundredBehind(-1)],
  ["begins anew after seven pages", (after: number) => hundredBehind(after === 699 ? -1 : after)],
])("a list that %s is an error after a few pages, not one without end", async (_how, rowsOf) => {
  const { portal: circle, calls } = endless(rowsOf, () => true);
  const read = async () => {
    for await (const one of circle.listPaid!(connection, ALL)) if (one.invoiceId === "") return;
  };
  await expect(read()).rejects.toMatchObject({ code: "portal_unavailable" });
  expect(calls()).toBeLessThan(20);
});
