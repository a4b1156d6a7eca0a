import type { Tx } from "./db";
import { keyOf, type FakturRow } from "./fakturs";

/** Gives a faktur another reference. Throws the driver's duplicate error when another one bears it. */
export async function renameFaktur(
  tx: Tx,
  id: string,
  { reference, document }: Pick<FakturRow, "reference" | "document">,
  now: Date,
): Promise<void> {
  const changes = { reference, reference_key: keyOf(reference), document };
  await tx("fakturs")
    .where({ id })
    .update({ ...changes, updated_at: now.toISOString() });
}
