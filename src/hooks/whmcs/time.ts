import { parseTaxDay, type TaxDay } from "../../clock";

const STAMP = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?/;

/**
 * WHMCS writes times without a zone, as its PHP sees the wall clock. The instant of such a time in `zone`; null for
 * zeros and for what is no date. A time that a change of clocks skips is taken as the later one.
 */
export function instantIn(zone: string, stamp: string): Date | null {
  const match = STAMP.exec(stamp.trim());
  if (match === null || parseTaxDay(match[0].slice(0, 10)) === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  const wall = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0);
  if (new Date(wall).toISOString().slice(0, 10) !== match[0].slice(0, 10)) return null;
  // The offset there is looked up at the guess and once more at what the guess makes of it.
  const guess = wall - offsetAt(zone, new Date(wall));
  return new Date(wall - offsetAt(zone, new Date(guess)));
}

/** Milliseconds that the wall clock of a zone is ahead of UTC at an instant. */
function offsetAt(zone: string, at: Date): number {
  const parts = formatOf(zone).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return wall - Math.floor(at.getTime() / 1000) * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times its use. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const numeric = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    ...numeric,
    ...clock,
  });
  formats.set(zone, made);
  return made;
}

/** The forms of a date that WHMCS offers under Localisation, as they stand in the lines of an invoice. */
export const DATE_FORMATS = [
  "DD/MM/YYYY",
  "DD.MM.YYYY",
  "DD-MM-YYYY",
  "MM/DD/YYYY",
  "YYYY/MM/DD",
  "YYYY-MM-DD",
] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

const ONE = String.raw`(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})`;
const PERIOD = new RegExp(String.raw`\(\s*${ONE}\s*-\s*(\d{1,4})\2(\d{1,2})\2(\d{1,4})\s*\)`, "g");

export interface LinePeriod {
  readonly periodStart: TaxDay | null;
  readonly periodEnd: TaxDay | null;
}

const NO_PERIOD: LinePeriod = { periodStart: null, periodEnd: null };

/**
 * The period in a line's description, `(03/11/2026 - 02/11/2027)`, in the portal's own form of a date. Without a form it
 * is read only where there is one way to read it: 03/11 may be a day of November or of March. Nothing is guessed: no
 * period, two different ones, one that ends before it starts or is ambiguous are none.
 */
export function periodIn(description: string, format: DateFormat | null): LinePeriod {
  const found = [...description.matchAll(PERIOD)].map((match) => periodOf(match, format));
  const [first] = found;
  if (first == null) return NO_PERIOD;
  const same = found.every(
    (one) => one?.periodStart === first.periodStart && one.periodEnd === first.periodEnd,
  );
  return same ? first : NO_PERIOD;
}

function periodOf(match: RegExpExecArray, format: DateFormat | null): LinePeriod | null {
  const [, a = "", separator = "", b = "", c = "", x = "", y = "", z = ""] = match;
  const forms = (format === null ? DATE_FORMATS : [format]).filter((form) => form.includes(separator));
  const readings = forms.flatMap((form) => {
    const periodStart = dayAs(form, a, b, c);
    const periodEnd = dayAs(form, x, y, z);
    return periodStart === null || periodEnd === null || periodEnd < periodStart
      ? []
      : [{ periodStart, periodEnd }];
  });
  return readings.length === 1 ? (readings[0] ?? null) : null;
}

function dayAs(format: DateFormat, a: string, b: string, c: string): TaxDay | null {
  const two = (part: string) => (part.length <= 2 ? part.padStart(2, "0") : part);
  if (format.startsWith("YYYY")) return parseTaxDay(`${a}-${two(b)}-${two(c)}`);
  return format.startsWith("MM")
    ? parseTaxDay(`${c}-${two(a)}-${two(b)}`)
    : parseTaxDay(`${c}-${two(b)}-${two(a)}`);
}
