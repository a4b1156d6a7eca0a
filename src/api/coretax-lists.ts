import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kindOf } from "../coretax/readback/sources";
import type { Documents } from "../documents/documents";
import { AppError } from "../errors";
import { nameOfImport } from "../store/coretax";
import type { Db } from "../store/db";
import { text } from "../text";
import { withFolder } from "./multipart";
import { noRoom, type ReceivedFile } from "./receive-file";

interface ListDeps {
  readonly db: Db;
  readonly documents: Documents;
}

/**
 * Lays lists of the portal that this seller has imported before into files again, one after the other, hands them on, and
 * removes them. Throws `not_found` for one that is not among its imports, or was not kept.
 */
export const withKeptLists = <T>(
  d: ListDeps,
  seller: string,
  hashes: readonly string[],
  use: (files: readonly ReceivedFile[]) => Promise<T>,
): Promise<T> =>
  withFolder(async (folder) => {
    const files: ReceivedFile[] = [];
    for (const sha256 of new Set(hashes)) {
      const name = await nameOfImport(d.db.knex, seller, sha256);
      if (name === null || kindOf(name) !== "list") throw new AppError("not_found", NOT_KEPT);
      const path = join(folder, sha256);
      await layDown(path, await keptBytes(d.documents, sha256), folder);
      files.push({ name, path });
    }
    return use(files);
  });

async function keptBytes(documents: Documents, sha256: string): Promise<Buffer> {
  try {
    return await documents.get(sha256);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== "document_missing") throw thrown;
    throw new AppError("not_found", NOT_KEPT, { cause: thrown });
  }
}

const layDown = (path: string, bytes: Buffer, folder: string): Promise<void> =>
  writeFile(path, bytes, { flag: "wx", mode: 0o600 }).catch((cause: unknown) => {
    throw noRoom(folder, cause);
  });

const NOT_KEPT = text(
  "Daftar ini tidak tersimpan di sini. Pilih berkasnya, lalu impor lagi.",
  "This list is not kept here. Choose its file and import it again.",
);
