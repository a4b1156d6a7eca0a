import knex, { type Knex } from "knex";
import { unbracketed } from "../addresses";
import { quiet } from "./library";
import type { Bounds } from "./light-transactions";
import { inOneTrip, sayingOneAtATime, type Wire } from "./round-trips";

interface MysqlConnection extends Wire {
  destroy(): void;
}

const said = (connection: MysqlConnection, sql: string): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.query(sql, (error) => (error === null ? resolve() : reject(error)));
  });

/** The server rolls back what its session has left open when the session ends. */
export const MYSQL_BOUNDS: Bounds<MysqlConnection> = {
  // Said with the first statements: a trip to the server for nothing, otherwise.
  begin: () => undefined,
  commit: (connection) => said(connection, "COMMIT"),
  rollBack: (connection) => said(connection, "ROLLBACK").catch(() => connection.destroy()),
  say: (connection, begun, statements) => inOneTrip(connection, begun ? [] : ["BEGIN"], statements),
};

/** Whatever a server says to its clients to begin with (`init_connect`): with utf8mb3 an emoji would be refused. */
const OWN_WORDS = "NAMES utf8mb4 COLLATE utf8mb4_general_ci, SESSION autocommit = 1";

/**
 * Whatever the server's own: many a portal's database is set not to be strict, and would shorten what is too long; with
 * NO_BACKSLASH_ESCAPES the driver's quoting of values would not hold.
 */
const SQL_MODE = "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/**
 * `?tls=required`: only encrypted, and only to a server whose certificate is good for its name. READ COMMITTED: claims with
 * SKIP LOCKED saw no deadlocks there, some under REPEATABLE READ (dependencies.md).
 */
export function mysql(url: string, connections: number, silenceSeconds: number): Knex {
  const at = new URL(url);
  const made = knex({
    client: "mysql2",
    log: quiet,
    // What failed is told by its statement; the values would carry names and addresses into the log.
    compileSqlOnError: false,
    connection: {
      host: unbracketed(at.hostname),
      port: at.port === "" ? 3306 : Number(at.port),
      user: decodeURIComponent(at.username),
      password: decodeURIComponent(at.password),
      database: decodeURIComponent(at.pathname.slice(1)),
      charset: "utf8mb4",
      multipleStatements: true,
      ...(at.searchParams.get("tls") === "required" ? { ssl: { verifyIdentity: true } } : {}),
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
          const session = [OWN_WORDS, plan, `sql_mode = '${SQL_MODE}'`, `wait_timeout = ${silenceSeconds}`];
          connection.query(`SET ${session.join(", ")}`, done);
        });
      },
    },
  });
  sayingOneAtATime(made);
  return made;
}
