import type { Tx } from "./db";

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** The only portal it may touch; null = all. */
  readonly portal: string | null;
  /** SHA-256 of the token; the token itself is shown once and kept nowhere. */
  readonly hash: string;
  readonly created_at: string;
  readonly created_by?: string | null;
  /** JSON list of actions; empty for all of the role's. */
  readonly scope?: string | null;
  readonly expires_at?: string | null;
  readonly used_at?: string | null;
  readonly revoked_at?: string | null;
}

export async function insertToken(tx: Tx, row: TokenRow): Promise<void> {
  await tx<TokenRow>("tokens").insert(row);
}

export const tokenByHash = (tx: Tx, hash: string): Promise<TokenRow | undefined> =>
  tx<TokenRow>("tokens").where({ hash }).first();

export const tokenById = (tx: Tx, id: string): Promise<TokenRow | undefined> =>
  tx<TokenRow>("tokens").where({ id }).first();

/** Newest first. */
export const listTokens = (tx: Tx): Promise<TokenRow[]> => tx<TokenRow>("tokens").orderBy("id", "desc");

/** How many tokens that open something each has made, by the name of the maker. */
export async function countStanding(tx: Tx, now: Date): Promise<ReadonlyMap<string, number>> {
  const rows: { readonly made_by: string | null; readonly count: number | string }[] = await tx("tokens")
    .whereNull("revoked_at")
    .where((query) => void query.whereNull("expires_at").orWhere("expires_at", ">", now.toISOString()))
    .groupBy("created_by")
    .select("created_by as made_by")
    .count({ count: "*" });
  return new Map(rows.map(({ made_by, count }) => [made_by ?? "", Number(count)]));
}

export async function touchToken(tx: Tx, id: string, usedAt: string): Promise<void> {
  await tx<TokenRow>("tokens").where({ id }).update({ used_at: usedAt });
}

/** False when it was revoked before. */
export const revokeToken = async (tx: Tx, id: string, at: string): Promise<boolean> =>
  (await tx<TokenRow>("tokens").where({ id }).whereNull("revoked_at").update({ revoked_at: at })) === 1;
