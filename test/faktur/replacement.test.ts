/**
 * What a replacement may change and what it keeps: tables for the refusals, a property for the amounts, which must be a
 * lawful chain again whatever was changed.
 */
import fc from "fast-check";
import type { TaxDay } from "../../src/clock";
import { totalsOf } from "../../src/faktur/document";
import { replacementOf, type LineChange } from "../../src/faktur/replacement";
import { sampleFaktur } from "./channels/sample";

const TODAY = "2026-12-05" as TaxDay;
const NSFP = "04002600000000001";
const original = sampleFaktur({ lines: [{ price: 1_000_000_00n }, { price: 250_000_00n }] });

const asked = (changes: readonly LineChange[], today = TODAY) =>
  replacementOf(original, NSFP, "INV-2026-1234-R2", changes, today);

const faultsOf = (changes: readonly LineChange[], today = TODAY) => {
  const built = asked(changes, today);
  return built.kind === "faults" ? built.faults.map((fault) => `${fault.code} ${fault.path}`) : [];
};

const made = (changes: readonly LineChange[]) => {
  const built = asked(changes);
  if (built.kind === "faults") throw new Error(built.faults.map((fault) => fault.message.en).join());
  return built.faktur;
};

test("dated today, in the original's period, with its buyer and code, naming what it replaces", () => {
  const faktur = made([{ line: 1, price: 900_000_00n }]);
  expect([faktur.date, faktur.period, faktur.replaces, faktur.reference]).toEqual([
    TODAY,
    "2026-11",
    NSFP,
    "INV-2026-1234-R2",
  ]);
  expect([faktur.buyer, faktur.transactionCode]).toEqual([original.buyer, original.transactionCode]);
  // 900,000 + 250,000 by tax-rules 3.1.
  expect(faktur.totals).toEqual({
    ...{ price: 1_150_000_00n, discount: 0n, dpp: 1_150_000_00n },
    ...{ dppNilaiLain: 1_054_167_00n, ppn: 126_500_00n },
  });
});

test("a line can be left out, renamed or discounted", () => {
  expect(made([{ line: 2, remove: true }]).lines).toHaveLength(1);
  expect(made([{ line: 2, name: "Domain .id <br>2 tahun" }]).lines[1]?.name).toBe("Domain .id 2 tahun");
  expect(made([{ line: 1, discount: 100_000_00n }]).lines[0]?.taxBase).toBe(900_000_00n);
});

test.each<[string, LineChange[], string[]]>([
  ["nothing changes", [], ["replacement_invalid /lines"]],
  ["the same value again", [{ line: 1, price: 1_000_000_00n }], ["replacement_invalid /lines"]],
  ["no such line", [{ line: 3, price: 1n }], ["replacement_invalid /lines/2"]],
])("refused: %s", (_what, changes, faults) => {
  expect(faultsOf(changes)).toEqual(faults);
});

test("refused: a discount above the price, and no line left", () => {
  expect(faultsOf([{ line: 1, discount: 1_000_001_00n }])).toContain("replacement_invalid /lines/0/discount");
  expect(faultsOf([1, 2].map((line) => ({ line, remove: true })))).toContain("no_lines /lines");
});

test("refused: the law has changed since the original", () => {
  const old = { ...original, date: "2024-12-20" as TaxDay, period: "2024-12" as never };
  const built = replacementOf(old, NSFP, "R", [{ line: 1, price: 5_00n }], "2025-01-10" as TaxDay);
  expect(built.kind === "faults" && built.faults.map((fault) => fault.path)).toEqual(["/date"]);
});

test("whatever price is put in, the totals are the sums of a lawful chain", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), (price) => {
      fc.pre(price !== 1_000_000_00n);
      const { lines, totals } = made([{ line: 1, price }]);
      expect(totals).toEqual(totalsOf(lines));
      expect(lines[0]?.taxBase).toBe(price);
    }),
  );
});
