import { parseTaxDay, type TaxDay } from "../../clock";
import { isCountry } from "../../codes/countries";
import { isAddInfo, isFacilityStamp, needsFacility } from "../../codes/facilities";
import { isItemCode } from "../../codes/items";
import { unitName } from "../../codes/units";
import { placeOf, valueOf, type Element } from "./element";
import { faultIf, xmlFault, type XmlFault, type XmlFaultCode } from "./faults";

/** Leaves that the sheet "Keterangan" wants filled; the buyer's document number depends on the document. */
const FILLED_HEAD: readonly string[] =
  "TaxInvoiceDate TaxInvoiceOpt TrxCode SellerIDTKU BuyerTin BuyerDocument BuyerCountry BuyerName BuyerAdress BuyerIDTKU".split(
    " ",
  );
const FILLED_LINE: readonly string[] =
  "Opt Name Unit Price Qty TotalDiscount TaxBase OtherTaxBase VATRate VAT STLGRate STLG".split(" ");

/** Free text: what is hidden in it may pass. Everything else is a code or a figure, where a blank is an error. */
const FREE_TEXT: ReadonlySet<string> = new Set([
  "CustomDoc",
  "RefDesc",
  "BuyerDocumentNumber",
  "BuyerName",
  "BuyerAdress",
  "BuyerEmail",
  "Name",
]);

/** The single values of a faktur's head. `today` is the day in Jakarta. */
export function headValueFaults(head: Element, today: TaxDay): readonly XmlFault[] {
  return [
    ...textFaults(head),
    ...emptyFaults(head, FILLED_HEAD),
    ...dateFaults(head, today),
    ...listFaults(head),
    ...facilityFaults(head),
    ...faultIf(valueOf(head, "RefDesc") === "", "reference_missing", placeOf(head, "RefDesc")),
  ];
}

/** The single values of a line, its numbers apart. */
export function lineValueFaults(line: Element): readonly XmlFault[] {
  const opt = valueOf(line, "Opt");
  const unit = valueOf(line, "Unit");
  return [
    ...textFaults(line),
    ...emptyFaults(line, FILLED_LINE),
    ...faultIf(isFilled(opt) && opt !== "A" && opt !== "B", "opt_unknown", placeOf(line, "Opt"), {
      found: opt ?? "",
    }),
    ...itemCodeFaults(line, opt),
    ...(isFilled(unit) && unitName(unit) === undefined ? [badValue(line, "Unit", "unit_unknown")] : []),
  ];
}

/** Blanks, hidden characters and markup in the leaves of one element. */
export function textFaults(element: Element): readonly XmlFault[] {
  const faults: XmlFault[] = [];
  const tell = (code: XmlFaultCode, name: string): void =>
    void faults.push(xmlFault(code, placeOf(element, name)));
  for (const [name, { raw, value }] of element.leaves) {
    if (!FREE_TEXT.has(name)) {
      if (raw !== value && value !== "") tell("value_has_blanks", name);
      continue;
    }
    if (raw !== value || HIDDEN.test(raw)) tell("text_hidden_characters", name);
    if (HTML.test(raw)) tell("text_html", name);
  }
  return faults;
}

const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00A0]/u;

/** The tags that portals store; other angle brackets are somebody's text. */
const HTML =
  /<\/?(?:br|p|b|i|u|em|strong|small|span|div|li|ul|ol|table|tr|td)(?: [^<>]*)?\/?>|&(?:nbsp|amp|lt|gt|quot);/i;

const emptyFaults = (element: Element, names: readonly string[]): readonly XmlFault[] =>
  names
    .filter((name) => valueOf(element, name) === "")
    .map((name) => xmlFault("value_missing", placeOf(element, name)));

const isFilled = (value: string | undefined): value is string => value !== undefined && value !== "";

const badValue = (element: Element, name: string, code: XmlFaultCode): XmlFault =>
  xmlFault(code, placeOf(element, name), { found: valueOf(element, name) ?? "" });

function dateFaults(head: Element, today: TaxDay): readonly XmlFault[] {
  const date = valueOf(head, "TaxInvoiceDate");
  const month = valueOf(head, "CustomDocMonthYear");
  const day = isFilled(date) ? parseTaxDay(date) : null;
  return [
    ...(isFilled(date) && day === null ? [badValue(head, "TaxInvoiceDate", "date_malformed")] : []),
    ...(day !== null && day > today ? [badValue(head, "TaxInvoiceDate", "date_in_future")] : []),
    ...(isFilled(month) && !/^(?:0[1-9]|1[0-2])(?:19|20)\d\d$/.test(month)
      ? [badValue(head, "CustomDocMonthYear", "month_malformed")]
      : []),
  ];
}

function listFaults(head: Element): readonly XmlFault[] {
  const option = valueOf(head, "TaxInvoiceOpt");
  const code = valueOf(head, "TrxCode");
  const country = valueOf(head, "BuyerCountry");
  const email = valueOf(head, "BuyerEmail");
  return [
    ...(isFilled(option) && option !== "Normal"
      ? [badValue(head, "TaxInvoiceOpt", "invoice_option_unknown")]
      : []),
    ...(isFilled(code) && !isTransactionCode(code)
      ? [badValue(head, "TrxCode", "transaction_code_unknown")]
      : []),
    ...(isFilled(country) && !isCountry(country)
      ? [badValue(head, "BuyerCountry", "buyer_country_unknown")]
      : []),
    ...(isFilled(email) && !EMAIL.test(email) ? [badValue(head, "BuyerEmail", "buyer_email_malformed")] : []),
  ];
}

const EMAIL = /^[^\s@,;<>()]{1,64}@(?:[\p{L}\p{N}-]+\.)+[\p{L}\p{N}-]{2,63}$/u;

const isTransactionCode = (code: string): boolean => /^(?:0[1-9]|10)$/.test(code);

/** AddInfo and FacilityStamp: both for 07 and 08, by the list of that code, with the same last digits; else neither. */
function facilityFaults(head: Element): readonly XmlFault[] {
  const code = valueOf(head, "TrxCode");
  const info = valueOf(head, "AddInfo");
  const stamp = valueOf(head, "FacilityStamp");
  if (code === undefined || !isTransactionCode(code)) return [];
  const infoPlace = placeOf(head, "AddInfo");
  const stampPlace = placeOf(head, "FacilityStamp");
  if (!needsFacility(code)) {
    return [
      ...faultIf(isFilled(info), "add_info_not_allowed", infoPlace),
      ...faultIf(isFilled(stamp), "facility_stamp_not_allowed", stampPlace),
    ];
  }
  const isInfo = isFilled(info) && isAddInfo(code, info);
  const isStamp = isFilled(stamp) && isFacilityStamp(code, stamp);
  return [
    ...faultIf(info === "", "add_info_missing", infoPlace),
    ...faultIf(stamp === "", "facility_stamp_missing", stampPlace),
    ...(isFilled(info) && !isInfo ? [badValue(head, "AddInfo", "add_info_unknown")] : []),
    ...(isFilled(stamp) && !isStamp ? [badValue(head, "FacilityStamp", "facility_stamp_unknown")] : []),
    ...(isInfo && isStamp && info.slice(-2) !== stamp.slice(-2)
      ? [xmlFault("facility_pair_mismatch", stampPlace, { found: stamp, expected: info })]
      : []),
  ];
}

function itemCodeFaults(line: Element, opt: string | undefined): readonly XmlFault[] {
  const code = valueOf(line, "Code");
  if (!isFilled(code)) return [];
  if (!/^\d{6}$/.test(code)) return [badValue(line, "Code", "item_code_malformed")];
  if ((opt !== "A" && opt !== "B") || isItemCode(opt, code)) return [];
  return [xmlFault("item_code_unknown", placeOf(line, "Code"), { found: code, expected: opt })];
}
