import { addDays, addMonths, type TaxDay } from "../clock";
import type { InvoiceLine, LineKind } from "../hooks/invoice";
import { HUNDRED, type Quantity } from "../money";

/** What Coretax calls a thing: A goods or B services, and six digits of the matching list. */
export interface ServiceCode {
  readonly kind: "A" | "B";
  readonly code: string;
}

/** A seller's own choice for a kind of line; what is left out keeps the default. */
export interface CodeOverride {
  readonly kind?: "A" | "B" | undefined;
  readonly code?: string | undefined;
  /** `UM.00nn`; without it the unit follows from the period of the line. */
  readonly unit?: string | undefined;
}

export type SellerCodes = { readonly [kind in LineKind]?: CodeOverride | undefined };

/** "Jasa" and "Barang": always in DJP's lists, certain to be accepted. */
const GENERIC = "000000";

/** Nearest entries of DJP's service list (coretax-xml 2.4); 170209 for domain and SSL is a judgement. */
const SERVICE: Readonly<Record<LineKind, string>> = {
  hosting: "160105",
  addon: "160105",
  upgrade: "160105",
  domain: "170209",
  ssl: "170209",
  license: "130301",
  support: "160103",
  setup: "160104",
  item: GENERIC,
  discount: GENERIC,
  lateFee: GENERIC,
  adminFee: GENERIC,
  deposit: GENERIC,
  invoice: GENERIC,
  credit: GENERIC,
};

/** The code a kind of line carries. The same six digits mean another thing under A, so a seller's A without a code is generic. */
export function codeOf(kind: LineKind, codes: SellerCodes = {}): ServiceCode {
  const own = codes[kind];
  if (own?.kind === "A") return { kind: "A", code: own.code ?? GENERIC };
  return { kind: "B", code: own?.code ?? SERVICE[kind] };
}

export const YEARS = "UM.0023";
export const MONTHS = "UM.0024";
export const OTHER_UNIT = "UM.0033";

export interface Measure {
  readonly unit: string;
  readonly quantity: Quantity;
}

/**
 * How the line is counted. One thing sold for a period counts years or months; a quantity that repeats the length of
 * the period counts the same; several things sold for one year or month count each; all else is "Lainnya".
 */
export function measureOf(line: InvoiceLine, override: CodeOverride = {}): Measure {
  const months = wholeMonths(line.periodStart, line.periodEnd);
  const years = months !== null && months % 12 === 0 ? months / 12 : null;
  const lengths = [
    { unit: YEARS, length: years },
    { unit: MONTHS, length: months },
  ].flatMap(({ unit, length }) =>
    length !== null && (override.unit ?? unit) === unit ? [{ unit, length: BigInt(length) * HUNDRED }] : [],
  );
  const quantity = line.quantity > 0n ? line.quantity : HUNDRED;
  const [longest] = lengths;
  if (longest !== undefined && quantity === HUNDRED) return { unit: longest.unit, quantity: longest.length };
  // The repeated length goes first: twelve over one year are its months, not twelve years.
  const counted =
    lengths.find(({ length }) => length === quantity) ?? lengths.find(({ length }) => length === HUNDRED);
  return { unit: counted?.unit ?? override.unit ?? OTHER_UNIT, quantity };
}

/**
 * The number of whole months from the first to the last day, both included; null when it is no whole number.
 * Portals also write the first day of the next period as the end, and move the 31st to the end of a shorter month.
 */
export function wholeMonths(start: TaxDay | null, end: TaxDay | null): number | null {
  if (start === null || end === null || end <= start) return null;
  const apart = monthNumber(end) - monthNumber(start);
  for (const months of [apart, apart + 1]) {
    if (months >= 1 && nextStarts(start, months).some((next) => end === next || end === addDays(next, -1))) {
      return months;
    }
  }
  return null;
}

const monthNumber = (day: TaxDay): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));

/** The day after `months`; from the last day of a month also the last day of the month reached (28 February to 31 March). */
function nextStarts(start: TaxDay, months: number): readonly TaxDay[] {
  const sameDay = addMonths(start, months);
  const isMonthEnd = addDays(start, 1).endsWith("-01");
  const monthEnd = addDays(addMonths(`${sameDay.slice(0, 7)}-01` as TaxDay, 1), -1);
  return isMonthEnd && monthEnd !== sameDay ? [sameDay, monthEnd] : [sameDay];
}
