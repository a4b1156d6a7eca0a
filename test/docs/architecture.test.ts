/**
 * Proves that the map fits the ground: ARCHITECTURE.md tells of every folder under src with an invariant, the limits it
 * names have the value it names, and whatever path a document mentions is there.
 */
import { dirname } from "node:path";
import { documents, exists, filesUnder, readDocument, rows, section } from "./documents";

const architecture = readDocument("ARCHITECTURE.md");
const sources = filesUnder("src").filter((file) => file.endsWith(".ts"));
const folders = [...new Set(sources.map((file) => dirname(file)))];
/** Rooms within a room that are told of with it. */
const TOLD_WITH_PARENT = /^src\/(coretax|console)\/./;

test.each(folders.filter((folder) => !TOLD_WITH_PARENT.test(folder)))(
  "%s has its paragraph and its invariant",
  (folder) => {
    const paragraphs = section(architecture, "4\\. Code map").split("\n\n");
    const own = paragraphs.find((paragraph) => paragraph.startsWith(`**\`${folder}/\`**`));
    expect(own).toMatch(/_Invariant:_ \S/);
  },
);

const limits = rows(section(architecture, "8\\. Limits")).map(([what = "", value = "", where = ""]) => ({
  what,
  value,
  where,
}));

test("the table of limits is not empty", () => {
  expect(limits.length).toBeGreaterThan(20);
});

test.each(limits)("$what: $value", ({ value, where }) => {
  const [, file = "", name = ""] = /^`(\S+)` `(\w+)`$/.exec(where) ?? [];
  const [, written] = new RegExp(`const ${name}\\b[^=]*= "?([^;"]+)"?;`).exec(readDocument(file)) ?? [];
  expect(inBase(value)).toBe(inBase(unitOf(name, written ?? "")));
});

/** `5 * 1024 * 1024` and `7 * 86_400_000` as numbers, with the unit that the constant's name says. */
function unitOf(name: string, written: string): string {
  if (/^\d+kb$/.test(written)) return written.replace("kb", "kB");
  if (!/^[\d_* ]+$/.test(written)) return written;
  const product = written
    .split("*")
    .reduce((most, part) => most * Number(part.trim().replaceAll("_", "")), 1);
  const [, unit = ""] = Object.entries(NAMED_UNITS).find(([ending]) => name.endsWith(ending)) ?? [];
  return `${product} ${unit}`.trim();
}

const NAMED_UNITS: Readonly<Record<string, string>> = { _MS: "ms", _SECONDS: "s", _DAYS: "days" };

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  h: 3600,
  days: 86_400,
  kB: 1024,
  KiB: 1024,
  MiB: 1024 * 1024,
};

function inBase(value: string): number {
  const [, digits = "", unit = ""] = /^([\d,]+) ?([a-zA-Z]*)$/.exec(value) ?? [];
  return Number(digits.replaceAll(",", "")) * (UNITS[unit] ?? 1);
}

describe.each(documents())("%s", (name) => {
  const text = readDocument(name);

  test("has no dead relative link", () => {
    const links = [...text.matchAll(/\]\(([^)#]+?)(?:#[^)]*)?\)/g)].map((found) => found[1] ?? "");
    const relative = links.filter((link) => !/^[a-z]+:/.test(link));
    const base = dirname(name);
    expect(relative.filter((link) => !exists(`${base}/${link}`))).toEqual([]);
  });

  test("mentions only files that are there", () => {
    const paths = [...text.matchAll(/`((?:src|test|docs|migrations|templates|assets)\/[\w./-]+)`/g)];
    const plain = paths.map((found) => found[1] ?? "").filter((path) => !path.includes("NAME"));
    expect(plain.filter((path) => !exists(path))).toEqual([]);
  });
});
