import type { Outcome } from "../errors";
import type { Work } from "../store/fence";
import { addTimeline, moveFaktur, type FakturRow } from "../store/fakturs";
import type { SellerRow } from "../store/sellers";
import { setChannelOfReady } from "../store/uploads";
import { FILE_CHANNEL } from "./faktur";
import { keysOf, type FakturDeps } from "./flow";

/**
 * In doubt at a channel that its seller has left for files, and never given an id there: a draft at most, which nobody
 * hands over. Files cannot be asked about it.
 */
export const isLeftBehind = (
  { state, external_id, channel_kind }: Pick<FakturRow, "state" | "external_id" | "channel_kind">,
  seller: Pick<SellerRow, "channel_kind">,
): boolean =>
  seller.channel_kind === FILE_CHANNEL &&
  channel_kind !== FILE_CHANNEL &&
  external_id === null &&
  (state === "submitting" || state === "unknown");

/** Carried by hand: what was made to be sent is told as what it is now, ready for its export. */
export async function leaveToPeople(d: FakturDeps, work: Work, row: FakturRow): Promise<Outcome> {
  if (row.state === "ready" && row.channel_kind !== FILE_CHANNEL) {
    await work.transaction((tx) => setChannelOfReady(tx, row.id, FILE_CHANNEL, d.clock.now()));
  }
  return { kind: "done" };
}

/** It waits for its export, like all that its seller makes from now on. */
export async function leftForFiles(d: FakturDeps, work: Work, row: FakturRow): Promise<Outcome> {
  const now = d.clock.now();
  await work.transaction(async (tx) => {
    await moveFaktur(tx, row, "absent", now, { channel_kind: FILE_CHANNEL, outdated_there: false });
    await addTimeline(tx, row.id, { at: now, event: "left_for_files", by: "system" });
  });
  d.log.info("faktur.left_for_files", keysOf(row));
  return { kind: "done" };
}
