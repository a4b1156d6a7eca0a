import { checkXml, type CheckedFile } from "../../../src/coretax/check/check";
import type { XmlFault } from "../../../src/coretax/check/faults";
import { day } from "../../faktur/examples";

/** A small faultless file of one faktur with one line, and ways to spoil it. */

export const TODAY = day("2026-11-22");

const HEAD: Readonly<Record<string, string>> = {
  TaxInvoiceDate: "2026-11-03",
  TaxInvoiceOpt: "Normal",
  TrxCode: "04",
  AddInfo: "",
  CustomDoc: "",
  CustomDocMonthYear: "",
  RefDesc: "INV-1",
  FacilityStamp: "",
  SellerIDTKU: "0012345678901000000000",
  BuyerTin: "0098765432109000",
  BuyerDocument: "TIN",
  BuyerCountry: "IDN",
  BuyerDocumentNumber: "-",
  BuyerName: "PT Contoh Sejahtera",
  BuyerAdress: "Jl. Sudirman 1, Jakarta",
  BuyerEmail: "pajak@contoh.example",
  BuyerIDTKU: "0098765432109000000001",
};

const LINE: Readonly<Record<string, string>> = {
  Opt: "B",
  Code: "160105",
  Name: "Web Hosting Bisnis",
  Unit: "UM.0024",
  Price: "33250",
  Qty: "3",
  TotalDiscount: "0",
  TaxBase: "99750",
  OtherTaxBase: "91437.5",
  VATRate: "12",
  VAT: "10972.5",
  STLGRate: "0",
  STLG: "0",
};

type Values = Readonly<Record<string, string>>;

export const ROOT_ATTRIBUTES =
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="TaxInvoice.xsd"';

const element = (name: string, value: string): string =>
  value === "" ? `<${name}/>` : `<${name}>${value}</${name}>`;

const elements = (base: Values, values: Values): string =>
  Object.entries(base)
    .map(([name, value]) => `${element(name, values[name] ?? value)}\n`)
    .join("");

/** Values are XML already; a name of the head or of the one line. */
export const faktur = (values: Values = {}): string =>
  `<TaxInvoice>\n${elements(HEAD, values)}<ListOfGoodService>\n<GoodService>\n${elements(LINE, values)}</GoodService>\n</ListOfGoodService>\n</TaxInvoice>\n`;

export const file = (fakturs: readonly string[], tin = "0012345678901000"): string =>
  `<?xml version="1.0" encoding="utf-8" ?>\n<TaxInvoiceBulk ${ROOT_ATTRIBUTES}>\n${element("TIN", tin)}\n<ListOfTaxInvoice>\n${fakturs.join("")}</ListOfTaxInvoice>\n</TaxInvoiceBulk>`;

export const bytes = (xml: string): Uint8Array => new TextEncoder().encode(xml);

export function check(
  source: string | Uint8Array | Iterable<Uint8Array>,
): CheckedFile & { faults: XmlFault[] } {
  const checking = checkXml(typeof source === "string" ? bytes(source) : source, TODAY);
  const faults: XmlFault[] = [];
  let step = checking.next();
  for (; step.done !== true; step = checking.next()) faults.push(step.value);
  return { ...step.value, faults };
}

/** `code path` of every fault, the path without the way that all have in common. */
export const told = (source: string | Uint8Array): string[] =>
  check(source).faults.map(
    ({ code, path }) => `${code} ${path.replace("/TaxInvoiceBulk/ListOfTaxInvoice/TaxInvoice", "")}`,
  );

export const codes = (source: string | Uint8Array): string[] => check(source).faults.map(({ code }) => code);
