import type { Tx } from "./db";
import { keyOf, type FakturRow } from "./fakturs";
import { ofSameCompany } from "./sellers";

/** A document as the authority holds it. */
interface There {
  readonly externalId: string;
  /** Null while it has no number. */
  readonly nsfp: string | null;
}

type Ours = Pick<FakturRow, "id" | "seller" | "reference">;

/**
 * True when this very document is another faktur's of the same company: it shows the same id, under the same reference
 * where that stands under another seller's name (ids of two providers may be equal), or the same number. Whoever else
 * might take it over waits until this transaction has ended.
 */
export async function heldByAnother(tx: Tx, row: Ours, there: There): Promise<boolean> {
  const names = (await ofSameCompany(tx, row.seller)) as { slug: string }[];
  const sellers = names.map(({ slug }) => slug);
  const rivals = sellers.length > 1 ? await lockedRivals(tx, row, sellers) : [];
  if (rivals.some((one) => one.id !== row.id && one.external_id === there.externalId)) return true;
  if (await isHeldHere(tx, row, there.externalId)) return true;
  return there.nsfp !== null && (await isNumberHeld(tx, row, there.nsfp));
}

/** In the order of their ids, so that two hands never wait for each other. */
const lockedRivals = (tx: Tx, row: Ours, sellers: readonly string[]): Promise<Rival[]> =>
  tx("fakturs")
    .whereIn("seller", [...sellers])
    .where({ reference_key: keyOf(row.reference) })
    .orderBy("id")
    .forUpdate()
    .select("id", "external_id");

type Rival = Pick<FakturRow, "id" | "external_id">;

const isHeldHere = async (tx: Tx, { id, seller }: Ours, external_id: string): Promise<boolean> =>
  (await tx<FakturRow>("fakturs").where({ seller, external_id }).whereNot({ id }).first("id")) !== undefined;

/** True when another faktur of the same company was handed over under this reference, under another seller's name. */
export const isReferenceHeld = async (tx: Tx, { id, seller, reference }: Ours): Promise<boolean> =>
  (await tx("fakturs")
    .where({ reference })
    .whereNot({ id })
    .whereNotNull("external_id")
    .whereIn("seller", ofSameCompany(tx, seller))
    .first("id")) !== undefined;

/** True when another faktur of the same company has this number. */
export const isNumberHeld = async (
  tx: Tx,
  { id, seller }: Pick<Ours, "id" | "seller">,
  nsfp: string,
): Promise<boolean> =>
  (await tx<FakturRow>("fakturs")
    .where({ nsfp })
    .whereNot({ id })
    .whereIn("seller", ofSameCompany(tx, seller))
    .first("id")) !== undefined;
