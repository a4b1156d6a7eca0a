// Proves what is made of the NPWPs that Stripe shows (trap T30): one that can be read is a proposal, everything else is
// said and nothing is chosen; the customer of today counts, and none of it ever holds an invoice up.
import type { PortalConnection } from "../../../src/hooks/portal";
import { createStripePortal } from "../../../src/hooks/stripe/stripe";
import { connectionOf } from "../../support/sign-webhook";
import { send, startStripe, type StripeStandIn } from "../../support/stripe-stand-in";
import { newInvoice } from "./shapes";

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

const npwp = (value: string | null, type = "id_npwp") => ({ type, value });
const customer = (ids: unknown[], more: Json = {}): Json => ({
  ...{ id: "cus_1", object: "customer", name: "PT Contoh", email: "billing@contoh.example" },
  tax_ids: { object: "list", data: ids, has_more: false },
  ...more,
});

async function hintsWith(customers: Json[], invoice: Json = {}) {
  stripe.world.customers = customers;
  stripe.world.invoices = [newInvoice(invoice)];
  const read = await portal.readInvoice!(connection, "in_1");
  if (read.kind !== "paid") throw new Error(read.kind);
  return read.npwpHints;
}

const OLD = "01.234.567.8-901.000";
const proposed = [{ code: "npwp_proposed", values: ["0012345678901000"] }];

test.each([
  ["no tax id", [], []],
  ["tax ids of other kinds only", [npwp("DE123456789", "eu_vat"), npwp("x", "unknown")], []],
  ["a tax id without its value", [npwp(null)], []],
  ["one in the old form", [npwp(OLD)], proposed],
  ["one of 16 digits beside another kind", [npwp("0012345678901000"), npwp("X", "sg_uen")], proposed],
  ["one in two spellings", [npwp(OLD), npwp("0012345678901000")], proposed],
  [
    "two",
    [npwp(OLD), npwp("0023456789012000")],
    [{ code: "npwp_several", values: [OLD, "0023456789012000"] }],
  ],
  [
    "one that can be read and one that cannot",
    [npwp(OLD), npwp("12")],
    [{ code: "npwp_several", values: [OLD, "12"] }],
  ],
  ["a branch's", [npwp("012345678901001")], [{ code: "npwp_is_branch", values: ["012345678901001"] }]],
  ["a malformed one", [npwp("O123")], [{ code: "npwp_malformed", values: ["O123"] }]],
])("T30: a customer with %s", async (_name, ids, hints) => {
  expect(await hintsWith([customer(ids)])).toEqual(hints);
  expect(await portal.readAccount!(connection, "cus_1")).toEqual({
    ...{ id: "cus_1", name: "PT Contoh", email: "billing@contoh.example" },
    npwpHints: hints,
  });
});

test("T30: an NPWP entered after finalisation stands with the customer, and the customer counts", async () => {
  expect(await hintsWith([customer([npwp(OLD)])], { customer_tax_ids: [] })).toEqual(proposed);
  expect(await hintsWith([customer([])], { customer_tax_ids: [npwp(OLD)] })).toEqual([]);
});

test.each([
  ["deleted", [{ id: "cus_1", object: "customer", deleted: true }]],
  ["gone", []],
])("T30: of a customer that is %s the invoice's own number is shown", async (_how, customers) => {
  expect(await hintsWith(customers, { customer_tax_ids: [npwp(OLD)] })).toEqual(proposed);
  expect(await portal.readAccount!(connection, "cus_1")).toBeNull();
});

test("a customer that cannot be read holds no invoice up, and changes no hint", async () => {
  const raw = newInvoice();
  stripe.world.fault = (response) => {
    if (stripe.asked.length === 1) send(response, 200, raw);
    else send(response, 403, { error: { type: "invalid_request_error", message: "no permission" } });
  };
  expect(await portal.readInvoice!(connection, "in_1")).toEqual({
    kind: "paid",
    invoice: expect.objectContaining({ invoiceId: "in_1" }) as object,
    refunds: [],
  });
  expect(stripe.asked.map(({ path }) => path.split("?")[0])).toContain("/v1/customers/cus_1");
});
