/** The late road: who holds an invoice after its deadline, how a late faktur is dated, and where the road ends. */
import type { TaxDay } from "../../src/clock";
import { AppError } from "../../src/errors";
import { checkLateWish, datedFaktur, deadlineHold, lateNote } from "../../src/faktur/late";
import { reason } from "../../src/faktur/reasons";
import { sampleFaktur } from "./channels/sample";

const day = (value: string) => value as TaxDay;
const NOTHING = new Set<never>();
const ACCEPTED = new Set(["past_deadline"] as const);

function wordsOf(refused: () => void): string {
  try {
    refused();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.says.id;
  }
  return "";
}

test.each([
  ["2026-11-20", NOTHING, null],
  ["2026-11-21", NOTHING, "past_deadline"],
  ["2026-11-21", ACCEPTED, null],
  ["2027-01-15", ACCEPTED, null],
  ["2027-01-16", ACCEPTED, "too_late"],
  ["2027-01-16", NOTHING, "too_late"],
])("an invoice paid on 15 October, on %s", (today, accepted, hold) => {
  expect(deadlineHold(day("2026-10-15"), day(today), accepted)).toBe(hold);
});

test("the law has changed since: no late faktur is made by the program", () => {
  expect(deadlineHold(day("2024-12-10"), day("2025-01-25"), ACCEPTED)).toBe("too_late");
  const refused = wordsOf(() =>
    checkLateWish({ tax_day: "2024-12-10" }, undefined, new Date("2025-01-25T10:00:00+07:00")),
  );
  // Six weeks are no three months: until its last day somebody may still make it by hand.
  expect(refused).not.toMatch(/tiga bulan sejak/);
  expect(refused).toContain("2025-03-10");
  expect(reason("too_late").message.id).toMatch(/atau ketentuan PPN sudah berubah/);
});

test("in time it keeps the day of the payment; late it carries today, in today's period, with the same amounts", () => {
  const faktur = { ...sampleFaktur(), date: day("2026-10-15"), period: "2026-10" as never };
  expect(datedFaktur(faktur, day("2026-11-20"))).toBe(faktur);
  const late = datedFaktur(faktur, day("2026-11-22"));
  expect([late.date, late.period, late.totals]).toEqual(["2026-11-22", "2026-11", faktur.totals]);
  expect(lateNote(late, "2026-10-15")).toMatch(/pasal 58-59/);
  expect(lateNote(faktur, "2026-10-15")).toBeNull();
});

const refusal = (taxDay: string, date: string | undefined, now: string): string | null => {
  try {
    checkLateWish({ tax_day: taxDay }, date, new Date(now));
    return null;
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : "thrown";
  }
};

test.each([
  ["today", "2026-10-15", "2026-11-22", null],
  ["no day named", "2026-10-15", undefined, null],
  ["backdated", "2026-10-15", "2026-11-20", "refused"],
  ["in the future", "2026-10-15", "2026-11-23", "refused"],
  ["over three months", "2026-08-21", undefined, "too_late"],
])("a late faktur asked for: %s", (_what, taxDay, date, code) => {
  expect(refusal(taxDay, date, "2026-11-22T10:00:00+07:00")).toBe(code);
});
