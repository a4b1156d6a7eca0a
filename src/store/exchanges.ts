import type { Tx } from "./db";

/** What was said to the authority about a faktur, and answered: the hash of either side, and where their bytes lie. */
export interface ExchangeRow {
  readonly at: string;
  readonly operation: string;
  readonly request_sha256: string;
  readonly response_sha256: string | null;
  /** The document with both sides; null in rows from before 0034, whose sides are documents under their own hashes. */
  readonly document_sha256: string | null;
  /** How many bytes of that document are the request's. */
  readonly request_bytes: number | null;
}

export async function addExchange(tx: Tx, fakturId: string, exchange: ExchangeRow): Promise<void> {
  await tx("exchanges").insert({ faktur_id: fakturId, ...exchange });
}

const COLUMNS = [
  "at",
  "operation",
  "request_sha256",
  "response_sha256",
  "document_sha256",
  "request_bytes",
] as const;

export const lastExchange = (tx: Tx, fakturId: string, operation: string): Promise<ExchangeRow | undefined> =>
  tx("exchanges")
    .where({ faktur_id: fakturId, operation })
    .orderBy("id", "desc")
    .first(...COLUMNS);

export const exchangesOf = (tx: Tx, fakturId: string): Promise<ExchangeRow[]> =>
  tx("exchanges")
    .where({ faktur_id: fakturId })
    .orderBy("id")
    .select(...COLUMNS);
