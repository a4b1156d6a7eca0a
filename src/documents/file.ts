import { join } from "node:path";
import { AppError } from "../errors";
import { probeFolder, systemCode } from "../files";
import { text } from "../text";
import { asBuffer, KEPT_MS, openThread } from "../thread";
import type { Documents } from "./documents";
import type { DocumentAnswers } from "./file-thread";
import { sha256Of } from "./folder";

/** No plain object: whatever it is asked for, it knows these alone. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["application/pdf", "pdf"],
  ["application/json", "json"],
  ["application/xml", "xml"],
  ["text/xml", "xml"],
  ["text/plain", "txt"],
]);

/** A document is a dozen calls to the disk; each would cost the event loop more than the thread as a whole. */
const thread = openThread<DocumentAnswers>(join(__dirname, "file-thread"), { idleMs: KEPT_MS });

/**
 * Documents in a folder: `ab/<sha256>.<ending>`, each written whole and flushed before `put` resolves.
 * Several processes may share the folder.
 */
export function openFileDocuments(dir: string): Documents {
  return {
    put: (bytes, contentType) =>
      orStorageFailed(dir, () => thread.ask("put", dir, bytes, endingOf(contentType))),

    async get(sha256) {
      if (!isSha256(sha256)) throw documentMissing(sha256);
      const found = await orStorageFailed(dir, () => thread.ask("get", dir, sha256));
      if (found === null) throw documentMissing(sha256);
      if (found === "damaged") throw documentDamaged(sha256);
      return asBuffer(found);
    },

    check: () => orStorageFailed(dir, () => probeFolder(dir)),
  };
}

/** The only names a document can have; anything else never becomes part of a path or an address. */
export const isSha256 = (value: string): boolean => /^[0-9a-f]{64}$/.test(value);

/** The bytes, or `document_damaged` when they are not those that were stored. */
export function provenBytes(bytes: Buffer, sha256: string): Buffer {
  if (sha256Of(bytes) === sha256) return bytes;
  throw documentDamaged(sha256);
}

const documentDamaged = (sha256: string): AppError =>
  new AppError(
    "document_damaged",
    text(
      `Dokumen ${sha256.slice(0, 12)}… rusak: isinya tidak sama dengan saat disimpan. Pulihkan dari cadangan.`,
      `Document ${sha256.slice(0, 12)}… is damaged: its bytes are not those that were stored. Restore it from a backup.`,
    ),
  );

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
  return ENDINGS.get(plain) ?? "bin";
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
