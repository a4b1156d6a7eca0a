/**
 * Where a later telling of an invoice differs from its record, and what that makes of its faktur: a table by field, and
 * the property that ids and order of lines, names and addresses say nothing.
 */
import fc from "fast-check";
import type { TaxDay } from "../../src/clock";
import { differenceOf } from "../../src/hooks/difference";
import type { InvoiceLine, PaidInvoice } from "../../src/hooks/invoice";

const lineOf = (more: Partial<InvoiceLine> = {}): InvoiceLine => ({
  id: "1",
  kind: "hosting",
  description: "Web Hosting",
  quantity: 100n,
  amount: 100_000_000n,
  taxed: true,
  serviceId: "S12",
  periodStart: null,
  periodEnd: null,
  appliesTo: null,
  ...more,
});

const invoice = (more: Partial<PaidInvoice> = {}): PaidInvoice => ({
  invoiceId: "1",
  number: "INV-1",
  account: { id: "77", name: "PT Contoh", email: null },
  currency: "IDR",
  pricesIncludeTax: false,
  paidAt: new Date("2026-11-03T02:10:00Z"),
  taxDay: "2026-11-03" as TaxDay,
  subtotal: 100_000_000n,
  tax: 11_000_000n,
  total: 111_000_000n,
  lines: [lineOf()],
  ...more,
});

const account = (more: Partial<PaidInvoice["account"]>) => ({
  account: { ...invoice().account, ...more },
});

type Row = [
  what: string,
  told: Partial<PaidInvoice>,
  fields: string[],
  kind: string | null,
  short: bigint | null,
];

test.each<Row>([
  ["nothing", {}, [], null, null],
  ["the account's name and address", account({ name: "PT Baru", email: "a@b.example" }), [], null, null],
  ["the hour of the payment", { paidAt: new Date("2026-11-03T05:00:00Z") }, [], null, null],
  ["another account", account({ id: "78" }), ["buyer"], "wrong_buyer", null],
  [
    "another account and less",
    { ...account({ id: "78" }), total: 1n },
    ["buyer", "total"],
    "wrong_buyer",
    110_999_999n,
  ],
  ["a line's amount", { lines: [lineOf({ amount: 90_000_000n })] }, ["lines"], "wrong_amount", null],
  ["a line's words", { lines: [lineOf({ description: "VPS" })] }, ["lines"], "wrong_amount", null],
  ["a line's kind", { lines: [lineOf({ kind: "domain" })] }, ["lines"], "wrong_amount", null],
  ["a line's tax mark", { lines: [lineOf({ taxed: false })] }, ["lines"], "wrong_amount", null],
  ["a line more", { lines: [lineOf(), lineOf({ id: "2" })] }, ["lines"], "wrong_amount", null],
  ["the tax", { tax: 0n, total: 100_000_000n }, ["tax", "total"], "wrong_amount", 11_000_000n],
  [
    "more to pay",
    { subtotal: 200_000_000n, total: 222_000_000n },
    ["subtotal", "total"],
    "wrong_amount",
    null,
  ],
  ["another currency", { currency: "USD", total: 1n }, ["currency", "total"], "wrong_amount", null],
  ["paid in part from a balance", { total: 100_000_000n }, ["total"], null, 11_000_000n],
  ["the number", { number: "INV-2" }, ["number"], null, null],
  ["the day", { taxDay: "2026-11-05" as TaxDay }, ["taxDay"], null, null],
])("%s", (_what, told, fields, kind, short) => {
  expect(differenceOf(invoice(), invoice(told))).toEqual({ fields, kind, shortBy: short });
});

test("kinds that are our own translation tell nothing of the portal: its options may have been changed", () => {
  const told = invoice({ lines: [lineOf({ kind: "support" })] });
  expect(differenceOf(invoice(), told, "translated").fields).toEqual([]);
  const taxed = invoice({ lines: [lineOf({ kind: "deposit", taxed: false })] });
  expect(differenceOf(invoice(), taxed, "translated").fields).toEqual(["lines"]);
});

test("ids and order of lines say nothing", () => {
  const lines = fc.array(
    fc.record({ amount: fc.bigInt({ min: 1n, max: 10n ** 12n }), taxed: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(lines, (some) => {
      const made = some.map((one, index) => lineOf({ ...one, id: String(index) }));
      const told = made.toReversed().map((one, index) => ({ ...one, id: `x${index}`, serviceId: null }));
      expect(differenceOf(invoice({ lines: made }), invoice({ lines: told })).fields).toEqual([]);
    }),
  );
});
