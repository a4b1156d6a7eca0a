import type { Knex } from "knex";
import { type AppError, asAppError, codeOf, databaseUnavailable } from "../errors";
import { shared } from "../sharing";
import { lightTransactions } from "./light-transactions";
import { openLog } from "./log-sync";
import { mysql, MYSQL_BOUNDS } from "./mysql";
import { makePrivate } from "./private-file";
import { retrying } from "./retrying";
import { sqlite, sqliteBounds } from "./sqlite";

export type Engine = "sqlite" | "mysql";

/** What a store function is given: a transaction, or the database itself for a single statement. */
export type Tx = Knex;

export interface Db {
  readonly engine: Engine;
  readonly knex: Knex;
  /** Runs `work` in one short transaction; again from the start when the engine says the clash may pass. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The same for a single statement, or several of which each may stand alone: no round trips to begin and to commit. */
  alone<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A session that has said nothing for so long is dead: MySQL itself would wait for eight hours. */
const SILENCE_SECONDS = 60;

/**
 * `sqlite:FILE` or `mysql://user:pass@host:3306/name`. Opens lazily; nothing is asked of the server yet. MySQL ends a
 * session after a lease without a word, at most a minute: a process that was paused, or whose machine is gone, in the
 * middle of a transaction keeps its rows locked for no longer.
 */
export function openDb(url: string, connections: number, leaseSeconds = SILENCE_SECONDS): Db {
  return url.startsWith("mysql:")
    ? openMysql(url, connections, Math.min(leaseSeconds, SILENCE_SECONDS))
    : openSqlite(url.replace(/^sqlite:(\/\/)?/, ""));
}

function openMysql(url: string, connections: number, silenceSeconds: number): Db {
  const base = mysql(url, connections, silenceSeconds);
  const inOne = lightTransactions(base, () => mysql(url, 1, silenceSeconds), MYSQL_BOUNDS);
  return {
    ...{ engine: "mysql", knex: base, close: () => base.destroy() },
    transaction: (work) => retrying(() => inOne(work)),
    alone: (work) => retrying(() => work(base)),
  };
}

function openSqlite(file: string): Db {
  makePrivate(file);
  const base = sqlite(file);
  const inOne = lightTransactions(base, () => sqlite(file), sqliteBounds());
  const log = openLog(file);
  // SQLite itself would hold up the whole process at every commit.
  const onDisk = shared(() => log.sync());
  const transaction: Db["transaction"] = async (work) => {
    const result = await retrying(() => inOne(work));
    await onDisk().catch((thrown: unknown) => {
      throw databaseUnavailable(thrown);
    });
    return result;
  };
  return {
    ...{ engine: "sqlite", knex: base, transaction, alone: transaction },
    async close() {
      await base.destroy();
      await log.close();
    },
  };
}

/** A row with this unique key stands already, on either engine. */
export const isDuplicate = (thrown: unknown): boolean =>
  ["SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "ER_DUP_ENTRY"].includes(codeOf(thrown));

/** One round trip, for readiness and doctor. Throws `database_unavailable`. */
export async function pingDb(db: Db): Promise<void> {
  try {
    await db.knex.raw("SELECT 1");
  } catch (cause) {
    throw unusable(cause);
  }
}

/** Whatever is wrong with a question that asks for nothing, the database cannot be used. */
function unusable(cause: unknown): AppError {
  const error = asAppError(cause);
  return error.code === "database_unavailable" ? error : databaseUnavailable(cause);
}

/** More than a page of SQLite holds, so that room for new rows is tried. */
const PROBE_LETTERS = 9_000;

/**
 * Whether the database takes rows: not read-only, and, where it is a file of ours, not full. Leaves nothing behind.
 * Throws `database_unavailable`.
 */
export async function probeDb(db: Db): Promise<void> {
  try {
    await db.transaction(async (tx) => {
      if (db.engine === "sqlite") await tx("write_probe").insert({ filler: "x".repeat(PROBE_LETTERS) });
      await tx("write_probe").delete();
    });
  } catch (cause) {
    throw unusable(cause);
  }
}

/** The database server's own clock, as a second opinion on ours. */
export async function databaseNow(db: Db, tx: Tx = db.knex): Promise<Date> {
  const sql = db.engine === "mysql" ? "SELECT UNIX_TIMESTAMP() AS seconds" : "SELECT unixepoch() AS seconds";
  const answer: unknown = await tx.raw(sql);
  const rows = (db.engine === "mysql" ? (answer as [unknown])[0] : answer) as { seconds: number | string }[];
  return new Date(Number(rows[0]?.seconds ?? 0) * 1000);
}
