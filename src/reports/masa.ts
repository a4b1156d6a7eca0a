import { addDays, addMonths, type Period, type TaxDay } from "../clock";

/** `YYYY-MM` of a month that exists, else null. */
export const parsePeriod = (value: string): Period | null =>
  /^20\d{2}-(0[1-9]|1[0-2])$/.test(value) ? (value as Period) : null;

const firstDay = (masa: Period): TaxDay => `${masa}-01` as TaxDay;

const lastDay = (masa: Period): TaxDay => addDays(addMonths(firstDay(masa), 1), -1);

/** Every day of the masa. */
export function daysOf(masa: Period): readonly TaxDay[] {
  const days: TaxDay[] = [];
  for (let day = firstDay(masa); day <= lastDay(masa); day = addDays(day, 1)) days.push(day);
  return days;
}

/** The masa so many months later, or earlier when negative. */
export const monthsFrom = (masa: Period, months: number): Period =>
  addMonths(firstDay(masa), months).slice(0, 7) as Period;

/** The instants of a masa in Jakarta as stored: from the first on, before the second. Jakarta has no summer time. */
export function instantsOf(masa: Period): { readonly from: string; readonly before: string } {
  const midnight = (day: TaxDay) => new Date(`${day}T00:00:00+07:00`).toISOString();
  return { from: midnight(firstDay(masa)), before: midnight(addMonths(firstDay(masa), 1)) };
}
