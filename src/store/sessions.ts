import type { Tx } from "./db";

export interface SessionRow {
  /** SHA-256 of the cookie's value. */
  readonly hash: string;
  readonly user_id: string;
  readonly created_at: string;
  readonly seen_at: string;
  readonly ends_at: string;
}

export async function insertSession(tx: Tx, row: SessionRow): Promise<void> {
  await tx<SessionRow>("sessions").insert(row);
}

export const sessionByHash = (tx: Tx, hash: string): Promise<SessionRow | undefined> =>
  tx<SessionRow>("sessions").where({ hash }).first();

export async function touchSession(tx: Tx, hash: string, seenAt: string): Promise<void> {
  await tx<SessionRow>("sessions").where({ hash }).update({ seen_at: seenAt });
}

export async function endSession(tx: Tx, hash: string): Promise<void> {
  await tx<SessionRow>("sessions").where({ hash }).delete();
}

/** All of one person; `but` keeps the one in use. */
export async function endSessionsOf(tx: Tx, userId: string, but: string | null): Promise<void> {
  const query = tx<SessionRow>("sessions").where({ user_id: userId });
  if (but !== null) query.whereNot({ hash: but });
  await query.delete();
}

export async function forgetSessions(tx: Tx, endedBefore: string): Promise<void> {
  await tx<SessionRow>("sessions").where("ends_at", "<", endedBefore).delete();
}
