import { AppError } from "../errors";
import { text } from "../text";
import type { Db, Tx } from "./db";
import { makePrivate } from "./private-file";

interface SqliteConnection {
  backup(
    file: string,
    options: { progress(done: { remainingPages: number }): number },
  ): Promise<{ totalPages: number }>;
}

const ALL_PAGES = 0x7fffffff;

/**
 * The embedded database as it is at one moment, into a new file, while others read and write it. All pages in one step:
 * a copy page by page begins anew with every write of another process, and may never end.
 */
export async function copySqlite(db: Db, file: string): Promise<void> {
  makePrivate(file);
  const client = db.knex.client as {
    acquireConnection(): Promise<SqliteConnection>;
    releaseConnection(connection: SqliteConnection): Promise<void>;
  };
  const connection = await client.acquireConnection();
  try {
    await connection.backup(file, { progress: () => ALL_PAGES });
  } finally {
    await client.releaseConnection(connection);
  }
}

/** Reads the whole embedded database. Throws `document_damaged` when its own pages contradict one another. */
export async function checkSqlite(db: Db): Promise<void> {
  const rows = await db.knex
    .raw<{ integrity_check: string }[]>("PRAGMA integrity_check")
    .catch((thrown: unknown) => [{ integrity_check: String(thrown) }]);
  const [first] = rows;
  if (first?.integrity_check === "ok") return;
  throw new AppError(
    "document_damaged",
    text(
      "Salinan basis data rusak. Pakai cadangan lain.",
      "The copy of the database is damaged. Use another backup.",
    ),
    { cause: new Error(first?.integrity_check.slice(0, 200)) },
  );
}

/** Columns that name stored documents; a test compares them with the schema. */
export const DOCUMENT_COLUMNS: readonly {
  readonly table: string;
  readonly key: string;
  readonly column: string;
  /** Where this other column holds a hash, that one names the document. */
  readonly unless?: string;
}[] = [
  { table: "fakturs", key: "id", column: "pdf_sha256" },
  { table: "exchanges", key: "id", column: "document_sha256" },
  { table: "exchanges", key: "id", column: "request_sha256", unless: "document_sha256" },
  { table: "exchanges", key: "id", column: "response_sha256", unless: "document_sha256" },
  { table: "coretax_files", key: "id", column: "sha256" },
  { table: "company_files", key: "id", column: "sha256" },
  { table: "reconciliations", key: "id", column: "report_sha256" },
];

const PAGE = 1000;

/** The hash of every document that the database names; some come more than once. */
export async function* namedDocuments(tx: Tx): AsyncGenerator<string> {
  for (const { table, key, column, unless } of DOCUMENT_COLUMNS) {
    // A copy may be older than this program.
    if (!(await tx.schema.hasColumn(table, column))) continue;
    const otherwise = unless !== undefined && (await tx.schema.hasColumn(table, unless)) ? unless : null;
    for (let after: string | number | null = null; ;) {
      const query = tx<Record<string, unknown>>(table)
        .whereNotNull(column)
        .orderBy(key)
        .limit(PAGE)
        .select(`${key} as at`, `${column} as hash`);
      if (otherwise !== null) query.whereNull(otherwise);
      if (after !== null) query.where(key, ">", after);
      const rows = (await query) as unknown as { at: string | number; hash: string }[];
      for (const { hash } of rows) yield hash;
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.at;
    }
  }
}
