import { plusMs, type Clock } from "../clock";
import type { Log } from "../log";
import type { Db, Tx } from "../store/db";
import { listPortals } from "../store/portals";
import {
  forgetDeliveries,
  forgetEmailChanges,
  forgetLetters,
  forgetMessages,
  forgetUploads,
} from "../store/prune";
import { forgetSessions } from "../store/sessions";
import { forgetTries } from "../store/users";

export interface PruneDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  /** Days for which what no law asks for is kept. */
  readonly keepDays: number;
  /** Days that a link for customers lasts. */
  readonly linkDays: number;
}

/** Rows taken away in one transaction, and transactions for one kind in one hour: nobody waits for it. */
const PRUNED_AT_A_TIME = 500;
const MOST_PRUNED_BATCHES = 40;
const DAY_MS = 86_400_000;

/** Takes away personal data that is old and that no law asks to be kept; what is left over goes with the next hour. */
export async function prune(d: PruneDeps): Promise<void> {
  const now = d.clock.now();
  const before = plusMs(now, -d.keepDays * DAY_MS);
  const each = (forget: (tx: Tx, before: Date, limit: number) => Promise<number>) =>
    inBatches(d, before, forget);
  let deliveries = 0;
  for (const { slug } of await listPortals(d.db.knex)) {
    deliveries += await each((tx, at, limit) => forgetDeliveries(tx, slug, at, limit));
  }
  const gone = {
    deliveries,
    // A letter tells to whom a link went: it stays as long as that, so that an address that leaves takes it along.
    letters: await inBatches(d, earlierOf(before, plusMs(now, -d.linkDays * DAY_MS)), forgetLetters),
    emailChanges: await each(forgetEmailChanges),
    messages: await each(forgetMessages),
    uploads: await each(forgetUploads),
  };
  await d.db.transaction((tx) => forgetSessions(tx, now.toISOString()));
  await d.db.transaction((tx) => forgetTries(tx, plusMs(now, -DAY_MS).toISOString()));
  if (Object.values(gone).some((count) => count > 0)) d.log.info("upkeep.pruned", gone);
}

const earlierOf = (one: Date, other: Date): Date => (one < other ? one : other);

async function inBatches(
  d: PruneDeps,
  before: Date,
  forget: (tx: Tx, before: Date, limit: number) => Promise<number>,
): Promise<number> {
  let gone = 0;
  for (let batch = 0; batch < MOST_PRUNED_BATCHES; batch += 1) {
    const count = await d.db.transaction((tx) => forget(tx, before, PRUNED_AT_A_TIME));
    gone += count;
    if (count < PRUNED_AT_A_TIME) break;
  }
  return gone;
}
