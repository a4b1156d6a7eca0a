/**
 * Proves the arithmetic of money: half away from zero and nothing else, exact reading and writing, no floats anywhere.
 * Tables at the halves, properties against a definition written differently.
 */
import fc from "fast-check";
import {
  absolute,
  formatIndonesian,
  formatMoney,
  formatRupiah,
  formatShort,
  parseMoney,
  shareHalfUp,
  sum,
  times,
  toWholeRupiah,
} from "../src/money";

const amounts = fc.bigInt({ min: -(10n ** 17n) + 1n, max: 10n ** 17n - 1n });

describe("shareHalfUp", () => {
  test.each([
    [1n, 1n, 2n, 1n],
    [-1n, 1n, 2n, -1n],
    [3n, 1n, 2n, 2n],
    [-3n, 1n, 2n, -2n],
    [1n, 1n, 3n, 0n],
    [2n, 1n, 3n, 1n],
    [100_000_000n, 11n, 12n, 91_666_667n],
    [3_047_917n, 1200n, 10_000n, 365_750n],
    [15_000_000_00n, 100n, 111n, 13_513_513_51n],
    [0n, 11n, 12n, 0n],
  ])("%s × %s / %s is %s", (base, numerator, denominator, expected) => {
    expect(shareHalfUp(base, numerator, denominator)).toBe(expected);
  });

  test("is never further than half from the exact value, and a half goes away from zero", () => {
    const part = fc.bigInt({ min: 1n, max: 1000n });
    fc.assert(
      fc.property(amounts, part, part, (base, numerator, denominator) => {
        const twice = 2n * (shareHalfUp(base, numerator, denominator) * denominator - base * numerator);
        expect(absolute(twice) <= denominator).toBe(true);
        if (absolute(twice) === denominator) expect(twice > 0n).toBe(base > 0n);
      }),
    );
  });

  test.each([0n, -1n])("refuses the denominator %s", (denominator) => {
    expect(() => shareHalfUp(1n, 1n, denominator)).toThrow(RangeError);
  });
});

test.each([
  ["1500000.49", "1500000"],
  ["1900000.50", "1900001"],
  ["-0.50", "-1"],
  ["-0.49", "0"],
  ["91666.67", "91667"],
])("%s is %s in whole rupiah", (amount, whole) => {
  expect(formatRupiah(toWholeRupiah(parseMoney(amount)!))).toBe(whole);
});

test("a price times a quantity in hundredths", () => {
  expect(times(50_000n, 150n)).toBe(75_000n);
  expect(times(3333n, 150n)).toBe(5000n);
  expect(times(1n, 50n)).toBe(1n);
});

describe("reading", () => {
  test.each([
    ["1110000.00", 111_000_000n],
    ["1110000", 111_000_000n],
    ["0.5", 50n],
    ["0.05", 5n],
    ["-3", -300n],
    ["-0", 0n],
    ["007", 700n],
    ["999999999999999.99", 99_999_999_999_999_999n],
  ])("%j is %s hundredths", (value, expected) => {
    expect(parseMoney(value)).toBe(expected);
  });

  test.each([
    "",
    "-",
    ".5",
    "5.",
    "1.234",
    "1,5",
    "1e3",
    "1_000",
    " 1",
    "1\n",
    "+1",
    "--1",
    "0x10",
    "NaN",
    "٣",
    "1000000000000000",
  ])("%j is no money", (value) => {
    expect(parseMoney(value)).toBeNull();
  });

  test("gives back what was written", () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        expect(parseMoney(formatMoney(amount))).toBe(amount);
        expect(parseMoney(formatShort(amount))).toBe(amount);
        expect(parseMoney(formatIndonesian(amount).replaceAll(".", "").replace(",", "."))).toBe(amount);
      }),
    );
  });
});

describe("writing", () => {
  test.each([
    [0n, "0.00", "0", "0,00"],
    [5n, "0.05", "0.05", "0,05"],
    [-5n, "-0.05", "-0.05", "-0,05"],
    [50n, "0.50", "0.5", "0,50"],
    [1000n, "10.00", "10", "10,00"],
    [1_500_000n, "15000.00", "15000", "15.000,00"],
    [123_450n, "1234.50", "1234.5", "1.234,50"],
    [123_456_789n, "1234567.89", "1234567.89", "1.234.567,89"],
    [-100_000_000n, "-1000000.00", "-1000000", "-1.000.000,00"],
  ])("%s", (amount, plain, short, indonesian) => {
    expect([formatMoney(amount), formatShort(amount), formatIndonesian(amount)]).toEqual([
      plain,
      short,
      indonesian,
    ]);
  });

  test("whole rupiah refuses left-over hundredths", () => {
    expect(formatRupiah(12_300n)).toBe("123");
    expect(() => formatRupiah(12_301n)).toThrow(RangeError);
  });
});

test("a sum of nothing is zero", () => {
  expect(sum([])).toBe(0n);
  expect(sum([1n, -3n, 5n])).toBe(3n);
});
