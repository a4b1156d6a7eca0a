/**
 * Proves which invoices fit together and which are held: lines against totals, totals against each other, computed PPN
 * against billed tax, in the dialects of the portals and with a tolerance of one rupiah per line.
 */
import fc from "fast-check";
import type { InvoiceLine, PaidInvoice } from "../../src/hooks/invoice";
import { ppnOn } from "../../src/faktur/law";
import { taxedLines } from "../../src/faktur/lines";
import { amountFaults } from "../../src/faktur/sums";
import { day, discountedLines, invoice, line, rp } from "./examples";

function faultsOf(paid: PaidInvoice) {
  const result = taxedLines(paid, ppnOn(paid.taxDay)!, "04", {});
  if (result.kind === "faults") throw new Error("no lines");
  return amountFaults(paid, result.lines);
}

const places = (paid: PaidInvoice) => faultsOf(paid).map((fault) => `${fault.code} ${fault.path}`);

const head = (subtotal: string, tax: string, total: string) => ({
  subtotal: rp(subtotal),
  tax: rp(tax),
  total: rp(total),
});

const hosting: InvoiceLine = line({ amount: "1000000" });
const fee: InvoiceLine = line({ amount: "3", kind: "adminFee", taxed: false });

describe("invoices that fit", () => {
  const inclusive = { pricesIncludeTax: true };
  const cases: readonly (readonly [string, PaidInvoice])[] = [
    ["the contract's example", invoice([hosting], head("1000000", "110000", "1110000"))],
    ["an untaxed line in the subtotal", invoice([hosting, fee], head("1000003", "110000", "1110003"))],
    [
      "credit among the lines, totals before it",
      invoice(
        [hosting, line({ amount: "-200000", kind: "credit", taxed: false })],
        head("1000000", "110000", "1110000"),
      ),
    ],
    [
      "credit among the lines, total after it",
      invoice(
        [hosting, line({ amount: "-200000", kind: "credit", taxed: false })],
        head("1000000", "110000", "910000"),
      ),
    ],
    [
      "credit in the subtotal",
      invoice(
        [hosting, line({ amount: "-200000", kind: "credit", taxed: false })],
        head("800000", "110000", "910000"),
      ),
    ],
    [
      "paid wholly from credit, in the subtotal",
      invoice(
        [hosting, line({ amount: "-1110000", kind: "credit", taxed: false })],
        head("-110000", "110000", "0"),
      ),
    ],
    [
      "paid mostly from credit, in the subtotal",
      invoice(
        [hosting, line({ amount: "-1050000", kind: "credit", taxed: false })],
        head("-50000", "110000", "60000"),
      ),
    ],
    [
      "a top-up counted in the subtotal",
      invoice(
        [hosting, line({ amount: "50000", kind: "deposit", taxed: false })],
        head("1050000", "110000", "1160000"),
      ),
    ],
    [
      "a top-up in the subtotal, credit not",
      invoice(
        [
          hosting,
          line({ amount: "50000", kind: "deposit", taxed: false }),
          line({ amount: "-9000", kind: "credit", taxed: false }),
        ],
        head("1050000", "110000", "1160000"),
      ),
    ],
    [
      "a top-up in the total only, credit in neither",
      invoice(
        [
          hosting,
          line({ amount: "50000", kind: "invoice", taxed: false }),
          line({ amount: "-9000", kind: "credit", taxed: false }),
        ],
        head("1000000", "110000", "1110000"),
      ),
    ],
    [
      "a top-up left out of the subtotal",
      invoice(
        [hosting, line({ amount: "50000", kind: "deposit", taxed: false })],
        head("1000000", "110000", "1110000"),
      ),
    ],
    [
      "tax inside, net subtotal",
      invoice([line({ amount: "150000" })], { ...inclusive, ...head("135135.14", "14864.86", "150000") }),
    ],
    [
      "tax inside, whole-rupiah head",
      invoice([line({ amount: "150000" })], { ...inclusive, ...head("135135", "14865", "150000") }),
    ],
    [
      "tax inside, gross subtotal",
      invoice([line({ amount: "150000" })], { ...inclusive, ...head("150000", "14864.86", "150000") }),
    ],
    [
      "tax inside, paid wholly from credit in the net subtotal",
      invoice([line({ amount: "150000" }), line({ amount: "-150000", kind: "credit", taxed: false })], {
        ...inclusive,
        ...head("-14864.86", "14864.86", "0"),
      }),
    ],
    ["one rupiah off, one line", invoice([hosting], head("1000001", "110000", "1110001"))],
    ["two rupiah off, two lines", invoice([hosting, fee], head("1000005", "110000", "1110005"))],
    ["tax rounded up", invoice([hosting], head("1000000", "110001", "1110001"))],
  ];
  test.each(cases)("%s", (_name, paid) => {
    expect(faultsOf(paid)).toEqual([]);
  });
});

describe("invoices that do not fit", () => {
  const cases: readonly (readonly [string, PaidInvoice, readonly string[]])[] = [
    [
      "a subtotal one cent beyond the tolerance",
      invoice([hosting], head("1000001.01", "110000", "1110001.01")),
      ["amounts_do_not_add_up /subtotal"],
    ],
    [
      "a total that is not subtotal and tax",
      invoice([hosting], head("1000000", "110000", "1110001.01")),
      ["amounts_do_not_add_up /total"],
    ],
    [
      "a tax that is not 11 %",
      invoice([hosting], head("1000000", "120000", "1120000")),
      ["amounts_do_not_add_up /tax"],
    ],
    [
      "a total without the tax",
      invoice([hosting], head("1000000", "110000", "1000000")),
      ["amounts_do_not_add_up /total"],
    ],
    [
      "no tax billed on a taxed line",
      invoice([hosting], head("1000000", "0", "1000000")),
      ["amounts_do_not_add_up /tax"],
    ],
    [
      "tax inside, lines that are not the total",
      invoice([line({ amount: "150000" })], {
        pricesIncludeTax: true,
        ...head("144144.14", "15855.86", "160000"),
      }),
      ["amounts_do_not_add_up /total", "amounts_do_not_add_up /tax"],
    ],
    [
      "everything wrong at once",
      invoice([hosting], head("900000", "50000", "700000")),
      ["amounts_do_not_add_up /subtotal", "amounts_do_not_add_up /total", "amounts_do_not_add_up /tax"],
    ],
    [
      "exclusive lines sent as inclusive",
      invoice([hosting], { pricesIncludeTax: true, ...head("1000000", "110000", "1110000") }),
      ["amounts_do_not_add_up /total", "amounts_do_not_add_up /tax"],
    ],
    [
      "negative totals",
      invoice([hosting], head("-1", "-2", "-3")),
      ["negative_total /subtotal", "negative_total /tax", "negative_total /total"],
    ],
    [
      "a sale whose tax and total have the wrong sign",
      invoice([hosting], head("1000000", "-110000", "-890000")),
      ["amounts_do_not_add_up /tax", "amounts_do_not_add_up /total"],
    ],
  ];
  test.each(cases)("%s", (_name, paid, expected) => {
    expect(places(paid)).toEqual(expected);
  });

  test("tax billed on an invoice without taxed lines", () => {
    expect(places(invoice([fee], head("3", "110000", "110003")))).toEqual(["amounts_do_not_add_up /tax"]);
  });

  test("what is taken back is told to be corrected where it was sold, a wrong sign where it stands", () => {
    const fixOf = (...heads: [string, string, string]) =>
      faultsOf(invoice([hosting], head(...heads)))[0]?.fix.en;
    expect(fixOf("-1", "-2", "-3")).toContain("open a case on that faktur");
    expect(fixOf("1000000", "-110000", "-890000")).toContain("correct them there");
  });

  test("name their figures in Indonesian spelling", () => {
    const [fault] = faultsOf(invoice([hosting], head("1234567.89", "110000", "1344567.89")));
    expect(fault?.message.id).toContain("Rp1.000.000,00");
    expect(fault?.message.id).toContain("Rp1.234.567,89");
    expect(fault?.message.en).toContain("Rp1.234.567,89");
  });
});

test("what a billing system computes from the lines always fits, whatever is on the invoice", () => {
  fc.assert(
    fc.property(discountedLines, fc.boolean(), (lines, pricesIncludeTax) => {
      expect(faultsOf(invoice(lines, { pricesIncludeTax }))).toEqual([]);
    }),
  );
});

test("a subtotal that is off by more than a rupiah per line never fits", () => {
  const off = fc.bigInt({ min: 1n, max: 10n ** 9n });
  fc.assert(
    fc.property(discountedLines, off, fc.boolean(), (lines, more, less) => {
      const paid = invoice(lines, { taxDay: day("2026-11-03") });
      const by = (less ? -1n : 1n) * (100n * BigInt(lines.length) + more);
      fc.pre(paid.subtotal + by >= 0n);
      const wrong = { ...paid, subtotal: paid.subtotal + by, total: paid.total + by };
      if (wrong.total >= 0n) expect(places(wrong)).toEqual(["amounts_do_not_add_up /subtotal"]);
    }),
  );
});

test("what does not fit is told in words, in both languages", () => {
  const billed = invoice([hosting], head("1000000", "100000", "1100000"));
  expect(faultsOf(billed).map((fault) => fault.message)).toEqual([
    {
      id: "Angka invoice tidak cocok: PPN hasil hitung Rp110.000,00, sedangkan pajak di portal Rp100.000,00.",
      en: "The figures of the invoice do not fit: the computed PPN is Rp110.000,00, but the portal's tax is Rp100.000,00.",
    },
  ]);
});
