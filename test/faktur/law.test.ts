/**
 * Proves which rule holds on which day: rates and bases, rounding, last days, thresholds and limits by tables at the
 * edges of every row; by properties, that every day since the product's first has its law and no day before it has.
 */
import fc from "fast-check";
import { addDays, type Period, type TaxDay } from "../../src/clock";
import { checkXml } from "../../src/coretax/check/check";
import { choosesFullBase, type TaxChoices } from "../../src/faktur/choices";
import { TRANSACTION_CODES, type TransactionCode } from "../../src/faktur/faktur";
import { buildFaktur } from "../../src/faktur/document";
import {
  baseShare,
  faktursPerFileOn,
  keepUntil,
  kursRuleOn,
  lastDayToMake,
  LAW,
  ppnOn,
  type PpnLaw,
  lawOf,
  sptDueDay,
  transactionCodeOn,
  uploadDeadline,
  wholeRupiahOn,
} from "../../src/faktur/law";
import { passphraseFaults, signerPassphraseOf } from "../../src/faktur/passphrase";
import { replacementOf } from "../../src/faktur/replacement";
import { checkFaktur } from "../../src/faktur/rules";
import { coretaxXml, FAKTURS_PER_FILE } from "../../src/faktur/xml";
import { day, discountedLines, fakturOf, input, invoice, line, rp, seller } from "./examples";

const FIRST = day("2022-04-01");
const FACILITY = {
  addInfo: "TD.00517",
  stamp: "TD.01117",
  documentNumber: "PJKEK-1",
  documentPeriod: "112026",
};
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
    ["an agency above the threshold", now, "02", "2000001", "02"],
    ["an agency at the threshold", now, "02", "2000000", "04"],
    ["an agency at it, and cents that come from rounding its lines", now, "02", "2000000.49", "04"],
    ["an agency half a rupiah above it", now, "02", "2000000.50", "02"],
    ["an agency far below it", now, "02", "0", "04"],
    ["an agency below it in 2024", "2024-12-31", "02", "1500000", "01"],
    ["an agency below it in April 2022", "2022-04-02", "02", "2000000", "01"],
    ["an agency whose base is not known yet", now, "02", null, "02"],
    ["another collector, however little", now, "03", "1", "03"],
    ["a facility", now, "08", "1", "08"],
  ] as const)("%s", (_who, on, attribute, taxBase, code) => {
    expect(transactionCodeOn(day(on), attribute, taxBase === null ? null : rp(taxBase))).toBe(code);
  });

  test.each([
    ["at Rp10,000,000 with PPN", now, "9009009.01", "04"],
    ["at Rp10,000,000 with PPN in three lines, each net rounded", now, "9009009.02", "04"],
    ["a rupiah above it", now, "9009009.92", "03"],
    ["far below it", now, "1", "04"],
    ["whose base is not known yet", now, null, "03"],
    ["on the rule's first day", "2025-01-01", "9000000", "04"],
    ["before there was a rule", "2024-12-31", "9000000", "03"],
  ] as const)("a contractor %s", (_when, on, taxBase, code) => {
    expect(transactionCodeOn(day(on), "03", taxBase === null ? null : rp(taxBase), "contractor")).toBe(code);
  });
});

describe("a base that the sources leave open", () => {
  const base = (transactionCode: TransactionCode, fullBase?: true) =>
    baseShare(
      lawOf({ date: day("2026-11-03"), transactionCode, ...(fullBase ? { fullBase } : {}) })!,
      transactionCode,
    );

  test.each(["02", "03", "07", "08"] as const)(
    "of code %s is 11/12, or the full price where the seller chose so",
    (code) => {
      expect(base(code).denominator).toBe(12n);
      expect(base(code, true).denominator).toBe(1n);
    },
  );

  test.each<["01" | "02" | "03" | "04" | "07" | "08", TaxChoices, boolean]>([
    ["02", { collectorBase: "full" }, true],
    ["03", { collectorBase: "full" }, true],
    ["07", { facilityBase: "full" }, true],
    ["08", { facilityBase: "full" }, true],
    ["02", { facilityBase: "full" }, false],
    ["03", { facilityBase: "full" }, false],
    ["07", { collectorBase: "full" }, false],
    ["08", { collectorBase: "full" }, false],
    ["04", { collectorBase: "full", facilityBase: "full" }, false],
    ["02", { collectorBase: "11/12" }, false],
    ["07", { facilityBase: "11/12" }, false],
    ["03", {}, false],
    ["08", {}, false],
  ])("of code %s with %j is the full price: %s", (code, choices, full) => {
    expect(choosesFullBase(choices, code)).toBe(full);
  });

  test("of code 04 is not open: no choice changes it", () => {
    expect(base("04", true).denominator).toBe(12n);
  });

  test.each([
    ["collectorBase", "02"],
    ["facilityBase", "07"],
  ] as const)("%s reaches the document, its check, its XML and a replacement", (choice, code) => {
    const facility = code === "07" ? { facility: FACILITY } : {};
    const paid = invoice(
      [line({ amount: "3000000" })],
      code === "07" ? { tax: 0n, total: rp("3000000") } : { tax: rp("360000"), total: rp("3360000") },
    );
    const faktur = fakturOf(paid, { transactionCode: code, choices: { [choice]: "full" }, ...facility });
    expect(faktur.totals).toMatchObject({ dppNilaiLain: rp("3000000"), ppn: rp("360000") });
    expect(checkFaktur(faktur, day("2026-11-03"))).toEqual([]);
    expect(coretaxXml(seller.npwp, [faktur])).toContain("<OtherTaxBase>3000000</OtherTaxBase>");
    const changed = replacementOf(
      faktur,
      "02002600000000001",
      "R2",
      [{ line: 1, price: rp("2000000"), quantity: 100n }],
      day("2026-11-20"),
    );
    expect(changed).toMatchObject({ kind: "faktur", faktur: { totals: { ppn: rp("240000") } } });
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

  test.each([
    ["2026-11", "2026-12-31"],
    ["2026-12", "2027-01-31"],
    ["2028-01", "2028-02-29"],
  ])("the SPT Masa PPN of %s is filed by %s", (period, due) => {
    expect(sptDueDay(period as Period)).toBe(due);
  });

  test("records are kept ten years", () => {
    expect(keepUntil(day("2026-11-03"))).toBe("2036-11-03");
    expect(keepUntil(day("2028-02-29"))).toBe("2038-02-28");
  });
});

test("limits of Coretax: fakturs of a file", () => {
  expect(faktursPerFileOn(day("2026-11-03"))).toBe(FAKTURS_PER_FILE);
  expect(faktursPerFileOn(day("2024-12-31"))).toBeNull();
});

describe("a signer's passphrase", () => {
  test.each([
    ["a good one", "Rahasia#2026", []],
    ["three forbidden characters", "100%'aman'+", ["passphrase_forbidden"]],
    ["a slash", "rahasia/2026", ["passphrase_forbidden"]],
    ["seven characters", "Rahas#1", ["passphrase_too_short"]],
    ["eight letters of more bytes", "密密密密密密密密", []],
    ["both", "a+b", ["passphrase_forbidden", "passphrase_too_short"]],
  ])("%s", (_which, passphrase, codes) => {
    const faults = passphraseFaults(passphrase, "/signer/passphrase", day("2026-11-03"));
    expect(faults.map((fault) => fault.code)).toEqual(codes);
  });

  test("was not Coretax's concern before Coretax", () => {
    expect(passphraseFaults("a+b", "/signer/passphrase", day("2024-12-31"))).toEqual([]);
  });

  test("is found in any channel's settings, and nowhere else", () => {
    expect(signerPassphraseOf({ kind: "x", signer: { passphrase: "p" } })).toBe("p");
    for (const other of [null, {}, { signer: null }, { signer: { passphrase: 1 } }, "x"])
      expect(signerPassphraseOf(other)).toBeNull();
  });
});

test("the decrees' weeks begin on Wednesday; the yen is quoted per hundred", () => {
  expect(kursRuleOn(day("2026-11-03"))).toMatchObject({ firstWeekday: 3, days: 7, per: { JPY: 100n } });
  expect(kursRuleOn(day("2026-11-03"))?.listed).toHaveLength(25);
  expect(kursRuleOn(day("2022-03-31"))).toBeUndefined();
});

/** By value: what an invoice of Rp1,000,000.50 says on that day, from the price to the last total and the last days. */
describe("an invoice is computed by the law of its day", () => {
  test.each([
    // day, code, nilai lain, rate, PPN of the line, DPP and PPN of the totals, upload by
    ["2022-04-01", "01", "1000000.50", 1100n, "110000.06", "1000000", "110000", "2022-05-15"],
    ["2024-12-31", "01", "1000000.50", 1100n, "110000.06", "1000000", "110000", "2025-01-15"],
    ["2025-01-01", "04", "916667.13", 1200n, "110000.06", "1000000", "110000", "2025-02-15"],
    ["2025-01-31", "04", "916667.13", 1200n, "110000.06", "1000000", "110000", "2025-02-15"],
    ["2025-02-01", "04", "916667.13", 1200n, "110000.06", "1000000", "110000", "2025-03-15"],
    ["2025-04-30", "04", "916667.13", 1200n, "110000.06", "1000000", "110000", "2025-05-15"],
    ["2025-05-01", "04", "916667.13", 1200n, "110000.06", "1000000", "110000", "2025-06-20"],
    ["2025-05-21", "04", "916667.13", 1200n, "110000.06", "1000000", "110000", "2025-06-20"],
    ["2025-05-22", "04", "916667.13", 1200n, "110000.06", "1000001", "110000", "2025-06-20"],
    ["2025-12-31", "04", "916667.13", 1200n, "110000.06", "1000001", "110000", "2026-01-20"],
    ["2026-11-22", "04", "916667.13", 1200n, "110000.06", "1000001", "110000", "2026-12-20"],
  ] as const)("of %s", (on, code, other, rate, vat, dpp, ppn, due) => {
    const taxDay = day(on);
    expect(transactionCodeOn(taxDay, null, null)).toBe(code);
    const faktur = fakturOf(invoice([line({ amount: "1000000.50" })], { taxDay }), { transactionCode: code });
    expect(faktur.lines[0]).toMatchObject({ otherTaxBase: rp(other), vatRate: rate, vat: rp(vat) });
    expect([faktur.totals.dpp, faktur.totals.ppn]).toEqual([rp(dpp), rp(ppn)]);
    expect(checkFaktur(faktur, taxDay)).toEqual([]);
    expect(uploadDeadline(taxDay)).toBe(due);
  });

  test("of 2022-03-31 there is none", () => {
    const built = buildFaktur(input(invoice([line({ amount: "1000" })], { taxDay: day("2022-03-31") })));
    expect(built).toMatchObject({ kind: "faults", faults: [{ code: "law_unknown" }] });
  });
});

describe("a new law is one row", () => {
  const since = day("2031-01-01");
  const rows = LAW["PPN"] as PpnLaw[];
  beforeAll(() => {
    const next = {
      vatRate: 1300n,
      ordinaryCode: "04",
      otherBase: { numerator: 10n, denominator: 13n },
    } as const;
    const bases = [{ codes: ["04"], source: "UU of 2030", certainty: "A" }] as const;
    rows.unshift({ since, ...next, bases, source: "UU of 2030", certainty: "A" });
  });
  afterAll(() => rows.shift());

  test("that code, base, tax, prices with tax inside, check and XML follow from its first day on", () => {
    // 13 % of 10/13 is 10 %: 1,100,000 with tax inside is 1,000,000 without.
    const paid = (taxDay: TaxDay) =>
      invoice([line({ amount: "1100000" })], {
        taxDay,
        pricesIncludeTax: true,
        subtotal: rp("1000000"),
        tax: rp("100000"),
      });
    const faktur = fakturOf(paid(since));
    expect(faktur.lines[0]).toMatchObject({
      price: rp("1000000"),
      otherTaxBase: rp("769230.77"),
      vatRate: 1300n,
    });
    expect(faktur.totals.ppn).toBe(rp("100000"));
    expect(checkFaktur(faktur, since)).toEqual([]);
    expect(coretaxXml(seller.npwp, [faktur])).toContain("<VATRate>13</VATRate>");
    expect(fakturOf(invoice([line({ amount: "1000000" })], { taxDay: day("2030-12-31") })).totals.ppn).toBe(
      rp("110000"),
    );
  });

  test("that others' files are checked by it too", () => {
    const faktur = fakturOf(
      invoice([line({ amount: "1000000" })], { taxDay: since, tax: rp("100000"), total: rp("1100000") }),
    );
    const checking = checkXml(Buffer.from(coretaxXml(seller.npwp, [faktur])), since);
    expect(checking.next().value).toMatchObject({ fakturs: 1, complete: true });
  });
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
