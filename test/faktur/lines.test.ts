/**
 * Proves how lines of an invoice become lines of a faktur: what stays off, where discounts go, net prices, units,
 * names and the chain of amounts. Tables of cases, figures that others published, and properties. Nothing but rules.
 */
import fc from "fast-check";
import { LINE_KINDS, type InvoiceLine } from "../../src/hooks/invoice";
import { formatMoney, sum } from "../../src/money";
import type { FakturLine } from "../../src/faktur/faktur";
import { ppnOn } from "../../src/faktur/law";
import { lineAmounts, plainText, taxedLines } from "../../src/faktur/lines";
import { codeOf, wholeMonths, type SellerCodes } from "../../src/faktur/service-codes";
import { unitName } from "../../src/codes/units";
import { day, discountedLines, invoice, line, rp, soldLines } from "./examples";

const LAW = ppnOn(day("2026-11-03"))!;

function linesOf(
  lines: readonly InvoiceLine[],
  inclusive = false,
  codes: SellerCodes = {},
): readonly FakturLine[] {
  const result = taxedLines(invoice(lines, { pricesIncludeTax: inclusive }), LAW, "04", codes);
  if (result.kind === "faults") throw new Error(result.faults.map((fault) => fault.code).join());
  return result.lines;
}

const codesOfFaults = (lines: readonly InvoiceLine[]): readonly string[] => {
  const result = taxedLines(invoice(lines), LAW, "04", {});
  return result.kind === "faults" ? result.faults.map((fault) => `${fault.code} ${fault.path}`) : [];
};

const shown = (one: FakturLine | undefined) =>
  one && {
    unit: one.unit,
    quantity: formatMoney(one.quantity),
    price: formatMoney(one.price),
    discount: formatMoney(one.discount),
    taxBase: formatMoney(one.taxBase),
  };

describe("the chain of amounts", () => {
  const cases = [
    ["contract: one million", "1000000", "1", "0", "1000000.00", "916666.67", "110000.00"],
    ["tax-rules 3.3: a third of 99,750", "33250", "1", "0", "33250.00", "30479.17", "3657.50"],
    ["tax-rules 3.3: 99,250", "99250", "1", "0", "99250.00", "90979.17", "10917.50"],
    ["inclusive 15 million", "13513513.51", "1", "0", "13513513.51", "12387387.38", "1486486.49"],
    [
      "DJP's first sample, line 1",
      "12000000.12",
      "10",
      "10000.89",
      "119990000.31",
      "109990833.62",
      "13198900.03",
    ],
    ["DJP's Excel row", "12000000", "10", "0", "120000000.00", "110000000.00", "13200000.00"],
    ["a service with a discount", "500000", "2", "100000", "900000.00", "825000.00", "99000.00"],
    ["Odoo's basic case", "100000", "1", "0", "100000.00", "91666.67", "11000.00"],
    ["electricity of another tool", "2250", "1", "0", "2250.00", "2062.50", "247.50"],
  ] as const;
  test.each(cases)("%s", (_name, price, quantity, discount, taxBase, otherTaxBase, vat) => {
    const amounts = lineAmounts(
      { price: rp(price), quantity: rp(quantity), discount: rp(discount) },
      LAW,
      "04",
    );
    expect(amounts).toEqual({
      taxBase: rp(taxBase),
      otherTaxBase: rp(otherTaxBase),
      vatRate: 1200n,
      vat: rp(vat),
    });
  });

  test("code 01 has the full base", () => {
    const amounts = lineAmounts({ price: rp("12000000.52"), quantity: 1000n, discount: 0n }, LAW, "01");
    expect(amounts).toMatchObject({ otherTaxBase: rp("120000005.20"), vat: rp("14400000.62") });
  });

  test("a base of whole rupiah gives exactly 11 % PPN", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), (rupiah) => {
        const { vat } = lineAmounts({ price: rupiah * 100n, quantity: 100n, discount: 0n }, LAW, "04");
        expect(vat).toBe(rupiah * 11n);
      }),
    );
  });

  test("the tax comes from the rounded base, not from 11 %", () => {
    const differs = Array.from({ length: 1000 }, (_, cents) => BigInt(cents)).filter((price) => {
      const { vat } = lineAmounts({ price, quantity: 100n, discount: 0n }, LAW, "04");
      return vat !== (price * 22n + 100n) / 200n;
    });
    // 2.7 % of the bases with cents differ by a cent (coretax-xml 3.1).
    expect(differs.length).toBeGreaterThan(15);
    expect(differs.length).toBeLessThan(40);
  });
});

describe("what stays off", () => {
  test("an untaxed line of Rp 3", () => {
    const lines = linesOf([
      line({ amount: "1000000" }),
      line({ amount: "3", kind: "adminFee", taxed: false }),
    ]);
    expect(lines.map((one) => one.taxBase)).toEqual([rp("1000000")]);
  });

  test.each(["deposit", "invoice", "credit"] as const)("a %s line even when marked as taxed", (kind) => {
    const amount = kind === "credit" ? "-500" : "500";
    expect(linesOf([line({ amount: "1000" }), line({ amount, kind })])).toHaveLength(1);
    expect(linesOf([line({ amount: "1000" }), line({ amount, kind })])[0]?.discount).toBe(0n);
  });

  test("a gift line without a price", () => {
    expect(linesOf([line({ amount: "1000" }), line({ amount: "0", description: "Bonus" })])).toHaveLength(1);
  });

  test("an untaxed discount that raises the bill", () => {
    const raise = line({ amount: "100", kind: "discount", taxed: false });
    expect(linesOf([line({ amount: "1000" }), raise]).map((one) => one.taxBase)).toEqual([rp("1000")]);
  });

  test("an untaxed discount", () => {
    const a = line({ amount: "1000" });
    const lines = linesOf([a, line({ amount: "-100", kind: "discount", taxed: false, appliesTo: a.id })]);
    expect(lines[0]?.discount).toBe(0n);
  });
});

describe("discounts", () => {
  const parts = (lines: readonly FakturLine[]) => lines.map((one) => formatMoney(one.discount));

  test("of no service go to all, to those without a service too", () => {
    const [a, b] = [line({ amount: "1000", serviceId: "S1" }), line({ amount: "1000" })];
    expect(parts(linesOf([a, b, line({ amount: "-100", kind: "discount" })]))).toEqual(["50.00", "50.00"]);
  });

  test("go to the line they name", () => {
    const [a, b] = [line({ amount: "1000", serviceId: "S1" }), line({ amount: "500", serviceId: "S2" })];
    const promo = line({ amount: "-100", kind: "discount", appliesTo: b.id, serviceId: "S1" });
    expect(parts(linesOf([promo, a, b]))).toEqual(["0.00", "100.00"]);
  });

  test("go to the line of their service", () => {
    const lines = [line({ amount: "1000", serviceId: "S1" }), line({ amount: "500", serviceId: "S2" })];
    const promo = line({ amount: "-100", kind: "discount", serviceId: "S2" });
    expect(parts(linesOf([...lines, promo]))).toEqual(["0.00", "100.00"]);
  });

  test("are shared by several lines of their service only", () => {
    const lines = [
      line({ amount: "300", serviceId: "S1" }),
      line({ amount: "100", serviceId: "S1" }),
      line({ amount: "500", serviceId: "S2" }),
    ];
    const promo = line({ amount: "-40", kind: "discount", serviceId: "S1" });
    expect(parts(linesOf([...lines, promo]))).toEqual(["30.00", "10.00", "0.00"]);
  });

  test("are spread in proportion when they belong to nothing, to the last cent", () => {
    const lines = [line({ amount: "100" }), line({ amount: "100" }), line({ amount: "100" })];
    const promo = line({ amount: "-100", kind: "discount" });
    expect(parts(linesOf([...lines, promo]))).toEqual(["33.34", "33.33", "33.33"]);
  });

  test("are spread when they name a line that is not taxed", () => {
    const free = line({ amount: "900", taxed: false });
    const lines = [line({ amount: "100" }), line({ amount: "300" }), free];
    const promo = line({ amount: "-40", kind: "discount", appliesTo: free.id });
    expect(parts(linesOf([...lines, promo]))).toEqual(["10.00", "30.00"]);
  });

  test("any other negative taxed line counts as one", () => {
    const lines = [line({ amount: "1000" }), line({ amount: "-250", kind: "upgrade" })];
    expect(linesOf(lines).map(shown)).toEqual([
      { unit: "UM.0033", quantity: "1.00", price: "1000.00", discount: "250.00", taxBase: "750.00" },
    ]);
  });

  test("what is larger than its line goes on to the others", () => {
    const [a, b] = [line({ amount: "100" }), line({ amount: "500" })];
    const promo = line({ amount: "-150", kind: "discount", appliesTo: a.id });
    expect(parts(linesOf([a, b, promo]))).toEqual(["100.00", "50.00"]);
  });

  test("of everything leave lines with base zero", () => {
    const lines = linesOf([line({ amount: "100" }), line({ amount: "-100", kind: "discount" })]);
    expect(lines.map((one) => [one.taxBase, one.vat])).toEqual([[0n, 0n]]);
  });

  test("of more than everything are a fault", () => {
    expect(codesOfFaults([line({ amount: "100" }), line({ amount: "-100.01", kind: "discount" })])).toEqual([
      "discount_exceeds_lines /lines",
    ]);
  });

  test("that are positive are a fault", () => {
    expect(codesOfFaults([line({ amount: "100" }), line({ amount: "10", kind: "discount" })])).toEqual([
      "discount_not_negative /lines/1/amount",
    ]);
  });

  test("keep the sum to the cent and never exceed a line", () => {
    fc.assert(
      fc.property(discountedLines, (lines) => {
        const made = linesOf(lines);
        expect(sum(made.map((one) => one.taxBase))).toBe(
          sum(lines.filter((one) => one.taxed).map((one) => one.amount)),
        );
        for (const one of made) {
          expect(one.discount >= 0n).toBe(true);
          expect(one.taxBase >= 0n).toBe(true);
        }
      }),
    );
  });

  test("give the left-over cent to the same line in either order", () => {
    const lines = ["a", "b", "c"].map((id) => line({ id, amount: "100", description: id }));
    const promo = line({ amount: "-100", kind: "discount" });
    const luckyOf = (all: readonly InvoiceLine[]) =>
      linesOf(all).flatMap((one) => (one.discount === rp("33.34") ? [one.name] : []));
    expect(luckyOf([...lines, promo])).toEqual(["a"]);
    expect(luckyOf([promo, ...lines.toReversed()])).toEqual(["a"]);
  });

  test("fall the same whatever the order of the lines", () => {
    const shuffled = discountedLines.chain((lines) =>
      fc.tuple(
        fc.constant(lines),
        fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length }),
      ),
    );
    const byName = (lines: readonly FakturLine[]) => [...lines].sort((a, b) => (a.name < b.name ? -1 : 1));
    fc.assert(
      fc.property(shuffled, ([lines, other]) => {
        expect(byName(linesOf(other))).toEqual(byName(linesOf(lines)));
      }),
    );
  });
});

describe("prices with tax inside", () => {
  test.each([
    ["150000", "135135.14", "123873.88", "14864.87"],
    ["111000", "100000.00", "91666.67", "11000.00"],
    ["15000000", "13513513.51", "12387387.38", "1486486.49"],
  ])("%s", (gross, taxBase, otherTaxBase, vat) => {
    const [one] = linesOf([line({ amount: gross })], true);
    expect(one).toMatchObject({ taxBase: rp(taxBase), otherTaxBase: rp(otherTaxBase), vat: rp(vat) });
  });

  test("the discount is what lies between net price and net base", () => {
    const lines = linesOf([line({ amount: "150000" }), line({ amount: "-50000", kind: "discount" })], true);
    expect(lines.map(shown)).toEqual([
      { unit: "UM.0033", quantity: "1.00", price: "135135.14", discount: "45045.05", taxBase: "90090.09" },
    ]);
  });

  test("the base is the net of what was paid, not the difference of two rounded nets", () => {
    const lines = linesOf(
      [line({ amount: "111000.03" }), line({ amount: "-25000", kind: "discount" })],
      true,
    );
    expect(lines.map(shown)).toMatchObject([
      { price: "100000.03", discount: "22522.53", taxBase: "77477.50" },
    ]);
  });

  test("base and PPN give the gross again within a rupiah per line", () => {
    fc.assert(
      fc.property(discountedLines, (lines) => {
        const made = linesOf(lines, true);
        const gross = sum(lines.filter((one) => one.taxed).map((one) => one.amount));
        const again = sum(made.map((one) => one.taxBase + one.vat));
        const apart = again > gross ? again - gross : gross - again;
        expect(apart <= 100n * BigInt(made.length)).toBe(true);
      }),
    );
  });

  test("under code 01 the net is 100/112", () => {
    const paid = invoice([line({ amount: "112000" })], { pricesIncludeTax: true });
    const result = taxedLines(paid, LAW, "01", {});
    expect(result.kind === "lines" && result.lines[0]?.taxBase).toBe(rp("100000"));
  });
});

describe("units and quantities", () => {
  const cases: readonly (readonly [string, string, string | null, string | null, string, string, string])[] =
    [
      // quantity, amount, start, end -> unit, quantity, price
      ["1", "1000000", "2026-11-03", "2027-11-02", "UM.0023", "1.00", "1000000.00"],
      ["1", "1000000", "2026-11-03", "2027-11-03", "UM.0023", "1.00", "1000000.00"],
      ["1", "3000000", "2026-11-03", "2029-11-02", "UM.0023", "3.00", "1000000.00"],
      ["1", "300000", "2026-11-03", "2027-02-02", "UM.0024", "3.00", "100000.00"],
      ["1", "1800000", "2026-11-03", "2028-05-02", "UM.0024", "18.00", "100000.00"],
      ["1", "100000", "2026-11-01", "2026-11-30", "UM.0024", "1.00", "100000.00"],
      ["1", "100000", "2026-11-03", "2026-11-20", "UM.0033", "1.00", "100000.00"],
      ["1", "100000", null, null, "UM.0033", "1.00", "100000.00"],
      ["1", "100000", "2026-11-03", null, "UM.0033", "1.00", "100000.00"],
      // A quantity that repeats the length of the period.
      ["3", "300000", "2026-11-03", "2027-02-02", "UM.0024", "3.00", "100000.00"],
      ["2", "2000000", "2026-11-03", "2028-11-02", "UM.0023", "2.00", "1000000.00"],
      ["12", "1200000", "2026-11-03", "2027-11-02", "UM.0024", "12.00", "100000.00"],
      ["24", "2400000", "2026-11-03", "2028-11-02", "UM.0024", "24.00", "100000.00"],
      // Several things for one period.
      ["5", "500000", "2026-11-03", "2026-12-02", "UM.0024", "5.00", "100000.00"],
      ["5", "500000", "2026-11-03", "2027-11-02", "UM.0023", "5.00", "100000.00"],
      ["5", "500000", "2026-11-03", "2028-11-02", "UM.0033", "5.00", "100000.00"],
      ["5", "500000", null, null, "UM.0033", "5.00", "100000.00"],
      ["1.5", "150000", null, null, "UM.0033", "1.50", "100000.00"],
      ["0", "150000", null, null, "UM.0033", "1.00", "150000.00"],
      // A price that does not divide to the cent.
      ["1", "1000000", "2026-11-03", "2027-02-02", "UM.0033", "1.00", "1000000.00"],
      ["3", "100000", null, null, "UM.0033", "1.00", "100000.00"],
    ];
  test.each(cases)("%s for %s from %s to %s", (quantity, amount, start, end, unit, counted, price) => {
    const [one] = linesOf([
      line({
        amount,
        quantity: rp(quantity),
        periodStart: start === null ? null : day(start),
        periodEnd: end === null ? null : day(end),
      }),
    ]);
    expect(shown(one)).toMatchObject({ unit, quantity: counted, price });
  });

  test.each([
    ["2026-01-31", "2026-02-27", 1],
    ["2026-01-31", "2026-02-28", 1],
    ["2026-02-28", "2026-03-27", 1],
    ["2026-02-28", "2026-03-30", 1],
    ["2026-02-28", "2026-03-31", 1],
    ["2026-02-28", "2026-03-29", null],
    ["2028-02-29", "2029-02-27", 12],
    ["2028-02-29", "2029-02-28", 12],
    ["2027-03-01", "2028-02-29", 12],
    ["2027-03-01", "2028-02-28", null],
    ["2026-12-31", "2027-01-30", 1],
    ["2026-11-03", "2026-11-03", null],
    ["2026-11-03", "2026-11-02", null],
    ["2026-11-03", "2025-11-02", null],
  ])("from %s to %s are %s whole months", (start, end, months) => {
    expect(wholeMonths(day(start), day(end))).toBe(months);
  });

  test("price × quantity − discount is the base exactly, with every unit", () => {
    fc.assert(
      fc.property(fc.oneof(soldLines, discountedLines), fc.boolean(), (lines, inclusive) => {
        for (const one of linesOf(lines, inclusive)) {
          expect(one.price * one.quantity - one.discount * 100n).toBe(one.taxBase * 100n);
          expect(unitName(one.unit)).toBeDefined();
        }
      }),
    );
  });
});

describe("codes", () => {
  test.each([
    ["hosting", "160105"],
    ["addon", "160105"],
    ["upgrade", "160105"],
    ["domain", "170209"],
    ["ssl", "170209"],
    ["license", "130301"],
    ["support", "160103"],
    ["setup", "160104"],
    ["item", "000000"],
    ["lateFee", "000000"],
    ["adminFee", "000000"],
  ] as const)("%s is service %s", (kind, code) => {
    expect(codeOf(kind)).toEqual({ kind: "B", code });
  });

  test("a seller's choice wins, and goods without a code are generic", () => {
    const codes: SellerCodes = {
      domain: { code: "170202" },
      license: { kind: "A" },
      item: { kind: "A", code: "990100" },
    };
    expect(codeOf("domain", codes)).toEqual({ kind: "B", code: "170202" });
    expect(codeOf("license", codes)).toEqual({ kind: "A", code: "000000" });
    expect(codeOf("item", codes)).toEqual({ kind: "A", code: "990100" });
    expect(codeOf("hosting", codes)).toEqual({ kind: "B", code: "160105" });
  });

  test.each([
    ["UM.0018", "UM.0018", "1.00"],
    ["UM.0024", "UM.0024", "12.00"],
    ["UM.0023", "UM.0023", "1.00"],
  ])("a seller's unit %s over one year", (unit, expected, quantity) => {
    const yearly = line({
      amount: "1200000",
      periodStart: day("2026-11-03"),
      periodEnd: day("2027-11-02"),
    });
    expect(shown(linesOf([yearly], false, { hosting: { unit } })[0])).toMatchObject({
      unit: expected,
      quantity,
    });
  });

  test("every kind has a code of six digits", () => {
    for (const kind of LINE_KINDS) expect(codeOf(kind).code).toMatch(/^\d{6}$/);
  });

  test.each([
    ["UM.0001", "Metrik Ton"],
    ["UM.0018", "Unit"],
    ["UM.0023", "Tahun"],
    ["UM.0024", "Bulan"],
    ["UM.0033", "Lainnya"],
    ["UM.0039", "Roll"],
    ["UM.0000", undefined],
    ["UM.0040", undefined],
    ["UM.33", undefined],
  ])("the unit %s is %s", (unit, name) => {
    expect(unitName(unit)).toBe(name);
  });
});

describe("names", () => {
  const nameOf = (description: string) => linesOf([line({ amount: "1", description })])[0]?.name;

  test.each([
    ["Web Hosting\nBisnis\r\n\t (2026)", "Web Hosting Bisnis (2026)"],
    ["  VPS   2 GB\u00a0RAM ", "VPS 2 GB RAM"],
    ["Domain<br />contoh.example<BR>1 tahun", "Domain contoh.example 1 tahun"],
    ['<p class="x">Paket <b>Bisnis</b></p>', "Paket Bisnis"],
    ["Jasa <konsultasi> & co", "Jasa <konsultasi> & co"],
    ["a\u0000b\u200bc\ufeffd\ud800e", "a bcde"],
    ["Paket 🚀", "Paket 🚀"],
  ])("%j", (description, name) => {
    expect(nameOf(description)).toBe(name);
  });

  test("are cut at a word within 255 characters", () => {
    expect(nameOf(`${"kata ".repeat(50)}panjangsekali lagi`)).toBe(`${"kata ".repeat(49)}kata`);
    expect(nameOf(`${"kata ".repeat(50)}akhir lagi`)).toBe(`${"kata ".repeat(50)}akhir`);
    const whole = `${"kata ".repeat(50)}akhir`;
    expect([nameOf(whole), nameOf("VPS 2 GB")]).toEqual([whole, "VPS 2 GB"]);
    expect(nameOf("🚀".repeat(300))).toBe("🚀".repeat(255));
    expect(nameOf(`Jasa ${"x".repeat(300)}`)).toBe(`Jasa ${"x".repeat(250)}`);
  });

  test("plain text has neither line breaks nor double blanks", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(plainText(value)).not.toMatch(/[\r\n\t\u0000-\u001f]| {2}|^ | $/);
      }),
    );
  });
});
