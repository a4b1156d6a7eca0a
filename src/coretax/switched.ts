import { dayInJakarta, type Clock } from "../clock";
import { FILE_CHANNEL } from "../faktur/faktur";
import { uploadRules } from "../faktur/seller";
import type { Log } from "../log";
import { isForgotten, setKeptBack, type Forgotten } from "../store/clearances";
import { wasExported } from "../store/coretax";
import type { Db, Tx } from "../store/db";
import { addTimeline, fakturById, moveFaktur } from "../store/fakturs";
import { enqueueOnce } from "../store/jobs";
import type { SellerRow } from "../store/sellers";
import { readyWithoutWork, setChannelOfReady } from "../store/uploads";
import { forgottenSince } from "./forgotten";

export interface SwitchedDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
}

const AT_A_TIME = 200;

/** Whether a seller whose channel sends by itself has fakturs that waited for an export. */
export const hasStranded = async (d: SwitchedDeps, seller: SellerRow): Promise<boolean> =>
  seller.channel_kind !== FILE_CHANNEL && (await stranded(d, seller, 1)).length > 0;

const stranded = (d: SwitchedDeps, { slug }: SellerRow, limit: number): Promise<string[]> =>
  readyWithoutWork(d.db.knex, slug, dayInJakarta(d.clock.now()), limit);

/**
 * What waited for an export when its seller changed to a channel that sends by itself has no work: it gets it here. What
 * a person must look at first does not go by itself: kept back where a restore may have forgotten its export, a draft
 * where it was in a file before or the automatic upload is off.
 */
export async function handOverStranded(d: SwitchedDeps, seller: SellerRow): Promise<void> {
  if (seller.channel_kind === FILE_CHANNEL) return;
  const since = await forgottenSince(d.db.knex);
  for (;;) {
    const ids = await stranded(d, seller, AT_A_TIME);
    await d.db.transaction(async (tx) => {
      for (const id of ids) await handOverOne(tx, d, seller, id, since);
    });
    if (ids.length > 0) d.log.info("faktur.channel_switched", { seller: seller.slug, fakturs: ids.length });
    if (ids.length < AT_A_TIME) return;
  }
}

async function handOverOne(
  tx: Tx,
  d: SwitchedDeps,
  seller: SellerRow,
  id: string,
  since: Forgotten | null,
): Promise<void> {
  const row = await fakturById(tx, id);
  if (row?.state !== "ready" || row.problem !== null) return;
  const now = d.clock.now();
  if (since !== null && (await isForgotten(tx, id, since))) {
    await setKeptBack(tx, id, true, now);
    await addTimeline(tx, id, { at: now, event: "kept_back", by: "system" });
  } else if (!uploadRules(seller).auto || (await wasExported(tx, id))) {
    await moveFaktur(tx, row, "withhold", now, { channel_kind: seller.channel_kind });
    await addTimeline(tx, id, { at: now, event: "withheld", by: "system" });
  } else if (await setChannelOfReady(tx, id, seller.channel_kind, now)) {
    await enqueueOnce(tx, "submit", id, now, now);
  }
}
