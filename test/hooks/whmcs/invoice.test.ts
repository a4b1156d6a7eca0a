/**
 * What a WHMCS invoice becomes beside its lines: its head, number and currency, the time it was paid, and the names that
 * its services lend to lines without one. What must not be guessed is refused with its place.
 */
import { dayInJakarta } from "../../../src/clock";
import { AppError } from "../../../src/errors";
import { wordsOf } from "../../../src/hooks/invoice";
import {
  childrenOf,
  paidAtOf,
  paidInvoiceOf,
  refundsOf,
  stateOf,
  unnamedServices,
  withNames,
} from "../../../src/hooks/whmcs/invoice";
import { optionsOf } from "../../../src/hooks/whmcs/options";
import {
  readShape,
  whmcsClient as clientShape,
  whmcsInvoice as invoiceShape,
  whmcsTransactions,
} from "../../../src/hooks/whmcs/shape";
import { whmcsClient, whmcsInvoice, whmcsItem, whmcsTransaction } from "../../support/whmcs-rows";

type Json = Record<string, unknown>;

const PAID_AT = new Date("2026-11-03T17:30:00Z");
const NOW = new Date("2026-11-09T00:00:00Z");

function read(head: Json = {}) {
  const { id, ...row } = whmcsInvoice(7, head);
  return readShape(invoiceShape, { ...row, invoiceid: id, items: { item: row.items } });
}

const rowsOf = (transactions: readonly Json[]) =>
  readShape(whmcsTransactions, { transactions: { transaction: transactions } }).transactions;

const made = (head: Json = {}, currency = "IDR") =>
  paidInvoiceOf(
    {
      invoice: read(head),
      client: readShape(clientShape, { client: whmcsClient({ currency_code: currency }) }),
      taxType: "Exclusive",
      options: optionsOf({}),
      serviceOfAddon: new Map([["12", "S40"]]),
    },
    PAID_AT,
  ).invoice;

const items = (...rows: Json[]) => ({
  items: rows.map((row, index) => whmcsItem({ id: index + 1, ...row })),
});

test("the gross is subtotal and both taxes, and the day is Jakarta's", () => {
  const head = { tax: "100000.00", tax2: "10000.00", total: "1110000.00" };
  expect(made({ ...head, ...items({ type: "Addon" }) }, "idr")).toMatchObject({
    currency: "IDR",
    pricesIncludeTax: false,
    taxDay: dayInJakarta(PAID_AT),
    subtotal: 100_000_000n,
    tax: 11_000_000n,
    total: 111_000_000n,
    lines: [{ serviceId: "S40", amount: 100_000_000n }],
  });
  expect(dayInJakarta(PAID_AT)).toBe("2026-11-04");
});

test.each([
  ["1109999.99", "0.00"],
  ["1110000.01", "0.00"],
  ["1100000.00", "10000.00"],
  ["1110000.00", "10000.00"],
])("a total of %s with %s of credit fits a gross of 1110000.00", (total, credit) => {
  expect(made({ total, credit }).total).toBe(111_000_000n);
});

test.each<[string, Json, string, string]>([
  ["a total short of it", { total: "1109999.98" }, "IDR", "amounts_do_not_add_up /total"],
  ["a total beyond it", { total: "1110000.02" }, "IDR", "amounts_do_not_add_up /total"],
  ["a second tax left out", { tax2: "5.00", total: "1110000.00" }, "IDR", "amounts_do_not_add_up /total"],
  ["no currency", {}, "", "field_missing /client/currency_code"],
  ["a currency in words", {}, "Rupiah", "field_missing /client/currency_code"],
  ["no lines", { items: [] }, "IDR", "field_missing /items"],
  [
    "a discount beyond its line",
    items({}, { type: "PromoHosting", amount: "-1000000.01" }),
    "IDR",
    "discount_exceeds_line /items/1",
  ],
])("an invoice with %s is left to a person", (_what, head, currency, fault) => {
  const thrown = (() => {
    try {
      return made(head, currency);
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toBeInstanceOf(AppError);
  const { code, faults } = thrown as AppError;
  expect([code, faults.map((one) => `${one.code} ${one.path}`)]).toEqual([
    "portal_invoice_unreadable",
    [fault],
  ]);
});

test.each([
  ["IDR", "999999.00", "1000000.00"],
  ["JPY", "999999.00", "1000000.00"],
  ["KRW", "999999.00", "1000000.00"],
  ["VND", "999999.00", "1000000.00"],
  ["IDR", "999998.99", "999998.99"],
  ["USD", "999999.99", "1000000.00"],
  ["USD", "999999.98", "999999.98"],
])("in %s a line of %s under a subtotal of 1000000.00 is %s", (currency, amount, expected) => {
  const [line] = made(items({ amount }), currency).lines;
  expect(line?.amount).toBe(BigInt(expected.replace(".", "")));
});

test.each([
  ["INV-7", "INV-7"],
  [" INV\n7 ", "INV 7"],
  ["", null],
  ["x".repeat(100), "x".repeat(100)],
  ["x".repeat(101), null],
])("the number %j is %j", (invoicenum, number) => {
  expect(made({ invoicenum }).number).toBe(number);
});

describe("the time an invoice was paid", () => {
  const at = (id: number, date: string, amountin = "5.00") => whmcsTransaction(id, 7, { date, amountin });
  const jakarta = (stamp: string) => new Date(`${stamp}+07:00`);
  const back = { amountin: "0.00", amountout: "5.00" };

  test.each<[string, Json, Json[], Date | null]>([
    ["as told", {}, [at(1, "2026-11-05 10:00:00")], jakarta("2026-11-03T09:10:00")],
    [
      "by its last payment",
      { datepaid: "0000-00-00 00:00:00" },
      [at(1, "2026-11-02 10:00:00"), at(2, "2026-11-04 10:00:00"), at(3, "2026-11-03 10:00:00")],
      jakarta("2026-11-04T10:00:00"),
    ],
    [
      "by a payment whose time can be read",
      { datepaid: "" },
      [at(1, "2026-11-02 10:00:00"), at(2, "0000-00-00 00:00:00")],
      jakarta("2026-11-02T10:00:00"),
    ],
    [
      "by no money that went out",
      { datepaid: "" },
      [at(1, "2026-11-02 10:00:00"), whmcsTransaction(2, 7, { ...back, date: "2026-11-05 10:00:00" })],
      jakarta("2026-11-02T10:00:00"),
    ],
    ["by nothing", { datepaid: "" }, [], null],
  ])("%s", (_what, head, transactions, paidAt) => {
    expect(paidAtOf(read(head), rowsOf(transactions), "Asia/Jakarta")).toEqual(paidAt);
  });

  test("a refund has the time and words of its transaction, and the present where that has none", () => {
    const refunds = (...rows: Json[]) => refundsOf(read(), rowsOf(rows), "Asia/Jakarta", NOW);
    const out = (id: number, more: Json) => whmcsTransaction(id, 7, { ...back, ...more });
    expect(
      refunds(
        out(2, { date: "2026-11-05 10:00:00", description: "x".repeat(600) }),
        out(3, { date: "", description: "" }),
      ),
    ).toMatchObject([
      { refundedAt: jakarta("2026-11-05T10:00:00"), reason: "x".repeat(500) },
      { refundedAt: NOW, reason: null },
    ]);
    const half = { amountout: "555000.00" };
    const [later, early] = [
      { ...half, date: "2026-11-06 10:00:00" },
      { ...half, date: "2026-11-05 10:00:00" },
    ];
    const whole = { amount: null, reason: null };
    expect(refunds(out(2, later), out(3, early))).toMatchObject([
      { ...whole, refundedAt: jakarta("2026-11-06T10:00:00") },
    ]);
    expect(refunds(out(2, { ...half, date: "" }), out(3, { ...half, date: "" }))).toMatchObject([
      { ...whole, refundedAt: NOW },
    ]);
  });
});

test.each([
  ["Hosting", "Web Hosting", "contoh.example", "named", "Web Hosting - contoh.example"],
  ["Domain", "Perpanjangan", "CONTOH.EXAMPLE", "named", "Perpanjangan - CONTOH.EXAMPLE"],
  ["Hosting", "Web Hosting LAIN.EXAMPLE", "contoh.example", "not asked", "Web Hosting LAIN.EXAMPLE"],
  ["Addon", "SSL", "contoh.example", "not asked", "SSL"],
  ["Hosting", "Web Hosting", "VPS 1", "as it was", "Web Hosting"],
  ["Hosting", "Web Hosting", null, "as it was", "Web Hosting"],
])("a line of %s that says %j is of %j: %s, %j", (type, description, label, how, says) => {
  const invoice = made(items({ type, description }));
  const serviceId = type === "Domain" ? "D12" : "S12";
  expect(unnamedServices(invoice)).toEqual(how === "not asked" ? [] : [serviceId]);
  const named = withNames(invoice, [{ serviceId, accountId: "77", label, status: "Active" }]);
  expect(named.lines.map(wordsOf)).toEqual([says]);
  // What was sold stays as the portal words it: the service may get another domain any day.
  const lines = invoice.lines.map((line) => (how === "named" ? { ...line, label } : line));
  expect(named).toEqual({ ...invoice, lines });
});

test("a line of no service is named by none", () => {
  const invoice = made(items({ relid: 0, description: "Web Hosting" }));
  expect(unnamedServices(invoice)).toEqual([]);
});

test("the invoices inside a mass payment, each once", () => {
  const inside = items(
    { type: "Invoice", relid: 8 },
    { type: "Invoice", relid: 9 },
    { type: "Invoice", relid: 8 },
    { type: "Invoice", relid: 0 },
    { type: "Hosting", relid: 10 },
  );
  expect(childrenOf(read(inside))).toEqual(["8", "9"]);
});

test.each([
  ["Unpaid", "unpaid"],
  ["Payment Pending", "unpaid"],
  ["Draft", "unpaid"],
  ["Collections", "unpaid"],
  ["Cancelled", "cancelled"],
  ["Refunded", "refunded"],
  ["Paid", "other"],
  ["", "other"],
])("%j means %s", (status, state) => {
  expect(stateOf(status)).toBe(state);
});
