/**
 * Holds docs/law.md and the code together: every row of the tables in law.ts stands in it with its source, day and
 * certainty, every place in the code that it names is there, and what is unsure is a setting or says why it is none.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sellerBody } from "../../src/api/seller-bodies";
import { CHANNEL_WIDE_WORDS } from "../../src/faktur/channel-wide";
import { DEFAULT_CHOICES } from "../../src/faktur/choices";
import { LAW } from "../../src/faktur/law";

const ROOT = join(__dirname, "..", "..");
const page = readFileSync(join(ROOT, "docs", "law.md"), "utf8");
const rowsOfPage = page.split("\n").filter((row) => row.startsWith("| "));

/** Prettier aligns the cells of a table: what a cell says does not depend on its blanks. */
const cellsOf = (row: string) => row.split("|").map((cell) => cell.trim());

test.each(
  Object.entries(LAW).flatMap(([table, rows]) =>
    rows.map((row) => [table, row.since, row.source, row.certainty] as const),
  ),
)("%s since %s: %s stands on the page", (_table, since, source, certainty) => {
  const found = rowsOfPage.map(cellsOf).filter((cells) => cells.includes(source));
  expect(found.map((cells) => [cells[3], cells[4]])).toContainEqual([certainty, since]);
});

const named = [...page.matchAll(/`((?:src|migrations)\/[\w./-]+\.ts)`: `(\w+)`/g)].map(
  ([, file = "", name = ""]) => [file, name] as const,
);

test("the page names places in the code in every section's table", () => {
  const withCode = rowsOfPage.filter((row) => /`src\//.test(row));
  const ruled = rowsOfPage.filter((row) => !/^\| -|Kode \/ code/.test(row));
  expect(withCode).toHaveLength(ruled.length);
  expect(named).toHaveLength(withCode.length);
});

test.each([...new Map(named.map((one) => [one.join(" "), one])).values()])("%s has %s", (file, name) => {
  expect(existsSync(join(ROOT, file))).toBe(true);
  const code = readFileSync(join(ROOT, file), "utf8");
  expect(code).toMatch(
    new RegExp(`^(?:export )?(?:async )?(?:const|function\\*?|interface|type) ${name}\\b`, "m"),
  );
});

const rowsOfSection = (number: number): string[][] =>
  (page.split(/^## /m).find((section) => section.startsWith(`${number}. `)) ?? "")
    .split("\n")
    .filter((row) => /^\| (?!-|Pertanyaan|Ketentuan|Kata)/.test(row))
    .map((row) => cellsOf(row).slice(1, -1));

describe("what is unsure", () => {
  const answers = new Map(
    rowsOfSection(9).map((cells) => [/^9\.\d+/.exec(cells[0] ?? "")?.[0] ?? "", cells]),
  );
  const rules = [1, 2, 3, 4, 5, 6, 7, 8].flatMap(rowsOfSection);
  const unsure = rules.filter((cells) => ["U", "C", "NF"].includes(cells[2] ?? ""));

  test.each(unsure.map((cells) => [cells[0] ?? ""]))("%s: has its line in section 9", (rule) => {
    const number = /\((9\.\d+)\)/.exec(rule)?.[1];
    expect([number, answers.has(number ?? "")]).toEqual([expect.any(String), true]);
  });

  test.each([...answers.values()].map((cells) => [cells[0] ?? "", cells[3] ?? "", cells[2] ?? ""]))(
    "%s: is a setting with its default, or it is said why not",
    (_question, setting, byDefault) => {
      const name = /^`([\w.]+)`$/.exec(setting)?.[1];
      if (name === undefined) {
        expect(setting).toMatch(/^none: .{20,}/);
        return;
      }
      const [field = "", choice] = name.split(".");
      expect(Object.keys(sellerBody.shape)).toContain(field);
      if (choice !== undefined) {
        const standing: Readonly<Record<string, unknown>> = DEFAULT_CHOICES;
        expect(byDefault).toContain(`\`${String(standing[choice])}\``);
      }
    },
  );

  test("every choice of a seller is on the page", () => {
    const named = [...answers.values()].map((cells) => cells[3]);
    for (const choice of Object.keys(DEFAULT_CHOICES)) expect(named).toContain(`\`taxChoices.${choice}\``);
  });
});

test.each(CHANNEL_WIDE_WORDS.map(({ source, certainty }) => [source, certainty]))(
  "the provisional words of %s stand on the page",
  (source, certainty) => {
    expect(rowsOfSection(10).map((cells) => [cells[1], cells[2]])).toContainEqual([source, certainty]);
  },
);

test("certainties are among those that the page explains", () => {
  const certainties = rowsOfPage
    .map(cellsOf)
    .flatMap((cells) => cells.filter((cell) => /^(?:[A-Z]|NF)$/.test(cell)));
  expect(new Set(certainties)).toEqual(new Set(["A", "B", "C", "U", "R", "NF"]));
});
