import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import knex, { type Knex } from "knex";
import { asAppError, databaseUnavailable } from "../errors";

export type Engine = "sqlite" | "mysql";

/** What a store function is given: a transaction, or the database itself for a single statement. */
export type Tx = Knex;

export interface Db {
  readonly engine: Engine;
  readonly knex: Knex;
  /** Runs `work` in one short transaction; again from the start when the engine says the clash may pass. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Every failure is thrown and reported by whoever asked; the library's own lines beside it would only repeat it. */
const quiet = { warn() {}, error() {}, deprecate() {}, debug() {} };

interface SqlitePragmas {
  pragma(source: string): unknown;
}

interface MysqlConnection {
  query(sql: string, done: (error: Error | null) => void): void;
}

/** A session that has said nothing for so long is dead: MySQL itself would wait for eight hours. */
const SILENCE_SECONDS = 60;

/**
 * `sqlite:FILE` or `mysql://user:pass@host:3306/name`. Opens lazily; nothing is asked of the server yet. MySQL ends a
 * session after a lease without a word, at most a minute: a process that was paused, or whose machine is gone, in the
 * middle of a transaction keeps its rows locked for no longer.
 */
export function openDb(url: string, connections: number, leaseSeconds = SILENCE_SECONDS): Db {
  const silenceSeconds = Math.min(leaseSeconds, SILENCE_SECONDS);
  const engine: Engine = url.startsWith("mysql:") ? "mysql" : "sqlite";
  const base =
    engine === "mysql" ? mysql(url, connections, silenceSeconds) : sqlite(url.replace(/^sqlite:(\/\/)?/, ""));
  return {
    engine,
    knex: base,
    transaction: (work) => retrying(() => base.transaction(work)),
    close: () => base.destroy(),
  };
}

/** WAL and FULL: a commit that was answered survives a power cut, and readers never wait for the writer. */
function sqlite(file: string): Knex {
  mkdirSync(dirname(file), { recursive: true });
  return knex({
    client: "better-sqlite3",
    log: quiet,
    connection: { filename: file },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: SqlitePragmas, done: (error: Error | null) => void) {
        connection.pragma("journal_mode = WAL");
        connection.pragma("synchronous = FULL");
        connection.pragma("foreign_keys = ON");
        connection.pragma("busy_timeout = 5000");
        done(null);
      },
    },
  });
}

/** READ COMMITTED: claims with SKIP LOCKED saw no deadlocks there, some under REPEATABLE READ (dependencies.md). */
function mysql(url: string, connections: number, silenceSeconds: number): Knex {
  const at = new URL(url);
  return knex({
    client: "mysql2",
    log: quiet,
    connection: {
      host: at.hostname,
      port: at.port === "" ? 3306 : Number(at.port),
      user: decodeURIComponent(at.username),
      password: decodeURIComponent(at.password),
      database: decodeURIComponent(at.pathname.slice(1)),
      charset: "utf8mb4",
      timezone: "Z",
      connectTimeout: 10_000,
    },
    acquireConnectionTimeout: 15_000,
    pool: {
      min: 0,
      max: connections,
      // Given back long before the server ends it, so that none breaks off just when it is taken up.
      idleTimeoutMillis: silenceSeconds * 500,
      reapIntervalMillis: Math.min(1000, silenceSeconds * 250),
      afterCreate(connection: MysqlConnection, done: (error: Error | null) => void) {
        connection.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", (error) => {
          if (error !== null) return done(error);
          // Of several indexes that fit it would sort what they have in common: a million rows for a list of fifty.
          const plan = "optimizer_switch = 'index_merge_intersection=off'";
          connection.query(`SET SESSION ${plan}, wait_timeout = ${silenceSeconds}`, done);
        });
      },
    },
  });
}

const codeOf = (thrown: unknown): string =>
  typeof thrown === "object" && thrown !== null && "code" in thrown ? String(thrown.code) : "";

/** A row with this unique key stands already, on either engine. */
export const isDuplicate = (thrown: unknown): boolean =>
  ["SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "ER_DUP_ENTRY"].includes(codeOf(thrown));

const PASSING = new Set([
  "SQLITE_BUSY",
  "SQLITE_BUSY_SNAPSHOT",
  "ER_LOCK_DEADLOCK",
  "ER_LOCK_WAIT_TIMEOUT",
  "ER_CHECKREAD",
]);

const TRIES = 8;

/** Again from the start when the engine says the clash may pass. */
export async function retrying<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (thrown) {
      if (attempt < TRIES && PASSING.has(codeOf(thrown))) continue;
      throw asAppError(thrown);
    }
  }
}

/** One round trip, for readiness and doctor. Throws `database_unavailable`. */
export async function pingDb(db: Db): Promise<void> {
  try {
    await db.knex.raw("SELECT 1");
  } catch (cause) {
    const error = asAppError(cause);
    throw error.code === "database_unavailable" ? error : databaseUnavailable(cause);
  }
}

/** The database server's own clock, as a second opinion on ours. */
export async function databaseNow(db: Db, tx: Tx = db.knex): Promise<Date> {
  const sql = db.engine === "mysql" ? "SELECT UNIX_TIMESTAMP() AS seconds" : "SELECT unixepoch() AS seconds";
  const answer: unknown = await tx.raw(sql);
  const rows = (db.engine === "mysql" ? (answer as [unknown])[0] : answer) as { seconds: number | string }[];
  return new Date(Number(rows[0]?.seconds ?? 0) * 1000);
}
