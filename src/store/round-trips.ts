import type { Knex } from "knex";

/**
 * Statements that are said in one turn reach a MySQL server in one trip, one behind the other as they were said. The first
 * that fails fails all of its trip: the server runs none behind it, and does not tell which it was.
 */

/** What the library hands to its driver, and where it looks for the answer. */
export interface Statement {
  readonly sql: string;
  readonly bindings?: readonly unknown[];
  response?: readonly [rows: unknown, fields: unknown];
}

/** What is used of the driver's connection. */
export interface Wire {
  format(sql: string, values: readonly unknown[]): string;
  query(sql: string, done: (error: Error | null, rows?: unknown, fields?: unknown) => void): void;
}

/** A text of ours is one statement; its values are not in it yet. Whatever else was smuggled in is not sent. */
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

/** Says what goes `before` and the statements; their answers are written into them. */
export function inOneTrip(
  wire: Wire,
  statements: readonly Statement[],
  before: readonly string[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const said = statements.map(({ sql, bindings = [] }) => wire.format(single(sql), bindings));
    const text = [...before, ...said].join(";");
    wire.query(text, (error, rows, fields) => {
      if (error !== null) return reject(error);
      const [allRows, allFields] = before.length + said.length > 1 ? [rows, fields] : [[rows], [fields]];
      for (const [index, statement] of statements.entries()) {
        const at = before.length + index;
        statement.response = [(allRows as unknown[])[at], (allFields as unknown[] | undefined)?.[at]];
      }
      resolve();
    });
  });
}
