import { addDays, dayInJakarta, isoInJakarta, plusMs, startOfDay, type TaxDay } from "../clock";

/** When a seller's fakturs may go up by themselves; hours and days in Jakarta (WIB). */
export interface UploadRules {
  readonly auto: boolean;
  /** None = at any hour. */
  readonly windows?: readonly UploadWindow[] | undefined;
  /** Nothing is uploaded on this many last days of a month. */
  readonly pauseLastDaysOfMonth?: number | undefined;
}

export interface UploadWindow {
  /** 1 is Monday, 7 Sunday. */
  readonly days: readonly number[];
  /** `HH:MM`; a `to` before its `from` is on the next day. */
  readonly from: string;
  readonly to: string;
}

const MINUTE = 60_000;
/** Rules that allow nothing for so long are asked again then. */
const SEARCH_DAYS = 40;

/** The instant from which an upload is allowed, or null when it is allowed now. */
export function uploadPause(rules: UploadRules, now: Date): Date | null {
  const today = dayInJakarta(now);
  if (isAllowed(rules, today, isoInJakarta(now).slice(11, 16))) return null;
  const next = new Date(Math.ceil((now.getTime() + 1) / MINUTE) * MINUTE);
  const last = plusMs(next, SEARCH_DAYS * 24 * 60 * MINUTE);
  const openings = openingsOf(rules);
  for (let ahead = 0; ahead <= SEARCH_DAYS; ahead += 1) {
    const day = addDays(today, ahead);
    for (const hour of openings) {
      if (!isAllowed(rules, day, hour)) continue;
      const at = plusMs(startOfDay(day), minutesOf(hour) * MINUTE);
      if (at >= next) return at < last ? at : last;
    }
  }
  return last;
}

/** The only hours at which what was not allowed can become so, in their order: a day begins, or a window does. */
const openingsOf = ({ windows = [] }: UploadRules): readonly string[] =>
  [...new Set(["00:00", ...windows.map(({ from }) => from)])].filter((hour) => hour < "24:00").sort();

const minutesOf = (hour: string): number => Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3));

function isAllowed(rules: UploadRules, day: TaxDay, hour: string): boolean {
  const pause = rules.pauseLastDaysOfMonth ?? 0;
  if (pause > 0 && addDays(day, pause).slice(0, 7) !== day.slice(0, 7)) return false;
  const { windows = [] } = rules;
  const weekday = weekdayOf(day);
  return windows.length === 0 || windows.some((window) => isWithin(window, weekday, hour));
}

function isWithin({ days, from, to }: UploadWindow, weekday: number, hour: string): boolean {
  if (from <= to) return days.includes(weekday) && hour >= from && hour < to;
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  return (days.includes(weekday) && hour >= from) || (days.includes(yesterday) && hour < to);
}

const weekdayOf = (day: TaxDay): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
