import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { copyDocuments, holdsDocument } from "../documents/copy";
import { AppError } from "../errors";
import { systemCode, writeDurably } from "../files";
import type { Db } from "../store/db";
import { schemaState } from "../store/migrate";
import { checkSqlite, copySqlite, namedDocuments } from "../store/snapshot";
import { text } from "../text";

/** What lies in a folder of a backup. */
export const DATABASE = "faktur.db";
export const DOCUMENTS = "documents";
const ABOUT = "backup.json";

const aboutShape = z.object({
  format: z.literal(1),
  version: z.string(),
  at: z.string(),
  schema: z.string(),
  database: z.object({ sha256: z.string().length(64), bytes: z.number() }),
  /** Null where documents live elsewhere (S3) and are not in the folder. */
  documents: z.object({ count: z.number(), bytes: z.number() }).nullable(),
});
export type AboutBackup = z.infer<typeof aboutShape>;

export interface BackupDeps {
  readonly db: Db;
  now(): Date;
  /** Opens a database file that nobody else uses. */
  openCopy(file: string): Db;
  /** The folder of the documents; null where they live elsewhere. */
  readonly documents: string | null;
  readonly version: string;
}

export interface BackupMade {
  readonly about: AboutBackup;
  /** Documents that the database names and that are not whole here: the backup is of use, and not complete. */
  readonly missing: readonly string[];
}

/**
 * Copies the database as it is at one moment, then the documents it names, each proved; what is written last says that
 * the copy is whole. The service goes on meanwhile. Throws `refused` when the folder holds something.
 */
export async function backUp(d: BackupDeps, to: string): Promise<BackupMade> {
  await makeEmpty(to);
  const at = d.now().toISOString();
  const database = join(to, DATABASE);
  await copySqlite(d.db, database);
  const copied = d.documents === null ? null : await copyDocuments(d.documents, join(to, DOCUMENTS));
  const copy = d.openCopy(database);
  const missing = new Set<string>();
  let schema: string;
  try {
    await checkSqlite(copy);
    schema = (await schemaState(copy)).applied.at(-1) ?? "";
    if (copied !== null) {
      for await (const hash of namedDocuments(copy.knex))
        if (!holdsDocument(join(to, DOCUMENTS), hash)) missing.add(hash);
    }
  } finally {
    await copy.close();
  }
  const about: AboutBackup = {
    ...{ format: 1, version: d.version, at, schema, database: await hashOf(database) },
    documents: copied === null ? null : { count: copied.documents, bytes: copied.bytes },
  };
  await writeDurably(join(to, ABOUT), Buffer.from(`${JSON.stringify(about, null, 2)}\n`));
  return { about, missing: [...missing].sort() };
}

async function makeEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length === 0) return;
  throw new AppError(
    "refused",
    text(
      `Folder ${folder} sudah berisi. Pilih folder baru; cadangan lama tidak ditimpa.`,
      `The folder ${folder} holds something. Choose a new one; no backup is written over another.`,
    ),
  );
}

/** Of the file as it lies there, read piece by piece: it may be larger than memory. */
export async function hashOf(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest("hex"), bytes };
}

/** What a folder says of itself. Throws `refused` when it is no backup, or one that was never finished. */
export async function readAbout(from: string): Promise<AboutBackup> {
  try {
    return aboutShape.parse(JSON.parse(await readFile(join(from, ABOUT), "utf8")));
  } catch (cause) {
    const why = systemCode(cause) ?? "?";
    const says = text(
      `${from} bukan cadangan yang selesai (${ABOUT}: ${why}). Pilih cadangan lain.`,
      `${from} is not a finished backup (${ABOUT}: ${why}). Choose another one.`,
    );
    throw new AppError("refused", says, { cause });
  }
}
