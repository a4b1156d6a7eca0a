/**
 * Proves which PPN law holds on which day, which codes have which base, and the last day of upload: tables at the edges
 * of every row.
 */
import fc from "fast-check";
import { addDays } from "../../src/clock";
import { TRANSACTION_CODES } from "../../src/faktur/faktur";
import { baseShare, ppnOn, uploadDeadline } from "../../src/faktur/law";
import { day } from "./examples";

test.each([
  ["2022-03-31", undefined],
  ["2022-04-01", { vatRate: 1100n, ordinaryCode: "01" }],
  ["2024-12-31", { vatRate: 1100n, ordinaryCode: "01" }],
  ["2025-01-01", { vatRate: 1200n, ordinaryCode: "04", otherBase: { numerator: 11n, denominator: 12n } }],
  ["2026-11-03", { vatRate: 1200n, ordinaryCode: "04" }],
])("on %s", (on, expected) => {
  const law = ppnOn(day(on));
  if (expected === undefined) expect(law).toBeUndefined();
  else expect(law).toMatchObject(expected);
});

test("every law names its source, and a later day never has an earlier law", () => {
  fc.assert(
    fc.property(fc.nat({ max: 5000 }), fc.nat({ max: 500 }), (from, more) => {
      const [early, late] = [
        ppnOn(addDays(day("2022-04-01"), from)),
        ppnOn(addDays(day("2022-04-01"), from + more)),
      ];
      expect(early?.source).toMatch(/UU|PMK/);
      expect(early && late && early.since <= late.since).toBe(true);
    }),
  );
});

test("11/12 holds for the ordinary code, collectors and facilities, the full price for the rest", () => {
  const law = ppnOn(day("2026-11-03"))!;
  const reduced = TRANSACTION_CODES.filter((code) => baseShare(law, code).denominator === 12n);
  expect(reduced).toEqual(["02", "03", "04", "07", "08"]);
  for (const code of TRANSACTION_CODES) {
    const { numerator, denominator } = baseShare(law, code);
    expect([11n, 1n]).toContain(numerator);
    expect(numerator === 11n).toBe(denominator === 12n);
  }
});

test.each([
  ["2025-09-11", "2025-10-20"],
  ["2025-09-30", "2025-10-20"],
  ["2026-01-31", "2026-02-20"],
  ["2026-12-01", "2027-01-20"],
  ["2028-02-29", "2028-03-20"],
])("a faktur of %s is due by %s", (made, due) => {
  expect(uploadDeadline(day(made))).toBe(due);
});
