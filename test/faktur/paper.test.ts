/*
 * Proves that the sheet says exactly what the faktur says: who the buyer is under which identity, names of units, words
 * for days. How: one faktur varied in one place at a time.
 */
import { parseTaxDay, type Period, type TaxDay } from "../../src/clock";
import { dayInWords } from "../../src/faktur/day-words";
import type { Faktur, FakturBuyer } from "../../src/faktur/faktur";
import { paperOfFaktur } from "../../src/faktur/paper";
import { unitName } from "../../src/codes/units";

const buyer: FakturBuyer = {
  document: "TIN",
  npwp: "0098765432109000",
  documentNumber: "",
  nitku: "0098765432109000000000",
  name: "PT Pelanggan",
  address: "Jalan Contoh 1",
  email: "pajak@pelanggan.example",
  country: "IDN",
};

const faktur: Faktur = {
  reference: "INV-1",
  transactionCode: "04",
  date: "2026-11-03" as TaxDay,
  period: "2026-11" as Period,
  seller: {
    slug: "utama",
    npwp: "0012345678901000",
    nitku: "0012345678901000000000",
    name: "PT Penjual",
    address: "Jalan Penjual 2",
    city: "Kota Bandung",
    email: "pajak@penjual.example",
    signer: { name: "Budi", npwp: null, title: null },
  },
  buyer,
  lines: [
    {
      kind: "B",
      code: "160105",
      name: "Hosting",
      unit: "UM.0023",
      price: 100_000_000n,
      quantity: 200n,
      discount: 50_000n,
      taxBase: 199_950_000n,
      otherTaxBase: 183_287_500n,
      vatRate: 1200n,
      vat: 21_994_500n,
    },
  ],
  totals: {
    price: 200_000_000n,
    discount: 50_000n,
    dpp: 199_950_000n,
    dppNilaiLain: 183_287_500n,
    ppn: 21_994_500n,
  },
};

test("the sheet carries the faktur's own amounts, names and numbers", () => {
  const paper = paperOfFaktur(faktur, "04002600000000001", "copy", true);
  expect(paper).toMatchObject({ mark: "copy", nsfp: "04002600000000001", reference: "INV-1", signed: true });
  expect(paper.seller).toEqual({
    name: "PT Penjual",
    address: "Jalan Penjual 2",
    npwp: "0012345678901000",
    nitku: "0012345678901000000000",
    city: "Kota Bandung",
    signer: "Budi",
    signerTitle: null,
  });
  expect(paper.lines).toEqual([
    {
      code: "160105",
      name: "Hosting",
      unitName: "Tahun",
      price: 100_000_000n,
      quantity: 200n,
      discount: 50_000n,
    },
  ]);
  // The tax base that is printed is the nilai lain, not the price.
  expect(paper.totals).toEqual({
    price: 200_000_000n,
    discount: 50_000n,
    dppNilaiLain: 183_287_500n,
    ppn: 21_994_500n,
  });
});

const zeros = { npwp: "0000000000000000", nitku: "0000000000000000000000" };

test.each<[FakturBuyer["document"], Partial<FakturBuyer>, Record<string, string>]>([
  ["TIN", {}, { npwp: "0098765432109000", nik: "", passport: "", otherId: "" }],
  [
    "National ID",
    { ...zeros, documentNumber: "3171234567890001" },
    { npwp: "", nitku: "", nik: "3171234567890001", passport: "", otherId: "" },
  ],
  ["Passport", { ...zeros, documentNumber: "A1" }, { npwp: "", nik: "", passport: "A1", otherId: "" }],
  ["Other ID", { ...zeros, documentNumber: "X9" }, { npwp: "", nik: "", passport: "", otherId: "X9" }],
])("a buyer identified by %s shows that number and no other", (document, more, wanted) => {
  const paper = paperOfFaktur({ ...faktur, buyer: { ...buyer, document, ...more } }, null, "preview", false);
  expect(paper.buyer).toMatchObject(wanted);
});

test("all 39 units of DJP's list have a name of their own, and an unknown unit is printed as its code", () => {
  const codes = Array.from({ length: 40 }, (_unused, index) => `UM.${String(index + 1).padStart(4, "0")}`);
  const names = codes.map(unitName).filter((name) => name !== undefined);
  expect([names.length, new Set(names).size]).toEqual([39, 39]);
  expect([unitName("UM.0024"), unitName("UM.0033"), unitName("UM.9999")]).toEqual([
    "Bulan",
    "Lainnya",
    undefined,
  ]);
  const strange = { ...faktur, lines: faktur.lines.map((line) => ({ ...line, unit: "UM.9999" })) };
  expect(paperOfFaktur(strange, null, "preview", false).lines[0]?.unitName).toBe("UM.9999");
});

test.each([
  ["2026-01-31", "31 Januari 2026"],
  ["2028-02-29", "29 Februari 2028"],
  ["2026-05-01", "01 Mei 2026"],
  ["2026-08-17", "17 Agustus 2026"],
  ["2026-12-09", "09 Desember 2026"],
])("%s is written %s", (day, words) => {
  expect(dayInWords(parseTaxDay(day) as TaxDay)).toBe(words);
});
