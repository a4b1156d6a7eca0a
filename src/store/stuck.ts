import { plusMs } from "../clock";
import type { ErrorCode } from "../errors";
import type { Tx } from "./db";
import type { FakturRow } from "./fakturs";
import { enqueueOnce, type JobColumns, type JobKind } from "./jobs";

/** Work that was laid aside, or waits after a failure, for a cause that a person may have mended meanwhile. */

const AGAIN = { state: "ready", attempts: 0, looks: 0, crashes: 0 } as const;

/** Has all work that was laid aside for one of these causes tried again. How much it was. */
export const wakeStuck = (tx: Tx, causes: readonly ErrorCode[], now: Date): Promise<number> =>
  tx<JobColumns>("jobs")
    .where({ state: "stuck" })
    .whereIn("last_code", [...causes])
    .update({ ...AGAIN, run_at: now.toISOString() });

/** The same for the PDFs of one seller's fakturs. */
export const wakeStuckPapers = (
  tx: Tx,
  seller: string,
  causes: readonly ErrorCode[],
  now: Date,
): Promise<number> =>
  tx<JobColumns>("jobs")
    .where({ kind: "paper", state: "stuck" })
    .whereIn("last_code", [...causes])
    .whereIn("subject", tx<FakturRow>("fakturs").where({ seller }).select("id"))
    .update({ ...AGAIN, run_at: now.toISOString() });

const READS: readonly JobKind[] = ["read", "readRefund", "readBill", "readAccount", "services"];

/** Has what failed at a portal for one of these causes asked again. How much it was. */
export const wakeReads = (tx: Tx, causes: readonly ErrorCode[], now: Date): Promise<number> =>
  tx<JobColumns>("jobs")
    .whereIn("state", ["ready", "stuck"])
    .whereIn("kind", [...READS])
    .whereIn("last_code", [...causes])
    .update({ ...AGAIN, run_at: now.toISOString() });

/** Gives regular work that was laid aside its next time. Its last failure stays written until it has run. */
export async function bringBack(tx: Tx, kind: JobKind, subject: string, at: Date): Promise<void> {
  await tx<JobColumns>("jobs")
    .where({ kind, subject, state: "stuck" })
    .update({ ...AGAIN, run_at: at.toISOString() });
}

/** No regular work comes less often than once a day. */
const LONGEST_AHEAD_MS = 86_400_000;

/** Regular work that is planned beyond its next time was planned by a clock that was wrong: it gets this time. */
const bringNearer = (tx: Tx, kind: JobKind, subject: string, at: Date): Promise<number> =>
  tx<JobColumns>("jobs")
    .where({ kind, subject, state: "ready" })
    .where("run_at", ">", plusMs(at, LONGEST_AHEAD_MS).toISOString())
    .update({ run_at: at.toISOString() });

/** What has its hour of the day, or its own waits: the upkeep gives it its next one. */
const BY_THE_DAY: readonly JobKind[] = ["poll", "digest", "export", "reconcile", "services", "bounces"];

/**
 * Makes due what a clock that was ahead has planned more than a day from now, the upkeep too. Work that is still too early
 * finds that out by itself. What is held keeps its lease: who sleeps with it may believe in it still. How much it was.
 */
export const takeBackPlans = (tx: Tx, now: Date): Promise<number> =>
  tx<JobColumns>("jobs")
    .where({ state: "ready" })
    .where("run_at", ">", plusMs(now, LONGEST_AHEAD_MS).toISOString())
    .whereNotIn("kind", [...BY_THE_DAY])
    .update({ run_at: now.toISOString() });

/**
 * Queues work that comes again by nature: what is planned keeps its time, what was laid aside or lies too far ahead gets
 * this one.
 */
export async function enqueueScheduled(
  tx: Tx,
  kind: JobKind,
  subject: string,
  runAt: Date,
  now: Date,
): Promise<void> {
  await enqueueOnce(tx, kind, subject, runAt, now);
  await bringBack(tx, kind, subject, runAt);
  await bringNearer(tx, kind, subject, runAt);
}
