import type { Tx } from "./db";

export interface SessionRow {
  /** SHA-256 of the cookie's value. */
  readonly hash: string;
  readonly user_id: string;
  readonly created_at: string;
  readonly seen_at: string;
  readonly ends_at: string;
  /** The address it was opened from, the program of the visitor as it names itself, and how: null before 0027. */
  readonly place: string | null;
  readonly agent: string | null;
  readonly way: "password" | "oidc" | null;
}

export async function insertSession(tx: Tx, row: SessionRow): Promise<void> {
  await tx<SessionRow>("sessions").insert(row);
}

export const sessionByHash = (tx: Tx, hash: string): Promise<SessionRow | undefined> =>
  tx<SessionRow>("sessions").where({ hash }).first();

/** Those of one person that last, the newest first. */
export const sessionsOf = (tx: Tx, userId: string, now: string, idleSince: string): Promise<SessionRow[]> =>
  tx<SessionRow>("sessions")
    .where({ user_id: userId })
    .where("ends_at", ">", now)
    .where("seen_at", ">", idleSince)
    .orderBy("created_at", "desc");

export async function touchSession(tx: Tx, hash: string, seenAt: string): Promise<void> {
  await tx<SessionRow>("sessions").where({ hash }).update({ seen_at: seenAt });
}

export async function endSession(tx: Tx, hash: string): Promise<void> {
  await tx<SessionRow>("sessions").where({ hash }).delete();
}

/** All of one person; `but` keeps the one in use. How many ended. */
export async function endSessionsOf(tx: Tx, userId: string, but: string | null): Promise<number> {
  const query = tx<SessionRow>("sessions").where({ user_id: userId });
  if (but !== null) query.whereNot({ hash: but });
  return query.delete();
}

export async function forgetSessions(tx: Tx, endedBefore: string): Promise<void> {
  await tx<SessionRow>("sessions").where("ends_at", "<", endedBefore).delete();
}
