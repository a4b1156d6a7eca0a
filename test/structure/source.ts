import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

/** The source as data: files, what they import, and what the tests of the structure look for in them. */

export const ROOT = join(__dirname, "..", "..");

export interface Import {
  /** `src/…/file.ts` for our own, else the package's name. */
  readonly target: string;
  readonly kind: "ours" | "package" | "node";
  /** Gone at run time. */
  readonly typeOnly: boolean;
}

export interface Source {
  readonly file: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

/** Files of the tree as git sees it, those not yet added too. */
export const treeFiles = (): string[] =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  })
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(ROOT, file)));

export const readSources = (folder: string): Source[] =>
  treeFiles()
    .filter((file) => file.startsWith(`${folder}/`) && file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map(readSource);

function readSource(file: string): Source {
  const text = readFileSync(join(ROOT, file), "utf8");
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const imports: Import[] = [];
  walk(tree, (node) => {
    const found = importIn(node);
    if (found !== null) imports.push(resolved(file, found.from, found.typeOnly));
  });
  return { file, text, tree, imports };
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

function importIn(node: ts.Node): { from: string; typeOnly: boolean } | null {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const from = node.moduleSpecifier;
    if (from === undefined || !ts.isStringLiteral(from)) return null;
    return { from: from.text, typeOnly: ts.isImportDeclaration(node) ? isTypeImport(node) : node.isTypeOnly };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [from] = node.arguments;
    return from !== undefined && ts.isStringLiteral(from) ? { from: from.text, typeOnly: false } : null;
  }
  return null;
}

/** `import type …`, or every name in the braces is a type. */
function isTypeImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  const braces = names !== undefined && ts.isNamedImports(names) ? names.elements : [];
  return clause.name === undefined && braces.length > 0 && braces.every((one) => one.isTypeOnly);
}

function resolved(file: string, from: string, typeOnly: boolean): Import {
  if (from.startsWith("node:")) return { target: from, kind: "node", typeOnly };
  if (!from.startsWith(".")) {
    const parts = from.split("/");
    return { target: parts.slice(0, from.startsWith("@") ? 2 : 1).join("/"), kind: "package", typeOnly };
  }
  const path = posix.join(posix.dirname(file), from);
  const found = [`${path}.ts`, `${path}/index.ts`, path].find((one) => existsSync(join(ROOT, one)));
  if (found === undefined) throw new Error(`${file} imports ${from}, which is not there`);
  return { target: found, kind: "ours", typeOnly };
}

/** `file:line` of a node. */
export const at = (source: Source, node: ts.Node): string =>
  `${source.file}:${source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line + 1}`;
