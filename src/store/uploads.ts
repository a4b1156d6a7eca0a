import type { FakturState } from "../faktur/faktur";
import type { Tx } from "./db";
import { unindexed } from "./faktur-search";
import type { FakturRow } from "./fakturs";

/** One faktur of a run that a person has started. */
export interface UploadAskedRow {
  readonly faktur_id: string;
  readonly seller: string;
  readonly run: string;
  readonly by: string;
  readonly at: string;
}

/** The latest request for a faktur counts. */
export async function insertUploadAsked(tx: Tx, row: UploadAskedRow): Promise<void> {
  await tx<UploadAskedRow>("uploads_asked").where({ faktur_id: row.faktur_id }).delete();
  await tx<UploadAskedRow>("uploads_asked").insert(row);
}

export const isUploadAsked = async (tx: Tx, fakturId: string): Promise<boolean> =>
  (await tx<UploadAskedRow>("uploads_asked").where({ faktur_id: fakturId }).first()) !== undefined;

/** The run that was started last; ids sort by time. */
export const latestRun = (tx: Tx, seller: string): Promise<UploadAskedRow | undefined> =>
  tx<UploadAskedRow>("uploads_asked").where({ seller }).orderBy("run", "desc").first();

export interface StateCount {
  readonly state: FakturState;
  readonly count: number;
}

const counted = (rows: readonly { state: FakturState; count: number | string }[]): StateCount[] =>
  rows.map(({ state, count }) => ({ state, count: Number(count) }));

type Counted = { state: FakturState; count: number | string }[];

export async function statesOfRun(tx: Tx, run: string): Promise<StateCount[]> {
  const rows: unknown = await tx("uploads_asked")
    .join("fakturs", "fakturs.id", "uploads_asked.faktur_id")
    .where({ "uploads_asked.run": run })
    .groupBy("fakturs.state")
    .select("fakturs.state as state")
    .count({ count: "fakturs.id" });
  return counted(rows as Counted);
}

/** How many of a seller's fakturs are in each of these states. */
export async function countStates(
  tx: Tx,
  seller: string,
  states: readonly FakturState[],
): Promise<StateCount[]> {
  const rows: unknown = await tx("fakturs")
    .where({ seller })
    .whereIn("state", [...states])
    .groupBy("state")
    .select("state")
    .count({ count: "id" });
  return counted(rows as Counted);
}

/** What waits to be uploaded and may be, oldest first. */
export const waitingForUpload = (
  tx: Tx,
  seller: string,
  states: readonly FakturState[],
  today: string,
  limit: number,
): Promise<FakturRow[]> =>
  tx<FakturRow>("fakturs")
    .where({ seller })
    .whereIn("state", [...states])
    .whereNull("problem")
    .where("deadline", ">=", today)
    .orderBy("id")
    .limit(limit);

/** Ready fakturs that nobody is to submit though their last day is not over, oldest first. */
export function readyWithoutWork(tx: Tx, seller: string, today: string, limit: number): Promise<string[]> {
  const work = tx("jobs").where({ kind: "submit" }).whereRaw("jobs.subject = fakturs.id").select(tx.raw("1"));
  return (
    tx<FakturRow>("fakturs")
      .where({ state: "ready" })
      .whereNull("problem")
      // Few are ready: they are found by their state, and not among all that a seller has.
      .where(unindexed(tx, "seller"), "=", seller)
      .where(unindexed(tx, "deadline"), ">=", today)
      .whereNotExists(work)
      .orderBy("id")
      .limit(limit)
      .pluck("id")
  );
}

/** The channel that is to carry a ready faktur; false when another hand has moved it meanwhile. */
export async function setChannelOfReady(
  tx: Tx,
  id: string,
  channel_kind: string,
  now: Date,
): Promise<boolean> {
  const changed = await tx<FakturRow>("fakturs")
    .where({ id, state: "ready", problem: null })
    .update({ channel_kind, updated_at: now.toISOString() });
  return changed === 1;
}

/** Uploads that sleep until the next window look again now. */
export async function wakeUploads(tx: Tx, seller: string, now: Date): Promise<void> {
  await tx("jobs")
    .where({ kind: "submit", state: "ready" })
    .whereIn("subject", tx<FakturRow>("fakturs").where({ seller, state: "ready" }).select("id"))
    .update({ run_at: now.toISOString() });
}
