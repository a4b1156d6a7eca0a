/**
 * Habits that a reader relies on everywhere, read from the syntax trees: time and environment come in at one place, no
 * `any`, nothing left to do, small files and functions, and nothing in the tree that names one person's machine.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { at, readSources, ROOT, treeFiles, walk, type Source } from "./source";

const sources = readSources("src");
const tests = readSources("test");
const migrations = readSources("migrations");

/** Where a condition holds in a file, as `file:line`. */
function where(source: Source, holds: (node: ts.Node) => boolean): string[] {
  const found: string[] = [];
  walk(source.tree, (node) => {
    if (holds(node)) found.push(at(source, node));
  });
  return found;
}

const isNow = (node: ts.Node): boolean =>
  (ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments ?? []).length === 0) ||
  (ts.isPropertyAccessExpression(node) && node.getText() === "Date.now") ||
  (ts.isCallExpression(node) && node.expression.getText() === "Date");

test("the present moment is asked for in src/clock.ts only", () => {
  const asked = sources.flatMap((source) => where(source, isNow));
  expect(asked.filter((place) => !place.startsWith("src/clock.ts:"))).toEqual([]);
  expect(asked).toHaveLength(1);
});

test("the environment is read in src/config.ts only", () => {
  const read = sources.flatMap((source) =>
    where(source, (node) => ts.isPropertyAccessExpression(node) && node.getText() === "process.env"),
  );
  expect(read.filter((place) => !place.startsWith("src/config.ts:"))).toEqual([]);
  expect(read).toHaveLength(1);
});

test("nothing is any, and no check is switched off", () => {
  const all = [...sources, ...migrations];
  expect(all.flatMap((source) => where(source, (node) => node.kind === ts.SyntaxKind.AnyKeyword))).toEqual(
    [],
  );
  const off = new RegExp(
    ["@ts-" + "ignore", "@ts-" + "expect-error", "@ts-" + "nocheck", "eslint-" + "disable"].join("|"),
  );
  expect([...all, ...tests].filter(({ text }) => off.test(text)).map(({ file }) => file)).toEqual([]);
});

test("nothing is asserted to be there that the compiler does not see", () => {
  expect([...sources, ...migrations].flatMap((source) => where(source, ts.isNonNullExpression))).toEqual([]);
});

test("nothing is left to do", () => {
  const words = new RegExp(`\\b(?:${["FIX" + "ME", "TO" + "DO", "XX" + "X", "HA" + "CK"].join("|")})\\b`);
  const left = [...sources, ...tests, ...migrations].filter(({ text }) => words.test(text));
  expect(left.map(({ file }) => file)).toEqual([]);
});

test("no test is left out, alone, or asleep", () => {
  const alone = /\b(?:test|describe|it)\.(?:only|todo)\b|\b(?:fdescribe|fit|xtest|xit)\(/;
  expect(tests.filter(({ text }) => alone.test(text)).map(({ file }) => file)).toEqual([]);
});

test("every test file opens by saying what it proves", () => {
  const opening = (text: string): string => text.slice(0, text.search(/^(?:test|describe)/m));
  const silent = tests.filter(
    ({ file, text }) => file.endsWith(".test.ts") && !/^\/[/*]/m.test(opening(text)),
  );
  expect(silent.map(({ file }) => file)).toEqual([]);
});

const LONGEST_FILE = 280;
const LONGEST_FUNCTION = 60;

test(`no file of src has more than ${LONGEST_FILE} lines`, () => {
  const long = sources.filter(({ text }) => text.split("\n").length - 1 > LONGEST_FILE);
  expect(long.map(({ file }) => file)).toEqual([]);
});

/** Functions whose length is a list of things, or that hold the small functions which share one state. */
const LISTS: readonly string[] = [
  "src/app.ts buildApp",
  "src/api/accounts.ts accountRoutes",
  "src/api/cases.ts caseRoutes",
  "src/api/documents.ts fakturRoutes",
  "src/api/mail-words.ts mailWordsRoutes",
  "src/api/moves.ts moveRoutes",
  "src/api/ops.ts opsRoutes",
  "src/api/portal-desk.ts portalDeskRoutes",
  "src/api/seller-desk.ts sellerDeskRoutes",
  "src/api/sellers.ts sellerRoutes",
  "src/api/transfers.ts transferRoutes",
  "src/api/views.ts fakturSummary",
  "src/api/webhooks.ts webhookRoutes",
  "src/cli/program.ts describe",
  "src/coretax/check/parse.ts readXml",
  "src/coretax/check/structure.ts followStructure",
  "src/simulator/authority.ts addOperations",
  "src/thread.ts openThread",
  "src/worker/worker.ts createWorker",
];

test(`no function of src has more than ${LONGEST_FUNCTION} lines, but for lists`, () => {
  const long = sources.flatMap((source) => {
    const found: string[] = [];
    walk(source.tree, (node) => {
      if (!ts.isFunctionDeclaration(node) && !ts.isArrowFunction(node)) return;
      const lineOf = (position: number) => source.tree.getLineAndCharacterOfPosition(position).line;
      const lines = lineOf(node.end) - lineOf(node.getStart(source.tree)) + 1;
      const name = ts.isFunctionDeclaration(node) ? node.name?.text : nameOf(node);
      if (lines > LONGEST_FUNCTION) found.push(`${source.file} ${name ?? "?"}`);
    });
    return found;
  });
  expect(long.filter((one) => !LISTS.includes(one))).toEqual([]);
});

const nameOf = (node: ts.ArrowFunction): string | undefined =>
  ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : undefined;

test("no file of the tree names a folder of one machine or a package registry", () => {
  const places = ["/wo" + "rk/", "/ro" + "ot/", "/home/" + "[a-z]", "/Use" + "rs/", "/tmp/" + "\\w"].join(
    "|",
  );
  const registries = ["registry\\." + "npmjs", "registry\\." + "yarnpkg", "npm\\.pkg\\." + "github"].join(
    "|",
  );
  const machine = new RegExp(`(?<![\\w.~])(?:${places})|${registries}`);
  const readable = treeFiles().filter((file) =>
    /\.(?:ts|js|mjs|cjs|json|md|eta|html|txt|xml|yml|yaml|sh|php|npmrc)$|^\.npmrc$/.test(file),
  );
  expect(readable.length).toBeGreaterThan(200);
  const named = readable.filter((file) => machine.test(readFileSync(join(ROOT, file), "utf8")));
  expect(named).toEqual([]);
});
