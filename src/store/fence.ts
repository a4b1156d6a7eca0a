import { plusMs, type Clock } from "../clock";
import type { Db, Tx } from "./db";
import { holdLease, lost } from "./job-endings";
import { type HeldJob } from "./jobs";

/** A job in hand: its transactions stand only while the lease is ours, so a paused worker can spoil nothing. */
export interface Work {
  readonly job: HeldJob;
  /** Throws `lease_lost` before anything is written when another process has taken the job. */
  transaction<T>(write: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Asked before anything leaves for the world outside. Throws `lease_lost` when our time has run out by our own clock:
   * whoever slept past it does not wake up to send what another may have sent meanwhile.
   */
  mayAct(): void;
}

export function fencedWork(db: Db, job: HeldJob, clock: Clock, leaseSeconds: number): Work {
  let heldUntil = job.leaseUntil;
  return {
    job,
    async transaction(write) {
      const until = plusMs(clock.now(), leaseSeconds * 1000);
      const written = await db.transaction(async (tx) => {
        await holdLease(tx, job, until);
        return write(tx);
      });
      heldUntil = until;
      return written;
    },
    mayAct() {
      if (clock.now() > heldUntil) throw lost(job);
    },
  };
}
