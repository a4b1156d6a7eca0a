import { undecidedCases } from "./cases";
import type { Tx } from "./db";
import type { FakturRow } from "./fakturs";

export interface FakturAtWork {
  readonly row: FakturRow;
  readonly paused: boolean;
  /** Its seller's PDFs come from the channel. */
  readonly official: boolean;
  /** A case of it waits for a decision. */
  readonly undecided: boolean;
}

type AtWorkRow = FakturRow & {
  readonly paused_seller: string | null;
  readonly seller_pdf: string | null;
  readonly undecided_case: boolean | number;
};

/** A faktur with what may hold it back: the pause of its seller's channel and its cases. Every step asks for all. */
export async function fakturAtWork(tx: Tx, id: string): Promise<FakturAtWork | undefined> {
  const found: AtWorkRow | undefined = await tx("fakturs")
    .leftJoin("channel_pauses", "channel_pauses.seller", "fakturs.seller")
    .leftJoin("sellers", "sellers.slug", "fakturs.seller")
    .where({ "fakturs.id": id })
    .first(
      "fakturs.*",
      "channel_pauses.seller as paused_seller",
      "sellers.pdf as seller_pdf",
      tx.raw("exists ? as undecided_case", [undecidedCases(tx)]),
    );
  if (found === undefined) return undefined;
  const { paused_seller, seller_pdf, undecided_case, ...row } = found;
  return {
    ...{ row, paused: paused_seller !== null, undecided: Boolean(undecided_case) },
    official: seller_pdf === "official",
  };
}
