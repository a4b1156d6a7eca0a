/**
 * The times of WHMCS, which carry no zone (trap T47), and the periods in its lines, which are read only where there is
 * one way to read them. Tables; the zones are those of Node's own data.
 */
import fc from "fast-check";
import { dayInJakarta } from "../../../src/clock";
import { instantIn, periodIn } from "../../../src/hooks/whmcs/time";

test.each([
  ["Asia/Jakarta", "2026-11-30 23:59:59", "2026-11-30T16:59:59.000Z", "2026-11-30"],
  ["Asia/Jakarta", "2026-12-01 00:00:01", "2026-11-30T17:00:01.000Z", "2026-12-01"],
  ["UTC", "2026-11-30 16:59:59", "2026-11-30T16:59:59.000Z", "2026-11-30"],
  ["UTC", "2026-11-30 17:00:01", "2026-11-30T17:00:01.000Z", "2026-12-01"],
  ["Asia/Jayapura", "2026-12-01 01:59:59", "2026-11-30T16:59:59.000Z", "2026-11-30"],
  ["Europe/Berlin", "2026-07-01 00:30:00", "2026-06-30T22:30:00.000Z", "2026-07-01"],
  ["America/New_York", "2026-11-30 11:59:59", "2026-11-30T16:59:59.000Z", "2026-11-30"],
])("T47: in %s %s is %s, the tax day %s", (zone, stamp, instant, day) => {
  const at = instantIn(zone, stamp);
  expect(at?.toISOString()).toBe(instant);
  expect(at && dayInJakarta(at)).toBe(day);
});

test.each([
  "0000-00-00 00:00:00",
  "0000-00-00",
  "",
  "2026-02-30 10:00:00",
  "2026-13-01",
  "soon",
  "11/03/2026",
])("%j is no time", (stamp) => {
  expect(instantIn("Asia/Jakarta", stamp)).toBeNull();
});

test("every wall clock time of a zone without summer time reads back as itself", () => {
  const seconds = fc.integer({ min: 1_577_836_800, max: 1_893_456_000 });
  fc.assert(
    fc.property(seconds, fc.constantFrom("Asia/Jakarta", "Asia/Makassar", "UTC"), (second, zone) => {
      const stamp = new Date(second * 1000).toISOString().slice(0, 19).replace("T", " ");
      const ahead = { "Asia/Jakarta": 7, "Asia/Makassar": 8, UTC: 0 }[zone] ?? 0;
      expect(instantIn(zone, stamp)?.getTime()).toBe((second - ahead * 3600) * 1000);
    }),
  );
});

const PERIODS = [
  ["Hosting (03/11/2026 - 02/11/2027)", "DD/MM/YYYY", "2026-11-03", "2027-11-02"],
  ["Hosting (03/11/2026 - 02/11/2027)", "MM/DD/YYYY", "2026-03-11", "2027-02-11"],
  ["Hosting (03/11/2026 - 02/11/2027)", null, null, null],
  ["Hosting (13/11/2026 - 12/11/2027)", null, "2026-11-13", "2027-11-12"],
  ["Hosting (11/13/2026 - 11/12/2027)", null, "2026-11-13", "2027-11-12"],
  ["Hosting (03.11.2026 - 02.11.2027)", null, "2026-11-03", "2027-11-02"],
  ["Hosting (03-11-2026 - 02-11-2027)", null, "2026-11-03", "2027-11-02"],
  ["Hosting (2026/11/03 - 2027/11/02)", null, "2026-11-03", "2027-11-02"],
  ["Hosting (2026-11-03 - 2027-11-02)", "DD/MM/YYYY", null, null],
  ["Hosting (2026-11-03 - 2027-11-02)", "YYYY-MM-DD", "2026-11-03", "2027-11-02"],
  ["Hosting (03/11/2027 - 02/11/2026)", "DD/MM/YYYY", null, null],
  ["Hosting (31/02/2026 - 02/11/2026)", "DD/MM/YYYY", null, null],
  ["Hosting (13/13/2026 - 12/11/2027)", null, null, null],
  ["Hosting (03/11/2026 - 02/11/2027) x (03/11/2026 - 02/11/2027)", "DD/MM/YYYY", "2026-11-03", "2027-11-02"],
  ["Hosting (03/11/2026 - 02/11/2027) + (03/12/2026 - 02/12/2027)", "DD/MM/YYYY", null, null],
  [
    "Registrasi contoh.id - 1 tahun (03/11/2026 - 02/11/2027)\nID Protection",
    "DD/MM/YYYY",
    "2026-11-03",
    "2027-11-02",
  ],
  ["No period (2 GB - 4 GB)", null, null, null],
  ["", null, null, null],
] as const;

test.each(PERIODS)("%j in the form %s is %s to %s", (description, form, periodStart, periodEnd) => {
  expect(periodIn(description, form)).toEqual({ periodStart, periodEnd });
});

test("no description makes it slow or throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("(", ")", "1", "/", "-", " ", "20") }), (description) => {
      const { periodStart, periodEnd } = periodIn(description, null);
      expect((periodStart === null) === (periodEnd === null)).toBe(true);
    }),
  );
  const started = performance.now();
  periodIn("(11/11/2026 - ".repeat(20_000), null);
  expect(performance.now() - started).toBeLessThan(10_000);
});
