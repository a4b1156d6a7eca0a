/**
 * Copying a folder of documents, several at a time: what fails is told once nothing is written any more, and what is damaged is
 * named in one order, however long each took to read.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { copyDocuments } from "../../src/documents/copy";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "faktur-copy-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const from = () => join(folder, "from");
const to = () => join(folder, "to");
const placeOf = (name: string): string => join(from(), name.slice(0, 2), name.slice(2, 4), name);

function lay(name: string, bytes: Buffer): void {
  mkdirSync(dirname(placeOf(name)), { recursive: true });
  writeFileSync(placeOf(name), bytes);
}

function layWhole(count: number): void {
  for (let index = 0; index < count; index += 1) {
    const bytes = Buffer.from(`dokumen ${index}`);
    lay(`${createHash("sha256").update(bytes).digest("hex")}.txt`, bytes);
  }
}

const written = (): number =>
  readdirSync(to(), { recursive: true }).filter((name) => String(name).endsWith(".txt")).length;

test("whoever is told of a failure finds nothing written behind it", async () => {
  layWhole(200);
  // Cannot be read as a file.
  const unreadable = placeOf(`${"0".repeat(64)}.pdf`);
  mkdirSync(unreadable, { recursive: true });
  await expect(copyDocuments(from(), to())).rejects.toThrow("EISDIR");
  const then = written();
  // What was under way would have ended by the time that all of it is copied elsewhere.
  rmSync(unreadable, { recursive: true });
  await copyDocuments(from(), join(folder, "elsewhere"));
  expect(written()).toBe(then);
});

test("all that a store can hold is copied to where it lay, and nothing else", async () => {
  const [first, second] = ["satu", "dua"].map((words) => Buffer.from(words)) as [Buffer, Buffer];
  const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  const name = `${hash(first)}.pdf`;
  mkdirSync(join(from(), name.slice(0, 2)), { recursive: true });
  writeFileSync(join(from(), name.slice(0, 2), name), first);
  writeFileSync(join(from(), name.slice(0, 2), ".half.tmp"), "half");
  // A folder deeper and without an ending, as a bucket has it.
  lay(hash(second), second);
  expect(await copyDocuments(from(), to())).toEqual({ documents: 2, bytes: 7, damaged: [] });
  const copied = readdirSync(to(), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(copied.map((one) => join(one.parentPath, one.name)).sort()).toEqual(
    [
      join(to(), name.slice(0, 2), name),
      join(to(), hash(second).slice(0, 2), hash(second).slice(2, 4), hash(second)),
    ].sort(),
  );
});

test("a document that lies in both places is one, whichever of its files is whole", async () => {
  const bytes = Buffer.from("dua kali");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const above = join(sha256.slice(0, 2), `${sha256}.txt`);
  const below = join(sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  lay(sha256, bytes);
  writeFileSync(join(from(), above), bytes);
  const once = { documents: 1, bytes: bytes.length, damaged: [] };
  expect(await copyDocuments(from(), to())).toEqual(once);
  expect([existsSync(join(to(), above)), existsSync(join(to(), below))]).toEqual([true, false]);
  writeFileSync(join(from(), above), "rusak");
  expect(await copyDocuments(from(), join(folder, "healed"))).toEqual(once);
  expect(readFileSync(join(folder, "healed", below))).toEqual(bytes);
  writeFileSync(join(from(), below), "rusak juga");
  expect(await copyDocuments(from(), join(folder, "none"))).toEqual({
    ...{ documents: 0, bytes: 0 },
    damaged: [sha256, `${sha256}.txt`],
  });
});

test("the damaged are named in the order of their names", async () => {
  const names = ["1", "2", "3"].map((digit) => `${digit.repeat(64)}.bin`);
  for (const [index, name] of names.entries()) lay(name, Buffer.alloc(index === 0 ? 40_000_000 : 1));
  layWhole(3);
  expect(await copyDocuments(from(), to())).toEqual({ documents: 3, bytes: 27, damaged: names });
});
