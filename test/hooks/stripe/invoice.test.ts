// Proves how a Stripe invoice becomes ours, whatever API version shaped it: money by currency, tax inside or on top,
// discounts, prorations, periods and kinds. The invariant behind the tables: when Stripe's own figures add up, ours do
// too (exclusive: lines = subtotal; inclusive: lines = total).
import fc from "fast-check";
import { sum } from "../../../src/money";
import { AppError } from "../../../src/errors";
import { fromStripe } from "../../../src/hooks/stripe/currency";
import { paidInvoiceOf } from "../../../src/hooks/stripe/invoice";
import { readAll, readShape, stripeInvoice, stripeLine } from "../../../src/hooks/stripe/shape";
import { MONTH_LATER, newInvoice, newLine, newTax, oldInvoice, oldLine, PAID_AT } from "./shapes";

type Json = Record<string, unknown>;

function convert(raw: Json, options: Json = {}) {
  const lines = (raw["lines"] as { data: unknown[] }).data;
  return paidInvoiceOf(
    readShape(stripeInvoice, raw),
    readAll(stripeLine, lines),
    { name: null, email: null },
    options,
  );
}

const lineOf = (more: Json, options: Json = {}) => convert(newInvoice({}, [newLine(more)]), options).lines[0];

const OURS = {
  invoiceId: "in_1",
  number: "INV-0001",
  account: { id: "cus_1", name: "PT Contoh Sejahtera", email: "billing@contoh.example" },
  currency: "IDR",
  pricesIncludeTax: false,
  paidAt: new Date("2026-11-03T02:10:00Z"),
  taxDay: "2026-11-03",
  subtotal: 100_000_000n,
  tax: 11_000_000n,
  total: 111_000_000n,
  lines: [
    {
      id: "il_1",
      kind: "item",
      description: "1 × Web Hosting Bisnis",
      quantity: 100n,
      amount: 100_000_000n,
      taxed: true,
      serviceId: "sub_1",
      periodStart: "2026-11-03",
      periodEnd: "2026-12-02",
      appliesTo: null,
    },
  ],
};

test.each([
  ["2020", oldInvoice()],
  ["2020, without status", oldInvoice({ status: null })],
  ["basil", newInvoice()],
  ["basil, with both generations of fields", { ...oldInvoice(), ...newInvoice() }],
  ["later, with keys nobody knows yet", newInvoice({ future: { a: 1 } }, [newLine({ future: [] })])],
  ["expanded", newInvoice({ customer: { id: "cus_1", object: "customer", deleted: true } })],
])("T50: the shape of %s gives the same invoice", (_name, raw) => {
  expect(convert(raw)).toEqual(OURS);
});

test.each([
  ["IDR", 11_100_000, 11_100_000n],
  ["USD", 1999, 1999n],
  ["JPY", 1500, 150_000n],
  ["KWD", 1235, 124n],
  ["UGX", 500, 500n],
])("in %s Stripe's %i is %s hundredths", (currency, amount, hundredths) => {
  expect(fromStripe(amount, currency)).toBe(hundredths);
});

/** docs.stripe.com/currencies: IDR is not without decimals; ISK, HUF, TWD and UGX are spelt with two. */
const ZERO = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" ");
const THREE = "BHD JOD KWD OMR TND".split(" ");
const TWO = "IDR USD EUR SGD MYR AUD ISK HUF TWD UGX".split(" ");

test("T50: every currency is read with the decimals that Stripe's table gives it", () => {
  const hundredths = (currency: string) => fromStripe(1500, currency);
  expect(new Set(ZERO.map(hundredths))).toEqual(new Set([150_000n]));
  expect(new Set(TWO.map(hundredths))).toEqual(new Set([1_500n]));
  expect(new Set(THREE.map(hundredths))).toEqual(new Set([150n]));
});

test("prices with tax inside: lines are gross, subtotal is what is left without the tax", () => {
  const inside = [newTax(1_486_486, "inclusive")];
  const raw = newInvoice({ total: 15_000_000, total_taxes: inside }, [
    newLine({ amount: 15_000_000, taxes: inside }),
  ]);
  expect(convert(raw)).toMatchObject({
    pricesIncludeTax: true,
    subtotal: 13_513_514n,
    tax: 1_486_486n,
    total: 15_000_000n,
    lines: [{ amount: 15_000_000n, taxed: true }],
  });
});

test("tax inside as it was told in 2020, and on an invoice whose lines carry no taxes", () => {
  const inside = [{ amount: 261, inclusive: true }];
  const told = oldInvoice({ currency: "usd", total: 2000, tax: 261, total_tax_amounts: inside }, [
    oldLine({ amount: 2000, tax_amounts: inside }),
  ]);
  expect(convert(told)).toMatchObject({
    pricesIncludeTax: true,
    subtotal: 1739n,
    tax: 261n,
    currency: "USD",
  });
  expect(convert({ ...told, lines: { data: [] } })).toMatchObject({ pricesIncludeTax: true, lines: [] });
});

test("on a mixed invoice every line is given net", () => {
  const raw = newInvoice({ total: 22_200, total_taxes: [newTax(1_100), newTax(1_100, "inclusive")] }, [
    newLine({ id: "il_1", amount: 10_000, taxes: [newTax(1_100)] }),
    newLine({
      id: "il_2",
      amount: 11_600,
      discount_amounts: [{ amount: 500 }],
      taxes: [newTax(1_100, "inclusive")],
    }),
  ]);
  const ours = convert(raw);
  expect(ours.pricesIncludeTax).toBe(false);
  expect(ours.lines.map((line) => [line.id, line.kind, line.amount])).toEqual([
    ["il_1", "item", 10_000n],
    ["il_2", "item", 10_000n],
  ]);
  expect(sum(ours.lines.map((line) => line.amount))).toBe(ours.subtotal);
});

test.each([
  ["a tax on top beside one inside of nothing", [newTax(1_100), newTax(0, "inclusive")], false],
  ["a tax inside beside one on top of nothing", [newTax(1_100, "inclusive"), newTax(0)], true],
  ["the smallest tax inside", [newTax(1, "inclusive")], true],
  ["taxes of nothing alone", [newTax(0, "inclusive")], false],
])("prices with %s include tax or not", (_name, taxes, includes) => {
  const raw = newInvoice({ total_taxes: taxes }, [newLine({ taxes })]);
  expect(convert(raw).pricesIncludeTax).toBe(includes);
});

test("each discount of a line becomes a line that applies to it", () => {
  const discounts = [{ amount: 10_000_000 }, { amount: 0 }, { amount: 500 }];
  const lines = convert(newInvoice({}, [newLine({ discount_amounts: discounts })])).lines;
  expect(lines.map((line) => [line.id, line.kind, line.amount, line.appliesTo, line.taxed])).toEqual([
    ["il_1", "item", 100_000_000n, null, true],
    ["il_1-d1", "discount", -10_000_000n, "il_1", true],
    ["il_1-d2", "discount", -500n, "il_1", true],
  ]);
});

const unused = (more: Json = {}) =>
  newLine({ id: "il_9", amount: -300_00, taxes: [newTax(-33_00)], ...more });
const itemOf = (id: string) => ({ parent: { invoice_item_details: { subscription: id } } });
const subscription = (id: string) => ({ parent: { subscription_item_details: { subscription: id } } });

test.each([
  ["the line of its subscription", [unused(), newLine()], "il_1"],
  ["the largest of them", [newLine({ id: "il_2", amount: 5 }), newLine({ id: "il_3" }), unused()], "il_3"],
  ["none of another subscription", [newLine(subscription("sub_2")), unused()], null],
  ["none taxed otherwise", [newLine({ taxes: [] }), unused()], null],
  [
    "the largest, whichever comes first",
    [newLine({ id: "il_3" }), newLine({ id: "il_2", amount: 5 }), unused()],
    "il_3",
  ],
  ["none of nothing", [newLine({ amount: 0 }), unused()], null],
  ["none when it has no subscription itself", [newLine(), unused({ parent: null })], null],
  ["none where neither has a subscription", [newLine({ parent: null }), unused({ parent: null })], null],
  [
    "the line of the subscription that an invoice item names",
    [newLine(subscription("sub_2")), newLine({ id: "il_3" }), unused(itemOf("sub_2"))],
    "il_1",
  ],
])("a proration credit is a discount of %s", (_name, lines, appliesTo) => {
  const credit = convert(newInvoice({}, lines)).lines.find((line) => line.id === "il_9");
  expect(credit).toMatchObject({ kind: "discount", amount: -30_000n, quantity: 100n, appliesTo });
});

test("of three units, the line keeps them and its discount and credit are one each", () => {
  const discounts = { quantity: 3, description: "x".repeat(600), discount_amounts: [{ amount: 500 }] };
  const lines = convert(newInvoice({}, [newLine(discounts), unused({ quantity: 3 })])).lines;
  expect(lines.map((line) => line.quantity)).toEqual([300n, 100n, 100n]);
  expect(lines[1]?.description).toMatch(/^Diskon: x{492}$/);
});

test("a line of nothing is no discount, on a mixed invoice neither", () => {
  const mixed = [newTax(1_100), newTax(1_100, "inclusive")];
  for (const total_taxes of [[], mixed]) {
    const [line] = convert(newInvoice({ total_taxes }, [newLine({ amount: 0, taxes: [] })])).lines;
    expect(line).toMatchObject({ kind: "item", amount: 0n });
  }
});

test("the discount of a negative line is taken into it", () => {
  const credit = convert(newInvoice({}, [unused({ discount_amounts: [{ amount: -100 }] })])).lines;
  expect(credit.map((line) => line.amount)).toEqual([-29_900n]);
});

test.each([
  ["no taxes", { taxes: [] }, false],
  ["null as taxes", { taxes: null }, false],
  ["a tax of 1", { taxes: [newTax(1)] }, true],
  ["a standard rate that came to nothing", { taxes: [newTax(0)] }, true],
  ["a reduced rate that came to nothing", { taxes: [newTax(0, "exclusive", "reduced_rated")] }, true],
  ["a rate on a part", { taxes: [newTax(0, "exclusive", "portion_standard_rated")] }, true],
  ["a reduced rate on a part", { taxes: [newTax(0, "exclusive", "portion_reduced_rated")] }, true],
  ["a rate in proportion", { taxes: [newTax(0, "exclusive", "proportionally_rated")] }, true],
  ["a lowered base", { taxes: [newTax(0, "exclusive", "taxable_basis_reduced")] }, true],
  ["a tax of nothing without a reason", { taxes: [{ amount: 0, tax_behavior: "exclusive" }] }, false],
  ["an exempt customer", { taxes: [newTax(0, "exclusive", "customer_exempt")] }, false],
  ["reverse charge", { taxes: [newTax(0, "exclusive", "reverse_charge")] }, false],
])("a line with %s is taxed: %s", (_name, more, taxed) => {
  expect(lineOf(more as Json)?.taxed).toBe(taxed);
});

const pricing = { pricing: { price_details: { price: "price_1", product: "prod_1" } } };
const expanded = (price: Json, product: Json) => ({
  pricing: { price_details: { price: { id: "price_1", ...price }, product: { id: "prod_1", ...product } } },
});
const domain = { metadata: { faktur_kind: "domain" } };

test.each([
  ["item when nothing says so", pricing, {}, "item"],
  ["the connection's lineKind", pricing, { lineKind: "hosting" }, "hosting"],
  ["item when lineKind is no kind", pricing, { lineKind: "gift" }, "item"],
  [
    "the table's word for the product",
    pricing,
    { lineKind: "hosting", productKinds: { prod_1: "ssl" } },
    "ssl",
  ],
  [
    "the table's word for the price first",
    pricing,
    { productKinds: { prod_1: "ssl", price_1: "setup" } },
    "setup",
  ],
  ["item when the table holds no kind", pricing, { productKinds: { prod_1: 5 } }, "item"],
  ["the product's metadata", expanded({}, domain), { lineKind: "hosting" }, "domain"],
  ["the price's metadata", expanded(domain, {}), { productKinds: { prod_1: "ssl" } }, "domain"],
  [
    "the old price's metadata",
    { pricing: null, price: { id: "price_1", ...domain, product: "prod_1" } },
    {},
    "domain",
  ],
  [
    "the line's own metadata first",
    { ...expanded(domain, {}), metadata: { faktur_kind: "addon" } },
    {},
    "addon",
  ],
  [
    "the next when metadata holds no kind",
    { ...expanded(domain, {}), metadata: { faktur_kind: "x" } },
    {},
    "domain",
  ],
])("the kind of a line is %s", (_name, more, options, kind) => {
  expect(lineOf(more as Json, options)?.kind).toBe(kind);
});

const at = (iso: string) => Date.parse(iso) / 1000;

test.each([
  ["whole days end on the day before", PAID_AT, MONTH_LATER, "2026-11-03", "2026-12-02"],
  ["one day", PAID_AT, PAID_AT + 86_400, "2026-11-03", "2026-11-03"],
  ["a year", PAID_AT, at("2027-11-03T09:10:00+07:00"), "2026-11-03", "2027-11-02"],
  ["until the hour of a proration", at("2026-11-15T12:00:00+07:00"), MONTH_LATER, "2026-11-15", "2026-12-03"],
  ["until midnight in Jakarta", PAID_AT, at("2026-12-01T00:00:00+07:00"), "2026-11-03", "2026-11-30"],
  ["until a second past it", PAID_AT, at("2026-12-01T00:00:01+07:00"), "2026-11-03", "2026-12-01"],
  ["a one-off has none", PAID_AT, PAID_AT, null, null],
])("the period of a line: %s", (_name, start, end, periodStart, periodEnd) => {
  expect(lineOf({ period: { start, end } })).toMatchObject({ periodStart, periodEnd });
});

test("a line that leaves out discounts, period and subscription has none", () => {
  const { discount_amounts: _d, period: _p, parent: _s, ...bare } = newLine();
  for (const line of [bare, { ...bare, discount_amounts: null, period: null, parent: null }]) {
    expect(convert(newInvoice({}, [line])).lines).toEqual([
      { ...OURS.lines[0], serviceId: null, periodStart: null, periodEnd: null },
    ]);
  }
});

test.each([
  [3, 300n],
  [null, 100n],
  [0, 100n],
  [1.5, 100n],
])("a quantity of %j is %s hundredths", (quantity, expected) => {
  expect(lineOf({ quantity })?.quantity).toBe(expected);
});

test("what people wrote is cleaned and cut, and never empty", () => {
  expect(lineOf({ description: `a\nb${"x".repeat(600)}` })?.description).toMatch(/^a bx{497}$/);
  expect(lineOf({ description: null })?.description).toBe("Layanan");
});

test.each([
  [
    { customer_name: null, customer_email: null },
    { id: "cus_1", name: "cus_1", email: null },
  ],
  [
    { customer: null, customer_account: "acct_1" },
    { id: "acct_1", name: "PT Contoh Sejahtera" },
  ],
])("an invoice with %j belongs to %j", (more, account) => {
  expect(convert(newInvoice(more)).account).toMatchObject(account);
});

test.each([
  ["no customer", { customer: null }, "field_missing /customer"],
  [
    "no time of payment",
    { status_transitions: { paid_at: null } },
    "field_missing /status_transitions/paid_at",
  ],
  [
    "a credit note before payment",
    { pre_payment_credit_notes_amount: 500 },
    "credit_note_before_payment /pre_payment_credit_notes_amount",
  ],
  ["a total in words", { total: "a lot" }, "field_malformed /total"],
  ["a fraction of a cent", { total: 1.5 }, "field_malformed /total"],
])("an invoice with %s is left to a person", (_name, more, fault) => {
  const read = () => convert(newInvoice(more));
  expect(read).toThrow(AppError);
  try {
    read();
  } catch (thrown) {
    const { code, faults, mayRetry, says } = thrown as AppError;
    expect({ code, mayRetry }).toEqual({ code: "portal_invoice_unreadable", mayRetry: false });
    expect(faults.map((entry) => `${entry.code} ${entry.path}`)).toEqual([fault]);
    // What is to be corrected is named where the invoice is held.
    expect(says.id).toContain(fault.split(" ").toReversed().join(" "));
  }
});

test("T5: an invoice of nothing is still a paid invoice", () => {
  const free = newLine({ amount: 0, taxes: [] });
  expect(convert(newInvoice({ total: 0, total_taxes: [] }, [free]))).toMatchObject({
    total: 0n,
    tax: 0n,
    subtotal: 0n,
  });
});

test("when Stripe's figures add up, ours do, whichever way the tax lies", () => {
  const part = fc.record({
    amount: fc.integer({ min: -1_000_000, max: 100_000_000 }),
    discount: fc.integer({ min: 0, max: 1_000_000 }),
    tax: fc.integer({ min: 0, max: 1_000_000 }),
    inclusive: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
      const behavior = (inclusive: boolean) => (inclusive ? "inclusive" : "exclusive");
      const lines = parts.map((entry, index) =>
        newLine({
          id: `il_${index}`,
          amount: entry.amount,
          discount_amounts: [{ amount: entry.discount }],
          taxes: [newTax(entry.tax, behavior(entry.inclusive))],
        }),
      );
      const onTop = parts.reduce((total, entry) => total + (entry.inclusive ? 0 : entry.tax), 0);
      const net = parts.reduce((total, entry) => total + entry.amount - entry.discount, 0);
      const taxes = parts.map((entry) => newTax(entry.tax, behavior(entry.inclusive)));
      const ours = convert(newInvoice({ total: net + onTop, total_taxes: taxes }, lines));
      const lineSum = sum(ours.lines.map((line) => line.amount));
      expect(lineSum).toBe(ours.pricesIncludeTax ? ours.total : ours.subtotal);
      expect(ours.subtotal + ours.tax).toBe(ours.total);
      for (const line of ours.lines) expect(line.kind === "discount").toBe(line.amount < 0n);
    }),
  );
});
