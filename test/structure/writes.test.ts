/**
 * Every write goes through `transaction` or `alone` of the database: there the schema is looked at first, clashes are run
 * again, and on SQLite the commit reaches the disk beside the event loop. Read from the syntax trees: whatever writes,
 * by itself or through what it calls, is never handed the bare connection. Reads may have it.
 */
import { posix } from "node:path";
import ts from "typescript";
import { at, readSources, walk, type Source } from "./source";

const sources = readSources("src");

const VERBS: readonly string[] = [
  "insert",
  "update",
  "delete",
  "del",
  "batchInsert",
  "increment",
  "truncate",
];

/** Bare writes that must be, each with its reason. */
const BARE: Readonly<Record<string, string>> = {
  "src/cli/presence.ts touchProcess": "a service whose schema has changed still lives, and must say so",
  "src/cli/presence.ts dropProcess": "and it must be able to leave",
  "src/worker/worker.ts releaseJob": "work is given back at the stop, also when nothing else may begin",
};

interface Fn {
  readonly key: string;
  readonly body: ts.Node;
  readonly source: Source;
}

/** Named functions of the top level, by `file name`. */
const functions = new Map<string, Fn>();
/** What a name means inside a file: a function of its own, or one that it imports. */
const meanings = new Map<string, string>();

for (const source of sources) {
  for (const statement of source.tree.statements) {
    for (const [name, body] of declared(statement)) {
      const key = `${source.file} ${name}`;
      functions.set(key, { key, body, source });
      meanings.set(key, key);
    }
  }
  walk(source.tree, (node) => {
    if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return;
    const from = node.moduleSpecifier.text;
    const names = node.importClause?.namedBindings;
    if (!from.startsWith(".") || names === undefined || !ts.isNamedImports(names)) return;
    const target = `${posix.join(posix.dirname(source.file), from)}.ts`;
    for (const { name, propertyName } of names.elements)
      meanings.set(`${source.file} ${name.text}`, `${target} ${(propertyName ?? name).text}`);
  });
}

function declared(statement: ts.Statement): readonly (readonly [string, ts.Node])[] {
  if (ts.isFunctionDeclaration(statement) && statement.name !== undefined)
    return [[statement.name.text, statement]];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
    ts.isIdentifier(name) && initializer !== undefined ? [[name.text, initializer] as const] : [],
  );
}

/** `tx("jobs").update(…)`, however the query came to be; not a hash or a set, which have such verbs too. */
function isWrite(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const { name, expression } = node.expression;
  if (name.text === "raw")
    return /^["'`]\s*(?:insert|update|delete|replace)\b/i.test(node.arguments[0]?.getText() ?? "");
  return VERBS.includes(name.text) && !/^(?:createHash\(|(?!query$)[a-z]+$)/i.test(expression.getText());
}

const meant = (source: Source, node: ts.CallExpression): string | undefined =>
  ts.isIdentifier(node.expression) ? meanings.get(`${source.file} ${node.expression.text}`) : undefined;

/** Functions that write with the connection they are given, by themselves or through what they call with it. */
function writers(): ReadonlySet<string> {
  const found = new Set<string>();
  const writes = ({ body, source }: Fn): boolean => {
    let does = false;
    walk(body, (node) => {
      if (isWrite(node)) does = true;
      if (ts.isCallExpression(node) && found.has(meant(source, node) ?? "")) does = true;
    });
    return does;
  };
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const fn of functions.values()) if (!found.has(fn.key) && writes(fn)) found.add(fn.key);
  }
  return found;
}

/** Calls that hand the bare connection on: `f(db.knex, …)`, or `f(knex, …)` after taking it apart. */
const handedOn = sources
  .filter(({ file }) => file !== "src/store/db.ts" && file !== "src/store/migrate.ts")
  .flatMap((source) => {
    const calls: { readonly call: ts.CallExpression; readonly source: Source }[] = [];
    walk(source.tree, (node) => {
      if (ts.isCallExpression(node) && /(?:^|\.)knex$/.test(node.arguments[0]?.getText() ?? ""))
        calls.push({ call: node, source });
    });
    return calls;
  });

test("nothing that writes is handed the bare connection", () => {
  const all = writers();
  expect(all.size).toBeGreaterThan(150);
  expect(all.has("src/store/jobs.ts enqueue")).toBe(true);
  expect(handedOn.length).toBeGreaterThan(100);
  const bare = handedOn.filter(({ call, source }) => all.has(meant(source, call) ?? ""));
  const named = (one: (typeof bare)[number]) => `${one.source.file} ${one.call.expression.getText()}`;
  expect(
    bare.filter((one) => !(named(one) in BARE)).map((one) => `${at(one.source, one.call)} ${named(one)}`),
  ).toEqual([]);
  expect(Object.keys(BARE).filter((name) => !bare.some((one) => named(one) === name))).toEqual([]);
});

test("no query that writes is begun on the bare connection", () => {
  const begun = sources.flatMap((source) => {
    const found: string[] = [];
    walk(source.tree, (node) => {
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
      const { name, expression } = node.expression;
      if (VERBS.includes(name.text) && /\bknex\b/.test(expression.getText())) found.push(at(source, node));
    });
    return found;
  });
  expect(begun).toEqual([]);
});
