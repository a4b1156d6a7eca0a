import type { UploadWindow } from "../faktur/upload-window";
import { text, type Text } from "../text";

/** The hours of a week as boxes to tick: a row a day, Monday first, a box an hour (WIB). */

export const WEEKDAY_WORDS: readonly Text[] = [
  text("Senin", "Monday"),
  text("Selasa", "Tuesday"),
  text("Rabu", "Wednesday"),
  text("Kamis", "Thursday"),
  text("Jumat", "Friday"),
  text("Sabtu", "Saturday"),
  text("Minggu", "Sunday"),
];

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const HOURS = Array.from({ length: 24 }, (_value, hour) => hour);

/** A box as it is named in the form: `1-08` is Monday from eight to nine. */
export const boxOf = (day: number, hour: number): string => `${day}-${String(hour).padStart(2, "0")}`;

const minutesOf = (at: string): number => Number(at.slice(0, 2)) * 60 + Number(at.slice(3, 5));

/** The boxes that lie wholly within the windows; no window is every hour. Half an hour is no box: it never widens. */
export function boxesOf(windows: readonly UploadWindow[]): ReadonlySet<string> {
  const boxes = DAYS.flatMap((day) => HOURS.map((hour) => ({ day, hour })));
  const within = boxes.filter(
    ({ day, hour }) => windows.length === 0 || windows.some((window) => covers(window, day, hour)),
  );
  return new Set(within.map(({ day, hour }) => boxOf(day, hour)));
}

function covers(window: UploadWindow, day: number, hour: number): boolean {
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)];
  const [start, end] = [hour * 60, hour * 60 + 60];
  if (from <= to) return window.days.includes(day) && start >= from && end <= to;
  const yesterday = day === 1 ? 7 : day - 1;
  return (window.days.includes(day) && start >= from) || (window.days.includes(yesterday) && end <= to);
}

/** Whether the boxes can say exactly what the windows say. */
export const inWholeHours = (windows: readonly UploadWindow[]): boolean =>
  windows.every(({ from, to }) => from.endsWith(":00") && to.endsWith(":00"));

/** The windows that boxes mean; days with the same hours share one. Every box ticked is no window at all. */
export function windowsOf(boxes: ReadonlySet<string>): UploadWindow[] {
  if (DAYS.every((day) => HOURS.every((hour) => boxes.has(boxOf(day, hour))))) return [];
  const days = new Map<string, number[]>();
  for (const day of DAYS) {
    for (const span of spansOf(HOURS.filter((hour) => boxes.has(boxOf(day, hour))))) {
      days.set(span, [...(days.get(span) ?? []), day]);
    }
  }
  return [...days].map(([span, on]) => ({ days: on, from: span.slice(0, 5), to: span.slice(6) }));
}

/** Hours in a row as `08:00-17:00`. */
function spansOf(hours: readonly number[]): string[] {
  const spans: { from: number; to: number }[] = [];
  for (const hour of hours) {
    const last = spans.at(-1);
    if (last?.to === hour) last.to = hour + 1;
    else spans.push({ from: hour, to: hour + 1 });
  }
  return spans.map(({ from, to }) => `${clock(from)}-${clock(to)}`);
}

const clock = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;

/** Ways to fill the boxes that most people want. */
export const SCHEDULES = ["any", "offHours", "table"] as const;
export type Schedule = (typeof SCHEDULES)[number];

/** Out of office hours: nights, Saturday and Sunday; who works in the portal by day is not disturbed. */
export const OFF_HOURS: readonly UploadWindow[] = [
  { days: [1, 2, 3, 4, 5], from: "00:00", to: "08:00" },
  { days: [1, 2, 3, 4, 5], from: "17:00", to: "24:00" },
  { days: [6, 7], from: "00:00", to: "24:00" },
];

export function scheduleOf(windows: readonly UploadWindow[]): Schedule {
  if (windows.length === 0) return "any";
  const same = [...boxesOf(windows)].join() === [...boxesOf(OFF_HOURS)].join();
  return same && inWholeHours(windows) ? "offHours" : "table";
}
