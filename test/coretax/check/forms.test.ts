/**
 * Proves what the forms in which other programs write their files deserve: sound ones pass, with a warning where a person
 * should look; faulty ones get the right fault. Made anew from a faultless file after forms that have been met.
 */
import { check, faktur, file, ROOT_ATTRIBUTES } from "./base";

const GOOD = file([faktur()]);
const text = (from: string | RegExp, to: string): string => GOOD.replace(from, to);
const seen = (source: string | Uint8Array): string[] =>
  check(source).faults.map(({ code, severity }) => (severity === "error" ? code : `${code} (warning)`));

test.each<[string, string | Uint8Array]>([
  ["CRLF", GOOD.replaceAll("\n", "\r\n")],
  ["everything on one line", GOOD.replaceAll("\n", "")],
  ["blank lines behind the end", `${GOOD}\n\n`],
  ["no XML declaration", text(/^<\?xml[^>]*>\n/, "")],
  [
    "a declaration in capitals with standalone",
    text('encoding="utf-8" ?', 'encoding="UTF-8" standalone="yes"?'),
  ],
  ["single quotes", text('version="1.0" encoding="utf-8"', "version='1.0' encoding='utf-8'")],
  ["a comment with notes", text("<TIN>", "<!-- REVIEW BEFORE UPLOAD & more -->\n<TIN>")],
  ["the declared prefix in capitals", GOOD.replaceAll("xsi", "XSI")],
  ["another prefix for the same namespace", GOOD.replaceAll("xsi", "i")],
  [
    "an unused namespace beside it",
    text(ROOT_ATTRIBUTES, `xmlns:xsd="http://www.w3.org/2001/XMLSchema" ${ROOT_ATTRIBUTES}`),
  ],
  ["a schema file of another name", text("TaxInvoice.xsd", "schema.xsd")],
  ["empty elements with a blank", GOOD.replace(/<(\w+)\/>/g, "<$1 />")],
  ["empty elements as two tags", GOOD.replace(/<(\w+)\/>/g, "<$1></$1>")],
  ["CDATA with an ampersand", text(/<Name>[^<]*/, "<Name><![CDATA[Jasa & konsultasi]]>")],
  ["two decimals everywhere", GOOD.replace(/>(\d+)<\/(Price|Qty|TaxBase|VATRate)>/g, ">$1.00</$2>")],
  ["nothing as the number beside an NPWP", text("<BuyerDocumentNumber>-<", "<BuyerDocumentNumber><")],
])("%s has no fault", (_form, source) => {
  expect(seen(source)).toEqual([]);
});

test.each<[string, string | Uint8Array, string[]]>([
  [
    "a byte order mark",
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(GOOD)]),
    ["xml_bom (warning)"],
  ],
  ["UTF-16, as Windows saves it", Buffer.from(`\uFEFF${GOOD}`, "utf16le"), ["xml_not_utf8"]],
  [
    "no schema location",
    text(/ xsi:noNamespaceSchemaLocation="[^"]*"/, ""),
    ["schema_location_missing (warning)"],
  ],
  [
    "a schema location in small letters, as a browser writes it",
    text("noNamespaceSchemaLocation", "nonamespaceschemalocation"),
    ["schema_location_missing (warning)"],
  ],
  [
    "a root without attributes",
    text(/<TaxInvoiceBulk[^>]*>/, "<TaxInvoiceBulk>"),
    ["schema_location_missing (warning)"],
  ],
  [
    "an invented namespace",
    text(/<TaxInvoiceBulk[^>]*>/, '<TaxInvoiceBulk xmlns="http://pajak.example/efaktur">'),
    ["namespace_unexpected", "schema_location_missing (warning)"],
  ],
  [
    "more decimals, all of them zero",
    text("<OtherTaxBase>91437.5<", "<OtherTaxBase>91437.5000<"),
    ["number_trailing_zeros (warning)"],
  ],
  [
    "the tail of a float",
    text("<OtherTaxBase>91437.5<", "<OtherTaxBase>91437.50000001<"),
    ["number_too_precise"],
  ],
  ["12 % of the full base beside 11/12", text("<VAT>10972.5<", "<VAT>11970<"), ["vat_wrong"]],
  ["a number with a point at its end", text("<TotalDiscount>0<", "<TotalDiscount>0.<"), ["number_malformed"]],
  ["IND for Indonesia", text(">IDN<", ">IND<"), ["buyer_country_is_india (warning)"]],
  [
    "the buyer's place of business cut to 16 digits",
    text(/(<BuyerIDTKU>\d{16})\d{6}/, "$1"),
    ["buyer_idtku_malformed"],
  ],
  ["an NPWP of 15 digits with its place", text("<BuyerTin>0", "<BuyerTin>"), ["buyer_tin_malformed"]],
  ["a blank behind an NPWP", text(/(<BuyerTin>\d{16})/, "$1 "), ["value_has_blanks"]],
  ["zeros for a company", text(/<BuyerTin>\d{16}/, `<BuyerTin>${"0".repeat(16)}`), ["buyer_tin_zeros"]],
  ["a dash as e-mail", text(/<BuyerEmail>[^<]*/, "<BuyerEmail>-"), ["buyer_email_malformed (warning)"]],
  ["a unit in small letters", text("UM.0024", "um.0024"), ["unit_unknown"]],
  ["no AddInfo at all, as in a shortened layout", text("<AddInfo/>\n", ""), ["element_missing"]],
])("%s", (_form, source, expected) => {
  expect(seen(source)).toEqual(expected);
});

test("zeros behind the second decimal do not hide a wrong figure", () => {
  expect(seen(text("<OtherTaxBase>91437.5<", "<OtherTaxBase>91437.4000<"))).toEqual([
    "number_trailing_zeros (warning)",
    "other_tax_base_wrong",
    "vat_wrong",
  ]);
});

test("another bulk file of Coretax is named as such", () => {
  const other = '<?xml version="1.0"?>\n<PPh4BpuBulk><TIN>0012345678901000</TIN></PPh4BpuBulk>';
  expect(seen(other)).toEqual(["not_tax_invoice_bulk"]);
});
