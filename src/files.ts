import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "./errors";
import { text } from "./text";

/**
 * Writes a file that is either whole or not there: a new file beside it, fsync, rename, fsync of the folder. A file of
 * that name is replaced. Missing folders are made. Throws the system's own error (`code` ENOSPC, EACCES, …).
 */
export async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  const half = join(folder, `.${randomUUID()}.tmp`);
  try {
    await writeAndSync(half, bytes);
    await rename(half, path);
  } catch (thrown) {
    await rm(half, { force: true }).catch(() => undefined);
    throw thrown;
  }
  await syncFolder(folder);
}

/** Writes, reads back and removes a small file, so that a full disk or a missing right shows before it matters. */
export async function probeFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  const probe = join(folder, `.${randomUUID()}.tmp`);
  try {
    await writeAndSync(probe, Buffer.from("faktur-otomatis"));
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** The folder a `file:` address names, absolute: `file:data/x` (from the working folder), `file:/x` or `file:///x`. Null otherwise. */
export function folderOf(url: string): string | null {
  if (!url.startsWith("file:")) return null;
  const rest = url.slice("file:".length);
  if (!rest.startsWith("//")) return rest === "" ? null : resolve(rest);
  try {
    return fileURLToPath(url);
  } catch {
    return null;
  }
}

/** What a person is told whose file cannot be read: `not_found`. */
export const unreadable = (name: string, cause: unknown): AppError =>
  new AppError(
    "not_found",
    text(
      `Berkas ${name} tidak dapat dibaca. Periksa namanya.`,
      `The file ${name} cannot be read. Check its name.`,
    ),
    { cause },
  );

/** The system's word for a failure (ENOENT, ENOSPC, …), if it has one. */
export function systemCode(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

async function writeAndSync(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, "wx", 0o640);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new folder is only durable once the folder that holds it is on the disk, so every parent of a new one is synced. */
async function makeFolder(path: string): Promise<void> {
  const folder = resolve(path);
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let at = folder; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
