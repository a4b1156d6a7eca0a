import type { Db } from "../../src/store/db";
import { until } from "./until";

/** Of knex's own client: what runs one statement. */
interface Client {
  query(connection: unknown, asked: unknown): Promise<unknown>;
}

export interface Halfway {
  readonly db: Db;
  /** Whether the transaction ever came so far. */
  stopped(): boolean;
}

/**
 * A database whose first transaction stops once: after so many of its statements `meanwhile` runs, and only then it goes
 * on. A statement that fails counts too; begin and commit do not.
 */
export function halfway(db: Db, after: number, meanwhile: () => Promise<void>): Halfway {
  let begun = false;
  let stopped = false;
  const stop = async (): Promise<void> => {
    stopped = true;
    await meanwhile();
  };
  const transaction: Db["transaction"] = (work) =>
    db.transaction(async (tx) => {
      if (begun) return work(tx);
      begun = true;
      const client = tx.client as Client;
      const { query } = client;
      let count = 0;
      client.query = async (connection, asked) => {
        try {
          return await query.call(client, connection, asked);
        } finally {
          count += 1;
          if (count === after) await stop();
        }
      };
      try {
        return await work(tx);
      } finally {
        client.query = query;
      }
    });
  return { db: { ...db, transaction }, stopped: () => stopped };
}

/** Resolves when `other` has ended, or waits for rows that somebody holds. On SQLite it waits for the only connection. */
export async function endedOrWaiting(db: Db, other: Promise<unknown>): Promise<void> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  other.then(end, end);
  if (db.engine === "sqlite") return;
  await until("the other has ended or waits", async () => (ended || (await anyoneWaits(db)) ? true : null));
}

/** Of the whole server: what information_schema tells of single transactions is too old where it is asked often. */
async function anyoneWaits(db: Db): Promise<boolean> {
  const sql = "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'";
  const [[row]] = (await db.knex.raw(sql)) as [[{ Value: string }]];
  return Number(row.Value) > 0;
}
