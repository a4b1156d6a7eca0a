import { existsSync } from "node:fs";
import { chmod, copyFile, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { copyDocuments, holdsDocument } from "../documents/copy";
import { AppError } from "../errors";
import { appendAudit } from "../store/audit";
import type { Db } from "../store/db";
import { migrate, refuseNewer, schemaState } from "../store/migrate";
import { makePrivate } from "../store/private-file";
import { insertRestore } from "../store/restores";
import { checkSqlite, namedDocuments } from "../store/snapshot";
import { text } from "../text";
import { DATABASE, DOCUMENTS, hashOf, readAbout, type AboutBackup } from "./backup";

export interface RestoreDeps {
  now(): Date;
  openCopy(file: string): Db;
  /** Where the service expects its database. */
  readonly database: string;
  /** And its documents; null where they live elsewhere. */
  readonly documents: string | null;
}

export interface Restored {
  readonly about: AboutBackup;
  /** Documents that the database names and that are nowhere. */
  readonly missing: readonly string[];
}

/**
 * Puts a backup where the service expects its data, marked as put back; the database appears whole and last. Nothing is
 * ever written over a database. Throws `refused`, `document_damaged`, `schema_newer`.
 */
export async function restore(d: RestoreDeps, from: string): Promise<Restored> {
  const about = await readAbout(from);
  if (d.documents === null && about.documents !== null) throw notToS3(from);
  for (const file of [d.database, `${d.database}-wal`, `${d.database}-shm`])
    if (existsSync(file)) throw standsAlready(file);
  if ((await hashOf(join(from, DATABASE))).sha256 !== about.database.sha256) throw damaged(from);
  const half = `${d.database}.restoring`;
  for (const rest of [half, `${half}-wal`, `${half}-shm`]) await rm(rest, { force: true });
  // First of all: the documents may be the first to come into its folder.
  makePrivate(half);
  if (d.documents !== null && about.documents !== null) {
    const copied = await copyDocuments(join(from, DOCUMENTS), d.documents);
    if (copied.damaged.length > 0) throw damaged(join(from, DOCUMENTS, copied.damaged[0] ?? ""));
  }
  await copyFile(join(from, DATABASE), half);
  // The copy takes over the rights of what it was copied from.
  await chmod(half, 0o600);
  const missing = await prepare(d, half, from);
  await sync(half);
  await rename(half, d.database);
  await sync(dirname(d.database));
  return { about, missing };
}

/** Checks the copy, brings it to this version and marks it, before anybody can start on it. */
async function prepare(d: RestoreDeps, file: string, from: string): Promise<string[]> {
  const copy = d.openCopy(file);
  try {
    await checkSqlite(copy);
    refuseNewer(await schemaState(copy));
    await migrate(copy, () => d.now());
    await markRestored(copy, d.now(), from);
    const missing = new Set<string>();
    if (d.documents !== null)
      for await (const hash of namedDocuments(copy.knex))
        if (!holdsDocument(d.documents, hash)) missing.add(hash);
    return [...missing].sort();
  } finally {
    await copy.close();
  }
}

/** From now on whatever was paid before this moment is looked up at the authority before it is sent. */
export const markRestored = (db: Db, now: Date, source: string): Promise<void> =>
  db.transaction(async (tx) => {
    await insertRestore(tx, now, source);
    const entry = { actor: "system", action: "database.restored", subject: "database" };
    await appendAudit(tx, { at: now.toISOString(), ...entry, detail: source.slice(0, 500) });
  });

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const standsAlready = (file: string): AppError =>
  new AppError(
    "refused",
    text(
      `Sudah ada basis data di ${file}. Hentikan layanan dan pindahkan dulu; tidak ada yang ditimpa.`,
      `There is a database at ${file}. Stop the service and move it away first; nothing is written over.`,
    ),
  );

/** Documents of a folder are put back into a folder; what would be said of them otherwise is not true. */
const notToS3 = (from: string): AppError => {
  const folder = join(from, DOCUMENTS);
  return new AppError(
    "refused",
    text(
      `Dokumen cadangan ini ada di ${folder} dan tidak dapat ditaruh ke S3. Pulihkan dengan FAKTUR_DOCUMENTS_URL=file:DIR; untuk S3 salin lalu tiap berkas di folder itu ke bucket sebagai PREFIX/ab/cd/SHA256 (PREFIX dari s3://BUCKET/PREFIX), tanpa akhiran, menurut empat huruf pertama namanya, baru ganti pengaturannya.`,
      `The documents of this backup lie in ${folder} and cannot be put into S3. Restore with FAKTUR_DOCUMENTS_URL=file:DIR; for S3 copy each of its files into the bucket afterwards as PREFIX/ab/cd/SHA256 (PREFIX as in s3://BUCKET/PREFIX), without its ending, under the first four letters of its name, then change the setting.`,
    ),
  );
};

const damaged = (path: string): AppError =>
  new AppError(
    "document_damaged",
    text(
      `Cadangan rusak: ${path} tidak sama dengan saat dibuat. Pakai cadangan lain.`,
      `The backup is damaged: ${path} is not what was written. Use another one.`,
    ),
  );
