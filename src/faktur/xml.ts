import { formatShort } from "../money";
import { idTkuOf } from "./buyer";
import type { Faktur, FakturBuyer, FakturLine } from "./faktur";
import { oneLine } from "./lines";

/** Coretax takes no more in one file (coretax-xml 1.2). */
export const FAKTURS_PER_FILE = 1000;

const HEAD =
  '<?xml version="1.0" encoding="utf-8" ?>\n' +
  '<TaxInvoiceBulk xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="TaxInvoice.xsd">\n';

/**
 * The Coretax import file of one seller in the layout of DJP's sample v1.4: LF, tabs, one element a line, no newline at
 * the end. Throws RangeError for no faktur, for more than 1,000, and for a faktur of another seller than `tin`.
 */
export const coretaxXml = (tin: string, fakturs: readonly Faktur[]): string =>
  [...coretaxXmlChunks(tin, fakturs)].join("");

/** The same file in pieces, one faktur each, for writing without holding it whole. Refuses before the first piece. */
export function coretaxXmlChunks(tin: string, fakturs: readonly Faktur[]): Iterable<string> {
  if (fakturs.length === 0) throw new RangeError("a Coretax file needs at least one faktur");
  if (fakturs.length > FAKTURS_PER_FILE) {
    throw new RangeError(`a Coretax file takes at most ${FAKTURS_PER_FILE} fakturs, not ${fakturs.length}`);
  }
  if (fakturs.some((faktur) => faktur.seller.npwp !== tin)) {
    throw new RangeError("a Coretax file holds the fakturs of one seller only");
  }
  return chunks(tin, fakturs);
}

function* chunks(tin: string, fakturs: readonly Faktur[]): Generator<string> {
  yield `${HEAD}${element(1, "TIN", tin)}\t<ListOfTaxInvoice>\n`;
  for (const faktur of fakturs) yield taxInvoice(faktur);
  yield "\t</ListOfTaxInvoice>\n</TaxInvoiceBulk>";
}

/** The order of the elements is fixed (coretax-xml 1.3). Empty ones are for codes 07 and 08, but must be there. */
function taxInvoice(faktur: Faktur): string {
  const { seller, buyer } = faktur;
  return [
    "\t\t<TaxInvoice>\n",
    element(3, "TaxInvoiceDate", faktur.date),
    element(3, "TaxInvoiceOpt", "Normal"),
    element(3, "TrxCode", faktur.transactionCode),
    element(3, "AddInfo", faktur.facility?.addInfo ?? ""),
    element(3, "CustomDoc", faktur.facility?.documentNumber ?? ""),
    element(3, "CustomDocMonthYear", faktur.facility?.documentPeriod ?? ""),
    element(3, "RefDesc", faktur.reference),
    element(3, "FacilityStamp", faktur.facility?.stamp ?? ""),
    element(3, "SellerIDTKU", seller.nitku),
    element(3, "BuyerTin", buyer.npwp),
    element(3, "BuyerDocument", buyer.document),
    element(3, "BuyerCountry", buyer.country),
    element(3, "BuyerDocumentNumber", documentNumber(buyer)),
    element(3, "BuyerName", buyer.name),
    // One d: DJP's own spelling, the portal knows no other.
    element(3, "BuyerAdress", buyer.address),
    element(3, "BuyerEmail", buyer.email),
    element(3, "BuyerIDTKU", idTkuOf(buyer)),
    "\t\t\t<ListOfGoodService>\n",
    ...faktur.lines.map(goodService),
    "\t\t\t</ListOfGoodService>\n",
    "\t\t</TaxInvoice>\n",
  ].join("");
}

/** DJP's sheet "Keterangan" asks for "-" where the NPWP says it all. */
const documentNumber = (buyer: FakturBuyer): string =>
  buyer.document === "TIN" ? "-" : buyer.documentNumber;

function goodService(line: FakturLine): string {
  return [
    "\t\t\t\t<GoodService>\n",
    element(5, "Opt", line.kind),
    element(5, "Code", line.code),
    element(5, "Name", line.name),
    element(5, "Unit", line.unit),
    element(5, "Price", formatShort(line.price)),
    element(5, "Qty", formatShort(line.quantity)),
    element(5, "TotalDiscount", formatShort(line.discount)),
    element(5, "TaxBase", formatShort(line.taxBase)),
    element(5, "OtherTaxBase", formatShort(line.otherTaxBase)),
    element(5, "VATRate", formatShort(line.vatRate)),
    element(5, "VAT", formatShort(line.vat)),
    element(5, "STLGRate", "0"),
    element(5, "STLG", "0"),
    "\t\t\t\t</GoodService>\n",
  ].join("");
}

function element(depth: number, name: string, value: string): string {
  const content = escape(value);
  const tag = content === "" ? `<${name}/>` : `<${name}>${content}</${name}>`;
  return `${"\t".repeat(depth)}${tag}\n`;
}

/** `oneLine` also drops what XML 1.0 cannot carry: control characters, lone surrogates, U+FFFE and U+FFFF. */
const escape = (value: string): string =>
  oneLine(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
