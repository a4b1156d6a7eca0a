import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { systemCode, writeDurably } from "../files";
import { hashIn, pathsOf, sha256Of } from "./folder";

export interface Copied {
  /** Documents that are whole there now. */
  readonly documents: number;
  readonly bytes: number;
  /** Names of documents whose bytes are not what they promise: not copied. */
  readonly damaged: readonly string[];
}

/** Files on their way to the disk at a time: it syncs several in the time of one. */
const AT_A_TIME = 8;

/** Copies a folder of documents into another one, each proved against its hash; what is whole there already stays. */
export async function copyDocuments(from: string, to: string): Promise<Copied> {
  const found = { documents: 0, bytes: 0, damaged: [] as string[] };
  const all = documentsIn(from);
  const copyOn = async (): Promise<void> => {
    for (let next = await all.next(); next.done !== true; next = await all.next()) {
      const { sha256, files } = next.value;
      const whole = await firstWhole(from, next.value);
      if (whole === null) {
        found.damaged.push(...files.map((file) => basename(file)));
        continue;
      }
      const target = join(to, whole.file);
      if (!(await isWhole(target, sha256))) await writeDurably(target, whole.bytes);
      found.documents += 1;
      found.bytes += whole.bytes.length;
    }
  };
  // Whoever is told of a failure may remove what was written: nothing is written behind it.
  const ended = await Promise.allSettled(Array.from({ length: AT_A_TIME }, copyOn));
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return { ...found, damaged: found.damaged.sort() };
}

/** Whether a folder holds a document under this hash; its bytes are not read. */
export const holdsDocument = (dir: string, sha256: string): boolean => pathsOf(dir, sha256).length > 0;

/** A folder deeper lies what was put there once, and what was copied from a bucket. */
const FOLDER = /^[0-9a-f]{2}$/;

interface Found {
  readonly sha256: string;
  /** From the folder of all documents; several where one was put back or copied beside another. */
  readonly files: readonly string[];
}

/** Each document once: whatever lies under one hash lies in one of the 256 folders. */
async function* documentsIn(dir: string): AsyncGenerator<Found> {
  for (const first of (await namesIn(dir)).filter((name) => FOLDER.test(name))) {
    const byHash = new Map<string, string[]>();
    const note = (folder: string, names: readonly string[]): void => {
      for (const name of names) {
        const sha256 = hashIn(name);
        if (sha256 !== undefined) byHash.set(sha256, [...(byHash.get(sha256) ?? []), join(folder, name)]);
      }
    };
    const names = await namesIn(join(dir, first));
    note(first, names);
    for (const second of names.filter((name) => FOLDER.test(name))) {
      const folder = join(first, second);
      note(folder, await namesIn(join(dir, folder)));
    }
    for (const [sha256, files] of byHash) yield { sha256, files };
  }
}

/** The bytes that the hash promises, and the file that has them; null where none of its files has. */
async function firstWhole(
  dir: string,
  { sha256, files }: Found,
): Promise<{ readonly file: string; readonly bytes: Buffer } | null> {
  for (const file of files) {
    const bytes = await readFile(join(dir, file));
    if (sha256Of(bytes) === sha256) return { file, bytes };
  }
  return null;
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return [];
    throw thrown;
  }
}

async function isWhole(path: string, sha256: string): Promise<boolean> {
  try {
    return sha256Of(await readFile(path)) === sha256;
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return false;
    throw thrown;
  }
}
