/**
 * Proves which rule holds on which day: rates and bases, rounding, last days, thresholds and limits by tables at the
 * edges of every row; by properties, that every day since the product's first has its law and no day before it has.
 */
import fc from "fast-check";
import { addDays } from "../../src/clock";
import { TRANSACTION_CODES } from "../../src/faktur/faktur";
import { buildFaktur } from "../../src/faktur/document";
import {
  baseShare,
  contractorThresholdOn,
  faktursPerFileOn,
  forbiddenInPassphrase,
  keepUntil,
  kursRuleOn,
  lastDayToMake,
  LAW,
  ppnOn,
  transactionCodeOn,
  uploadDeadline,
  wholeRupiahOn,
} from "../../src/faktur/law";
import { checkFaktur } from "../../src/faktur/rules";
import { coretaxXml, FAKTURS_PER_FILE } from "../../src/faktur/xml";
import { day, discountedLines, fakturOf, input, invoice, line, rp, seller } from "./examples";

const FIRST = day("2022-04-01");
const anyDay = fc.nat({ max: 5000 }).map((days) => addDays(FIRST, days));

describe("PPN", () => {
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

  test("a later day never has an earlier law", () => {
    fc.assert(
      fc.property(anyDay, fc.nat({ max: 500 }), (from, more) => {
        const [early, late] = [ppnOn(from), ppnOn(addDays(from, more))];
        expect(early && late && early.since <= late.since).toBe(true);
      }),
    );
  });

  test("since 2025, 11/12 holds for the ordinary code, collectors and facilities, the full price for the rest", () => {
    const law = ppnOn(day("2026-11-03"))!;
    const reduced = TRANSACTION_CODES.filter((code) => baseShare(law, code).denominator === 12n);
    expect(reduced).toEqual(["02", "03", "04", "07", "08"]);
  });

  test("before 2025 every code has the full price", () => {
    const law = ppnOn(day("2024-12-31"))!;
    for (const code of TRANSACTION_CODES) {
      expect(baseShare(law, code)).toEqual({ numerator: 1n, denominator: 1n });
    }
  });

  test("an invoice of any day since 2022-04-01 follows the row in force; of an earlier day there is no faktur", () => {
    const ordinary = (on: ReturnType<typeof day>) => transactionCodeOn(on, null, null);
    fc.assert(
      fc.property(anyDay, discountedLines, (taxDay, lines) => {
        const law = ppnOn(taxDay)!;
        const faktur = fakturOf(invoice(lines, { taxDay }), { transactionCode: ordinary(taxDay) });
        expect(checkFaktur(faktur, taxDay)).toEqual([]);
        expect(new Set(faktur.lines.map((one) => one.vatRate))).toEqual(new Set([law.vatRate]));
        const full = faktur.lines.every((one) => one.otherTaxBase === one.taxBase);
        expect(full || taxDay >= "2025-01-01").toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (days) => {
        const built = buildFaktur(
          input(invoice([line({ amount: "1000" })], { taxDay: addDays(FIRST, -days) })),
        );
        expect(built).toMatchObject({ kind: "faults", faults: [{ code: "law_unknown" }] });
      }),
    );
  });

  test("a document of 2024 says 11 % of the full price, in Coretax's XML too", () => {
    const paid = invoice([line({ amount: "1000000" })], { taxDay: day("2024-12-31") });
    const xml = coretaxXml(seller.npwp, [fakturOf(paid, { transactionCode: "01" })]);
    for (const element of [
      "<TrxCode>01</TrxCode>",
      "<TaxBase>1000000</TaxBase>",
      "<OtherTaxBase>1000000</OtherTaxBase>",
      "<VATRate>11</VATRate>",
      "<VAT>110000</VAT>",
    ]) {
      expect(xml).toContain(element);
    }
  });
});

describe("the transaction code", () => {
  const now = "2026-11-03";
  test.each([
    ["nobody special", now, null, "1000000", "04"],
    ["ordinary by name", now, "04", "1000000", "04"],
    ["ordinary by name in 2024", "2024-12-31", "04", "1000000", "01"],
    ["nobody special in 2024", "2024-12-31", null, "1000000", "01"],
    ["an agency above the threshold", now, "02", "2000000.01", "02"],
    ["an agency at the threshold", now, "02", "2000000", "04"],
    ["an agency far below it", now, "02", "0", "04"],
    ["an agency below it in 2024", "2024-12-31", "02", "1500000", "01"],
    ["an agency below it in April 2022", "2022-04-02", "02", "2000000", "01"],
    ["an agency whose base is not known yet", now, "02", null, "02"],
    ["another collector, however little", now, "03", "1", "03"],
    ["a facility", now, "08", "1", "08"],
  ] as const)("%s", (_who, on, attribute, taxBase, code) => {
    expect(transactionCodeOn(day(on), attribute, taxBase === null ? null : rp(taxBase))).toBe(code);
  });

  test("contractors' own threshold is known since 2025", () => {
    expect(contractorThresholdOn(day("2025-01-01"))).toBe(rp("10000000"));
    expect(contractorThresholdOn(day("2024-12-31"))).toBeNull();
  });
});

test.each([
  ["2025-05-22", "1500000.49", "1500000"],
  ["2025-05-22", "1900000.50", "1900001"],
  ["2025-05-21", "1900000.50", "1900000"],
  ["2022-04-01", "1900000.99", "1900000"],
  ["2025-05-21", "1900000", "1900000"],
])("on %s a total of %s is %s", (on, amount, whole) => {
  expect(wholeRupiahOn(day(on), rp(amount))).toBe(rp(whole));
});

test("three lines of 33,250: 10,973 by today's rounding, 10,972 by that of 2024", () => {
  const three = [33250, 33250, 33250].map((amount) => line({ amount: String(amount) }));
  const ppn = (taxDay: string, transactionCode: "01" | "04") =>
    fakturOf(invoice(three, { taxDay: day(taxDay) }), { transactionCode }).totals.ppn;
  expect(ppn("2026-11-03", "04")).toBe(rp("10973"));
  expect(ppn("2024-11-03", "01")).toBe(rp("10972"));
});

describe("last days", () => {
  test.each([
    ["2022-04-01", "2022-05-15"],
    ["2025-04-30", "2025-05-15"],
    ["2025-05-01", "2025-06-20"],
    ["2025-05-22", "2025-06-20"],
    ["2025-09-11", "2025-10-20"],
    ["2025-09-30", "2025-10-20"],
    ["2026-01-31", "2026-02-20"],
    ["2026-12-01", "2027-01-20"],
    ["2028-02-29", "2028-03-20"],
  ])("a faktur of %s is uploaded by %s", (made, due) => {
    expect(uploadDeadline(day(made))).toBe(due);
  });

  test.each([
    ["2026-03-31", "2026-06-30"],
    ["2026-09-11", "2026-12-11"],
    ["2025-11-30", "2026-02-28"],
    ["2024-12-15", "2025-03-15"],
  ])("due on %s, it can be made until %s", (due, last) => {
    expect(lastDayToMake(day(due))).toBe(last);
  });

  test("records are kept ten years", () => {
    expect(keepUntil(day("2026-11-03"))).toBe("2036-11-03");
    expect(keepUntil(day("2028-02-29"))).toBe("2038-02-28");
  });
});

test("limits of Coretax: fakturs of a file, characters of a passphrase", () => {
  expect(faktursPerFileOn(day("2026-11-03"))).toBe(FAKTURS_PER_FILE);
  expect(faktursPerFileOn(day("2024-12-31"))).toBeNull();
  expect(forbiddenInPassphrase(day("2026-11-03"), "Rahasia#2026")).toEqual([]);
  expect(forbiddenInPassphrase(day("2026-11-03"), "100%'aman'+")).toEqual(["'", "%", "+"]);
});

test("the decrees' weeks begin on Wednesday; the yen is quoted per hundred", () => {
  expect(kursRuleOn(day("2026-11-03"))).toMatchObject({ firstWeekday: 3, days: 7, per: { JPY: 100n } });
  expect(kursRuleOn(day("2026-11-03"))?.listed).toHaveLength(25);
  expect(kursRuleOn(day("2022-03-31"))).toBeUndefined();
});

describe.each(Object.entries(LAW))("the table %s", (_name, rows) => {
  test("has rows with a source and a certainty, never newer below older", () => {
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row.source).toMatch(/UU|PMK|PER-|PP |Coretax/);
      expect(["A", "B", "C", "U", "R", "NF"]).toContain(row.certainty);
      expect(row.since >= FIRST).toBe(true);
    }
    const days = rows.map((row) => row.since);
    expect(days).toEqual([...days].sort().reverse());
  });
});
