import { parseTaxDay, type TaxDay } from "../../clock";
import { baseShare, ppnOn, type PpnLaw } from "../../faktur/law";
import { formatShort, shareHalfUp, times, toWholeRupiah, type Money } from "../../money";
import { placeOf, valueOf, type Element } from "./element";
import { faultIf, xmlFault, type XmlFault } from "./faults";
import { readNumbers, type LineNumbers, type NumberName } from "./numbers";

/** What a line needs to know of its faktur. */
export interface LineContext {
  readonly code: string | undefined;
  readonly date: TaxDay | null;
}

export const contextOf = (head: Element): LineContext => ({
  code: valueOf(head, "TrxCode"),
  date: parseTaxDay(valueOf(head, "TaxInvoiceDate") ?? ""),
});

/**
 * The numbers of a line and their chain to the cent, each step half-up to two decimals from the step before it as the
 * file states it, so that one wrong figure is one fault (coretax-xml 3.1).
 */
export function amountFaults(line: Element, context: LineContext): readonly XmlFault[] {
  const { numbers, faults } = readNumbers(line);
  const law = lawOf(context.date);
  if (law === undefined) return faults;
  return [
    ...faults,
    ...taxBaseFaults(line, numbers),
    ...otherTaxBaseFaults(line, numbers, context, law),
    ...rateFaults(line, numbers, context, law),
    ...vatFaults(line, numbers, context),
    ...luxuryTaxFaults(line, numbers),
  ];
}

/** Coretax opened with the law of 2025; its form knows no earlier one, whatever the date. */
const CORETAX_OPENED = "2025-01-01" as TaxDay;

const lawOf = (date: TaxDay | null): PpnLaw | undefined =>
  ppnOn(date === null || date < CORETAX_OPENED ? CORETAX_OPENED : date);

const figures = (found: Money, expected: Money) => ({
  found: formatShort(found),
  expected: formatShort(expected),
});

function taxBaseFaults(line: Element, numbers: LineNumbers): readonly XmlFault[] {
  const { Price, Qty, TotalDiscount, TaxBase } = numbers;
  if (Price === undefined || Qty === undefined || TotalDiscount === undefined) return [];
  const gross = times(Price, Qty);
  const expected = gross - TotalDiscount;
  const none = faultIf(Qty === 0n, "qty_zero", placeOf(line, "Qty"));
  if (expected < 0n) {
    const discount = figures(TotalDiscount, gross);
    return [...none, xmlFault("discount_too_large", placeOf(line, "TotalDiscount"), discount)];
  }
  if (TaxBase === undefined || TaxBase === expected) return none;
  return [...none, xmlFault("tax_base_wrong", placeOf(line, "TaxBase"), figures(TaxBase, expected))];
}

/** Which base a code takes; where programs and DJP's own samples differ, a warning (coretax-xml 3.1). */
function otherTaxBaseFaults(
  line: Element,
  { TaxBase, OtherTaxBase, VATRate }: LineNumbers,
  { code }: LineContext,
  law: PpnLaw,
): readonly XmlFault[] {
  if (TaxBase === undefined || OtherTaxBase === undefined) return [];
  // A line without PPN: the rate is the fault, the base follows from it.
  if (VATRate === 0n && OtherTaxBase === 0n) return [];
  const { numerator, denominator } = baseShare(law, "04");
  const reduced = shareHalfUp(TaxBase, numerator, denominator);
  const place = placeOf(line, "OtherTaxBase");
  const full = OtherTaxBase === TaxBase;
  const toReduced = figures(OtherTaxBase, reduced);
  const toFull = figures(OtherTaxBase, TaxBase);
  const isService = valueOf(line, "Opt") === "B";
  // DJP's first template rounded every line to whole rupiah; files made so were accepted.
  const rounded = OtherTaxBase === toWholeRupiah(reduced);
  switch (code) {
    case "04":
      if (OtherTaxBase === reduced) return [];
      if (full) {
        const why = isService ? "other_tax_base_not_reduced" : "other_tax_base_luxury_only";
        return [xmlFault(why, place, toReduced)];
      }
      return [xmlFault(rounded ? "other_tax_base_rounded" : "other_tax_base_wrong", place, toReduced)];
    case "02":
    case "03":
    case "07":
    case "08":
      if (OtherTaxBase === reduced) return [];
      if (full) return [xmlFault("other_tax_base_full", place, toReduced)];
      return [xmlFault(rounded ? "other_tax_base_rounded" : "other_tax_base_wrong", place, toReduced)];
    case "01":
      if (full) return faultIf(isService && TaxBase > 0n, "other_tax_base_full_on_service", place);
      if (OtherTaxBase === reduced || rounded) return [xmlFault("other_tax_base_reduced", place, toFull)];
      return [xmlFault("other_tax_base_wrong", place, toFull)];
    case "09":
      if (full) return [];
      if (OtherTaxBase === reduced || rounded) return [xmlFault("other_tax_base_reduced", place, toFull)];
      return [xmlFault("other_tax_base_wrong", place, toFull)];
    case "05":
    case "06":
    case "10":
      return faultIf(!full && OtherTaxBase !== reduced, "other_tax_base_unusual", place, toReduced);
    default:
      return [];
  }
}

/** 12 for every code: the portal's form accepts nothing else (template v1.6.1). */
function rateFaults(
  line: Element,
  { VATRate }: LineNumbers,
  { date }: LineContext,
  law: PpnLaw,
): readonly XmlFault[] {
  if (VATRate === undefined || VATRate === law.vatRate) return [];
  const wasRight = date !== null && date < CORETAX_OPENED && ppnOn(date)?.vatRate === VATRate;
  return [
    xmlFault(
      wasRight ? "vat_rate_of_old_law" : "vat_rate_wrong",
      placeOf(line, "VATRate"),
      figures(VATRate, law.vatRate),
    ),
  ];
}

/** Codes where DJP's sheet lets VAT be nothing but rate × base; elsewhere it may be another figure. */
const STRICT: ReadonlySet<string> = new Set(["01", "04", "09"]);

function vatFaults(
  line: Element,
  { OtherTaxBase, VATRate, VAT }: LineNumbers,
  { code }: LineContext,
): readonly XmlFault[] {
  if (OtherTaxBase === undefined || VATRate === undefined || VAT === undefined) return [];
  const expected = shareHalfUp(OtherTaxBase, VATRate, 10_000n);
  if (VAT === expected) return [];
  const mayDiffer = code === undefined || !STRICT.has(code);
  const kind = VAT === toWholeRupiah(expected) ? "vat_rounded" : mayDiffer ? "vat_unusual" : "vat_wrong";
  return [xmlFault(kind, placeOf(line, "VAT"), figures(VAT, expected))];
}

function luxuryTaxFaults(line: Element, { OtherTaxBase, STLGRate, STLG }: LineNumbers): readonly XmlFault[] {
  if (OtherTaxBase === undefined || STLGRate === undefined || STLG === undefined) return [];
  const expected = shareHalfUp(OtherTaxBase, STLGRate, 10_000n);
  const name: NumberName = "STLG";
  return faultIf(STLG !== expected, "stlg_unusual", placeOf(line, name), figures(STLG, expected));
}
