import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  fsync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { systemCode } from "../files";

/**
 * Documents in a folder, `ab/cd/<sha256>.<ending>`, by calls that wait for the disk: for a thread of its own, where they
 * cost a fraction of those that do not wait. Throws the system's own errors (`code` ENOSPC, EACCES, …).
 */

/** The ending is for people who look into the folder; reading goes by hash alone. */
export const ALL_ENDINGS = ["pdf", "json", "xml", "txt", "bin"] as const;

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export interface Copy {
  readonly path: string;
  readonly bytes: Buffer;
  /** Whether these are the bytes that its name promises. */
  readonly whole: boolean;
}

const folderFor = (dir: string, sha256: string): string =>
  join(resolve(dir), sha256.slice(0, 2), sha256.slice(2, 4));

/** The stored copy whose bytes are right; else a damaged one, if there is any. */
export function findCopy(dir: string, sha256: string): Copy | null {
  let damaged: Copy | null = null;
  const folder = folderFor(dir, sha256);
  // A folder holds a handful: listing it once is cheaper than trying every ending.
  for (const name of orNull(() => readdirSync(folder)) ?? []) {
    if (!ALL_ENDINGS.some((ending) => name === `${sha256}.${ending}`)) continue;
    const path = join(folder, name);
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
  const half = join(folder, `.${randomUUID()}.tmp`);
  try {
    await withOpen(half, "wx", (file) => {
      writeFileSync(file, bytes);
      return sync(file);
    });
    // A damaged copy is healed in its place: the name promises these bytes, and they are at hand.
    renameSync(half, existing?.path ?? join(folder, `${sha256}.${ending}`));
  } catch (thrown) {
    remove(half);
    throw thrown;
  }
  await Promise.all([held, withOpen(folder, "r", sync)]);
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
