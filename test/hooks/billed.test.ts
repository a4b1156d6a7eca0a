/** Proves for which bills the faktur is due before they are paid, by a table: code, wish, amount, kind of collector. */
import type { CompanySnapshot } from "../../src/accounts/company";
import { billsCollector } from "../../src/hooks/billed";
import type { PaidInvoice } from "../../src/hooks/invoice";
import type { TaxDay } from "../../src/clock";
import { parseMoney } from "../../src/money";

const money = (rupiah: string) => parseMoney(rupiah) as bigint;

const bill = (rupiah: string): PaidInvoice => ({
  ...{ invoiceId: "1", number: "INV-1", currency: "IDR", pricesIncludeTax: false },
  account: { id: "77", name: "Dinas", email: null },
  paidAt: new Date("2026-11-03T02:00:00Z"),
  taxDay: "2026-11-03" as TaxDay,
  subtotal: money(rupiah),
  tax: 0n,
  total: money(rupiah),
  lines: [
    {
      ...{ id: "1", kind: "hosting", description: "Hosting", quantity: 100n },
      ...{ amount: money(rupiah), taxed: true, serviceId: null, periodStart: null, periodEnd: null },
      appliesTo: null,
    },
  ],
});

const company = (change: Partial<CompanySnapshot>): CompanySnapshot =>
  ({
    ...{ status: "active", transactionCode: "02", issueOn: "bill", evidence: "SK 1" },
    ...change,
  }) as CompanySnapshot;

test.each([
  ["an agency's large bill", { transactionCode: "02" }, "5000000.00", true],
  ["an agency's small bill", { transactionCode: "02" }, "2000000.00", false],
  ["an agency that pays first", { transactionCode: "02", issueOn: "payment" }, "5000000.00", false],
  ["a tab that is off", { transactionCode: "02", status: "suspended" }, "5000000.00", false],
  ["a state company's small bill", { transactionCode: "03" }, "1000.00", true],
  ["a contractor's small bill", { transactionCode: "03", collector: "contractor" }, "9000000.00", false],
  ["a contractor's large bill", { transactionCode: "03", collector: "contractor" }, "10000000.00", true],
  ["an ordinary buyer", { transactionCode: "04" }, "5000000.00", false],
] as const)("%s", (_name, change, rupiah, due) => {
  expect(billsCollector(company(change as Partial<CompanySnapshot>), bill(rupiah), null)).toBe(due);
});
