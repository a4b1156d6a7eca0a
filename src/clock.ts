/** The tax day `YYYY-MM-DD` in Asia/Jakarta. Never a Date: a tax day has no hour and no zone. */
export type TaxDay = string & { readonly __brand: "TaxDay" };

/** A tax period (masa pajak) `YYYY-MM`. */
export type Period = string & { readonly __brand: "Period" };

export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

export const fixedClock = (iso: string): Clock => ({ now: () => new Date(iso) });

const jakarta = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Jakarta",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** The tax day is the day in Jakarta, whatever the server's zone (UU PPN speaks of Indonesian days). */
export const dayInJakarta = (at: Date): TaxDay => jakarta.format(at) as TaxDay;

/** `YYYY-MM-DD` that exists in the calendar, else null. */
export function parseTaxDay(value: string): TaxDay | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return null;
  const [year, month, date] = value.split("-").map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && date >= 1 && date <= last ? (value as TaxDay) : null;
}

/** When a tax day begins; Jakarta has no summer time. */
export const startOfDay = (day: TaxDay): Date => new Date(`${day}T00:00:00+07:00`);

export const periodOf = (day: TaxDay): Period => day.slice(0, 7) as Period;

/** The same day of the month, `months` later; the last day where that month is shorter. */
export function addMonths(day: TaxDay, months: number): TaxDay {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  const at = new Date(Date.UTC(year, month - 1 + months, Math.min(date, last)));
  return at.toISOString().slice(0, 10) as TaxDay;
}

export function addDays(day: TaxDay, days: number): TaxDay {
  const at = new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000);
  return at.toISOString().slice(0, 10) as TaxDay;
}

/** An instant as text with the Jakarta offset, e.g. `2026-11-03T09:10:00.000+07:00`; Jakarta has no summer time. */
export function isoInJakarta(at: Date): string {
  return new Date(at.getTime() + 7 * 3_600_000).toISOString().replace("Z", "+07:00");
}

export const plusMs = (at: Date, ms: number): Date => new Date(at.getTime() + ms);
