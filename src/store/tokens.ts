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
}

export async function insertToken(tx: Tx, row: TokenRow): Promise<void> {
  await tx<TokenRow>("tokens").insert(row);
}

export const tokenByHash = (tx: Tx, hash: string): Promise<TokenRow | undefined> =>
  tx<TokenRow>("tokens").where({ hash }).first();
