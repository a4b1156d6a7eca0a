import { isDuplicate, type Tx } from "./db";

/** One run of failures of a seller's channel without a success between. */
export interface OutageRow {
  readonly id: string;
  readonly seller: string;
  readonly channel_kind: string;
  /** The seller while it lasts. */
  readonly open_key: string | null;
  /** The error code that began it. */
  readonly cause: string;
  readonly failures: number;
  readonly from_at: string;
  readonly last_at: string;
  readonly to_at: string | null;
}

/** Fewer failures in a row than this are no outage and leave no row behind. */
export const OUTAGE_FROM = 3;

/** Counts one more failure of this seller's channel; the first opens the row. Returns how many there are now. */
export async function noteFailure(
  tx: Tx,
  failure: {
    readonly id: string;
    readonly seller: string;
    readonly channel_kind: string;
    readonly cause: string;
  },
  now: Date,
): Promise<number> {
  const at = now.toISOString();
  const count = async (): Promise<boolean> =>
    (await tx<OutageRow>("outages")
      .where({ open_key: failure.seller })
      .update({ failures: tx.raw("failures + 1"), last_at: at })) === 1;
  if (!(await count())) {
    try {
      const row = { ...failure, open_key: failure.seller, failures: 1, from_at: at, last_at: at };
      await tx<OutageRow>("outages").insert(row);
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
      await count();
    }
  }
  return Number((await openOutage(tx, failure.seller))?.failures ?? 1);
}

/** The first success ends what is open; returns the outage that it ended, if it was one. */
export async function noteSuccess(tx: Tx, seller: string, now: Date): Promise<OutageRow | null> {
  const open = await openOutage(tx, seller);
  if (open === undefined) return null;
  const where = { id: open.id, open_key: seller };
  if (open.failures < OUTAGE_FROM) {
    await tx<OutageRow>("outages").where(where).where("failures", "<", OUTAGE_FROM).delete();
    return null;
  }
  const ended = await tx<OutageRow>("outages")
    .where(where)
    .update({ open_key: null, to_at: now.toISOString() });
  return ended === 1 ? { ...open, open_key: null, to_at: now.toISOString() } : null;
}

/** The outage of this seller's channel that has not ended. */
export const openOutage = (tx: Tx, seller: string): Promise<OutageRow | undefined> =>
  tx<OutageRow>("outages").where({ open_key: seller }).first();

/** Newest first; `before` is the id the page starts under. */
export function listOutages(
  tx: Tx,
  filter: { readonly seller?: string | undefined; readonly endedAfter?: Date },
  before: string | null,
  limit: number,
): Promise<OutageRow[]> {
  const query = tx<OutageRow>("outages")
    .where("failures", ">=", OUTAGE_FROM)
    .orderBy("id", "desc")
    .limit(limit);
  if (filter.seller !== undefined) query.where({ seller: filter.seller });
  const since = filter.endedAfter?.toISOString();
  if (since !== undefined) query.where((any) => void any.whereNull("to_at").orWhere("to_at", ">=", since));
  if (before !== null) query.where("id", "<", before);
  return query;
}

/** The outages that last at this moment. */
export const openOutages = (tx: Tx): Promise<OutageRow[]> =>
  tx<OutageRow>("outages").whereNotNull("open_key").where("failures", ">=", OUTAGE_FROM).orderBy("seller");
