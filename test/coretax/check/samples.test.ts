/**
 * Proves what whole files deserve: layouts as DJP and other programs write them, made again with invented parties, each
 * with the list of its faults; and that whatever this program writes has none.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { coretaxXml } from "../../../src/faktur/xml";
import { fakturOf, invoice, discountedLines, seller } from "../../faktur/examples";
import { check, told } from "./base";

const golden = (folder: string, name: string): string =>
  readFileSync(join(__dirname, "..", "..", "golden", folder, name), "utf8");

const line = (number: number): string => `[1]/ListOfGoodService/GoodService[${number}]`;

const DESERVED: Readonly<Record<string, readonly string[]>> = {
  "two-decimals-everywhere.xml": [],
  "sample-of-old-rate.xml": [
    "reference_missing [1]/RefDesc",
    "buyer_country_is_india [1]/BuyerCountry",
    "value_missing [1]/BuyerName",
    "value_missing [1]/BuyerAdress",
    `other_tax_base_full ${line(1)}/OtherTaxBase`,
    `vat_rate_wrong ${line(1)}/VATRate`,
  ],
  "first-layout-with-decimals.xml": [
    "schema_location_missing /TaxInvoiceBulk",
    "custom_doc_month_year_missing [1]/CustomDocMonthYear",
    `other_tax_base_full ${line(2)}/OtherTaxBase`,
  ],
  "identities-of-another-program.xml": [
    "custom_doc_month_year_missing [1]/CustomDocMonthYear",
    "reference_missing [1]/RefDesc",
    "buyer_document_number_missing [1]/BuyerDocumentNumber",
    "buyer_idtku_malformed [1]/BuyerIDTKU",
    "custom_doc_month_year_missing [2]/CustomDocMonthYear",
  ],
  "whole-rupiah.xml": [`other_tax_base_rounded ${line(1)}/OtherTaxBase`, `vat_rounded ${line(1)}/VAT`],
  "wrong-by-a-twelfth.xml": [
    `vat_wrong ${line(1)}/VAT`,
    `other_tax_base_not_reduced ${line(2)}/OtherTaxBase`,
    `number_too_precise ${line(3)}/Price`,
    `number_too_precise ${line(3)}/OtherTaxBase`,
  ],
};

test.each(
  readdirSync(join(__dirname, "..", "..", "golden", "coretax")).filter((name) => name.endsWith(".xml")),
)("%s has the faults it deserves", (name) => {
  expect(told(golden("coretax", name))).toEqual(DESERVED[name]);
});

const OWN = readdirSync(join(__dirname, "..", "..", "golden", "xml"), {
  recursive: true,
  encoding: "utf8",
}).filter((name) => name.endsWith(".xml"));

test.each(OWN)("our own %s has no fault", (name) => {
  expect(check(golden("xml", name)).faults).toEqual([]);
});

test("whatever this program makes of an invoice has no fault", () => {
  fc.assert(
    fc.property(discountedLines, fc.boolean(), (lines, pricesIncludeTax) => {
      const faktur = fakturOf(invoice(lines, { pricesIncludeTax }));
      expect(told(coretaxXml(seller.npwp, [faktur]))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
