/** The clock of the upload deadline: levels by table, order and counts, and the next seven o'clock in Jakarta. */
import type { TaxDay } from "../../src/clock";
import { alarmLevel, countLevels, deadlineAlarms, type Due } from "../../src/ops/alarms";
import { nextMorning } from "../../src/ops/digest";

const day = (value: string) => value as TaxDay;

test.each([
  ["2026-12-01", "quiet"],
  ["2026-12-09", "quiet"],
  ["2026-12-10", "notice"],
  ["2026-12-14", "notice"],
  ["2026-12-15", "warning"],
  ["2026-12-17", "warning"],
  ["2026-12-18", "urgent"],
  ["2026-12-20", "urgent"],
  ["2026-12-21", "past"],
  ["2027-02-01", "past"],
])("on %s a deadline of 20 December is %s", (today, level) => {
  expect(alarmLevel(day("2026-12-20"), day(today))).toBe(level);
});

test("under the older rule, with the 15th, the alarms come as many days before", () => {
  expect(
    ["2025-05-04", "2025-05-05", "2025-05-10", "2025-05-13", "2025-05-16"].map((today) =>
      alarmLevel(day("2025-05-15"), day(today)),
    ),
  ).toEqual(["quiet", "notice", "warning", "urgent", "past"]);
});

const due = (id: string, deadline: string): Due => ({
  kind: "faktur",
  id,
  seller: "utama",
  portal: "toko",
  invoice: id,
  number: null,
  deadline: day(deadline),
  lastDayToMake: null,
  state: "pending",
  reasons: [],
});

test("the most pressing comes first, with the days left", () => {
  const alarms = deadlineAlarms(
    [due("b", "2026-12-20"), due("a", "2026-12-20"), due("c", "2026-11-20")],
    day("2026-12-16"),
  );
  expect(alarms.map(({ id, level, daysLeft }) => [id, level, daysLeft])).toEqual([
    ["c", "past", -26],
    ["a", "warning", 4],
    ["b", "warning", 4],
  ]);
  expect(countLevels(alarms)).toEqual({ quiet: 0, notice: 0, warning: 2, urgent: 0, past: 1 });
});

test.each([
  ["2026-11-22T06:59:59+07:00", "2026-11-22T00:00:00.000Z"],
  ["2026-11-22T07:00:00+07:00", "2026-11-23T00:00:00.000Z"],
  ["2026-11-21T23:30:00Z", "2026-11-22T00:00:00.000Z"],
  ["2026-12-31T20:00:00+07:00", "2027-01-01T00:00:00.000Z"],
])("after %s the next morning is %s", (now, morning) => {
  expect(nextMorning(new Date(now)).toISOString()).toBe(morning);
});
