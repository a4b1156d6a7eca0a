/**
 * Proves what a seller's answers to the law's unsure questions change, and that nothing else does: bases are proven in
 * law.test.ts, here the length of names and the tolerance on amounts, at their edges and with their defaults.
 */
import { buildFaktur } from "../../src/faktur/document";
import { DEFAULT_CHOICES, toleranceOf, type TaxChoices } from "../../src/faktur/choices";
import { kursWeek } from "../../src/faktur/kurs";
import { fakturOf, input, invoice, line, rp } from "./examples";

const words = Array.from({ length: 60 }, (_unused, index) => `kata${index}`).join(" ");
const nameWith = (choices: TaxChoices) =>
  fakturOf(invoice([line({ amount: "1000", description: words })]), { choices }).lines[0]?.name ?? "";

test.each([
  [{}, 255],
  [{ nameLength: 255 }, 255],
  [{ nameLength: 103 }, 103],
  [{ nameLength: 40 }, 40],
])("with %j a name is cut at a word within %i characters", (choices, most) => {
  const name = nameWith(choices);
  expect(words.startsWith(name)).toBe(true);
  expect(name).not.toMatch(/ $/);
  expect([name.length <= most, words.charAt(name.length)]).toEqual([true, " "]);
  expect(name.length).toBeGreaterThan(most - 8);
});

test("a name is cut no less where the invoice is in another currency", () => {
  const paid = invoice([line({ amount: "10", description: words })], { currency: "USD" });
  const kurs = { currency: "USD", rate: rp("16000"), per: 1n, kmk: "1/MK", ...kursWeek(paid.taxDay) };
  expect(fakturOf(paid, { kurs, choices: { nameLength: 40 } }).lines[0]?.name).toBe(
    nameWith({ nameLength: 40 }),
  );
});

describe("the tolerance is rupiah a line", () => {
  const billed = (tax: string, choices: TaxChoices, lines = 1) => {
    const sold = Array.from({ length: lines }, () => line({ amount: "1000000" }));
    const total = rp(`${1_000_000 * lines}`) + rp(tax);
    return buildFaktur(input(invoice(sold, { tax: rp(tax), total }), { choices })).kind;
  };

  test.each<[string, TaxChoices, number, "faktur" | "faults"]>([
    ["110001", {}, 1, "faktur"],
    ["110001.01", {}, 1, "faults"],
    ["220002", {}, 2, "faktur"],
    ["110000", { tolerance: "0" }, 1, "faktur"],
    ["110000.01", { tolerance: "0" }, 1, "faults"],
    ["110010", { tolerance: "10" }, 1, "faktur"],
    ["110010.01", { tolerance: "10" }, 1, "faults"],
    ["110000.50", { tolerance: "0.50" }, 1, "faktur"],
  ])("a tax of %s with %j over %i lines gives %s", (tax, choices, lines, kind) => {
    expect(billed(tax, choices, lines)).toBe(kind);
  });

  test("in another currency the choice changes nothing", () => {
    const paid = invoice([line({ amount: "100" })], {
      currency: "USD",
      tax: rp("11.02"),
      total: rp("111.02"),
    });
    expect(buildFaktur(input(paid, { choices: { tolerance: "10" } })).kind).toBe("faults");
  });

  test("is a rupiah by default", () => {
    expect(toleranceOf({})).toBe(100n);
    expect(DEFAULT_CHOICES.tolerance).toBe("1");
  });
});
