/**
 * Proves that people read words in the audit trail: every action that the sources write under a literal name has a
 * sentence in both languages. How: the sources themselves; the console's pages show the code beside it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { auditWord } from "../../src/console/audit-words";

const SRC = join(__dirname, "..", "..", "src");

/** Literal actions: `action: "a.b"` beside an actor, or handed to the small function that writes for its file. */
function actionsIn(source: string): readonly string[] {
  if (!source.includes("appendAudit(")) return [];
  const beside = source.matchAll(/actor[^;{}]*?action: "([a-z0-9]+\.[a-z_0-9]+)"/g);
  const handed = source.matchAll(/\b(?:written|note|noted|entry)\([^;]*?"([a-z0-9]+\.[a-z_0-9]+)"/g);
  return [...beside, ...handed].map((match) => match[1] ?? "");
}

const actions = [
  ...new Set(
    readdirSync(SRC, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => actionsIn(readFileSync(join(SRC, name), "utf8"))),
  ),
];

test("the sources name their actions", () => {
  expect(actions.length).toBeGreaterThan(30);
  expect(actions).toEqual(expect.arrayContaining(["console.signed_in", "pph23.received", "token.created"]));
});

test.each(actions)("%s has words", (action) => {
  const says = auditWord(action);
  expect(says?.id).toMatch(/^[A-Z]/);
  expect(says?.en).toMatch(/^[A-Z]/);
});
