import { unbracketed } from "../addresses";
import { systemClock } from "../clock";
import { parseConfig, type Config } from "../config";
import { sqliteFileOf } from "../database-url";
import { AppError } from "../errors";
import { folderOf } from "../files";
import { backUp, type AboutBackup } from "../ops/backup";
import { markRestored, restore } from "../ops/restore";
import { packageVersion } from "../package";
import { openDb } from "../store/db";
import { text } from "../text";
import { asItIs, withLedger } from "./commands";
import { both, line, type ExitCode, type Terminal } from "./terminal";

const openCopy = (file: string) => openDb(`sqlite:${file}`, 1);

/** Copies database and documents into a new folder; exit 1 when a document is missing or damaged. */
export const makeBackup = (terminal: Terminal, to: string, asJson: boolean): Promise<ExitCode> =>
  asItIs(terminal, async ({ config, db, clock }, { missing: behind }) => {
    if (db.engine === "mysql") throw byDump(config);
    const documents = folderOf(config.documentsUrl);
    const deps = { db, documents, openCopy, now: () => clock.now(), version: packageVersion() };
    const { about, missing } = await backUp(deps, to);
    tell(terminal, asJson, about, missing);
    if (!asJson && behind.length > 0) line(terminal.stdout, both(OF_BEFORE));
    return missing.length === 0 ? 0 : 1;
  });

/** Puts a backup back where there is no database; or, with `loaded`, marks one that was put back by other means. */
export async function restoreBackup(
  terminal: Terminal,
  from: string | undefined,
  options: { readonly loaded?: boolean; readonly json?: boolean },
): Promise<ExitCode> {
  if (options.loaded === true) return markLoaded(terminal, from ?? "loaded", options.json === true);
  const config = parseConfig(terminal.environment);
  const database = sqliteFileOf(config.databaseUrl);
  if (from === undefined || database === null) throw new AppError("config_invalid", LOAD_FIRST);
  const documents = folderOf(config.documentsUrl);
  const { about, missing } = await restore(
    { database, documents, openCopy, now: () => systemClock.now() },
    from,
  );
  tell(terminal, options.json === true, about, missing);
  if (options.json !== true) line(terminal.stdout, both(NEXT));
  return missing.length === 0 ? 0 : 1;
}

const markLoaded = (terminal: Terminal, source: string, asJson: boolean): Promise<ExitCode> =>
  withLedger(terminal, async ({ db, clock }) => {
    const now = clock.now();
    await markRestored(db, now, source);
    line(terminal.stdout, asJson ? JSON.stringify({ loaded: source, at: now.toISOString() }) : both(NEXT));
    return 0;
  });

function tell(terminal: Terminal, asJson: boolean, about: AboutBackup, missing: readonly string[]): void {
  if (asJson) {
    line(terminal.stdout, JSON.stringify({ ...about, missing }, null, 2));
    return;
  }
  line(terminal.stdout, `${about.at}: ${about.database.bytes} byte, ${about.schema}`);
  if (about.documents === null) line(terminal.stdout, both(ELSEWHERE));
  else line(terminal.stdout, `dokumen / documents: ${about.documents.count}, ${about.documents.bytes} byte`);
  for (const hash of missing) line(terminal.stdout, `  ✗ ${hash}: ${both(MISSING)}`);
}

/** The words of the manual, with this database's own names and never its password. */
function byDump({ databaseUrl }: Config): AppError {
  const { hostname, port, username, pathname, search } = new URL(databaseUrl);
  // Left alone the tool may send everything in clear.
  const safely = search === "" ? "" : "--ssl --ssl-verify-server-cert ";
  const at = `-h ${unbracketed(hostname)} -P ${port === "" ? "3306" : port} -u ${decodeURIComponent(username)} -p`;
  const name = decodeURIComponent(pathname.slice(1));
  const dump = `mariadb-dump --single-transaction --hex-blob ${safely}${at} ${name} > faktur.sql`;
  return new AppError(
    "refused",
    text(
      `MySQL dicadangkan dengan alatnya sendiri, lalu dokumen disalin: ${dump}`,
      `MySQL is backed up by its own tool, the documents are copied afterwards: ${dump}`,
    ),
  );
}

const LOAD_FIRST = text(
  "Muat dump MySQL dengan klien mariadb, lalu jalankan faktur restore --loaded. Untuk SQLite sebutkan folder cadangan.",
  "Load a MySQL dump with the mariadb client, then run faktur restore --loaded. For SQLite name the backup's folder.",
);
const ELSEWHERE = text(
  "Dokumen di S3 tidak disalin; pakai versioning bucket itu.",
  "Documents in S3 are not copied; use the bucket's versioning.",
);
const OF_BEFORE = text(
  "Skemanya dari sebelum versi ini dan tidak diubah: cadangan ini cocok untuk kembali ke versi sebelumnya. Pulihkan dengan faktur restore milik versi itu; versi ini akan memperbarui skemanya.",
  "Its schema is from before this version and was not changed: with this backup one can go back to the version before. Put it back with that version's own faktur restore; this one would bring the schema up to date.",
);
const MISSING = text("tidak ada atau rusak.", "is missing or damaged.");
const NEXT = text(
  "Jalankan faktur doctor, lalu faktur start. Yang dibayar sebelum sekarang dicari dulu di kanal sebelum dikirim; berkas Coretax ditahan sampai portal diperiksa.",
  "Run faktur doctor, then faktur start. What was paid before now is looked up at the channel before it is sent; for Coretax files it is kept back until the portal was looked at.",
);
