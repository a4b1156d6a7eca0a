import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import { unreadable } from "../../files";
import { openArchive } from "./archive";
import { readPdfZip, type ZipItem } from "./zip";

/** A file that was brought from the portal; its name tells what it is, its path where it lies. */
export interface BroughtFile {
  readonly name: string;
  readonly path: string;
}

export type BroughtKind = "list" | "pdf" | "zip" | "unknown";

export function kindOf(name: string): BroughtKind {
  const ending = /\.(xlsx|pdf|zip)$/i.exec(name)?.[1]?.toLowerCase();
  return ending === "xlsx" ? "list" : ending === "pdf" || ending === "zip" ? ending : "unknown";
}

/** The SHA-256 of a file, read in pieces. Throws `not_found` when it cannot be read. */
export async function hashOf(file: BroughtFile): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(file.path)) hash.update(piece as Buffer);
  } catch (cause) {
    throw unreadable(file.name, cause);
  }
  return hash.digest("hex");
}

/** More than any of the readers takes. */
const MOST_READ = 100_000_000;

/** The whole file, or of a larger one so much that whoever reads it sees that it is too large. */
export async function bytesOfFile(file: BroughtFile): Promise<Buffer> {
  if ((await stat(file.path)).size <= MOST_READ) return readFile(file.path);
  const opened = await open(file.path);
  try {
    const { buffer } = await opened.read(Buffer.alloc(MOST_READ + 1), 0, MOST_READ + 1, 0);
    return buffer;
  } finally {
    await opened.close();
  }
}

/** How many PDFs a file seems to hold, for showing how far the reading is. */
export async function countPdfs(file: BroughtFile): Promise<number> {
  if (kindOf(file.name) !== "zip") return 1;
  let count = 0;
  try {
    const archive = await openArchive(file.path);
    try {
      for await (const entry of archive.entries()) if (!entry.isFolder) count += 1;
    } finally {
      archive.close();
    }
  } catch {
    // The reader names what is wrong with it.
  }
  return count;
}

/** The PDFs of a file one after the other; a single one under its own name. */
export async function* pdfsOf(file: BroughtFile): AsyncGenerator<ZipItem> {
  if (kindOf(file.name) === "pdf") {
    yield { kind: "pdf", name: file.name, bytes: await bytesOfFile(file) };
    return;
  }
  yield* readPdfZip(file.path, (await stat(file.path)).size);
}
