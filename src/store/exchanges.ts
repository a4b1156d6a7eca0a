import type { Tx } from "./db";

/** What was said to the authority about a faktur, and answered. */
export interface ExchangeRow {
  readonly at: string;
  readonly operation: string;
  readonly request_sha256: string;
  readonly response_sha256: string | null;
  /** The words themselves; null where they are a document under their hash, or there were none. */
  readonly request: string | null;
  readonly response: string | null;
}

export async function addExchange(tx: Tx, fakturId: string, exchange: ExchangeRow): Promise<void> {
  await tx("exchanges").insert({ faktur_id: fakturId, ...exchange });
}

/** What tells one exchange from another. */
export type ExchangeMark = Pick<ExchangeRow, "at" | "operation" | "request_sha256" | "response_sha256">;

const MARK = ["at", "operation", "request_sha256", "response_sha256"] as const;

export const lastExchange = (
  tx: Tx,
  fakturId: string,
  operation: string,
): Promise<ExchangeMark | undefined> =>
  tx("exchanges")
    .where({ faktur_id: fakturId, operation })
    .orderBy("id", "desc")
    .first(...MARK);

export const exchangesOf = (tx: Tx, fakturId: string): Promise<ExchangeMark[]> =>
  tx("exchanges")
    .where({ faktur_id: fakturId })
    .orderBy("id")
    .select(...MARK);

/** The `n`th exchange of a faktur, the oldest being the first, with its words. */
export const exchangeOf = (tx: Tx, fakturId: string, n: number): Promise<ExchangeRow | undefined> =>
  tx("exchanges")
    .where({ faktur_id: fakturId })
    .orderBy("id")
    .offset(n - 1)
    .first(...MARK, "request", "response");
