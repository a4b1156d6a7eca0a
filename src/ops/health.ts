import type { Documents } from "../documents/documents";
import { asAppError } from "../errors";
import { pingDb, type Db } from "../store/db";
import { schemaState } from "../store/migrate";
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
  return Promise.all([
    check("database", async () => {
      await pingDb(d.db);
      return text("Basis data menjawab.", "The database answers.");
    }),
    check("schema", async () => schemaSays(d.db)),
    check("documents", async () => {
      await d.documents.check();
      return text("Penyimpanan dokumen dapat ditulis dan dibaca.", "Documents can be written and read.");
    }),
  ]);
}

async function schemaSays(db: Db): Promise<Text> {
  const state = await schemaState(db);
  if (state.missing.length === 0 && state.unknown.length === 0) {
    return text("Skema basis data sesuai.", "The schema is up to date.");
  }
  const names = [...state.missing, ...state.unknown].join(", ");
  throw Object.assign(asAppError(new Error("schema")), {
    says: text(
      `Skema tidak sesuai: ${names}. Jalankan faktur migrate.`,
      `The schema differs: ${names}. Run faktur migrate.`,
    ),
  });
}
