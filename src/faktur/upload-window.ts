import { addDays, dayInJakarta, isoInJakarta, plusMs } from "../clock";

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
const SEARCH_MINUTES = 40 * 24 * 60;

/** The instant from which an upload is allowed, or null when it is allowed now. */
export function uploadPause(rules: UploadRules, now: Date): Date | null {
  if (allowed(rules, now)) return null;
  const start = new Date(Math.ceil((now.getTime() + 1) / MINUTE) * MINUTE);
  for (let minute = 0; minute < SEARCH_MINUTES; minute += 1) {
    const at = plusMs(start, minute * MINUTE);
    if (allowed(rules, at)) return at;
  }
  return plusMs(start, SEARCH_MINUTES * MINUTE);
}

function allowed(rules: UploadRules, at: Date): boolean {
  const pause = rules.pauseLastDaysOfMonth ?? 0;
  const day = dayInJakarta(at);
  if (pause > 0 && addDays(day, pause).slice(0, 7) !== day.slice(0, 7)) return false;
  const windows = rules.windows ?? [];
  return windows.length === 0 || windows.some((window) => within(window, at));
}

function within(window: UploadWindow, at: Date): boolean {
  const local = isoInJakarta(at);
  const hour = local.slice(11, 16);
  const weekday = weekdayOf(local.slice(0, 10));
  if (window.from <= window.to)
    return window.days.includes(weekday) && hour >= window.from && hour < window.to;
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  return (
    (window.days.includes(weekday) && hour >= window.from) ||
    (window.days.includes(yesterday) && hour < window.to)
  );
}

const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
