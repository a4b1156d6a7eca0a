// Proves that docs/portals.md shows the example as it is compiled and tested here, to the letter: only the places the
// imports point to are those the files would have in the program.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blocks, readDocument, section } from "../../docs/documents";

const portals = readDocument("docs/portals.md");
const file = (name: string) => readFileSync(join(__dirname, name), "utf8");

test("the adapter in the document is the one that passes the contract", () => {
  const shown = blocks(section(portals, "The adapter"), "ts").join("\n");
  const compiled = file("niaga.ts")
    .replaceAll('"../../../src/hooks/', '"../')
    .replaceAll('"../../../src/', '"../../');
  expect(shown).toBe(compiled);
});

test("so is its description", () => {
  const shown = blocks(section(portals, "Its description"), "ts").join("\n");
  expect(shown).toBe(file("niaga.test.ts").replace('"./niaga"', '"../../../src/hooks/niaga/niaga"'));
});

test("its line is one that the list of kinds would take", () => {
  const [line = ""] = blocks(section(portals, "Its line"), "text");
  expect(line.trim()).toBe('niaga: { kind: "niaga", ...createNiagaPortal(d) },');
  expect(file("niaga.ts")).toContain("export function createNiagaPortal(d: NiagaDeps)");
});
