import { plusMs, type Clock } from "../clock";
import type { Db, Tx } from "./db";
import { holdLease } from "./job-endings";
import { type HeldJob } from "./jobs";

/** A job in hand: its transactions stand only while the lease is ours, so a paused worker can spoil nothing. */
export interface Work {
  readonly job: HeldJob;
  /** Throws `lease_lost` before anything is written when another process has taken the job. */
  transaction<T>(write: (tx: Tx) => Promise<T>): Promise<T>;
}

export function fencedWork(db: Db, job: HeldJob, clock: Clock, leaseSeconds: number): Work {
  return {
    job,
    transaction: (write) =>
      db.transaction(async (tx) => {
        await holdLease(tx, job, plusMs(clock.now(), leaseSeconds * 1000));
        return write(tx);
      }),
  };
}
