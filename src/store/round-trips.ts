import type { Knex } from "knex";

/** Statements that are said in one turn reach a MySQL server in one trip, one behind the other as they were said. */

/** What the library hands to its driver, and where it looks for the answer. */
export interface Statement {
  readonly sql: string;
  readonly bindings?: readonly unknown[];
  response?: Answer;
}

type Answer = readonly [rows: unknown, fields: unknown];

/**
 * What a trip has brought: the answers until one failed, and that failure; the server runs none behind it. The rows of what
 * was read before a failure are lost: null.
 */
export interface Trip {
  readonly answers: readonly (Answer | null)[];
  readonly failed: Error | null;
}

/** What is used of the driver's connection. */
export interface Wire {
  format(sql: string, values: readonly unknown[]): string;
  query(
    sql: string,
    done: (error: Error | null, rows?: unknown, fields?: unknown) => void,
  ): NodeJS.EventEmitter;
}

/** A text of ours is one statement, its values not in it yet: what was smuggled into one is not sent. */
function single(sql: string): string {
  if (sql.includes(";")) throw new Error("a statement holds more than one");
  return sql;
}

interface Asking {
  _query(connection: unknown, statement: Statement): Promise<unknown>;
}

/** The same for statements outside a transaction, each of which is a trip of its own. */
export function sayingOneAtATime(library: Knex): void {
  const client = library.client as Asking;
  const ask = client._query.bind(client);
  client._query = (connection, statement) => {
    single(statement.sql);
    return ask(connection, statement);
  };
}

/** Says the statements behind `before`, which is answered with nothing that anybody waits for. */
export async function inOneTrip(
  wire: Wire,
  before: readonly string[],
  statements: readonly Statement[],
): Promise<Trip> {
  const said = statements.map(({ sql, bindings = [] }) => wire.format(single(sql), bindings));
  const all = [...before, ...said];
  const { answers, failed } = await asked(wire, all.join(";"), all.length);
  return { answers: answers.slice(before.length), failed };
}

function asked(wire: Wire, text: string, count: number): Promise<Trip> {
  const begun: (Answer | null)[] = [];
  return new Promise((resolve) => {
    const done = (failed: Error | null, rows?: unknown, fields?: unknown): void => {
      if (failed !== null) return resolve({ answers: begun, failed });
      const [all, columns] = count > 1 ? [rows as unknown[], fields as unknown[]] : [[rows], [fields]];
      resolve({ answers: all.map((one, index) => [one, columns[index]]), failed });
    };
    // What was answered before a failure is told by these alone.
    wire
      .query(text, done)
      .on("fields", () => begun.push(null))
      .on("result", (written: unknown) => begun.splice(-1, 1, [written, undefined]));
  });
}
