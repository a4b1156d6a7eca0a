import { dayInJakarta, parseTaxDay, type Period, type TaxDay } from "../../clock";
import { MONTHS } from "../../faktur/day-words";
import { shareHalfUp, type Money } from "../../money";
import type { Cell } from "./sheet";

/*
 * Cells of the portal's list → days, months and amounts. No export file is public, so all forms that its readers have
 * met are taken (coretax-xml 5.5): text or number, ISO or dd/mm/yyyy or an Excel day, Indonesian or English figures.
 */

const ENGLISH = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
] as const;
const SHORT: Readonly<Record<string, number>> = {
  agt: 8,
  agu: 8,
  ags: 8,
  agst: 8,
  nop: 11,
  nopember: 11,
  pebruari: 2,
};

/** 1–12 for a month's name in Indonesian or English, whole or cut to three letters; null otherwise. */
export function monthOfName(name: string): number | null {
  const word = name.toLowerCase().replace(/\.$/, "");
  if (Object.hasOwn(SHORT, word)) return SHORT[word] ?? null;
  for (const months of [MONTHS.map((month) => month.toLowerCase()), ENGLISH]) {
    const index = months.findIndex(
      (month) => month === word || (word.length === 3 && month.startsWith(word)),
    );
    if (index >= 0) return index + 1;
  }
  return null;
}

/** The day, or null when there is none in the calendar. */
export const dayOf = (year: string | number, month: string | number, date: string | number): TaxDay | null =>
  parseTaxDay(`${year}-${String(month).padStart(2, "0")}-${String(date).padStart(2, "0")}`);

/** Days from Excel's day 0 to 1970-01-01, counting the 29 February 1900 that Excel believes in. */
const TO_UNIX = 25_569;
const FROM_1904 = 1_462;
const DAY_MS = 86_400_000;

/** Beyond these a figure is not a day of a faktur but something else that was read as one. */
const plausible = (day: TaxDay | null): TaxDay | null =>
  day !== null && day >= "2000-01-01" && day < "2100-01-01" ? day : null;

function dayOfSerial(raw: string, date1904: boolean): TaxDay | null {
  const serial = Math.floor(Number(raw)) + (date1904 ? FROM_1904 : 0);
  if (!(serial > 0 && serial < 100_000)) return null;
  return plausible(parseTaxDay(new Date((serial - TO_UNIX) * DAY_MS).toISOString().slice(0, 10)));
}

function dayOfText(value: string): TaxDay | null {
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
    value,
  );
  if (iso) {
    const day = dayOf(iso[1] ?? "", iso[2] ?? "", iso[3] ?? "");
    if (day === null || iso[4] === undefined) return plausible(day);
    const at = new Date(value.replace(" ", "T"));
    return Number.isNaN(at.getTime()) ? null : plausible(dayInJakarta(at));
  }
  // Day first, as Indonesia writes; a month above 12 is refused, never swapped.
  const local = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?$/.exec(value);
  if (local) return plausible(dayOf(local[3] ?? "", local[2] ?? "", local[1] ?? ""));
  const words = /^(\d{1,2})[ -]([a-z]{3,9}\.?)[ -](\d{4})$/i.exec(value);
  const month = words ? monthOfName(words[2] ?? "") : null;
  return words && month !== null ? plausible(dayOf(words[3] ?? "", month, words[1] ?? "")) : null;
}

/** The day a cell stands for: a day in Jakarta where it is an instant with a zone. Null when it is none. */
export function readDay(cell: Cell, date1904: boolean): TaxDay | null {
  if (cell.kind === "number") return dayOfSerial(cell.value, date1904);
  return cell.kind === "text" ? dayOfText(cell.value) : null;
}

/** Month name, number, `TD.00709` or a day; with the year beside it or within. Null when it cannot be told. */
export function readPeriod(
  month: Cell | undefined,
  year: Cell | undefined,
  date1904: boolean,
): Period | null {
  if (month === undefined) return null;
  const asDay = readDay(month, date1904);
  if (asDay !== null) return asDay.slice(0, 7) as Period;
  const words = month.kind === "text" || month.kind === "number" ? month.value.trim() : "";
  const match = /^(?:TD\.007)?(\d{1,2}|[a-z]{3,9})\.?(?:[ /-]+(\d{4}))?$/i.exec(words);
  const name = match?.[1] ?? "";
  const number = /^\d+$/.test(name) ? Number(name) : monthOfName(name);
  const beside = year?.kind === "text" || year?.kind === "number" ? year.value.trim() : "";
  const full = match?.[2] ?? beside.replace(/\.0+$/, "");
  if (number === null || number < 1 || number > 12 || !/^20\d{2}$/.test(full)) return null;
  return `${full}-${String(number).padStart(2, "0")}` as Period;
}

/** Hundredths of a rupiah; null when the cell holds no amount. More decimals than two are rounded half-up. */
export function readAmount(cell: Cell): Money | null {
  if (cell.kind === "number") return moneyOfNumber(cell.value);
  return cell.kind === "text" ? moneyOfText(cell.value) : null;
}

/** As a spreadsheet stores it: `1110000`, `353189.33000000002`, `1.11E6`; exact, without floating point. */
function moneyOfNumber(raw: string): Money | null {
  const match = /^(-?)(\d{1,20})(?:\.(\d{1,25}))?(?:E([+-]?\d{1,2}))?$/i.exec(raw);
  if (!match) return null;
  const [, sign = "", whole = "", decimals = "", power = "0"] = match;
  const scale = decimals.length - Number(power);
  const digits = BigInt(whole + decimals);
  if (scale > 60 || scale < -20) return null;
  const size =
    scale <= 0 ? digits * 10n ** BigInt(2 - scale) : shareHalfUp(digits * 100n, 1n, 10n ** BigInt(scale));
  if (size >= 10n ** 17n) return null;
  return sign === "-" ? -size : size;
}

/** `1.110.000,00`, `1,110,000.00`, `Rp 1.110.000`, `(5.000)`, `1110000.5`; three digits after one sign are thousands. */
function moneyOfText(value: string): Money | null {
  const bare = value
    .normalize("NFKC")
    .replace(/\s/g, "")
    .replace(/^(-?)(Rp|IDR)\.?(?=[\d(-])/i, "$1");
  const inside = /^\((.+)\)$/.exec(bare)?.[1];
  const match = /^(-?)(\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+|\d{1,15})(?:([.,])(\d{1,2}))?$/.exec(
    inside ?? bare,
  );
  if (!match) return null;
  const [, sign, whole = "", decimalSign, decimals = ""] = match;
  const groupSign = /[.,]/.exec(whole)?.[0];
  if (groupSign !== undefined && (groupSign === decimalSign || whole.startsWith("0"))) return null;
  const digits = whole.replace(/[.,]/g, "");
  if (digits.length > 15) return null;
  const size = BigInt(digits) * 100n + BigInt(decimals.padEnd(2, "0"));
  return (sign === "-") !== (inside !== undefined) ? -size : size;
}
