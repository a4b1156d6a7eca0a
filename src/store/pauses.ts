import type { ChannelWideCause } from "../faktur/channel-wide";
import { undecidedCases } from "./cases";
import { isDuplicate, type Tx } from "./db";
import type { FakturRow } from "./fakturs";

/** A seller's channel that a person must mend before anything can go on; its queue is kept. */
export interface PauseRow {
  readonly seller: string;
  readonly cause: ChannelWideCause;
  /** The provider's words. */
  readonly says: string | null;
  readonly since: string;
  /** The one faktur that is let through to see whether it works again. */
  readonly trial_faktur: string | null;
  readonly tried_at: string | null;
}

/** False when the channel is paused already: one alarm, however many fakturs are refused. */
export async function insertPause(tx: Tx, row: PauseRow): Promise<boolean> {
  try {
    await tx<PauseRow>("channel_pauses").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export const pauseOf = (tx: Tx, seller: string): Promise<PauseRow | undefined> =>
  tx<PauseRow>("channel_pauses").where({ seller }).first();

export const listPauses = (tx: Tx): Promise<PauseRow[]> => tx<PauseRow>("channel_pauses").orderBy("seller");

export async function setTrial(
  tx: Tx,
  seller: string,
  trial: Pick<PauseRow, "trial_faktur" | "tried_at">,
): Promise<void> {
  await tx<PauseRow>("channel_pauses").where({ seller }).update(trial);
}

/** False when it was not paused. */
export const deletePause = async (tx: Tx, seller: string): Promise<boolean> =>
  (await tx<PauseRow>("channel_pauses").where({ seller }).delete()) === 1;

/** Refused fakturs of a seller whose cases are all decided, oldest first. */
export const rejectedOf = (tx: Tx, seller: string): Promise<FakturRow[]> =>
  tx<FakturRow>("fakturs")
    .where({ seller, state: "rejected" })
    .whereNotExists(undecidedCases(tx))
    .orderBy("id")
    .limit(10_000);

/** The oldest faktur that waits to be handed over and will be on this day. */
export const oldestReady = (tx: Tx, seller: string, today: string): Promise<FakturRow | undefined> =>
  tx<FakturRow>("fakturs")
    .where({ seller, state: "ready", problem: null })
    .whereNotExists(undecidedCases(tx))
    .where((open) => void open.where("deadline", ">=", today).orWhereNotNull("external_id"))
    .orderBy("id")
    .first();

/** Brings the waiting work of a seller's fakturs forward. */
export async function wakeSeller(tx: Tx, seller: string, now: Date): Promise<void> {
  await tx("jobs")
    .whereIn("kind", ["submit", "follow", "cancel", "paper"])
    .where({ state: "ready" })
    .whereIn("subject", tx<FakturRow>("fakturs").where({ seller }).select("id"))
    .update({ run_at: now.toISOString(), attempts: 0, looks: 0 });
}
