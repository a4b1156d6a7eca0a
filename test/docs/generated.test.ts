/**
 * Proves that the tables which repeat the code say what the code says: commands, reasons, moves. Each is made from its
 * source and compared with the document; UPDATE_DOCS=1 rewrites the documents.
 */
import { ACCEPTABLE, REASON_CODES, reason } from "../../src/faktur/reasons";
import { FAKTUR_STATES, isLive, MOVES } from "../../src/faktur/faktur";
import { DIFFERENCE_CODES, differenceWords } from "../../src/reconcile/differences";
import { code, expectGenerated, readDocument, rows, section } from "./documents";
import { commandsOfProgram } from "./help";

test("the README lists every command with its options", async () => {
  const commands = await commandsOfProgram();
  expect(commands.length).toBeGreaterThan(5);
  const body = commands.map(({ usage, options, about }) => [code(usage), options.map(code).join(" "), about]);
  await expectGenerated("README.md", "commands", ["command", "options", "does"], body);
});

test("the operating manual lists every reason with its fix", async () => {
  const body = REASON_CODES.map((name) => {
    const { message, fix } = reason(name);
    return [code(name), message.en, `${fix.en}${ACCEPTABLE.has(name) ? " _May be accepted._" : ""}`];
  });
  await expectGenerated("docs/operating.md", "reasons", ["code", "meaning", "what to do"], body);
});

test("the manual of the comparison lists every difference with its fix", async () => {
  const body = DIFFERENCE_CODES.map((name) => {
    const { severity, message, fix } = differenceWords(name);
    return [code(name), severity, message.en, fix.en];
  });
  const head = ["code", "severity", "meaning", "what to do"];
  await expectGenerated("docs/reconciliation.md", "differences", head, body);
});

test("the table of states is the table of moves", async () => {
  const body = FAKTUR_STATES.map((state) => [
    code(state),
    Object.entries(MOVES[state])
      .map(([event, next]) => `${code(event)} → ${code(next)}`)
      .join(", "),
    isLive(state) ? "yes" : "no",
  ]);
  await expectGenerated("ARCHITECTURE.md", "states", ["state", "event → next state", "live"], body);
});

test("every event of a faktur has somebody who causes it", () => {
  const events = new Set(Object.values(MOVES).flatMap((moves) => Object.keys(moves)));
  const told = rows(section(readDocument("ARCHITECTURE.md"), "5. States"))
    .filter((cells) => cells.length === 2)
    .flatMap(([names = ""]) => [...names.matchAll(/`(\w+)`/g)].map((found) => found[1]));
  expect(new Set(told)).toEqual(events);
});
