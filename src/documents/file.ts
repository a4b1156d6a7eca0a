import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors";
import { probeFolder, systemCode, writeDurably } from "../files";
import { text } from "../text";
import type { Documents } from "./documents";

/** The ending is for people who look into the folder; reading goes by hash alone. */
const ENDINGS: Readonly<Record<string, string>> = {
  "application/pdf": "pdf",
  "application/json": "json",
  "application/xml": "xml",
  "text/xml": "xml",
  "text/plain": "txt",
};
export const ALL_ENDINGS = ["pdf", "json", "xml", "txt", "bin"] as const;

/**
 * Documents in a folder: `ab/cd/<sha256>.<ending>`, each written whole and flushed before `put` resolves.
 * Several processes may share the folder.
 */
export function openFileDocuments(dir: string): Documents {
  const folderFor = (sha256: string) => join(dir, sha256.slice(0, 2), sha256.slice(2, 4));

  /** The stored copy whose bytes are right; else a damaged one, if there is any. */
  async function find(sha256: string): Promise<{ path: string; bytes: Buffer; whole: boolean } | null> {
    let damaged: { path: string; bytes: Buffer; whole: boolean } | null = null;
    for (const name of await namesIn(folderFor(sha256))) {
      if (!ALL_ENDINGS.some((ending) => name === `${sha256}.${ending}`)) continue;
      const path = join(folderFor(sha256), name);
      const bytes = await readIfThere(path);
      if (bytes === null) continue;
      if (sha256Of(bytes) === sha256) return { path, bytes, whole: true };
      damaged = { path, bytes, whole: false };
    }
    return damaged;
  }

  return {
    async put(bytes, contentType) {
      const sha256 = sha256Of(bytes);
      await orStorageFailed(dir, async () => {
        const existing = await find(sha256);
        if (existing?.whole) return;
        // A damaged copy is healed in its place: the name promises these bytes, and they are at hand.
        const fresh = join(folderFor(sha256), `${sha256}.${endingOf(contentType)}`);
        await writeDurably(existing?.path ?? fresh, bytes);
      });
      return sha256;
    },

    async get(sha256) {
      if (!isSha256(sha256)) throw documentMissing(sha256);
      const found = await orStorageFailed(dir, () => find(sha256));
      if (found === null) throw documentMissing(sha256);
      return provenBytes(found.bytes, sha256);
    },

    check: () => orStorageFailed(dir, () => probeFolder(dir)),
  };
}

export const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** The only names a document can have; anything else never becomes part of a path or an address. */
export const isSha256 = (value: string): boolean => /^[0-9a-f]{64}$/.test(value);

/** The bytes, or `document_damaged` when they are not those that were stored. */
export function provenBytes(bytes: Buffer, sha256: string): Buffer {
  if (sha256Of(bytes) === sha256) return bytes;
  throw new AppError(
    "document_damaged",
    text(
      `Dokumen ${sha256.slice(0, 12)}… rusak: isinya tidak sama dengan saat disimpan. Pulihkan dari cadangan.`,
      `Document ${sha256.slice(0, 12)}… is damaged: its bytes are not those that were stored. Restore it from a backup.`,
    ),
  );
}

export function documentMissing(sha256: string): AppError {
  const short = isSha256(sha256) ? `${sha256.slice(0, 12)}…` : "";
  return new AppError(
    "document_missing",
    text(
      `Dokumen ${short} tidak ada di tempat penyimpanan. Periksa FAKTUR_DOCUMENTS_URL, atau pulihkan dari cadangan.`,
      `Document ${short} is not in the store. Check FAKTUR_DOCUMENTS_URL, or restore it from a backup.`,
    ),
  );
}

function endingOf(contentType: string): string {
  const plain = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return ENDINGS[plain] ?? "bin";
}

/** A folder holds a handful: listing it once is cheaper than trying every ending. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return [];
    throw thrown;
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return null;
    throw thrown;
  }
}

async function orStorageFailed<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw new AppError("storage_failed", adviceFor(dir, systemCode(thrown)), { cause: thrown });
  }
}

function adviceFor(dir: string, code: string | undefined) {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return text(
        `Penyimpanan dokumen penuh (${dir}). Kosongkan ruang; pekerjaan dilanjutkan dengan sendirinya.`,
        `The document store is full (${dir}). Free some space; work goes on by itself.`,
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return text(
        `Folder dokumen ${dir} tidak dapat ditulis atau dibaca. Beri hak baca-tulis kepada pengguna layanan ini.`,
        `The document folder ${dir} cannot be written or read. Give this service's user the right to do both.`,
      );
    case "ENOTDIR":
    case "EEXIST":
    case "EISDIR":
      return text(
        `${dir} bukan folder. Arahkan FAKTUR_DOCUMENTS_URL ke sebuah folder.`,
        `${dir} is not a folder. Point FAKTUR_DOCUMENTS_URL at one.`,
      );
    default:
      return text(
        `Penyimpanan dokumen ${dir} gagal (${code ?? "tanpa kode"}). Periksa disk dan haknya.`,
        `The document store ${dir} failed (${code ?? "no code"}). Check the disk and its rights.`,
      );
  }
}
