import type { Documents } from "../documents/documents";
import { asAppError } from "../errors";
import { pingDb, probeDb, type Db } from "../store/db";
import { refuseBehind, refuseNewer, schemaState } from "../store/migrate";
import { text, type Text } from "../text";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly says: Text;
}

/** Runs one check; whatever it throws is its answer. */
export async function check(name: string, run: () => Promise<Text>): Promise<Check> {
  try {
    return { name, ok: true, says: await run() };
  } catch (thrown) {
    return { name, ok: false, says: asAppError(thrown).says };
  }
}

/** What must be fine for the service to take work: database, schema version, documents. */
export async function readiness(d: { db: Db; documents: Documents }): Promise<Check[]> {
  const [database, documents] = await Promise.all([
    check("database", async () => {
      await pingDb(d.db);
      return text("Basis data menjawab.", "The database answers.");
    }),
    check("documents", async () => {
      await d.documents.check();
      return text("Penyimpanan dokumen dapat ditulis dan dibaca.", "Documents can be written and read.");
    }),
  ]);
  if (!database.ok) return [database, UNASKED, documents];
  const schema = await check("schema", () => schemaSays(d.db));
  // Where the schema is not ours, nothing is tried in it.
  return [schema.ok ? await writable(d.db) : database, schema, documents];
}

const writable = (db: Db): Promise<Check> =>
  check("database", async () => {
    await probeDb(db);
    return text("Basis data menjawab dan dapat ditulis.", "The database answers and takes rows.");
  });

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
