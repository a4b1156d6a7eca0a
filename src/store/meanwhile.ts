import type { Tx } from "./db";

/** What may come between the decision about an invoice and its faktur. */
export interface Meanwhile {
  /** Refunds that stand. */
  readonly refunds: number;
  /** The place of the last move of a service away from its account; 0 without any. */
  readonly lastMove: number;
}

/** As it is at this moment, in one statement. Read once the invoice is held: who is about to write waits for that. */
export async function meanwhileOf(
  tx: Tx,
  invoice: { readonly portal: string; readonly external_id: string },
  account: string,
): Promise<Meanwhile> {
  const { portal, external_id } = invoice;
  const refunds = tx("refunds")
    .where({ portal, invoice_external_id: external_id })
    .whereNot({ state: "failed" })
    // One that is being written by whoever did not find the invoice yet is waited for.
    .forShare()
    .count("*");
  const moves = tx("moves").where({ portal, from_account: account }).max("sequence");
  const query = tx.select(refunds.as("refunds"), moves.as("last_move"));
  const [row] = (await query) as { refunds: number | string; last_move: number | string | null }[];
  return { refunds: Number(row?.refunds), lastMove: Number(row?.last_move ?? 0) };
}
