import knex, { type Knex } from "knex";
import { isHeld } from "../errors";
import { quiet } from "./library";
import type { Bounds } from "./light-transactions";
import { LOOK_MS } from "./retrying";

interface SqliteConnection {
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
  pragma(source: string): unknown;
  prepare(sql: string): unknown;
}

/** SQLite has rolled back by itself where it was full, and says no to rolling back again. */
const rollBackOpen = (connection: SqliteConnection): unknown =>
  connection.inTransaction ? connection.exec("ROLLBACK") : undefined;

/** Where transactions of one file begin and end. */
export function sqliteBounds(): Bounds<SqliteConnection> {
  const begin = oneLookAtATime((connection: SqliteConnection) => connection.exec("BEGIN IMMEDIATE"));
  return {
    begin(connection) {
      rollBackOpen(connection);
      // A transaction that has read cannot wait for another's writing to end: SQLite turns it away at once.
      begin(connection);
    },
    commit: (connection) => connection.exec("COMMIT"),
    rollBack(connection) {
      try {
        rollBackOpen(connection);
      } catch {
        // What has failed is told by the work; the next transaction tries to roll back again.
      }
    },
  };
}

/** At each look the whole process stands still: of all who wait one looks, and the others are told what it has seen. */
function oneLookAtATime<Asked>(look: (asked: Asked) => unknown): (asked: Asked) => void {
  let held: { readonly thrown: unknown; readonly at: number } | null = null;
  return (asked) => {
    if (held !== null && performance.now() - held.at < LOOK_MS) throw held.thrown;
    held = null;
    try {
      look(asked);
    } catch (thrown) {
      if (isHeld(thrown)) held = { thrown, at: performance.now() };
      throw thrown;
    }
  };
}

const KEPT_STATEMENTS = 1_000;

/** Statements are compiled once: the library would compile the same few hundred anew each time. */
function keepStatements(connection: SqliteConnection): void {
  const prepare = connection.prepare.bind(connection);
  const kept = new Map<string, unknown>();
  connection.prepare = (sql) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_STATEMENTS) kept.clear();
    const fresh = prepare(sql);
    kept.set(sql, fresh);
    return fresh;
  };
}

const LOG_TRIES = 200;
const LOG_WAIT_MS = 25;

/**
 * A new file is given its log by whoever opens it first. Of two at once SQLite turns one away without waiting, for each
 * holds what the other needs.
 */
function keepLog(connection: SqliteConnection, done: (error: Error | null) => void, tries = 1): void {
  try {
    connection.pragma("journal_mode = WAL");
  } catch (thrown) {
    if (tries >= LOG_TRIES || !isHeld(thrown)) return done(thrown as Error);
    return void setTimeout(keepLog, LOG_WAIT_MS, connection, done, tries + 1);
  }
  done(null);
}

/** The whole process stands still meanwhile; whoever must wait longer comes again (`retrying`). */
const STAND_STILL_MS = 10;

/** A faktur touches some forty pages of twenty tables and indexes; in the usual 2 MB they push each other out. */
const CACHE_KB = 8_000;

/** Pages of the log after which it is taken over into the database, which holds up whoever commits then: 16 MB. */
const LOG_PAGES = 4_000;

/**
 * WAL: readers never wait for the writer. NORMAL: a commit leaves its log to `openSqlite`, which syncs it before anybody is
 * told; what is written outside (that a process lives) is on the disk with the next commit.
 */
export function sqlite(file: string): Knex {
  return knex({
    client: "better-sqlite3",
    log: quiet,
    compileSqlOnError: false,
    connection: { filename: file },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: SqliteConnection, done: (error: Error | null) => void) {
        connection.pragma(`busy_timeout = ${STAND_STILL_MS}`);
        connection.pragma("synchronous = NORMAL");
        connection.pragma("foreign_keys = ON");
        connection.pragma(`wal_autocheckpoint = ${LOG_PAGES}`);
        connection.pragma(`cache_size = -${CACHE_KB}`);
        keepStatements(connection);
        keepLog(connection, done);
      },
    },
  });
}
