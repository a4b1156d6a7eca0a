/**
 * Holds docs/law.md and the code together: every row of the tables in law.ts stands in it with its source, day and
 * certainty, and every place in the code that it names is there.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
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

test("certainties are among those that the page explains", () => {
  const certainties = rowsOfPage
    .map(cellsOf)
    .flatMap((cells) => cells.filter((cell) => /^(?:[A-Z]|NF)$/.test(cell)));
  expect(new Set(certainties)).toEqual(new Set(["A", "B", "C", "U", "R", "NF"]));
});
