/**
 * Proves the amounts against worked examples that others have published: the authority's own files and documents, the
 * press, tax platforms and other programs' tests. Each row is the example by value with its source; where a source
 * disagrees with the rule, the row names its figures too and docs/law.md section 2 says why.
 */
import { totalsOf } from "../../src/faktur/document";
import type { FakturKurs, TransactionCode } from "../../src/faktur/faktur";
import { ppnOn, transactionCodeOn, withFullBase } from "../../src/faktur/law";
import { lineAmounts } from "../../src/faktur/lines";
import { formatMoney, formatRupiah, sum } from "../../src/money";
import { day, fakturOf, invoice, line, rp } from "./examples";

/** Price of one, quantity, discount of the line. */
type Priced = readonly [price: string, quantity: string, discount?: string];

interface Example {
  readonly source: string;
  readonly on?: string;
  readonly code?: TransactionCode;
  readonly lines: readonly Priced[];
  /** The full price is the base, where the source takes it for a code whose base is open. */
  readonly full?: true;
  /** Sums of the lines before rounding, as far as the source gives them. */
  readonly taxBase?: string;
  readonly otherTaxBase?: string;
  readonly vat?: string;
  /** Whole rupiah of the document, as far as the source gives them. */
  readonly price?: string;
  readonly discount?: string;
  readonly dpp?: string;
  readonly dppNilaiLain?: string;
  readonly ppn?: string;
}

const DJP_FIRST = "DJP's first XML sample (January 2025)";
const PDF = "approved Coretax document of November 2025, names replaced";

const EXAMPLES: readonly Example[] = [
  {
    source: "kompasiana.com, PMK 131/2024: a laptop of Rp50 million",
    on: "2025-01-02",
    lines: [["50000000", "1"]],
    otherTaxBase: "45833333.33",
    ppn: "5500000",
  },
  {
    source: "idntimes.com: a computer of Rp20 million, 5 January 2025",
    on: "2025-01-05",
    lines: [["20000000", "1"]],
    ppn: "2200000",
  },
  {
    source: "DJP's Excel converter, sample row",
    lines: [["12000000", "10"]],
    taxBase: "120000000.00",
    otherTaxBase: "110000000.00",
    vat: "13200000.00",
  },
  {
    source: `${DJP_FIRST}, line 1, code 08`,
    code: "08",
    lines: [["12000000.12", "10", "10000.89"]],
    taxBase: "119990000.31",
    otherTaxBase: "109990833.62",
    vat: "13198900.03",
  },
  {
    source: `${DJP_FIRST}, lines 2 and 3, code 08 on the full base`,
    code: "08",
    full: true,
    lines: [["12000000.52", "10"]],
    otherTaxBase: "120000005.20",
    vat: "14400000.62",
  },
  {
    source: "DJP's sample v1.4, code 07 with the rate of before 2025",
    on: "2024-12-31",
    code: "07",
    lines: [["15000", "200", "100000"]],
    taxBase: "2900000.00",
    otherTaxBase: "2900000.00",
    vat: "319000.00",
  },
  {
    source: "Odoo l10n_id_efaktur_coretax, test of code 04",
    lines: [["100000", "1"]],
    otherTaxBase: "91666.67",
    vat: "11000.00",
  },
  {
    source: "Odoo l10n_id_efaktur_coretax, two lines",
    lines: [
      ["100000", "1"],
      ["100000", "1"],
    ],
    dpp: "200000",
    vat: "22000.00",
  },
  {
    source: "Odoo l10n_id_efaktur_coretax, code 07 until July 2026",
    code: "07",
    lines: [["100000", "1"]],
    otherTaxBase: "91666.67",
    vat: "11000.00",
  },
  {
    source: "a TypeScript exporter tested against DJP's sample: a service with a discount",
    lines: [["500000", "2", "100000"]],
    taxBase: "900000.00",
    otherTaxBase: "825000.00",
    vat: "99000.00",
  },
  {
    source: "bgskoro21/export_coretax, electricity",
    lines: [["2250", "1"]],
    otherTaxBase: "2062.50",
    vat: "247.50",
  },
  {
    source: "bgskoro21/export_coretax, output of April 2026, one line",
    lines: [["169703", "1"]],
    otherTaxBase: "155561.08",
    vat: "18667.33",
  },
  {
    source: "bgskoro21/export_coretax, five million",
    lines: [["5000000", "1"]],
    otherTaxBase: "4583333.33",
    vat: "550000.00",
  },
  {
    source: "bgskoro21/export_coretax, nine pieces",
    lines: [["60000", "9"]],
    taxBase: "540000.00",
    otherTaxBase: "495000.00",
    vat: "59400.00",
  },
  {
    source: "a Laravel exporter's test: ten pieces",
    lines: [["150000", "10"]],
    taxBase: "1500000.00",
    otherTaxBase: "1375000.00",
    vat: "165000.00",
  },
  {
    source: `${PDF}: cartons with a discount; DPP printed 117,680,194, half a rupiah below the rule`,
    on: "2025-11-01",
    lines: [["54054.06", "2500", "6756756"]],
    otherTaxBase: "117680194.50",
    price: "135135150",
    discount: "6756756",
    dppNilaiLain: "117680195",
    ppn: "14121623",
  },
  {
    source: `${PDF}: two lines, the second given away`,
    on: "2025-11-06",
    lines: [
      ["249549.56", "20", "144144.14"],
      ["249549.55", "1", "249549.55"],
    ],
    price: "5240541",
    dppNilaiLain: "4442943",
    ppn: "533153",
  },
  {
    source: `${PDF}: three lines over two pages`,
    on: "2025-11-29",
    lines: [
      ["567567.56", "10"],
      ["225225.22", "10"],
      ["202702.17", "5"],
    ],
    price: "8941439",
    dppNilaiLain: "8196319",
    ppn: "983558",
  },
  {
    source: `${PDF}: the priced lines of twenty, discounts of cents; its own lines print 134,148,697 and 16,097,844`,
    on: "2025-11-19",
    lines: [
      ["40455", "100"],
      ["45045.05", "200", "0.99"],
      ["27927.93", "600", "1.24"],
      ["23873.87", "650"],
      ["27927.93", "350", "0.73"],
      ["23873.87", "350"],
      ["47727", "215"],
      ["48591", "370"],
      ["44144.14", "100"],
      ["851351.35", "22"],
      ["851351.35", "37"],
    ],
    price: "146344032",
    dppNilaiLain: "134148693",
    ppn: "16097843",
  },
  {
    source: "the portal's list, a row of September 2025 (dominique-saputro/coretax-data-extractor)",
    on: "2025-09-17",
    lines: [["353189", "1"]],
    dpp: "353189",
    dppNilaiLain: "323757",
    ppn: "38851",
  },
  {
    source: "approved document of 2 January 2026; its maker took 11 % first, so it prints 227,927,917",
    on: "2026-01-02",
    lines: [["248648640", "1"]],
    dppNilaiLain: "227927920",
    ppn: "27351350",
  },
  {
    source: "klikpajak.id, rounding of PPN: 8,945 × 11 % = 983.95",
    lines: [["8945", "1"]],
    vat: "983.95",
    ppn: "984",
  },
  {
    source:
      "Odoo PR 110068 (2023): the tax of 13,750 is 1,512.50 and rounded down; PR 89793 (2022) wanted 1,513",
    on: "2023-01-17",
    code: "01",
    lines: [["13750", "1"]],
    vat: "1512.50",
    ppn: "1512",
  },
  {
    source: "kompasiana.com on SE-33/PJ/2013: services of Rp220 million at 11 %, code 010",
    on: "2022-04-09",
    code: "01",
    lines: [
      ["150000000", "1"],
      ["50000000", "1"],
      ["20000000", "1"],
    ],
    dpp: "220000000",
    ppn: "24200000",
  },
  {
    source: "Vertex e-commerce, Indonesia: revenue 200, base 183.33, tax 22",
    on: "2025-04-01",
    lines: [["200", "1"]],
    otherTaxBase: "183.33",
    vat: "22.00",
  },
  {
    source: "an extraction tool's reference invoice: 10,200,000, base 9,350,000, payable 11,322,000",
    lines: [["10200000", "1"]],
    dppNilaiLain: "9350000",
    ppn: "1122000",
  },
  {
    source: "an accounting program's settings page: 10,000,000, base 9,166,667, PPN 1,100,000",
    lines: [["10000000", "1"]],
    dppNilaiLain: "9166667",
    ppn: "1100000",
  },
  {
    source: "the same by code 02: the agency keeps 1,100,000 (tax-rules 9)",
    code: "02",
    lines: [["10000000", "1"]],
    dppNilaiLain: "9166667",
    ppn: "1100000",
  },
  {
    source: "the product's contract: 3 × 33,250",
    lines: [["33250", "3"]],
    dpp: "99750",
    dppNilaiLain: "91438",
    ppn: "10973",
  },
];

describe("lines and totals", () => {
  test.each(EXAMPLES.map((example) => [example.source, example] as const))("%s", (_source, example) => {
    const on = day(example.on ?? "2026-11-03");
    const code = example.code ?? transactionCodeOn(on, null, null);
    const own = ppnOn(on)!;
    const law = example.full === true ? withFullBase(own, code) : own;
    const lines = example.lines.map(([price, quantity, discount = "0"]) => {
      const priced = { price: rp(price), quantity: rp(quantity), discount: rp(discount) };
      const item = { kind: "B" as const, code: "000000", name: "x", unit: "UM.0033" };
      return { ...item, ...priced, ...lineAmounts(priced, law, code) };
    });
    const totals = totalsOf(lines, on);
    const found = {
      ...Object.fromEntries(
        (["taxBase", "otherTaxBase", "vat"] as const).map((key) => [
          key,
          formatMoney(sum(lines.map((one) => one[key]))),
        ]),
      ),
      ...Object.fromEntries(Object.entries(totals).map(([key, amount]) => [key, formatRupiah(amount)])),
    };
    const { source: _, on: __, code: ___, lines: ____, full: _____, ...published } = example;
    expect(Object.keys(published).length).toBeGreaterThan(0);
    expect(found).toMatchObject(published);
  });

  test("there are enough of them, each with a source of its own", () => {
    expect(new Set(EXAMPLES.map((example) => example.source)).size).toBe(EXAMPLES.length);
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(25);
  });
});

describe("prices with tax inside", () => {
  test.each([
    ["Mekari community: 15,000,000", "15000000", "13513514", "12387387", "1486486"],
    ["Odoo, tax included: 111,000", "111000", "100000", "91667", "11000"],
    ["addeeandra/vat-calculator: 111,000 holds 11,000", "111000", "100000", "91667", "11000"],
    ["the product's contract: 150,000", "150000", "135135", "123874", "14865"],
  ])("%s", (_source, gross, dpp, dppNilaiLain, ppn) => {
    const { totals } = fakturOf(invoice([line({ amount: gross })], { pricesIncludeTax: true }));
    expect([totals.dpp, totals.dppNilaiLain, totals.ppn].map(formatRupiah)).toEqual([dpp, dppNilaiLain, ppn]);
  });
});

test("artivisi/balaka 24 and 25: received 20,000,000 after PPh 23, so the price is 20,000,000/1.09 and PPN 2,018,349", () => {
  const { totals } = fakturOf(invoice([line({ amount: "18348623.85" })]));
  expect([totals.dpp, totals.ppn].map(formatRupiah)).toEqual(["18348624", "2018349"]);
});

test("DDTC on PP 44/2022: US$10,000 of 1 September 2022 at 14,500 is Rp145,000,000, at 11 % Rp15,950,000", () => {
  const [from, to] = [day("2022-08-31"), day("2022-09-06")];
  const kurs: FakturKurs = { currency: "USD", rate: rp("14500"), per: 1n, kmk: "KMK 2022", from, to };
  const paid = invoice([line({ amount: "10000" })], { currency: "USD", taxDay: day("2022-09-01") });
  const { totals } = fakturOf(paid, { kurs, transactionCode: "01" });
  expect([totals.dpp, totals.ppn].map(formatRupiah)).toEqual(["145000000", "15950000"]);
});
