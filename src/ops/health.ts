import type { Documents } from "../documents/documents";
import { AppError, asAppError } from "../errors";
import { withPatience } from "../patience";
import { pingDb, probeDb, type Db } from "../store/db";
import { latestPdfs } from "../store/fakturs";
import { refuseBehind, refuseNewer, schemaState } from "../store/migrate";
import { text, type Text } from "../text";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly says: Text;
  /** There was nothing to hold it against; it is neither right nor wrong. */
  readonly unchecked?: true;
}

/** What has not answered by then is not there: a server may be silent and still keep its connections. */
const PATIENCE_MS = 5_000;

/** Runs one check; whatever it throws is its answer, and so is silence. */
export async function check(
  name: string,
  run: () => Promise<Text>,
  patienceMs = PATIENCE_MS,
): Promise<Check> {
  try {
    return { name, ok: true, says: await withPatience(patienceMs, run(), silent) };
  } catch (thrown) {
    return { name, ok: false, says: asAppError(thrown).says };
  }
}

const silent = (): AppError =>
  new AppError(
    "internal",
    text(
      "Tidak menjawab dalam waktu yang wajar. Periksa servernya dan jaringannya.",
      "It gave no answer in a reasonable time. Look at its server and the network.",
    ),
  );

/** What must be fine for the service to take work: database, schema version, documents. */
export async function readiness(
  d: { db: Db; documents: Documents },
  patienceMs = PATIENCE_MS,
): Promise<Check[]> {
  const run = (name: string, ask: () => Promise<Text>) => check(name, ask, patienceMs);
  const [database, documents] = await Promise.all([
    run("database", async () => {
      await pingDb(d.db);
      return text("Basis data menjawab.", "The database answers.");
    }),
    run("documents", async () => {
      await d.documents.check();
      return DOCUMENTS_FINE;
    }),
  ]);
  if (!database.ok) return [database, UNASKED, documents];
  const schema = await run("schema", () => schemaSays(d.db));
  // Where the schema is not ours, nothing is tried in it.
  if (!schema.ok) return [database, schema, documents];
  const stored = documents.ok ? await run("documents", () => latestAreThere(d)) : documents;
  return [await run("database", () => writable(d.db)), schema, stored];
}

/** PDFs stored last, of which one at least must be there. */
const LATEST = 3;

/** A folder that is not mounted can be written, and has nothing of what was stored. */
async function latestAreThere({ db, documents }: { db: Db; documents: Documents }): Promise<Text> {
  const stored = await latestPdfs(db.knex, LATEST);
  for (const sha256 of stored) {
    if (await isThere(documents, sha256)) return DOCUMENTS_FINE;
  }
  if (stored.length === 0) return DOCUMENTS_FINE;
  throw new AppError("document_missing", NOTHING_THERE);
}

async function isThere(documents: Documents, sha256: string): Promise<boolean> {
  try {
    await documents.get(sha256);
    return true;
  } catch (thrown) {
    const { code } = asAppError(thrown);
    if (code === "document_damaged") return true;
    if (code === "document_missing") return false;
    throw thrown;
  }
}

const DOCUMENTS_FINE = text(
  "Penyimpanan dokumen dapat ditulis dan dibaca.",
  "Documents can be written and read.",
);
const NOTHING_THERE = text(
  "Dokumen yang terakhir disimpan tidak ada di FAKTUR_DOCUMENTS_URL. Periksa apakah foldernya terpasang (mount).",
  "The documents stored last are not at FAKTUR_DOCUMENTS_URL. Check whether its folder is mounted.",
);

async function writable(db: Db): Promise<Text> {
  await probeDb(db);
  return text("Basis data menjawab dan dapat ditulis.", "The database answers and takes rows.");
}

const UNASKED: Check = {
  name: "schema",
  ok: false,
  says: text(
    "Skema belum dapat diperiksa: basis data tidak menjawab.",
    "The schema cannot be checked: the database does not answer.",
  ),
};

async function schemaSays(db: Db): Promise<Text> {
  const state = await schemaState(db);
  refuseNewer(state);
  refuseBehind(state);
  return text("Skema basis data sesuai.", "The schema is up to date.");
}
