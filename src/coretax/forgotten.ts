import type { Clock } from "../clock";
import { FILE_CHANNEL } from "../faktur/faktur";
import { forgottenUntil } from "../faktur/forgotten";
import type { Log } from "../log";
import { forgottenReady, insertClearance, keptBack, setKeptBack, type Forgotten } from "../store/clearances";
import type { Db, Tx } from "../store/db";
import { addTimeline, type FakturRow } from "../store/fakturs";
import { lastRestore } from "../store/restores";
import type { SellerRow } from "../store/sellers";

/** What a database that was put back from a copy may have forgotten to be exported; null when it never was put back. */
export async function forgottenSince(tx: Tx): Promise<Forgotten | null> {
  const restored = await lastRestore(tx);
  if (restored === null) return null;
  return {
    restoredAt: restored.toISOString(),
    paidUntil: forgottenUntil(restored).toISOString(),
  };
}

export interface ForgottenDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
}

const AT_A_TIME = 500;

/**
 * Files cannot be asked what became of them: after a restore the ready fakturs that may have been exported before are
 * kept back, each saying so, until somebody has looked in the tax portal. What is paid later is not among them.
 */
export async function keepBack(
  d: ForgottenDeps,
  seller: Pick<SellerRow, "slug" | "channel_kind">,
): Promise<Forgotten | null> {
  if (seller.channel_kind !== FILE_CHANNEL) return null;
  const since = await forgottenSince(d.db.knex);
  if (since === null) return null;
  for (;;) {
    const rows = await forgottenReady(d.db.knex, seller.slug, since, AT_A_TIME);
    await d.db.transaction(async (tx) => {
      for (const row of rows) await keepOneBack(tx, row, d.clock.now());
    });
    for (const row of rows) d.log.warn("coretax.kept_back", { faktur: row.id, trace: row.invoice_id });
    if (rows.length < AT_A_TIME) return since;
  }
}

async function keepOneBack(tx: Tx, { id }: FakturRow, now: Date): Promise<void> {
  if (await setKeptBack(tx, id, true, now)) {
    await addTimeline(tx, id, { at: now, event: "kept_back", by: "system" });
  }
}

/** What somebody has looked up in the tax portal: of one masa or of all. */
export interface LookedUp {
  readonly period: string | null;
  /** What was found, or may have been: that is not let go. */
  stays(row: FakturRow): boolean;
}

/** Lets fakturs that are kept back be exported, since the tax portal does not have them. How many these are. */
export async function clearKeptBack(
  d: ForgottenDeps,
  seller: string,
  since: Forgotten,
  { period, stays }: LookedUp,
  who: { readonly name: string },
): Promise<number> {
  let count = 0;
  for (let after = ""; ;) {
    const rows = await keptBack(d.db.knex, seller, period, after, AT_A_TIME);
    const absent = rows.filter((row) => !stays(row));
    const cleared = await d.db.transaction(async (tx) => {
      let done = 0;
      for (const row of absent) if (await clearOne(tx, d, row, since, who.name)) done += 1;
      return done;
    });
    count += cleared;
    after = rows.at(-1)?.id ?? after;
    if (rows.length < AT_A_TIME) return count;
  }
}

async function clearOne(
  tx: Tx,
  d: ForgottenDeps,
  { id }: FakturRow,
  since: Forgotten,
  by: string,
): Promise<boolean> {
  const now = d.clock.now();
  if (!(await setKeptBack(tx, id, false, now))) return false;
  await insertClearance(tx, { faktur_id: id, restored_at: since.restoredAt, by, at: now.toISOString() });
  await addTimeline(tx, id, { at: now, event: "cleared", by });
  return true;
}
