/**
 * Proves that docs/whmcs.md is complete: every option, every type of line with its kind, and every action of the WHMCS API
 * that the code calls stands there.
 */
import { optionFaults } from "../../src/hooks/whmcs/options";
import { KIND_OF_TYPE } from "../../src/hooks/whmcs/lines";
import { filesUnder, readDocument, rows, section } from "./documents";

const page = readDocument("docs/whmcs.md");

test("every option stands in the table, and none that is not there", () => {
  const listed = rows(section(page, "Options")).map(([name = ""]) => name.replaceAll("`", ""));
  const [unknown] = optionFaults({ "no-such-option": 1 });
  const known = (unknown?.fix.en ?? "").replace(/^Use one of |\.$/g, "").split(", ");
  expect(listed.sort()).toEqual(known.sort());
});

test.each(Object.entries(KIND_OF_TYPE))("a line of type %j is said to be %s", (type, kind) => {
  const table = rows(section(page, "What a line becomes"));
  const row = table.find(([types = ""]) =>
    type === "" ? types.includes("none") : types.split(", ").includes(`\`${type}\``),
  );
  expect(row?.[1]).toBe(`\`${kind}\``);
});

test("every action that is called is among those to allow, and no other", () => {
  const sources = filesUnder("src/hooks/whmcs").map((file) => readDocument(file));
  const called = sources.flatMap((text) => text.match(/"(?:Get|Add|Update|Open)[A-Z]\w+"/g) ?? []);
  const allowed = section(page, "Setting up").match(/`(?:Get|Add|Update|Open)[A-Z]\w+`/g) ?? [];
  const plain = (names: readonly string[]) => [...new Set(names.map((name) => name.slice(1, -1)))].sort();
  expect(plain(allowed)).toEqual(plain(called));
});
