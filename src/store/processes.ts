import type { Tx } from "./db";

/** A running service, as the others see it. */
export interface ProcessRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly started_at: string;
  /** When it last said that it lives, by the database's clock. */
  readonly seen_at: string;
}

const TABLE = "processes";

export async function saveProcess(tx: Tx, row: ProcessRow): Promise<void> {
  await tx<ProcessRow>(TABLE).insert(row);
}

/** False when the row is gone. */
export async function touchProcess(tx: Tx, id: string, at: Date): Promise<boolean> {
  return (await tx<ProcessRow>(TABLE).where({ id }).update({ seen_at: at.toISOString() })) === 1;
}

export async function dropProcess(tx: Tx, id: string): Promise<void> {
  await tx<ProcessRow>(TABLE).where({ id }).delete();
}

export async function dropProcessesBefore(tx: Tx, at: Date): Promise<void> {
  await tx<ProcessRow>(TABLE).where("seen_at", "<", at.toISOString()).delete();
}

/** Those that have been seen since; none where the table is not there yet. */
export async function processesSince(tx: Tx, at: Date): Promise<ProcessRow[]> {
  if (!(await tx.schema.hasTable(TABLE))) return [];
  return tx<ProcessRow>(TABLE).where("seen_at", ">=", at.toISOString()).orderBy("started_at");
}
