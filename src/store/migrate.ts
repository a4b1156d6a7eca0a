import type { Knex } from "knex";
import { plusMs } from "../clock";
import { AppError } from "../errors";
import { text } from "../text";
import { MIGRATIONS, type Migration } from "../../migrations";
import { databaseNow, isDuplicate, type Db, type Tx } from "./db";
import { dropProcessesBefore, processesSince, saveProcess, type ProcessRow } from "./processes";
import { LONG_PATIENCE, retrying } from "./retrying";

const TABLE = "schema_migrations";
const LOCK_SECONDS = 60;
/** A process that has not been seen for so long is taken for dead; longer than four of its heartbeats. */
const DEAD_MS = 20_000;
const FORGOTTEN_MS = 86_400_000;

/** MySQL's named locks are the whole server's, so each carries its database. They end with their connection. */
const LOCK = "CONCAT('faktur_migrate_', LEFT(SHA2(DATABASE(), 256), 16))";
/** Held only while tables really change; others look at it without waiting. */
const CHANGING = "CONCAT('faktur_changing_', LEFT(SHA2(DATABASE(), 256), 16))";

export interface SchemaState {
  readonly applied: readonly string[];
  readonly missing: readonly string[];
  /** Applied there, unknown here: the database is newer than this program. */
  readonly unknown: readonly string[];
}

export const schemaState = (db: Db): Promise<SchemaState> => stateOf(db.knex, MIGRATIONS);

async function stateOf(tx: Tx, migrations: readonly Migration[]): Promise<SchemaState> {
  const has = await tx.schema.hasTable(TABLE);
  const applied: string[] = has ? await tx<{ name: string }>(TABLE).orderBy("name").pluck("name") : [];
  const known = migrations.map((migration) => migration.name);
  return {
    applied,
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/**
 * Brings the schema up to date under a lock, so that several processes may start at once; returns what was applied.
 * Throws `schema_newer` when the database knows migrations that this version does not, and `older_running` when a process
 * that does not know what is missing still works on the database.
 */
export async function migrate(
  db: Db,
  at: () => Date,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<readonly string[]> {
  refuseNewer(await stateOf(db.knex, migrations));
  return underLock(db, async (tx) => {
    const state = await stateOf(tx, migrations);
    refuseNewer(state);
    if (state.missing.length === 0) return [];
    await refuseOlderRunning(db, tx);
    const missing = migrations.filter(({ name }) => state.missing.includes(name));
    await whileChanging(db, tx, async () => {
      for (const migration of missing) await applyOne(tx, migration, at, db.engine);
    });
    return missing.map(({ name }) => name);
  });
}

/**
 * Enters a starting process among those that work on this schema. Throws `schema_newer`, or `config_invalid` when the
 * schema is behind. Under the lock of `migrate`: whoever changes the schema next sees it, or it sees the change.
 */
export async function joinProcesses(db: Db, me: Omit<ProcessRow, "started_at" | "seen_at">): Promise<void> {
  const now = await databaseNow(db);
  await underLock(db, async (tx) => {
    const state = await stateOf(tx, MIGRATIONS);
    refuseNewer(state);
    refuseBehind(state);
    await dropProcessesBefore(tx, plusMs(now, -FORGOTTEN_MS));
    await saveProcess(tx, { ...me, started_at: now.toISOString(), seen_at: now.toISOString() });
  });
}

/** Whether this program may write: throws `schema_newer`, or `schema_changing` while tables are being changed. */
export async function mustFit(tx: Tx, engine: Db["engine"]): Promise<void> {
  refuseNewer(await stateOf(tx, MIGRATIONS));
  // SQLite's write lock keeps everyone out until the change is whole.
  if (engine === "sqlite") return;
  const [row] = await rowsOf(tx, `SELECT IS_USED_LOCK(${CHANGING}) AS held`);
  if (row?.held == null) return;
  throw new AppError("schema_changing", BUSY);
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

export function refuseBehind(state: SchemaState): void {
  if (state.missing.length === 0) return;
  const names = state.missing.join(", ");
  throw new AppError(
    "config_invalid",
    text(
      `Skema basis data belum diperbarui (${names}). Jalankan faktur migrate.`,
      `The database schema is behind (${names}). Run faktur migrate.`,
    ),
  );
}

/** Who joined before this change was known knows nothing of it, and would go on writing as before. */
async function refuseOlderRunning(db: Db, tx: Tx): Promise<void> {
  const alive = await processesSince(tx, plusMs(await databaseNow(db, tx), -DEAD_MS));
  if (alive.length === 0) return;
  const names = alive.map(({ host, pid, version }) => `${host} pid ${pid} (${version})`).join(", ");
  throw new AppError(
    "older_running",
    text(
      `Masih ada layanan versi lama yang berjalan: ${names}. Hentikan dahulu, lalu ulangi. Yang mati mendadak terlupa dalam ${DEAD_MS / 1000} detik.`,
      `Services of an older version still run: ${names}. Stop them first, then repeat. One that was killed is forgotten after ${DEAD_MS / 1000} s.`,
    ),
  );
}

const BUSY = text("Proses lain sedang memperbarui basis data.", "Another process is updating the database.");
const TABLE_SQL = `CREATE TABLE IF NOT EXISTS ${TABLE} (name varchar(100) PRIMARY KEY, applied_at varchar(24) NOT NULL)`;

/** SQLite: schema changes are transactional, so all goes in one transaction that holds the write lock. */
function underLock<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (db.engine === "mysql") return underMysqlLock(db, work);
  const inOne = (): Promise<T> =>
    db.knex.transaction(async (tx) => {
      // A write first, before any look of the guard: it takes SQLite's one write lock, so that two starting processes never
      // both read "missing".
      await tx.raw(TABLE_SQL);
      await tx(TABLE).where({ name: "" }).delete();
      return work(tx);
    });
  return retrying(inOne, LONG_PATIENCE);
}

/** MySQL commits schema changes one by one; a named lock keeps others away and each migration can be run again. */
function underMysqlLock<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.knex.transaction(async (tx) => {
    const [row] = await rowsOf(tx, `SELECT GET_LOCK(${LOCK}, ${LOCK_SECONDS}) AS held`);
    if (row?.held !== 1) throw new AppError("database_unavailable", BUSY);
    try {
      // This commits, and what follows is committed statement by statement: before the lock is given back.
      await tx.raw(TABLE_SQL);
      return await work(tx);
    } finally {
      await tx.raw(`SELECT RELEASE_LOCK(${LOCK})`);
    }
  });
}

async function whileChanging(db: Db, tx: Tx, change: () => Promise<void>): Promise<void> {
  if (db.engine === "sqlite") return change();
  await tx.raw(`SELECT GET_LOCK(${CHANGING}, ${LOCK_SECONDS})`);
  try {
    await change();
  } finally {
    await tx.raw(`SELECT RELEASE_LOCK(${CHANGING})`);
  }
}

async function rowsOf(tx: Tx, sql: string): Promise<{ held: number | null }[]> {
  const answer: unknown = await tx.raw(sql);
  return (answer as [{ held: number | null }[]])[0];
}

async function applyOne(tx: Knex, migration: Migration, at: () => Date, engine: Db["engine"]): Promise<void> {
  await migration.up(tx, engine);
  try {
    await tx(TABLE).insert({ name: migration.name, applied_at: at().toISOString() });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}
