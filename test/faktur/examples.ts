import fc from "fast-check";
import { parseTaxDay, type TaxDay } from "../../src/clock";
import type { InvoiceLine, LineKind, PaidInvoice } from "../../src/hooks/invoice";
import { parseMoney, shareHalfUp, sum, type Money } from "../../src/money";
import { buildFaktur, type FakturInput } from "../../src/faktur/document";
import type { Faktur, FakturBuyer, FakturSeller } from "../../src/faktur/faktur";

/** Boring invoices, sellers and buyers for the tests of the rules; every test says only what it is about. */

export const rp = (value: string): Money => {
  const amount = parseMoney(value);
  if (amount === null) throw new Error(`not money: ${value}`);
  return amount;
};

export const day = (value: string): TaxDay => {
  const parsed = parseTaxDay(value);
  if (parsed === null) throw new Error(`not a day: ${value}`);
  return parsed;
};

let nextId = 1;

export const line = (more: Partial<Omit<InvoiceLine, "amount">> & { amount: string }): InvoiceLine => ({
  id: `line-${nextId++}`,
  kind: "hosting",
  description: "Web Hosting Bisnis",
  quantity: 100n,
  taxed: true,
  serviceId: null,
  periodStart: null,
  periodEnd: null,
  appliesTo: null,
  ...more,
  amount: rp(more.amount),
});

const isSupply = (kind: LineKind): boolean => kind !== "credit" && kind !== "deposit" && kind !== "invoice";

/** An invoice whose head is what a billing system would bill for these lines: 11 % on the taxed ones. */
export function invoice(lines: readonly InvoiceLine[], more: Partial<PaidInvoice> = {}): PaidInvoice {
  const all = sum(lines.map((one) => one.amount));
  const taxed = sum(lines.filter((one) => one.taxed && isSupply(one.kind)).map((one) => one.amount));
  const inclusive = more.pricesIncludeTax === true;
  const tax = inclusive ? shareHalfUp(taxed, 11n, 111n) : shareHalfUp(taxed, 11n, 100n);
  return {
    invoiceId: "1234",
    number: "INV-2026-1234",
    account: { id: "77", name: "PT Contoh Sejahtera", email: "billing@contoh.example" },
    currency: "IDR",
    pricesIncludeTax: false,
    paidAt: new Date("2026-11-03T09:10:00+07:00"),
    taxDay: day("2026-11-03"),
    subtotal: inclusive ? all - tax : all,
    tax,
    total: inclusive ? all : all + tax,
    lines,
    ...more,
  };
}

export const seller: FakturSeller = {
  slug: "utama",
  npwp: "0012345678901000",
  nitku: "0012345678901000000000",
  name: "PT Hosting Utama",
  address: "Jl. Merdeka 1, Jakarta",
  city: "Jakarta Pusat",
  email: "pajak@hosting.example",
  signer: { name: "Budi Santoso", npwp: "3174012345678901", title: "Direktur" },
};

export const buyer: FakturBuyer = {
  document: "TIN",
  npwp: "0098765432109000",
  documentNumber: "",
  nitku: "0098765432109000000001",
  name: "PT Contoh Sejahtera",
  address: "Jl. Sudirman 1, Jakarta",
  email: "pajak@contoh.example",
  country: "IDN",
};

export const input = (paid: PaidInvoice, more: Partial<FakturInput> = {}): FakturInput => ({
  invoice: paid,
  seller,
  buyer,
  transactionCode: "04",
  reference: "INV-2026-1234",
  codes: {},
  ...more,
});

/** The faktur of that invoice; throws with the codes when there can be none. */
export function fakturOf(paid: PaidInvoice, more: Partial<FakturInput> = {}): Faktur {
  const built = buildFaktur(input(paid, more));
  if (built.kind === "faktur") return built.faktur;
  throw new Error(built.faults.map((fault) => `${fault.code} ${fault.path}`).join(", "));
}

const money = fc.bigInt({ min: 1n, max: 5_000_000_000_00n });

/** Sold lines with cents, quantities and services, some of them untaxed, with discounts that never exceed them. */
export const soldLines: fc.Arbitrary<InvoiceLine[]> = fc
  .array(
    fc.record({
      amount: money,
      quantity: fc.constantFrom(100n, 100n, 200n, 300n, 150n, 1200n),
      taxed: fc.boolean(),
      serviceId: fc.constantFrom(null, "S1", "S2"),
      months: fc.constantFrom(null, 1, 3, 12, 24),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((rows) =>
    rows.map((row, index) => ({
      id: `sold-${index}`,
      kind: "hosting" as const,
      description: `Paket ${index}`,
      quantity: row.quantity,
      amount: row.amount,
      // One taxed line at least, else there is nothing to make a faktur of.
      taxed: row.taxed || index === 0,
      serviceId: row.serviceId,
      periodStart: row.months === null ? null : day("2026-11-03"),
      periodEnd: row.months === null ? null : day(ENDS[row.months] ?? "2026-12-02"),
      appliesTo: null,
    })),
  );

const ENDS: Readonly<Record<number, string>> = {
  1: "2026-12-02",
  3: "2027-02-02",
  12: "2027-11-02",
  24: "2028-11-02",
};

/** The sold lines and, behind them, taxed discounts of at most their sum. */
export const discountedLines: fc.Arbitrary<InvoiceLine[]> = soldLines.chain((sold) => {
  const room = sum(sold.filter((one) => one.taxed).map((one) => one.amount));
  const discount = fc.record({
    percent: fc.bigInt({ min: 0n, max: 33n }),
    appliesTo: fc.constantFrom(null, "sold-0", "sold-1", "nowhere"),
    serviceId: fc.constantFrom(null, "S1", "S2"),
  });
  return fc.array(discount, { maxLength: 3 }).map((rows) => [
    ...sold,
    ...rows.map((row, index) => ({
      id: `discount-${index}`,
      kind: "discount" as const,
      description: "Promo",
      quantity: 100n,
      amount: -((room * row.percent) / 100n),
      taxed: true,
      serviceId: row.serviceId,
      periodStart: null,
      periodEnd: null,
      appliesTo: row.appliesTo,
    })),
  ]);
});
