import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The documents for people, read as data: their tables, code blocks and generated parts. */

export const ROOT = resolve(__dirname, "../..");

export const readDocument = (name: string): string => readFileSync(join(ROOT, name), "utf8");

/** Every Markdown file that people are meant to read. */
export const documents = (): string[] => [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** All files under a folder of the project, as paths from its root. */
export function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((name) => statSync(join(ROOT, name)).isFile());
}

export const exists = (path: string): boolean => existsSync(join(ROOT, path));

/** The text between `## title` and the next heading of that level. */
export function section(document: string, title: string): string {
  const [, after] = document.split(new RegExp(`^## ${title}$`, "m"));
  if (after === undefined) throw new Error(`there is no section "${title}"`);
  return after.split(/^## /m)[0] ?? "";
}

/** The code blocks of one language, in their order. */
export const blocks = (document: string, language: string): string[] =>
  [...document.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"))].map(
    (found) => found[1] ?? "",
  );

export type Row = readonly string[];

/** The rows of every table, without heads and rules; cells without their padding. */
export function rows(document: string): Row[] {
  return document
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.slice(1, line.lastIndexOf("|")).split(/(?<!\\)\|/))
    .map((cells) => cells.map((cell) => cell.trim()))
    .filter((cells, index, all) => !isRule(cells) && !isRule(all[index + 1] ?? []));
}

const isRule = (cells: Row): boolean => cells.length > 0 && cells.every((cell) => /^:?-+:?$/.test(cell));

export const code = (words: string): string => `\`${words}\``;

export const tableOf = (head: Row, body: readonly Row[]): string =>
  [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const marker = (name: string) =>
  new RegExp(`(<!-- generated:${name} -->\n)[^]*?(\n?<!-- /generated:${name} -->)`);

/**
 * Compares a generated part of a document with what it must say now; with UPDATE_DOCS=1 it is rewritten instead.
 * Padding does not count: the formatter decides it.
 */
export async function expectGenerated(document: string, name: string, head: Row, body: readonly Row[]) {
  const before = readDocument(document);
  if (!marker(name).test(before)) throw new Error(`${document} has no markers for "${name}"`);
  if (process.env["UPDATE_DOCS"] !== undefined) {
    const made = before.replace(marker(name), (_all, open: string) =>
      [`${open}\n${tableOf(head, body)}\n\n<!-- /generated:${name} -->`].join(""),
    );
    writeFileSync(join(ROOT, document), await formatted(made));
  }
  const written = marker(name).exec(readDocument(document))?.[0] ?? "";
  expect(rows(written)).toEqual(body);
}

async function formatted(markdown: string): Promise<string> {
  const prettier = await import("prettier");
  const options = await prettier.resolveConfig(join(ROOT, "README.md"));
  return prettier.format(markdown, { ...options, parser: "markdown" });
}
