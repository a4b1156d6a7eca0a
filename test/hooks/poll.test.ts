/**
 * When the whole list of a portal is read: after 03:00 in Jakarta, and whenever none went through for a day. How far back a
 * quick look goes: to the last one after an absence, a week at least; for what was paid no further than thirty days.
 */
import { atMostBack, isFullDue, lookBackTo } from "../../src/hooks/poll";

test.each([
  ["never yet", null, "2026-11-03T09:00:00+07:00", true],
  ["this night", "2026-11-03T03:00:00+07:00", "2026-11-03T23:59:00+07:00", false],
  ["this night, before the next", "2026-11-03T03:05:00+07:00", "2026-11-04T02:59:59+07:00", false],
  ["last night, the hour is there", "2026-11-03T03:05:00+07:00", "2026-11-04T03:00:00+07:00", true],
  ["by day, before the night", "2026-11-03T12:00:00+07:00", "2026-11-04T02:59:59+07:00", false],
  ["by day, the night has come", "2026-11-03T12:00:00+07:00", "2026-11-04T03:00:00+07:00", true],
  ["more than a day ago, before the hour", "2026-11-02T02:00:00+07:00", "2026-11-03T02:30:00+07:00", true],
  [
    "in the future, by a clock that was wrong",
    "2026-12-01T03:00:00+07:00",
    "2026-11-03T12:00:00+07:00",
    true,
  ],
])("read in full %s (%s), at %s it is due: %s", (_when, last, now, due) => {
  const full_at = last === null ? null : new Date(last).toISOString();
  expect(isFullDue({ full_at }, new Date(now))).toBe(due);
});

test("a portal nobody has asked yet is read in full", () => {
  expect(isFullDue(undefined, new Date("2026-11-03T09:00:00+07:00"))).toBe(true);
});

test.each([
  ["never yet", null, "2026-10-27T09:00:00+07:00", "2026-10-27T09:00:00+07:00"],
  ["five minutes ago", "2026-11-03T08:55:00+07:00", "2026-10-27T09:00:00+07:00", "2026-10-27T09:00:00+07:00"],
  ["nine days ago", "2026-10-25T09:00:00+07:00", "2026-10-25T09:00:00+07:00", "2026-10-25T09:00:00+07:00"],
  ["two months ago", "2026-09-03T09:00:00+07:00", "2026-09-03T09:00:00+07:00", "2026-10-04T09:00:00+07:00"],
  [
    "in the future, by a clock that was wrong",
    ...(["2026-12-01T09:00:00+07:00", "2026-10-27T09:00:00+07:00", "2026-10-27T09:00:00+07:00"] as const),
  ],
])("a quick look, the last one %s (%s), goes back to %s, for payments to %s", (_when, last, missed, paid) => {
  const quickAt = last === null ? null : new Date(last).toISOString();
  const now = new Date("2026-11-03T09:00:00+07:00");
  const since = lookBackTo(quickAt, now);
  expect(since).toEqual(new Date(missed));
  expect(atMostBack(since, now)).toEqual(new Date(paid));
});
