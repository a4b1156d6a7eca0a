/**
 * When a seller's fakturs may go up: days, hours over midnight and the last days of a month by a table, and for any rules
 * the same instant as a walk from minute to minute finds, which is slow and cannot be wrong.
 */
import fc from "fast-check";
import { addDays, isoInJakarta, plusMs, type TaxDay } from "../../src/clock";
import { uploadPause, type UploadRules, type UploadWindow } from "../../src/faktur/upload-window";

const WEEK = [1, 2, 3, 4, 5];
const OFFICE: UploadWindow = { days: WEEK, from: "08:00", to: "17:00" };
const NIGHT: UploadWindow = { days: [5], from: "22:00", to: "06:00" };

const until = (rules: Omit<UploadRules, "auto">, now: string): string | null => {
  const at = uploadPause({ auto: true, ...rules }, new Date(now));
  return at === null ? null : isoInJakarta(at).slice(0, 16);
};

// 3 November 2026 is a Tuesday.
test.each<[string, Omit<UploadRules, "auto">, string, string | null]>([
  ["no rules", {}, "2026-11-03T03:00:00+07:00", null],
  ["within hours", { windows: [OFFICE] }, "2026-11-03T16:59:59+07:00", null],
  ["at the end of hours", { windows: [OFFICE] }, "2026-11-03T17:00:00+07:00", "2026-11-04T08:00"],
  ["a moment before hours", { windows: [OFFICE] }, "2026-11-03T07:59:59.999+07:00", "2026-11-03T08:00"],
  ["over a week-end", { windows: [OFFICE] }, "2026-11-06T17:00:00+07:00", "2026-11-09T08:00"],
  ["after midnight of a night that began", { windows: [NIGHT] }, "2026-11-07T05:59:00+07:00", null],
  ["after that night", { windows: [NIGHT] }, "2026-11-07T06:00:00+07:00", "2026-11-13T22:00"],
  ["the earlier of two", { windows: [OFFICE, NIGHT] }, "2026-11-06T18:00:00+07:00", "2026-11-06T22:00"],
  [
    "the last two days of a month",
    { pauseLastDaysOfMonth: 2 },
    "2026-11-29T01:00:00+07:00",
    "2026-12-01T00:00",
  ],
  [
    "hours after the last days of a month",
    { pauseLastDaysOfMonth: 2, windows: [OFFICE] },
    "2026-10-30T12:00:00+07:00",
    "2026-11-02T08:00",
  ],
  [
    "a night that the end of the month has cut",
    { pauseLastDaysOfMonth: 1, windows: [{ days: [1], from: "20:00", to: "19:00" }] },
    "2026-11-30T21:00:00+07:00",
    "2026-12-01T00:00",
  ],
  [
    "until 24:00",
    { windows: [{ days: [2], from: "23:00", to: "24:00" }] },
    "2026-11-03T23:59:00+07:00",
    null,
  ],
  [
    "hours that never come",
    { windows: [{ ...OFFICE, to: "08:00" }] },
    "2026-11-03T09:00:30+07:00",
    "2026-12-13T09:01",
  ],
])("%s", (_name, rules, now, expected) => {
  expect(until(rules, now)).toBe(expected);
});

const MINUTE = 60_000;
const MINUTES = 40 * 24 * 60;

/** From minute to minute, each judged by itself. */
function walked(rules: UploadRules, now: Date): Date | null {
  if (allowed(rules, now)) return null;
  const start = new Date(Math.ceil((now.getTime() + 1) / MINUTE) * MINUTE);
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const at = plusMs(start, minute * MINUTE);
    if (allowed(rules, at)) return at;
  }
  return plusMs(start, MINUTES * MINUTE);
}

function allowed({ windows = [], pauseLastDaysOfMonth: pause = 0 }: UploadRules, at: Date): boolean {
  const day = isoInJakarta(at).slice(0, 10) as TaxDay;
  if (pause > 0 && addDays(day, pause).slice(0, 7) !== day.slice(0, 7)) return false;
  const hour = isoInJakarta(at).slice(11, 16);
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  return (
    windows.length === 0 ||
    windows.some(({ days, from, to }) =>
      from <= to
        ? days.includes(weekday) && hour >= from && hour < to
        : (days.includes(weekday) && hour >= from) || (days.includes(yesterday) && hour < to),
    )
  );
}

const anyHour = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":")),
  fc.constantFrom("00:00", "24:00", "23:59"),
);
const anyWindow = fc.record({
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }),
  from: anyHour,
  to: anyHour,
});
const anyRules = fc.record({
  auto: fc.constant(true),
  windows: fc.option(fc.array(anyWindow, { maxLength: 3 }), { nil: undefined }),
  pauseLastDaysOfMonth: fc.option(fc.integer({ min: 0, max: 28 }), { nil: undefined }),
});
const anyInstant = fc.date({
  min: new Date("2026-01-01T00:00:00Z"),
  max: new Date("2028-12-31T00:00:00Z"),
  noInvalidDate: true,
});

test("for any rules and instant it is the one that a walk from minute to minute finds", () => {
  fc.assert(
    fc.property(anyRules, anyInstant, (rules, now) => {
      expect(uploadPause(rules, now)).toEqual(walked(rules, now));
    }),
    { numRuns: 60 },
  );
});
