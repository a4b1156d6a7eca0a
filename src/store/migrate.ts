import type { Knex } from "knex";
import { AppError } from "../errors";
import { text } from "../text";
import { MIGRATIONS, type Migration } from "../../migrations";
import { isDuplicate, type Db, type Tx } from "./db";

const TABLE = "schema_migrations";
const LOCK = "faktur_migrate";
const LOCK_SECONDS = 60;

export interface SchemaState {
  readonly applied: readonly string[];
  readonly missing: readonly string[];
  /** Applied there, unknown here: the database is newer than this program. */
  readonly unknown: readonly string[];
}

export async function schemaState(db: Db): Promise<SchemaState> {
  const has = await db.knex.schema.hasTable(TABLE);
  const applied: string[] = has ? await db.knex<{ name: string }>(TABLE).orderBy("name").pluck("name") : [];
  const known = MIGRATIONS.map((migration) => migration.name);
  return {
    applied,
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/**
 * Brings the schema up to date under a lock, so that several processes may start at once; returns what was applied.
 * Throws `schema_newer` when the database knows migrations that this version does not.
 */
export async function migrate(db: Db, at: () => Date): Promise<readonly string[]> {
  refuseNewer(await schemaState(db));
  return db.engine === "mysql" ? migrateMysql(db, at) : migrateSqlite(db, at);
}

export function refuseNewer(state: SchemaState): void {
  if (state.unknown.length === 0) return;
  throw new AppError(
    "schema_newer",
    text(
      `Basis data lebih baru dari program ini (${state.unknown.join(", ")}). Pasang versi program yang sesuai.`,
      `The database is newer than this program (${state.unknown.join(", ")}). Install the version that fits it.`,
    ),
  );
}

/** SQLite: schema changes are transactional, so all that is missing goes in one transaction that holds the write lock. */
async function migrateSqlite(db: Db, at: () => Date): Promise<string[]> {
  return db.transaction(async (tx) => {
    // A write first: it takes SQLite's one write lock, so that two starting processes never both read "missing".
    await tx.raw(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (name varchar(100) PRIMARY KEY, applied_at varchar(24) NOT NULL)`,
    );
    await tx(TABLE).where({ name: "" }).delete();
    return applyMissing(tx, at, db.engine);
  });
}

/** MySQL commits schema changes one by one; a named lock keeps others away and each migration can be run again. */
async function migrateMysql(db: Db, at: () => Date): Promise<string[]> {
  return db.knex.transaction(async (tx) => {
    const answer: unknown = await tx.raw("SELECT GET_LOCK(?, ?) AS held", [LOCK, LOCK_SECONDS]);
    const [rows] = answer as [{ held: number | null }[]];
    if (rows[0]?.held !== 1) {
      throw new AppError(
        "database_unavailable",
        text("Proses lain sedang memperbarui basis data.", "Another process is updating the database."),
      );
    }
    try {
      await tx.raw(
        `CREATE TABLE IF NOT EXISTS ${TABLE} (name varchar(100) PRIMARY KEY, applied_at varchar(24) NOT NULL)`,
      );
      return await applyMissing(tx, at, db.engine);
    } finally {
      await tx.raw("SELECT RELEASE_LOCK(?)", [LOCK]);
    }
  });
}

async function applyMissing(tx: Tx, at: () => Date, engine: Db["engine"]): Promise<string[]> {
  const applied: string[] = await tx<{ name: string }>(TABLE).pluck("name");
  const missing = MIGRATIONS.filter((migration) => !applied.includes(migration.name));
  for (const migration of missing) await applyOne(tx, migration, at, engine);
  return missing.map((migration) => migration.name);
}

async function applyOne(tx: Knex, migration: Migration, at: () => Date, engine: Db["engine"]): Promise<void> {
  await migration.up(tx, engine);
  try {
    await tx(TABLE).insert({ name: migration.name, applied_at: at().toISOString() });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}
