import { plusMs, type Clock } from "../clock";
import type { Outcome } from "../errors";
import type { Db, Tx } from "./db";
import { completeJob, holdLease, lost, postponeJob, setBackJob } from "./job-endings";
import { takeJob, type Hand, type HeldJob, type Queued } from "./jobs";

/** An ending that is no failure; with `goOn` the hand that ends it takes up at once what the last write has queued. */
export type Conclusion = Exclude<Outcome, { readonly kind: "retry" }> & {
  readonly goOn?: Queued | undefined;
};

/** A job in hand: its transactions stand only while the lease is ours, so a paused worker can spoil nothing. */
export interface Work {
  readonly job: HeldJob;
  /** Throws `lease_lost` before anything is written when another process has taken the job. */
  transaction<T>(write: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * The last write of a job together with its ending: both stand, or neither does. Nothing is written after it. Throws
   * `lease_lost` when another process has taken the job; nothing of `write` stands then.
   */
  conclude(write: (tx: Tx) => Promise<Conclusion>): Promise<Conclusion>;
  /**
   * Asked before anything leaves for the world outside. Throws `lease_lost` when our time has run out by our own clock:
   * whoever slept past it does not wake up to send what another may have sent meanwhile. The same when it was given back.
   */
  mayAct(): void;
  /** What `conclude` has done; null while the job is still held. */
  ending(): Ending | null;
}

/** How a job was ended, and the next one that was taken in the same transaction. */
export interface Ending {
  readonly conclusion: Conclusion;
  readonly next: HeldJob | null;
}

export interface FenceDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly leaseSeconds: number;
  /** Leases that were given back before their time: whatever still runs under them acts no more. */
  readonly givenBack?: ReadonlySet<string>;
  /** With what hand the next job is taken; null when no more work is taken. */
  nextHand(): Hand | null;
}

/** Ends a job in a transaction that does more, and takes the next. Throws `lease_lost`. */
export async function endJob(
  tx: Tx,
  d: FenceDeps,
  job: HeldJob,
  conclusion: Conclusion,
): Promise<HeldJob | null> {
  const [, next] = await Promise.all([end(tx, d, job, conclusion), takeNext(tx, d, conclusion.goOn)]);
  return next;
}

function end(tx: Tx, d: FenceDeps, job: HeldJob, conclusion: Conclusion): Promise<void> {
  if (conclusion.kind === "done") return completeJob(tx, job, d.clock.now());
  return conclusion.untried === true
    ? setBackJob(tx, job, conclusion.until)
    : postponeJob(tx, job, conclusion.until, null);
}

/** The hand that has just become free takes up what is due, without a transaction of its own. */
export async function takeNext(tx: Tx, d: FenceDeps, goOn?: Queued): Promise<HeldJob | null> {
  const hand = d.nextHand();
  return hand === null ? null : takeJob(tx, d.db.engine, hand, goOn);
}

export function fencedWork(d: FenceDeps, job: HeldJob): Work {
  let heldUntil = job.leaseUntil;
  let ending: Ending | null = null;
  return {
    job,
    ending: () => ending,
    async transaction(write) {
      const until = plusMs(d.clock.now(), d.leaseSeconds * 1000);
      const written = await d.db.transaction(async (tx) => {
        await holdLease(tx, job, until);
        return write(tx);
      });
      heldUntil = until;
      return written;
    },
    async conclude(write) {
      ending = await d.db.transaction(async (tx) => {
        const conclusion = await write(tx);
        return { conclusion, next: await endJob(tx, d, job, conclusion) };
      });
      return ending.conclusion;
    },
    mayAct() {
      if (d.clock.now() > heldUntil || d.givenBack?.has(job.lease) === true) throw lost(job);
    },
  };
}
