import type { Language } from "../text";

const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  id: ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
};

/** `2026-11-03` as people write it; a dash for none. */
export function formatDay(value: string | null | undefined, language: Language): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(value ?? "");
  if (match === null) return "–";
  const month = MONTHS[language][Number(match[2]) - 1] ?? match[2] ?? "";
  return `${Number(match[3])} ${month} ${match[1] ?? ""}`;
}

/** An instant that already carries Jakarta's offset, to the minute. */
export function formatMoment(value: string | null | undefined, language: Language): string {
  const time = /T(\d{2}):(\d{2})/.exec(value ?? "");
  if (time === null) return formatDay(value, language);
  return `${formatDay(value, language)} ${time[1] ?? ""}.${time[2] ?? ""}`;
}

/** Decimal text of rupiah with Indonesian signs: `1110000.00` is `1.110.000`, cents only where there are some. */
export function formatRupiahWords(value: string | null | undefined): string {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(value ?? "");
  if (match === null) return "–";
  const whole = (match[2] ?? "").replace(/\B(?=(\d{3})+$)/g, ".");
  const cents = (match[3] ?? "").padEnd(2, "0");
  return `${match[1] ?? ""}${whole}${cents === "00" || cents === "" ? "" : `,${cents}`}`;
}
