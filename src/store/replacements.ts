import { isLive } from "../faktur/faktur";
import type { Tx } from "./db";
import type { FakturRow } from "./fakturs";

/** The replacement of this faktur that lives, if one does. */
export async function liveReplacement(
  tx: Tx,
  original: Pick<FakturRow, "id" | "invoice_id">,
): Promise<FakturRow | undefined> {
  const rows = await tx<FakturRow>("fakturs").where({
    invoice_id: original.invoice_id,
    replaces_id: original.id,
  });
  return rows.find((row) => isLive(row.state));
}

/** Fakturs that wait for their replacement; few at any time. */
export const beingReplaced = (tx: Tx): Promise<FakturRow[]> =>
  tx<FakturRow>("fakturs").where({ state: "replacing" }).orderBy("id");

/** The latest replacement of a faktur, whatever became of it. */
export const latestReplacement = (
  tx: Tx,
  original: Pick<FakturRow, "id" | "invoice_id">,
): Promise<FakturRow | undefined> =>
  tx<FakturRow>("fakturs")
    .where({ invoice_id: original.invoice_id, replaces_id: original.id })
    .orderBy("id", "desc")
    .first();

/** An approved replacement takes the place of its original, which has just been given up. */
export async function takePlace(tx: Tx, id: string, liveKey: string, now: Date): Promise<void> {
  await tx<FakturRow>("fakturs").where({ id }).update({ live_key: liveKey, updated_at: now.toISOString() });
}

/** A refused replacement is written anew under its own reference: the days go with the new text. */
export async function redate(
  tx: Tx,
  id: string,
  days: Pick<FakturRow, "date" | "period" | "deadline">,
): Promise<void> {
  await tx<FakturRow>("fakturs").where({ id }).update(days);
}

/** The faktur that stands in the place of this one: itself, or what has replaced it. */
export async function standingInPlaceOf(tx: Tx, row: FakturRow): Promise<FakturRow> {
  let standing = row;
  while (standing.state === "replaced") {
    const next = await latestReplacement(tx, standing);
    if (next === undefined) return standing;
    standing = next;
  }
  return standing;
}

const BATCH = 200;

/** What the authority last said of these fakturs. */
export async function statusesOf(
  tx: Tx,
  ids: readonly string[],
): Promise<Pick<FakturRow, "id" | "channel_status">[]> {
  const found: Pick<FakturRow, "id" | "channel_status">[] = [];
  for (let from = 0; from < ids.length; from += BATCH) {
    const some = ids.slice(from, from + BATCH);
    found.push(...(await tx<FakturRow>("fakturs").whereIn("id", some).select("id", "channel_status")));
  }
  return found;
}
