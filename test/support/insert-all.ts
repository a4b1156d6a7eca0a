import type { Tx } from "../../src/store/db";

/** Many rows by few statements, inside a transaction that does more. */
export async function insertAll(tx: Tx, table: string, rows: readonly object[], each: number): Promise<void> {
  for (let from = 0; from < rows.length; from += each) await tx(table).insert(rows.slice(from, from + each));
}
