// Proves that what was paid in Stripe's test mode makes no faktur unless the portal's options ask for it: it is read as not
// paid and left out of lists, and a live key does not even ask for what the test mode tells. The real SDK over HTTP.
import Stripe from "stripe";
import type { PortalConnection } from "../../../src/hooks/portal";
import { createStripePortal } from "../../../src/hooks/stripe/stripe";
import { connectionOf } from "../../support/sign-webhook";
import { startStripe, type StripeStandIn } from "../../support/stripe-stand-in";
import { newInvoice, PAID_AT } from "./shapes";

let stripe: StripeStandIn;
/** Stripe's own address, answered by the stand-in. */
const asStripe: typeof fetch = (input, init) => {
  const { pathname, search } = new URL(input instanceof Request ? input.url : input);
  return fetch(new URL(`${pathname}${search}`, stripe.url), init);
};
const portal = createStripePortal({ fetch: asStripe, timeoutMs: 2000 });

beforeAll(async () => {
  stripe = await startStripe();
});
afterAll(() => stripe.close());
beforeEach(() => stripe.reset());

const keyed = (secret: string, more: Partial<PortalConnection> = {}) =>
  connectionOf("stripe", { secrets: ["whsec_satu"], api: { secret }, ...more });
const TEST = keyed("sk_test_1");
const REHEARSAL = keyed("sk_test_1", { options: { testMode: true } });
const LIVE = keyed("sk_live_1");

const paidIn = (livemode: boolean | undefined) => newInvoice({ livemode, created: PAID_AT });
const kindAs = async (connection: PortalConnection) => (await portal.readInvoice!(connection, "in_1")).kind;

test("a payment of the test mode is no payment, unless the options say so", async () => {
  stripe.world.invoices = [paidIn(false)];
  expect(await portal.readInvoice!(TEST, "in_1")).toEqual({
    ...{ kind: "notPaid", status: "paid, test mode", state: "other" },
  });
  expect(await kindAs(REHEARSAL)).toBe("paid");
  // Another address stands in for Stripe: a rehearsal by itself.
  expect(await kindAs(keyed("sk_test_1", { api: { secret: "sk_test_1", url: stripe.url } }))).toBe("paid");
  stripe.world.invoices = [paidIn(true)];
  expect(await kindAs(LIVE)).toBe("paid");
  stripe.world.invoices = [paidIn(undefined)];
  expect(await kindAs(LIVE)).toBe("paid");
});

test("nor is its bill one", async () => {
  const open = { status: "open", status_transitions: { paid_at: null, finalized_at: PAID_AT } };
  stripe.world.invoices = [newInvoice({ livemode: false, ...open })];
  expect(await portal.readBill!(TEST, "in_1")).toBeNull();
  expect((await portal.readBill!(REHEARSAL, "in_1"))?.invoiceId).toBe("in_1");
});

test("no list names it", async () => {
  const old = { ...paidIn(false), id: "in_old", created: PAID_AT - 730 * 86_400 };
  stripe.world.invoices = [paidIn(false), old];
  stripe.world.events = [
    { id: "evt_1", object: "event", type: "invoice.paid", created: PAID_AT, data: { object: old } },
  ];
  const listed = async (connection: PortalConnection, kind: "since" | "all") => {
    const ids: string[] = [];
    const since = new Date((PAID_AT - 60) * 1000);
    for await (const row of portal.listPaid!(connection, { kind, since })) ids.push(row.invoiceId);
    return ids.sort();
  };
  expect([await listed(TEST, "since"), await listed(TEST, "all")]).toEqual([[], []]);
  expect(await listed(REHEARSAL, "since")).toEqual(["in_1", "in_old"]);
  expect(await listed(REHEARSAL, "all")).toEqual(["in_1", "in_old"]);
});

test("doctor refuses a test key under which nothing is issued, and warns of one under which everything is", async () => {
  const says = async (connection: PortalConnection) => (await portal.check!(connection)).en;
  await expect(says(TEST)).rejects.toMatchObject({
    code: "config_invalid",
    says: { en: expect.stringContaining("no payment is issued") as string },
  });
  expect(await says(REHEARSAL)).toContain("test payments become fakturs");
  expect(await says(LIVE)).toBe("Stripe answers and takes the API key.");
});

const told = (connection: PortalConnection, more: object, type = "invoice.paid") => {
  const payload = JSON.stringify({ id: "evt_1", type, data: { object: { id: "in_1" } }, ...more });
  const timestamp = PAID_AT;
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: "whsec_satu", timestamp });
  return portal.receive(connection, {
    body: Buffer.from(payload),
    headers: { "stripe-signature": signature },
    receivedAt: new Date(PAID_AT * 1000),
  });
};

test("what the test mode tells a live key is ignored; what the live mode tells a test key is not", () => {
  expect(told(LIVE, { livemode: false })).toEqual({
    ...{ kind: "ignored", deliveryId: "evt_1", reason: "test_mode" },
  });
  expect(told(LIVE, { livemode: false }, "refund.created").kind).toBe("ignored");
  expect(told(LIVE, { livemode: true }).kind).toBe("wake");
  expect(told(LIVE, {}).kind).toBe("wake");
  expect(told(TEST, { livemode: true }).kind).toBe("wake");
  expect(told(REHEARSAL, { livemode: false }).kind).toBe("wake");
  expect(told(keyed("sk_org_1"), { livemode: false }).kind).toBe("wake");
});
