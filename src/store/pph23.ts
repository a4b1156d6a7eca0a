import { isDuplicate, type Tx } from "./db";

export interface ReceiptRow {
  readonly id: string;
  readonly seller: string;
  /** Payer and number while the receipt stands; null once it is withdrawn. */
  readonly live_key: string | null;
  readonly number: string;
  readonly date: string;
  readonly masa: string;
  readonly buyer_npwp: string;
  /** Whole rupiah as text. */
  readonly dpp: string;
  readonly pph: string;
  readonly nsfp: string | null;
  readonly invoice: string | null;
  readonly recorded_by: string;
  readonly recorded_at: string;
  readonly withdrawn_by: string | null;
  readonly withdrawn_at: string | null;
  readonly withdrawn_reason: string | null;
}

export const receiptKey = (buyerNpwp: string, number: string): string => `${buyerNpwp}/${number}`;

/** Records a receipt once; false when this number of this payer stands already. */
export async function insertReceipt(tx: Tx, row: ReceiptRow): Promise<boolean> {
  try {
    await tx<ReceiptRow>("pph23_receipts").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export const standingReceipt = (tx: Tx, key: string): Promise<ReceiptRow | undefined> =>
  tx<ReceiptRow>("pph23_receipts").where({ live_key: key }).first();

export const receiptById = (tx: Tx, id: string): Promise<ReceiptRow | undefined> =>
  tx<ReceiptRow>("pph23_receipts").where({ id }).first();

/** Which faktur or invoice a standing receipt belongs to. */
export async function linkReceipt(
  tx: Tx,
  id: string,
  names: Pick<ReceiptRow, "nsfp" | "invoice">,
): Promise<void> {
  await tx<ReceiptRow>("pph23_receipts").where({ id }).update(names);
}

/** False when it was withdrawn before. */
export async function withdrawReceipt(
  tx: Tx,
  id: string,
  by: string,
  reason: string,
  now: Date,
): Promise<boolean> {
  const withdrawn = await tx<ReceiptRow>("pph23_receipts")
    .where({ id })
    .whereNotNull("live_key")
    .update({
      ...{ live_key: null, withdrawn_by: by, withdrawn_at: now.toISOString() },
      withdrawn_reason: reason,
    });
  return withdrawn === 1;
}

/** Standing receipts of a seller whose own masa lies between two, in the order of their recording. */
export const receiptsBetween = (tx: Tx, seller: string, from: string, to: string): Promise<ReceiptRow[]> =>
  tx<ReceiptRow>("pph23_receipts")
    .where({ seller })
    .whereBetween("masa", [from, to])
    .whereNotNull("live_key")
    .orderBy("id");

/** Newest first, withdrawn ones too; `before` is the id the page starts under. */
export function listReceipts(
  tx: Tx,
  filter: { readonly seller?: string | undefined; readonly masa?: string | undefined },
  before: string | null,
  limit: number,
): Promise<ReceiptRow[]> {
  const query = tx<ReceiptRow>("pph23_receipts").orderBy("id", "desc").limit(limit);
  if (filter.seller !== undefined) query.where({ seller: filter.seller });
  if (filter.masa !== undefined) query.where({ masa: filter.masa });
  if (before !== null) query.where("id", "<", before);
  return query;
}

export interface WithholderRow {
  readonly seller: string;
  readonly npwp: string;
  readonly withholds: boolean | number;
  readonly reason: string;
  readonly recorded_by: string;
  readonly at: string;
}

/** What finance has written down of a buyer takes the place of what was there. */
export async function saveWithholder(tx: Tx, row: WithholderRow): Promise<void> {
  const { seller, npwp, ...rest } = row;
  if ((await tx<WithholderRow>("pph23_buyers").where({ seller, npwp }).update(rest)) > 0) return;
  try {
    await tx<WithholderRow>("pph23_buyers").insert(row);
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
    await tx<WithholderRow>("pph23_buyers").where({ seller, npwp }).update(rest);
  }
}

export const withholdersOf = (tx: Tx, seller: string): Promise<WithholderRow[]> =>
  tx<WithholderRow>("pph23_buyers").where({ seller }).orderBy("npwp");
