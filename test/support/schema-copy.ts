import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";

/**
 * The present schema of MariaDB as its own words for it, told by the first database of a run that was migrated: half a
 * second of migrations for each of the others would be most of what many a test takes.
 */
export interface SchemaCopy {
  /** False while no database has been migrated in this run. */
  fill(url: string): Promise<boolean>;
  /** `url`: a database that was migrated just now. */
  keep(url: string): Promise<void>;
}

export function schemaCopy(folder: string): SchemaCopy {
  const file = join(folder, "schema.sql");
  return {
    async fill(url) {
      if (!existsSync(file)) return false;
      const sql = readFileSync(file, "utf8");
      await connected(url, (connection) => connection.query(`SET foreign_key_checks=0;${sql}`));
      return true;
    },
    async keep(url) {
      const sql = await schemaWords(url);
      // Whole or not at all: other suites look at any moment.
      writeFileSync(`${file}.${process.pid}`, sql);
      renameSync(`${file}.${process.pid}`, file);
    },
  };
}

/** What makes a database like this one: its tables, and the rows that stand in them. */
export const schemaWords = (url: string): Promise<string> => connected(url, wordsOf);

async function wordsOf(connection: Connection): Promise<string> {
  const [tables] = await connection.query<RowDataPacket[][]>({ sql: "SHOW TABLES", rowsAsArray: true });
  const words: string[] = [];
  for (const [name] of tables) {
    const [made] = await connection.query<RowDataPacket[][]>({
      sql: connection.format("SHOW CREATE TABLE ??", [name]),
      rowsAsArray: true,
    });
    // MySQL repeats a column's character set, which is its collation's, when the column was told both.
    words.push(String(made[0]?.[1]).replaceAll(" CHARACTER SET utf8mb4", ""));
    const [rows] = await connection.query<RowDataPacket[][]>({
      sql: connection.format("SELECT * FROM ??", [name]),
      rowsAsArray: true,
    });
    if (rows.length > 0) words.push(connection.format("INSERT INTO ?? VALUES ?", [name, rows]));
  }
  return words.join(";\n");
}

async function connected<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection({ uri: url, multipleStatements: true, dateStrings: true });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}
