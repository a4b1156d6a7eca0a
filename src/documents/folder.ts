import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  fsync,
  mkdirSync,
  openSync,
  opendirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { systemCode } from "../files";

/**
 * Documents in a folder, `ab/<sha256>.<ending>`, by calls that wait for the disk: for a thread of its own, where they
 * cost a fraction of those that do not wait. Throws the system's own errors (`code` ENOSPC, EACCES, …).
 */

/** For people who look into the folder: reading goes by hash alone. What was copied from a bucket has none. */
const ENDINGS = [".pdf", ".json", ".xml", ".txt", ".bin", ""] as const;

const NAME = /^([0-9a-f]{64})(?:\.(?:pdf|json|xml|txt|bin))?$/;

/** The hash that a file's name promises; undefined for other files. */
export const hashIn = (name: string): string | undefined => NAME.exec(name)?.[1];

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export interface Copy {
  readonly path: string;
  readonly bytes: Buffer;
  /** Whether these are the bytes that its name promises. */
  readonly whole: boolean;
}

/** 256 folders, made by the first thousand documents: one for nearly each document takes the disk twice as long. */
const folderFor = (dir: string, sha256: string): string => join(resolve(dir), sha256.slice(0, 2));

/** Where documents lie under this hash; once they were put a folder deeper, where buckets have them. */
export function pathsOf(dir: string, sha256: string): readonly string[] {
  const folder = folderFor(dir, sha256);
  const deeper = join(folder, sha256.slice(2, 4));
  const folders = stands(deeper) ? [folder, deeper] : [folder];
  return folders.flatMap((at) => ENDINGS.map((ending) => join(at, `${sha256}${ending}`))).filter(stands);
}

/** What may not be looked at is not taken for absent. */
const stands = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Nothing is missing from what is no folder. */
export function mustBeFolder(dir: string): void {
  orNull(() => opendirSync(dir))?.closeSync();
}

/** The stored copy whose bytes are right; else a damaged one, if there is any. */
export function findCopy(dir: string, sha256: string): Copy | null {
  let damaged: Copy | null = null;
  for (const path of pathsOf(dir, sha256)) {
    const bytes = orNull(() => readFileSync(path));
    if (bytes === null) continue;
    if (sha256Of(bytes) === sha256) return { path, bytes, whole: true };
    damaged = { path, bytes, whole: false };
  }
  return damaged;
}

/** Puts bytes under their hash; durable when this resolves. What is whole there already stays. */
export async function store(dir: string, sha256: string, bytes: Uint8Array, ending: string): Promise<void> {
  const folder = folderFor(dir, sha256);
  const first = mkdirSync(folder, { recursive: true });
  const held = syncHolders(folder, first);
  // In a folder that is new nothing can be.
  const existing = first === undefined ? findCopy(dir, sha256) : null;
  if (existing?.whole) return;
  // A damaged copy is healed in its place: the name promises these bytes, and they are at hand.
  const path = existing?.path ?? join(folder, `${sha256}.${ending}`);
  const half = join(folder, `.${randomUUID()}.tmp`);
  try {
    await withOpen(half, "wx", (file) => {
      writeFileSync(file, bytes);
      return sync(file);
    });
    renameSync(half, path);
  } catch (thrown) {
    remove(half);
    throw thrown;
  }
  await Promise.all([held, withOpen(dirname(path), "r", sync)]);
}

/** The one call that is not waited for here: disks bring many files to rest in the time of one. */
const sync = promisify(fsync);

async function withOpen(path: string, flags: string, use: (file: number) => Promise<void>): Promise<void> {
  const file = openSync(path, flags, 0o640);
  try {
    await use(file);
  } finally {
    closeSync(file);
  }
}

/** Folders that hold a new one and are on their way to the disk. */
const syncing = new Map<string, Promise<void>>();

/**
 * A new folder is only durable once the folder that holds it is on the disk: every parent of a new one is synced, and what
 * another document has made new a moment ago is waited for too.
 */
function syncHolders(folder: string, first: string | undefined): Promise<unknown> {
  const begun: Promise<void>[] = [];
  for (const [at, done] of syncing) if (folder.startsWith(at)) begun.push(done);
  for (let at = folder; first !== undefined && at.length >= first.length; at = dirname(at)) {
    begun.push(syncHolder(dirname(at)));
  }
  const held = Promise.all(begun);
  // Where the document itself fails nobody waits for them.
  held.catch(() => undefined);
  return held;
}

function syncHolder(folder: string): Promise<void> {
  const done = withOpen(folder, "r", sync).finally(() => {
    if (syncing.get(folder) === done) syncing.delete(folder);
  });
  syncing.set(folder, done);
  return done;
}

/** What is left of a failure; that it cannot be removed either is no further one. */
function remove(half: string): void {
  try {
    rmSync(half, { force: true });
  } catch {
    // It is told by the failure itself.
  }
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return null;
    throw thrown;
  }
}
