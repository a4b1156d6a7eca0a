import { isDuplicate, type Tx } from "./db";

interface RestoreRow {
  readonly at: string;
  readonly source: string;
}

/** Marks that the database was put back from a copy at this moment. */
export async function insertRestore(tx: Tx, at: Date, source: string): Promise<void> {
  try {
    await tx<RestoreRow>("restores").insert({ at: at.toISOString(), source: source.slice(0, 500) });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}

/** When it was last put back; null when it never was. */
export async function lastRestore(tx: Tx): Promise<Date | null> {
  const row = await tx<RestoreRow>("restores").orderBy("at", "desc").first("at");
  return row === undefined ? null : new Date(row.at);
}
