/**
 * Proves that a sound faktur passes and that every single thing wrong with one is found, named by code and place, and
 * that all are found at once. Each case changes one thing in a sound document.
 */
import fc from "fast-check";
import type { Faktur, FakturBuyer, FakturLine, FakturSeller } from "../../src/faktur/faktur";
import { FAKTUR_FAULT_CODES, faultAt } from "../../src/faktur/faults";
import { AMOUNT_LIMIT, checkFaktur } from "../../src/faktur/rules";
import { buyer, day, discountedLines, fakturOf, invoice, line } from "./examples";

const TODAY = day("2026-11-03");
const sound = fakturOf(
  invoice([
    line({ amount: "1000000" }),
    line({ amount: "300000", quantity: 300n }),
    line({ amount: "-50000", kind: "discount" }),
  ]),
);

const places = (faktur: Faktur, today = TODAY) =>
  checkFaktur(faktur, today).map((fault) => `${fault.code} ${fault.path}`);

const withBuyer = (more: Partial<FakturBuyer>): Faktur => ({ ...sound, buyer: { ...sound.buyer, ...more } });
const withSeller = (more: Partial<FakturSeller>): Faktur => ({
  ...sound,
  seller: { ...sound.seller, ...more },
});
const withLine = (more: Partial<FakturLine>): Faktur => ({
  ...sound,
  lines: sound.lines.map((one, index) => (index === 0 ? { ...one, ...more } : one)),
});

const nik = "3174012345678901";
const noNpwp: Partial<FakturBuyer> = { npwp: "0".repeat(16), nitku: "000000", name: "Siti Aminah" };
const head = sound.lines[0]!;

/** 64 letters before the @, and labels of 63 but for the last of `letters`: 254 characters with 57. */
const longEmail = (letters: number) =>
  `${"a".repeat(64)}@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(letters)}.com`;

test("a sound faktur has no fault", () => {
  expect(checkFaktur(sound, TODAY)).toEqual([]);
});

describe("buyers that pass", () => {
  test.each<[string, Partial<FakturBuyer>]>([
    ["an NPWP and its head office", { nitku: `${buyer.npwp}000000` }],
    ["no e-mail address", { email: "" }],
    ["a NIK", { ...noNpwp, document: "National ID", documentNumber: nik }],
    ["a passport", { ...noNpwp, document: "Passport", documentNumber: "C1234567", country: "SGP" }],
    [
      "another document of a country with two letters",
      { ...noNpwp, document: "Other ID", documentNumber: "1", country: "MM" },
    ],
    ["an e-mail address of one letter", { email: "a@contoh.id" }],
    ["an e-mail address as long as one may be", { email: longEmail(57) }],
    ["an e-mail address with a plus and a subdomain", { email: "pajak+faktur@mail.contoh.co.id" }],
  ])("%s", (_name, more) => {
    expect(places(withBuyer(more))).toEqual([]);
  });
});

describe("buyers that do not", () => {
  test.each<[string, Partial<FakturBuyer>, string[]]>([
    [
      "15 digits",
      { npwp: "098765432109000" },
      ["buyer_npwp_malformed /buyer/npwp", "buyer_nitku_malformed /buyer/nitku"],
    ],
    ["zeros for an NPWP", noNpwp, ["buyer_npwp_malformed /buyer/npwp", "buyer_nitku_malformed /buyer/nitku"]],
    [
      "a letter",
      { npwp: "00987654321O9000" },
      ["buyer_npwp_malformed /buyer/npwp", "buyer_nitku_malformed /buyer/nitku"],
    ],
    ["another company's NITKU", { nitku: "0012345678901000000000" }, ["buyer_nitku_malformed /buyer/nitku"]],
    ["a short NITKU", { nitku: "000000" }, ["buyer_nitku_malformed /buyer/nitku"]],
    [
      "a NIK beside an NPWP",
      { document: "National ID", documentNumber: nik, name: "Siti Aminah" },
      ["buyer_npwp_not_zeros /buyer/npwp"],
    ],
    [
      "a short NIK",
      { ...noNpwp, document: "National ID", documentNumber: "123" },
      ["buyer_nik_malformed /buyer/documentNumber"],
    ],
    [
      "a NIK with a digit too many",
      { ...noNpwp, document: "National ID", documentNumber: `${nik}2` },
      ["buyer_nik_malformed /buyer/documentNumber"],
    ],
    [
      "a NIK with a letter before it",
      { ...noNpwp, document: "National ID", documentNumber: `A${nik}` },
      ["buyer_nik_malformed /buyer/documentNumber"],
    ],
    [
      "a NIK with half a NITKU",
      { ...noNpwp, document: "National ID", documentNumber: nik, nitku: "0000000" },
      ["buyer_nitku_malformed /buyer/nitku"],
    ],
    [
      "a NIK of another country",
      { ...noNpwp, document: "National ID", documentNumber: nik, country: "SGP" },
      ["buyer_country_not_indonesia /buyer/country"],
    ],
    [
      "a passport beside an NPWP",
      { document: "Passport", documentNumber: "C1234567", country: "SGP" },
      ["buyer_npwp_not_zeros /buyer/npwp"],
    ],
    [
      "17 digits",
      { npwp: `${buyer.npwp}0`, nitku: `${buyer.npwp}000000` },
      ["buyer_npwp_malformed /buyer/npwp"],
    ],
    ["a NITKU with a digit too many", { nitku: `${buyer.nitku}0` }, ["buyer_nitku_malformed /buyer/nitku"]],
    ["a NITKU with a letter", { nitku: `${buyer.npwp}00000A` }, ["buyer_nitku_malformed /buyer/nitku"]],
    [
      "no passport number",
      { ...noNpwp, document: "Passport", documentNumber: " ", country: "SGP" },
      ["buyer_document_number_missing /buyer/documentNumber"],
    ],
    [
      "a company's name over a NIK",
      { ...noNpwp, document: "National ID", documentNumber: nik, name: "PT Contoh" },
      ["buyer_company_without_npwp /buyer/documentNumber"],
    ],
    [
      "another document of Indonesia",
      { ...noNpwp, document: "Other ID", documentNumber: "1", country: "IDN" },
      ["buyer_company_without_npwp /buyer/country"],
    ],
    [
      "a passport with half a NITKU",
      { ...noNpwp, document: "Passport", documentNumber: "X1", country: "SGP", nitku: "0000000" },
      ["buyer_nitku_malformed /buyer/nitku"],
    ],
    ["a country that is in no list", { country: "ZZZ" }, ["buyer_country_malformed /buyer/country"]],
    ["no name", { name: "  " }, ["buyer_name_missing /buyer/name"]],
    ["no address", { address: "" }, ["buyer_address_missing /buyer/address"]],
    ["India", { country: "IND" }, ["buyer_country_not_indonesia /buyer/country"]],
    ["a country in words", { country: "Indonesia" }, ["buyer_country_malformed /buyer/country"]],
  ])("%s", (_name, more, expected) => {
    expect(places(withBuyer(more))).toEqual(expected);
  });

  test.each([
    "pajak",
    "pajak@contoh",
    "pajak@contoh.example, lain@contoh.example",
    "a@b.example;c@d.example",
    "Pajak <pajak@contoh.example>",
    "pajak@contoh..example",
    ".pajak@contoh.example",
    "pa jak@contoh.example",
    "pajak@contoh.example\nBcc: x@y.example",
    "pajak@-contoh.example",
    `${"a".repeat(65)}@contoh.example`,
    longEmail(58),
    `pajak@${"a".repeat(64)}.example`,
    `pajak@contoh.${"a".repeat(64)}`,
    "pajak@contoh.x",
    "@contoh.example",
  ])("the e-mail address %j", (email) => {
    expect(places(withBuyer({ email }))).toEqual(["buyer_email_malformed /buyer/email"]);
  });
});

describe("sellers", () => {
  const { signer } = sound.seller;
  test.each<[string, Partial<FakturSeller>, string[]]>([
    [
      "a short NPWP",
      { npwp: "1" },
      ["seller_npwp_malformed /seller/npwp", "seller_nitku_malformed /seller/nitku"],
    ],
    ["a foreign NITKU", { nitku: buyer.nitku }, ["seller_nitku_malformed /seller/nitku"]],
    ["no name", { name: "" }, ["seller_name_missing /seller/name"]],
    ["no address", { address: "" }, ["seller_address_missing /seller/address"]],
    ["no city", { city: "" }, ["seller_city_missing /seller/city"]],
    ["no signer", { signer: { ...signer, name: "" } }, ["seller_signer_missing /seller/signer/name"]],
    [
      "a signer's NPWP",
      { signer: { ...signer, npwp: "x" } },
      ["seller_signer_npwp_malformed /seller/signer/npwp"],
    ],
    ["a signer without NPWP passes", { signer: { ...signer, npwp: null } }, []],
  ])("%s", (_name, more, expected) => {
    expect(places(withSeller(more))).toEqual(expected);
  });
});

describe("head", () => {
  const period = (value: string) => value as Faktur["period"];
  const facility = {
    ...{ addInfo: "TD.00502", stamp: "TD.01102", documentNumber: "PPBJ-1", documentPeriod: "112026" },
  };
  test.each<[string, Partial<Faktur>, string[]]>([
    ["no reference", { reference: "" }, ["reference_malformed /reference"]],
    ["a long reference", { reference: "x".repeat(101) }, ["reference_malformed /reference"]],
    ["a reference with a line break", { reference: "INV\n1" }, ["reference_malformed /reference"]],
    ["a reference with a blank at its end", { reference: "INV-1 " }, ["reference_malformed /reference"]],
    ["a reference of 100 characters passes", { reference: "x".repeat(100) }, []],
    ["a replacement in its original's month", { replaces: "0400", period: period("2026-10") }, []],
    [
      "a replacement in a month to come",
      { replaces: "0400", period: period("2026-12") },
      ["period_mismatch /period"],
    ],
    ["a month that is over, without an original", { period: period("2026-10") }, ["period_mismatch /period"]],
    ["a facility under code 04", { facility }, ["facility_not_allowed /facility"]],
    ["code 07 with its document", { transactionCode: "07", facility }, []],
    [
      "code 07 with a document of no month",
      { transactionCode: "07", facility: { ...facility, documentPeriod: "1120261" } },
      ["facility_malformed /facility/documentPeriod"],
    ],
    ["a reference with slashes passes", { reference: "INV/2026/XI (1)" }, []],
    ["code 07", { transactionCode: "07" }, ["code_needs_documents /transactionCode"]],
    ["code 08", { transactionCode: "08" }, ["code_needs_documents /transactionCode"]],
    ["tomorrow", { date: day("2026-11-04") }, ["date_in_future /date"]],
    ["another month", { date: day("2026-10-31") }, ["period_mismatch /period"]],
    ["no calendar day", { date: "2026-11-31" as Faktur["date"] }, ["date_malformed /date"]],
  ])("%s", (_name, more, expected) => {
    expect(places({ ...sound, ...more })).toEqual(expected);
  });

  test("a day without law", () => {
    const old = { ...sound, date: day("2020-01-01"), period: "2020-01" as Faktur["period"] };
    expect(places(old)).toEqual(["law_unknown /date"]);
  });

  test.each(["05", "06", "09", "10"] as const)("code %s is left to people", (transactionCode) => {
    expect(places({ ...sound, transactionCode })).toContain(
      "transaction_code_not_automatic /transactionCode",
    );
  });

  test.each(["02", "03"] as const)("code %s passes", (transactionCode) => {
    expect(places({ ...sound, transactionCode })).toEqual([]);
  });

  test("code 01 wants the full base", () => {
    expect(places({ ...sound, transactionCode: "01" })).toContain("line_amounts_wrong /lines/0/otherTaxBase");
  });
});

describe("lines", () => {
  test.each<[string, Partial<FakturLine>, string]>([
    ["no name", { name: " " }, "line_name_missing /lines/0/name"],
    ["a long name", { name: "x".repeat(256) }, "line_name_too_long /lines/0/name"],
    ["a short code", { code: "1601" }, "line_code_malformed /lines/0/code"],
    ["a long code", { code: "1601050" }, "line_code_malformed /lines/0/code"],
    ["a code with a letter before it", { code: "A160105" }, "line_code_malformed /lines/0/code"],
    ["a quantity of zero", { quantity: 0n }, "line_quantity_invalid /lines/0/quantity"],
    ["no code", { code: "" }, "line_code_malformed /lines/0/code"],
    ["an unknown unit", { unit: "UM.0040" }, "line_unit_unknown /lines/0/unit"],
    ["no unit", { unit: "" }, "line_unit_unknown /lines/0/unit"],
    ["a price of zero", { price: 0n }, "line_price_invalid /lines/0/price"],
    ["a quantity below zero", { quantity: -100n }, "line_quantity_invalid /lines/0/quantity"],
    ["a negative discount", { discount: -1n }, "line_discount_invalid /lines/0/discount"],
    ["a discount above the price", { discount: head.price + 1n }, "line_discount_invalid /lines/0/discount"],
    ["an absurd price", { price: AMOUNT_LIMIT }, "amount_too_large /lines/0/price"],
    ["a base a cent off", { taxBase: head.taxBase + 1n }, "line_amounts_wrong /lines/0/taxBase"],
    [
      "an 11/12 base a cent off",
      { otherTaxBase: head.otherTaxBase - 1n },
      "line_amounts_wrong /lines/0/otherTaxBase",
    ],
    ["a PPN a cent off", { vat: head.vat + 1n }, "line_amounts_wrong /lines/0/vat"],
    ["11 % instead of 12 %", { vatRate: 1100n }, "line_vat_rate_wrong /lines/0/vatRate"],
    ["a price that does not divide", { price: 3333n, quantity: 150n }, "line_amounts_wrong /lines/0/price"],
  ])("%s", (_name, more, expected) => {
    expect(places(withLine(more))).toContain(expected);
  });

  test("a name as long as one may be passes", () => {
    expect(places(withLine({ name: "x".repeat(255) }))).toEqual([]);
  });

  test.each(["price", "quantity", "discount", "taxBase", "otherTaxBase", "vat"] as const)(
    "no %s has 16 digits with its hundredths",
    (key) => {
      expect(AMOUNT_LIMIT).toBe(1_000_000_000_000_000n);
      expect(places(withLine({ [key]: AMOUNT_LIMIT }))).toContain(`amount_too_large /lines/0/${key}`);
      expect(places(withLine({ [key]: AMOUNT_LIMIT - 1n }))).not.toContain(
        `amount_too_large /lines/0/${key}`,
      );
    },
  );

  test("none at all", () => {
    expect(places({ ...sound, lines: [] })).toContain("no_lines /lines");
  });

  test("of the largest amount pass, one hundredth more does not", () => {
    const largest = fakturOf(invoice([{ ...line({ amount: "1" }), amount: AMOUNT_LIMIT - 100n }]));
    expect(places(largest)).toEqual([]);
    const beyond = fakturOf(invoice([{ ...line({ amount: "1" }), amount: AMOUNT_LIMIT }]));
    expect(places(beyond)).toContain("amount_too_large /lines/0/price");
  });
});

test.each(["price", "discount", "dpp", "dppNilaiLain", "ppn"] as const)(
  "a total %s that is a rupiah off",
  (key) => {
    const totals = { ...sound.totals, [key]: sound.totals[key] + 100n };
    expect(places({ ...sound, totals })).toEqual([`totals_wrong /totals/${key}`]);
    const huge = { ...sound.totals, [key]: AMOUNT_LIMIT };
    expect(places({ ...sound, totals: huge })).toContain(`amount_too_large /totals/${key}`);
  },
);

test("every fault is named at once", () => {
  const wrong = {
    ...withBuyer({ npwp: "1", name: "", email: "x" }),
    reference: "",
    totals: { ...sound.totals, ppn: 0n },
  };
  expect(places(wrong)).toEqual([
    "reference_malformed /reference",
    "buyer_npwp_malformed /buyer/npwp",
    "buyer_nitku_malformed /buyer/nitku",
    "buyer_name_missing /buyer/name",
    "buyer_email_malformed /buyer/email",
    "totals_wrong /totals/ppn",
  ]);
});

test("what is built from a good invoice always passes", () => {
  fc.assert(
    fc.property(discountedLines, fc.boolean(), (lines, pricesIncludeTax) => {
      expect(checkFaktur(fakturOf(invoice(lines, { pricesIncludeTax })), TODAY)).toEqual([]);
    }),
  );
});

test("every code has words in both languages", () => {
  expect(FAKTUR_FAULT_CODES.length).toBeGreaterThan(30);
  for (const code of FAKTUR_FAULT_CODES) {
    const { message, fix } = faultAt(code, "/");
    expect(code).toMatch(/^[a-z][a-z0-9_]+$/);
    for (const sentence of [message.id, message.en, fix.id, fix.en]) expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(message.id).not.toBe(message.en);
  }
});
