import { parseMoney, type Money } from "../../money";
import { placeOf, valueOf, type Element } from "./element";
import { xmlFault, type XmlFault, type XmlFaultCode } from "./faults";

/** The numbers of a line in the order of the layout. */
export const NUMBERS = [
  "Price",
  "Qty",
  "TotalDiscount",
  "TaxBase",
  "OtherTaxBase",
  "VATRate",
  "VAT",
  "STLGRate",
  "STLG",
] as const;

export type NumberName = (typeof NUMBERS)[number];

/** Hundredths by name; what is missing, empty or no number is not in it. */
export type LineNumbers = Readonly<Partial<Record<NumberName, Money>>>;

/** The numbers that can be computed with, and the faults of the others. */
export function readNumbers(line: Element): { numbers: LineNumbers; faults: readonly XmlFault[] } {
  const numbers: Partial<Record<NumberName, Money>> = {};
  const faults: XmlFault[] = [];
  for (const name of NUMBERS) {
    const value = valueOf(line, name);
    if (value === undefined || value === "") continue;
    // Zeros behind the second decimal change nothing: the figure is computed with, and the spelling warned of.
    const short = /^(\d+\.\d\d)0+$/.exec(value)?.[1];
    if (short !== undefined)
      faults.push(xmlFault("number_trailing_zeros", placeOf(line, name), { found: value }));
    const amount = parseMoney(short ?? value);
    if (amount !== null && amount >= 0n) numbers[name] = amount;
    else {
      const code = amount === null ? whyNoNumber(value) : "number_negative";
      faults.push(xmlFault(code, placeOf(line, name), { found: value }));
    }
  }
  return { numbers, faults };
}

/** Point as decimal mark, at most two decimals, no thousands mark, no exponent (coretax-xml 1.4). */
function whyNoNumber(value: string): XmlFaultCode {
  if (/^[-+]?[\d.]+e[-+]?\d+$/i.test(value)) return "number_exponent";
  if (/^[-+]?\d[\d., ]*$/.test(value) && (/[, ]/.test(value) || /\..*\./.test(value)))
    return "number_separator";
  if (/^-?\d{1,15}\.\d{3,}$/.test(value)) return "number_too_precise";
  if (/^-?\d{16,}(?:\.\d+)?$/.test(value)) return "number_too_large";
  return "number_malformed";
}
