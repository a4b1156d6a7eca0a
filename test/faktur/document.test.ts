/**
 * Proves that a paid invoice becomes the faktur the contract promises: date, period, lines, whole-rupiah totals rounded
 * once, and every reason at once when there can be none. Worked examples, measured official documents, properties.
 */
import fc from "fast-check";
import { formatRupiah, sum } from "../../src/money";
import type { PaidInvoice } from "../../src/hooks/invoice";
import { buildFaktur, totalsOf, type FakturInput } from "../../src/faktur/document";
import { ppnOn } from "../../src/faktur/law";
import { lineAmounts } from "../../src/faktur/lines";
import { buyer, day, discountedLines, fakturOf, input, invoice, line, rp, seller } from "./examples";

const totalsOfInvoice = (paid: PaidInvoice) => {
  const { totals } = fakturOf(paid);
  return [totals.dpp, totals.dppNilaiLain, totals.ppn].map(formatRupiah);
};

const places = (paid: PaidInvoice, more: Partial<FakturInput> = {}) => {
  const built = buildFaktur(input(paid, more));
  return built.kind === "faults" ? built.faults.map((fault) => `${fault.code} ${fault.path}`) : [];
};

describe("worked examples", () => {
  test("the contract's yearly hosting", () => {
    const faktur = fakturOf(
      invoice([
        line({
          amount: "1000000",
          description: "Web Hosting Bisnis (2026-11-03 - 2027-11-02)",
          periodStart: day("2026-11-03"),
          periodEnd: day("2027-11-02"),
        }),
      ]),
    );
    expect(faktur).toEqual({
      reference: "INV-2026-1234",
      transactionCode: "04",
      date: "2026-11-03",
      period: "2026-11",
      seller,
      buyer,
      lines: [
        {
          kind: "B",
          code: "160105",
          name: "Web Hosting Bisnis (2026-11-03 - 2027-11-02)",
          unit: "UM.0023",
          price: rp("1000000"),
          quantity: 100n,
          discount: 0n,
          taxBase: rp("1000000"),
          otherTaxBase: rp("916666.67"),
          vatRate: 1200n,
          vat: rp("110000"),
        },
      ],
      totals: {
        price: rp("1000000"),
        discount: 0n,
        dpp: rp("1000000"),
        dppNilaiLain: rp("916667"),
        ppn: rp("110000"),
      },
    });
  });

  test("hidden characters are in no name, address, number or e-mail address of either side", () => {
    const spoilt = (value: string) => `\u200b${value}\u0007`;
    const parties = {
      seller: {
        ...{ ...seller, name: spoilt(seller.name), address: spoilt(seller.address) },
        ...{ city: spoilt(seller.city), signer: { ...seller.signer, name: spoilt(seller.signer.name) } },
      },
      buyer: {
        ...{ ...buyer, name: spoilt(buyer.name), address: spoilt(buyer.address) },
        ...{ documentNumber: spoilt("C1234567"), email: spoilt(buyer.email) },
      },
    };
    const faktur = fakturOf(invoice([line({ amount: "1000000" })]), parties);
    expect(faktur).toMatchObject({ seller, buyer: { ...buyer, documentNumber: "C1234567" } });
  });

  test("three lines of 33,250 are rounded once, not three times", () => {
    const three = [1, 2, 3].map(() => line({ amount: "33250" }));
    expect(totalsOfInvoice(invoice(three))).toEqual(["99750", "91438", "10973"]);
  });

  test.each([
    ["150000", ["135135", "123874", "14865"]],
    ["15000000", ["13513514", "12387387", "1486486"]],
  ])("%s with tax inside", (gross, totals) => {
    expect(totalsOfInvoice(invoice([line({ amount: gross })], { pricesIncludeTax: true }))).toEqual(totals);
  });

  test("fifty cents go up", () => {
    const { totals } = fakturOf(invoice([line({ amount: "1900000.50" })]));
    expect(formatRupiah(totals.dpp)).toBe("1900001");
    expect(formatRupiah(fakturOf(invoice([line({ amount: "1500000.49" })])).totals.dpp)).toBe("1500000");
  });

  test("price and discount are summed apart", () => {
    const { totals } = fakturOf(
      invoice([line({ amount: "500000" }), line({ amount: "-100000", kind: "discount" })]),
    );
    expect([totals.price, totals.discount, totals.dpp].map(formatRupiah)).toEqual([
      "500000",
      "100000",
      "400000",
    ]);
  });
});

test("official documents print the totals of their lines by the same rule", () => {
  // Price, quantity and discount of an approved faktur of November 2025, and the totals DJP printed on it.
  const law = ppnOn(day("2025-11-06"))!;
  const printed = [
    { price: rp("249549.56"), quantity: rp("20"), discount: rp("144144.14") },
    { price: rp("249549.55"), quantity: rp("1"), discount: rp("249549.55") },
  ].map((one) => ({ kind: "A" as const, code: "190200", name: "x", unit: "UM.0022", ...one }));
  const totals = totalsOf(printed.map((one) => ({ ...one, ...lineAmounts(one, law, "04") })));
  expect([totals.price, totals.dppNilaiLain, totals.ppn].map(formatRupiah)).toEqual([
    "5240541",
    "4442943",
    "533153",
  ]);
});

describe("the document", () => {
  test("is dated on the day of payment in Jakarta, by the law of that day", () => {
    const old = fakturOf(invoice([line({ amount: "1000000" })], { taxDay: day("2024-12-31") }), {
      transactionCode: "01",
    });
    expect(old).toMatchObject({ date: "2024-12-31", period: "2024-12" });
    expect(old.lines[0]).toMatchObject({ vatRate: 1100n, otherTaxBase: rp("1000000"), vat: rp("110000") });
  });

  test.each(["02", "03"] as const)("keeps the 11/12 base for a collector with code %s", (transactionCode) => {
    const faktur = fakturOf(invoice([line({ amount: "1000000" })]), { transactionCode });
    expect(formatRupiah(faktur.totals.dppNilaiLain)).toBe("916667");
  });

  test("has names and addresses on one line", () => {
    const faktur = fakturOf(invoice([line({ amount: "1" })]), {
      buyer: { ...buyer, name: " PT  Contoh\u200b ", address: "Jl. Sudirman 1<br>\nJakarta" },
    });
    expect(faktur.buyer).toMatchObject({ name: "PT Contoh", address: "Jl. Sudirman 1 Jakarta" });
  });

  test("carries the seller's own codes", () => {
    const faktur = fakturOf(invoice([line({ amount: "1", kind: "domain" })]), {
      codes: { domain: { code: "170202" } },
    });
    expect(faktur.lines[0]?.code).toBe("170202");
  });
});

describe("no document", () => {
  const untaxed = line({ amount: "3", kind: "adminFee", taxed: false });
  test("of a day before the product's law", () => {
    expect(places(invoice([line({ amount: "1" })], { taxDay: day("2022-03-31") }))).toEqual([
      "law_unknown /taxDay",
    ]);
  });

  test("of a foreign currency", () => {
    expect(places(invoice([line({ amount: "1" })], { currency: "USD" }))).toEqual([
      "foreign_currency /currency",
    ]);
  });

  test("without a taxed line", () => {
    expect(places(invoice([untaxed]))).toEqual(["no_taxed_lines /lines"]);
    expect(places(invoice([]))).toEqual(["no_taxed_lines /lines"]);
  });

  test("without a taxed line but with tax: both reasons", () => {
    expect(places(invoice([untaxed], { tax: rp("110000"), total: rp("110003") }))).toEqual([
      "no_taxed_lines /lines",
      "amounts_do_not_add_up /tax",
    ]);
  });

  test("with more discount than price", () => {
    const lines = [line({ amount: "100" }), line({ amount: "-101", kind: "discount" })];
    expect(places(invoice(lines))).toEqual(["discount_exceeds_lines /lines"]);
  });

  test("of a subscription billed at 12 % where 11 % is due", () => {
    const paid = invoice([line({ amount: "1000000" })], { tax: rp("120000"), total: rp("1120000") });
    expect(places(paid)).toEqual(["amounts_do_not_add_up /tax"]);
  });
});

test("totals are within half a rupiah of the lines, and their PPN of the billed tax", () => {
  fc.assert(
    fc.property(discountedLines, fc.boolean(), (lines, pricesIncludeTax) => {
      const paid = invoice(lines, { pricesIncludeTax });
      const faktur = fakturOf(paid);
      const parts = [
        [faktur.totals.dpp, sum(faktur.lines.map((one) => one.taxBase))],
        [faktur.totals.dppNilaiLain, sum(faktur.lines.map((one) => one.otherTaxBase))],
        [faktur.totals.ppn, sum(faktur.lines.map((one) => one.vat))],
      ] as const;
      for (const [whole, exact] of parts) {
        expect(whole % 100n).toBe(0n);
        expect(whole - exact <= 50n && exact - whole < 50n).toBe(true);
      }
      const apart = faktur.totals.ppn - paid.tax;
      expect((apart < 0n ? -apart : apart) <= 100n * BigInt(lines.length)).toBe(true);
    }),
  );
});
