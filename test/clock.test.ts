/**
 * Proves that a tax day is the day in Jakarta whatever the server's zone, and the calendar arithmetic on it: tables at
 * midnights, month ends and leap days, properties against the calendar.
 */
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import {
  addDays,
  addMonths,
  dayInJakarta,
  fixedClock,
  isoInJakarta,
  parseTaxDay,
  periodOf,
  plusMs,
  systemClock,
  type TaxDay,
} from "../src/clock";

const days = fc.integer({ min: 0, max: 40_000 }).map((count) => addDays("1990-01-01" as TaxDay, count));

test.each([
  ["2026-10-31T16:59:59.999Z", "2026-10-31"],
  ["2026-10-31T17:00:00Z", "2026-11-01"],
  ["2026-12-31T17:00:00Z", "2027-01-01"],
  ["2026-11-03T00:30:00+07:00", "2026-11-03"],
  ["2026-11-03T23:30:00-05:00", "2026-11-04"],
])("%s is the day %s in Jakarta", (instant, day) => {
  expect(dayInJakarta(new Date(instant))).toBe(day);
});

test.each(["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])(
  "is the same with the server in %s",
  (zone) => {
    const script = `process.stdout.write(new Intl.DateTimeFormat("sv-SE", {timeZone: "Asia/Jakarta"}).format(new Date("2026-10-31T17:00:00Z")))`;
    const there = execFileSync(process.execPath, ["-e", script], {
      env: { ...process.env, TZ: zone },
      encoding: "utf8",
    });
    expect(dayInJakarta(new Date("2026-10-31T17:00:00Z"))).toBe(there);
  },
);

test.each([
  "2026-02-29",
  "2026-13-01",
  "2026-00-10",
  "2026-11-00",
  "2026-11-31",
  "2026-1-1",
  "26-11-03",
  "2026-11-03T00:00",
  "",
  "2026-11-03\n",
])("%j is no day", (value) => {
  expect(parseTaxDay(value)).toBeNull();
});

test("a day of the calendar is read as it is", () => {
  fc.assert(
    fc.property(days, (day) => {
      expect(parseTaxDay(day)).toBe(day);
      expect(periodOf(day)).toBe(day.slice(0, 7));
    }),
  );
});

test.each([
  ["2026-01-31", 1, "2026-02-28"],
  ["2028-01-31", 1, "2028-02-29"],
  ["2028-02-29", 12, "2029-02-28"],
  ["2026-11-30", 3, "2027-02-28"],
  ["2026-12-15", 1, "2027-01-15"],
  ["2026-01-15", -1, "2025-12-15"],
  ["2026-03-31", -1, "2026-02-28"],
  ["2026-05-31", 0, "2026-05-31"],
])("%s and %s months is %s", (day, months, expected) => {
  expect(addMonths(day as TaxDay, months)).toBe(expected);
});

test("months later is the same day of the month or the last one", () => {
  fc.assert(
    fc.property(days, fc.integer({ min: -600, max: 600 }), (day, months) => {
      const later = addMonths(day, months);
      expect(later.slice(8) <= day.slice(8)).toBe(true);
      if (later.slice(8) !== day.slice(8)) expect(addDays(later, 1).slice(8)).toBe("01");
      const apart = (Number(later.slice(0, 4)) - Number(day.slice(0, 4))) * 12;
      expect(apart + Number(later.slice(5, 7)) - Number(day.slice(5, 7))).toBe(months);
    }),
  );
});

test("days later and back again is the same day", () => {
  expect(addDays("2028-02-28" as TaxDay, 1)).toBe("2028-02-29");
  expect(addDays("2026-12-31" as TaxDay, 1)).toBe("2027-01-01");
  fc.assert(
    fc.property(days, fc.integer({ min: -5000, max: 5000 }), (day, count) => {
      expect(addDays(addDays(day, count), -count)).toBe(day);
      if (count > 0) expect(addDays(day, count) > day).toBe(true);
    }),
  );
});

test("an instant is written with the Jakarta offset and means the same instant", () => {
  const at = new Date("2026-11-03T02:10:00.000Z");
  expect(isoInJakarta(at)).toBe("2026-11-03T09:10:00.000+07:00");
  expect(new Date(isoInJakarta(at))).toEqual(at);
});

test("a fixed clock stands, the system's clock is not behind it", () => {
  const clock = fixedClock("2026-11-03T09:10:00+07:00");
  expect(clock.now()).toEqual(new Date("2026-11-03T02:10:00Z"));
  expect(clock.now()).toEqual(clock.now());
  expect(plusMs(clock.now(), 1000)).toEqual(new Date("2026-11-03T02:10:01Z"));
  expect(systemClock.now().getTime()).toBeGreaterThan(Date.parse("2025-01-01T00:00:00Z"));
});
