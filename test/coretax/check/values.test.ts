/**
 * Proves the rules for single values, identities, codes and amounts: each row spoils one or two values of a faultless
 * file and names every fault that must come of it, no more and no less.
 */
import fc from "fast-check";
import { parseMoney, formatMoney, shareHalfUp, times } from "../../../src/money";
import { check, codes, faktur, file } from "./base";

const codesWith = (values: Readonly<Record<string, string>>): string[] => codes(file([faktur(values)]));

const ZEROS = "0000000000000000";
const NIK = { BuyerDocument: "National ID", BuyerTin: ZEROS, BuyerDocumentNumber: "3174012345678901" };

test("the base file has no fault", () => {
  expect(check(file([faktur()]))).toEqual({ fakturs: 1, complete: true, faults: [] });
});

describe("values of the head", () => {
  test.each<[string, Record<string, string>, string[]]>([
    ["a day that does not exist", { TaxInvoiceDate: "2026-02-30" }, ["date_malformed"]],
    ["a date as Excel shows it", { TaxInvoiceDate: "03/11/2026" }, ["date_malformed"]],
    ["a date with an hour", { TaxInvoiceDate: "2026-11-03T00:00:00" }, ["date_malformed"]],
    ["today", { TaxInvoiceDate: "2026-11-22" }, []],
    ["tomorrow", { TaxInvoiceDate: "2026-11-23" }, ["date_in_future"]],
    ["no date", { TaxInvoiceDate: "" }, ["value_missing"]],
    ["another option", { TaxInvoiceOpt: "Uang Muka" }, ["invoice_option_unknown"]],
    ["a code of one digit", { TrxCode: "4" }, ["transaction_code_unknown"]],
    ["code 11", { TrxCode: "11" }, ["transaction_code_unknown"]],
    ["a period", { CustomDocMonthYear: "122025" }, []],
    ["a period with month 13", { CustomDocMonthYear: "132025" }, ["month_malformed"]],
    ["a period year first", { CustomDocMonthYear: "202512" }, ["month_malformed"]],
    ["no reference", { RefDesc: "" }, ["reference_missing"]],
    ["a blank around a code", { TrxCode: " 04" }, ["value_has_blanks"]],
    ["a line break in a name", { BuyerName: "PT\nContoh" }, ["text_hidden_characters"]],
    ["a zero-width character in a name", { BuyerName: "PT\u200b Contoh" }, ["text_hidden_characters"]],
    ["HTML in an address", { BuyerAdress: "Jl. A&lt;br&gt;Jakarta" }, ["text_html"]],
    ["somebody's angle brackets", { Name: "Jasa &lt;konsultasi&gt;" }, []],
    ["no name", { BuyerName: "" }, ["value_missing"]],
    ["a name of blanks", { BuyerName: "  " }, ["text_hidden_characters", "value_missing"]],
    ["no address", { BuyerAdress: "" }, ["value_missing"]],
    ["no e-mail", { BuyerEmail: "" }, []],
    ["two e-mail addresses", { BuyerEmail: "a@b.example,c@d.example" }, ["buyer_email_malformed"]],
    [
      "a country of two letters",
      { BuyerCountry: "ID" },
      ["buyer_country_unknown", "buyer_country_not_indonesia"],
    ],
    ["India for Indonesia", { BuyerCountry: "IND" }, ["buyer_country_is_india"]],
    ["another country with an NPWP", { BuyerCountry: "SGP" }, ["buyer_country_not_indonesia"]],
  ])("%s", (_, values, expected) => {
    expect(codesWith(values)).toEqual(expected);
  });
});

describe("facilities go by the transaction code", () => {
  const full = { OtherTaxBase: "91437.5" };
  test.each<[string, string, string, string[]]>([
    ["07", "TD.00502", "TD.01102", []],
    ["07", "TD.00531", "TD.01131", []],
    ["08", "TD.00510", "TD.01110", []],
    ["07", "TD.00532", "TD.01132", ["add_info_unknown", "facility_stamp_unknown"]],
    ["08", "TD.00511", "TD.01111", ["add_info_unknown", "facility_stamp_unknown"]],
    ["07", "TD.00502", "TD.01103", ["facility_pair_mismatch"]],
    ["07", "TD.01102", "TD.00502", ["add_info_unknown", "facility_stamp_unknown"]],
    ["07", "", "TD.01102", ["add_info_missing"]],
    ["08", "TD.00501", "", ["facility_stamp_missing"]],
    ["04", "TD.00501", "TD.01101", ["add_info_not_allowed", "facility_stamp_not_allowed"]],
    ["01", "TD.00501", "", ["add_info_not_allowed", "other_tax_base_reduced"]],
  ])("code %s with %s and %s", (TrxCode, AddInfo, FacilityStamp, expected) => {
    expect(codesWith({ ...full, TrxCode, AddInfo, FacilityStamp }).sort()).toEqual([...expected].sort());
  });
});

describe("identities", () => {
  test.each<[string, Record<string, string>, string[]]>([
    ["a buyer with NIK and 000000", { ...NIK, BuyerIDTKU: "000000" }, []],
    ["a buyer with NIK and 22 digits", { ...NIK, BuyerIDTKU: "3174012345678901000000" }, []],
    ["a buyer with NIK and 16 zeros", { ...NIK, BuyerIDTKU: ZEROS }, ["buyer_idtku_malformed"]],
    ["a NIK of 15 digits", { ...NIK, BuyerDocumentNumber: "317401234567890" }, ["buyer_nik_malformed"]],
    ["a NIK with an NPWP beside it", { ...NIK, BuyerTin: "0098765432109000" }, ["buyer_tin_not_zeros"]],
    [
      "a passport without a number",
      { BuyerDocument: "Passport", BuyerTin: ZEROS, BuyerDocumentNumber: "", BuyerIDTKU: "000000" },
      ["buyer_document_number_missing"],
    ],
    [
      "a passport of Singapore",
      {
        BuyerDocument: "Passport",
        BuyerTin: ZEROS,
        BuyerDocumentNumber: "E1",
        BuyerIDTKU: "000000",
        BuyerCountry: "SGP",
      },
      [],
    ],
    ["a document in lower case", { BuyerDocument: "tin" }, ["buyer_document_unknown"]],
    ["nothing as TIN's number", { BuyerDocumentNumber: "" }, []],
    ["a number beside TIN", { BuyerDocumentNumber: "123" }, ["buyer_document_number_unneeded"]],
    ["an NPWP of 15 digits", { BuyerTin: "098765432109000" }, ["buyer_tin_malformed"]],
    ["TIN with zeros", { BuyerTin: ZEROS }, ["buyer_tin_zeros"]],
    ["a NITKU of another buyer", { BuyerIDTKU: "0098765432109999000000" }, ["buyer_idtku_not_of_buyer"]],
    ["000000 for TIN", { BuyerIDTKU: "000000" }, ["buyer_idtku_malformed"]],
    ["the NITKU of another seller", { SellerIDTKU: "0012345678901999000000" }, ["seller_idtku_not_of_tin"]],
    ["the seller's NITKU with 16 digits", { SellerIDTKU: "0012345678901000" }, ["seller_idtku_malformed"]],
  ])("%s", (_, values, expected) => {
    expect(codesWith(values)).toEqual(expected);
  });

  test.each([
    ["", ["value_missing"]],
    [ZEROS, ["seller_tin_malformed", "seller_idtku_not_of_tin"]],
    ["012345678901000", ["seller_tin_malformed"]],
    ["00.123.456.7-890.1000", ["seller_tin_malformed"]],
  ])("the file's TIN %j", (tin, expected) => {
    expect(codes(file([faktur()], tin))).toEqual(expected);
  });
});

describe("lines", () => {
  test.each<[string, Record<string, string>, string[]]>([
    ["Opt C", { Opt: "C" }, ["opt_unknown"]],
    ["no code", { Code: "" }, []],
    ["the general code", { Code: "000000" }, []],
    ["a code of four digits", { Code: "1601" }, ["item_code_malformed"]],
    ["a service's code for goods", { Opt: "A" }, ["item_code_unknown"]],
    ["a goods' code for a service", { Code: "990100" }, ["item_code_unknown"]],
    ["a unit by its name", { Unit: "Bulan" }, ["unit_unknown"]],
    ["a unit after the last", { Unit: "UM.0040" }, ["unit_unknown"]],
    ["no name", { Name: "" }, ["value_missing"]],
    ["no price", { Price: "" }, ["value_missing"]],
    ["a decimal comma", { VAT: "10972,5" }, ["number_separator"]],
    ["thousands with points", { Price: "33.250.000" }, ["number_separator"]],
    ["three decimals", { OtherTaxBase: "91437.501" }, ["number_too_precise"]],
    ["an exponent", { TaxBase: "9.975E+04" }, ["number_exponent"]],
    ["a price in words", { Price: "Rp33250" }, ["number_malformed"]],
    ["a price too large", { Price: "1234567890123456" }, ["number_too_large"]],
    ["other spellings of the same numbers", { Price: "33250.00", Qty: "3.0", VATRate: "12.00" }, []],
    [
      "a negative line",
      { Price: "-33250", TaxBase: "-99750", OtherTaxBase: "-91437.5", VAT: "-10972.5" },
      Array(4).fill("number_negative") as string[],
    ],
    ["no quantity at all", { Qty: "0", TaxBase: "0", OtherTaxBase: "0", VAT: "0" }, ["qty_zero"]],
    ["a free line", { Price: "0", TaxBase: "0", OtherTaxBase: "0", VAT: "0" }, []],
    ["a discount of everything", { TotalDiscount: "99750", TaxBase: "0", OtherTaxBase: "0", VAT: "0" }, []],
    ["a discount above the price", { TotalDiscount: "99750.01" }, ["discount_too_large"]],
    ["a discount that was forgotten", { TotalDiscount: "750" }, ["tax_base_wrong"]],
    ["a base one cent off", { TaxBase: "99750.01" }, ["tax_base_wrong", "other_tax_base_wrong"]],
    ["rate 11", { VATRate: "11" }, ["vat_rate_wrong", "vat_wrong"]],
    ["VAT from the full base", { VAT: "11970" }, ["vat_wrong"]],
    ["VAT one cent off", { VAT: "10972.51" }, ["vat_wrong"]],
    ["VAT in whole rupiah", { VAT: "10973" }, ["vat_rounded"]],
    ["the base in whole rupiah", { OtherTaxBase: "91438", VAT: "10972.56" }, ["other_tax_base_rounded"]],
    ["a service without 11/12", { OtherTaxBase: "99750", VAT: "11970" }, ["other_tax_base_not_reduced"]],
    [
      "goods without 11/12",
      { Opt: "A", Code: "000000", OtherTaxBase: "99750", VAT: "11970" },
      ["other_tax_base_luxury_only"],
    ],
    ["a base of its own", { OtherTaxBase: "90000", VAT: "10800" }, ["other_tax_base_wrong"]],
    ["luxury tax that does not fit", { STLGRate: "20" }, ["stlg_unusual"]],
    ["luxury tax that fits", { STLGRate: "20", STLG: "18287.5" }, []],
    ["a line without PPN", { OtherTaxBase: "0", VATRate: "0", VAT: "0" }, ["vat_rate_wrong"]],
    [
      "rate 11 while it was the law",
      { TaxInvoiceDate: "2024-06-01", VATRate: "11", VAT: "10058.13" },
      ["vat_rate_of_old_law"],
    ],
    ["rate 12 before it was the law", { TaxInvoiceDate: "2019-05-01" }, []],
  ])("%s", (_, values, expected) => {
    expect(codesWith(values)).toEqual(expected);
  });
});

describe("the base that each transaction code takes", () => {
  const bases = {
    reduced: ["91437.5", "10972.5"],
    full: ["99750", "11970"],
    other: ["90000", "10800"],
  } as const;
  const facility = (code: string) =>
    code === "07" || code === "08" ? { AddInfo: "TD.00501", FacilityStamp: "TD.01101" } : {};
  test.each<[string, keyof typeof bases, string[]]>([
    ["01", "full", ["other_tax_base_full_on_service"]],
    ["01", "reduced", ["other_tax_base_reduced"]],
    ["01", "other", ["other_tax_base_wrong"]],
    ["02", "reduced", []],
    ["02", "full", ["other_tax_base_full"]],
    ["03", "full", ["other_tax_base_full"]],
    ["03", "other", ["other_tax_base_wrong"]],
    ["05", "other", ["other_tax_base_unusual"]],
    ["06", "full", []],
    ["07", "reduced", []],
    ["07", "full", ["other_tax_base_full"]],
    ["08", "full", ["other_tax_base_full"]],
    ["08", "other", ["other_tax_base_wrong"]],
    ["09", "full", []],
    ["09", "reduced", ["other_tax_base_reduced"]],
    ["10", "reduced", []],
    ["10", "other", ["other_tax_base_unusual"]],
  ])("code %s with the %s base", (TrxCode, base, expected) => {
    const [OtherTaxBase, VAT] = bases[base];
    expect(codesWith({ TrxCode, OtherTaxBase, VAT, ...facility(TrxCode) })).toEqual(expected);
  });

  test.each([
    ["01", "vat_wrong"],
    ["04", "vat_wrong"],
    ["09", "vat_wrong"],
    ["02", "vat_unusual"],
    ["05", "vat_unusual"],
    ["10", "vat_unusual"],
  ])("a VAT of its own under code %s is %s", (TrxCode, expected) => {
    expect(codesWith({ TrxCode, VAT: "1000.25" })).toContain(expected);
  });
});

test("every chain computed by the rule passes, and any figure moved by a cent is found", () => {
  const cents = fc.bigInt({ min: 1n, max: 10n ** 13n });
  const moved = fc.constantFrom("TaxBase", "OtherTaxBase", "VAT", "none");
  fc.assert(
    fc.property(cents, fc.bigInt({ min: 1n, max: 10_000n }), cents, moved, (price, quantity, less, name) => {
      const gross = times(price, quantity);
      const discount = less % (gross + 1n);
      const base = gross - discount;
      const other = shareHalfUp(base, 11n, 12n);
      const right = { TaxBase: base, OtherTaxBase: other, VAT: shareHalfUp(other, 12n, 100n) };
      const values = Object.entries(right).map(([key, value]) => [
        key,
        formatMoney(value + (key === name ? 1n : 0n)),
      ]);
      const faults = codesWith({
        Price: formatMoney(price),
        Qty: formatMoney(quantity),
        TotalDiscount: formatMoney(discount),
        ...(Object.fromEntries(values) as Record<string, string>),
      });
      expect(faults.length > 0).toBe(name !== "none");
    }),
    { numRuns: 200 },
  );
});

test("a fault says what was found and what belongs there", () => {
  const [fault] = check(file([faktur({ VAT: "11970" })])).faults;
  expect(fault).toMatchObject({
    code: "vat_wrong",
    severity: "error",
    path: "/TaxInvoiceBulk/ListOfTaxInvoice/TaxInvoice[1]/ListOfGoodService/GoodService[1]/VAT",
    line: 35,
    column: 1,
  });
  expect(fault?.message.en).toContain("11970");
  expect(fault?.message.id).toContain(formatMoney(parseMoney("10972.5") ?? 0n).replace(/0$/, ""));
});

test("a hostile value reaches a sentence short and harmless", () => {
  const [fault] = check(file([faktur({ Unit: `&#x9b;31m${"x".repeat(500)}` })])).faults;
  expect(fault?.code).toBe("unit_unknown");
  expect(fault?.message.en).not.toMatch(/\p{Cc}/u);
  expect(fault?.message.en.length).toBeLessThan(120);
});
