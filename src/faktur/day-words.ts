import type { TaxDay } from "../clock";
import { text, type Text } from "../text";

/** Months in Indonesian, January first. */
export const MONTHS = [
  "Januari",
  "Februari",
  "Maret",
  "April",
  "Mei",
  "Juni",
  "Juli",
  "Agustus",
  "September",
  "Oktober",
  "November",
  "Desember",
] as const;

const monthName = (month: string): string => {
  const name = MONTHS[Number(month) - 1];
  if (name === undefined) throw new RangeError(`no month ${month}`);
  return name;
};

/** `2026-11-03` → `03 November 2026`, two digits as on the official sheet. */
export function dayInWords(day: TaxDay): string {
  const [year = "", month = "", date = ""] = day.split("-");
  return `${date} ${monthName(month)} ${year}`;
}

const MONTHS_EN =
  "January February March April May June July August September October November December".split(" ");

/** `2026-11-03` as people write it in a sentence, each half in its own language. */
export function dayInBoth(day: TaxDay): Text {
  const [year = "", month = "", date = ""] = day.split("-");
  const words = (months: readonly string[]) =>
    `${Number(date)} ${months[Number(month) - 1] ?? month} ${year}`;
  return text(words(MONTHS), words(MONTHS_EN));
}
