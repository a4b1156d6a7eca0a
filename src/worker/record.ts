import { plusMs, type Clock } from "../clock";
import { asAppError, type AppError, type Outcome } from "../errors";
import { describeCause, type Log } from "../log";
import type { Db, Tx } from "../store/db";
import { endJob, takeNext, type FenceDeps, type Work } from "../store/fence";
import { postponeJob, stickJob } from "../store/job-endings";
import type { HeldJob } from "../store/jobs";

export type Ended = "done" | "wait" | "retry" | "stuck" | "lost";

export interface RecordDeps {
  readonly db: Db;
  readonly clock: Clock;
  /** Waits after failures that may pass; the last repeats. */
  readonly retrySeconds: readonly number[];
  /** The invoice that a job is about, for the log; asked only where something went wrong. */
  traceOf?(job: Pick<HeldJob, "kind" | "subject">): Promise<string | undefined>;
}

/** The schema is another program's: told once by the database's guard, and looked at again after each rest. */
export const NOT_OURS: ReadonlySet<string> = new Set(["schema_newer", "schema_changing"]);

/** A database that is away must not hide what went wrong: the line is written without it. */
export const traceOf = async (d: RecordDeps, job: HeldJob): Promise<string | undefined> =>
  d.traceOf?.(job).catch(() => undefined);

export const asOutcome = (thrown: unknown): Outcome => ({ kind: "retry", because: asAppError(thrown) });

export interface Recorded {
  readonly ended: Ended;
  readonly next: HeldJob | null;
}

/** Each outcome calls exactly one verb of the store, fenced by the lease, unless the work was concluded with its last write. */
export async function record(
  d: RecordDeps,
  fence: FenceDeps,
  log: Log,
  work: Work,
  outcome: Outcome,
): Promise<Recorded> {
  const concluded = work.ending();
  if (concluded !== null) {
    if (outcome.kind === "retry")
      log.warn("job.failed_after_its_end", { cause: describeCause(outcome.because) });
    return { ended: concluded.conclusion.kind, next: concluded.next };
  }
  switch (outcome.kind) {
    case "done":
    case "wait": {
      const next = await d.db.transaction((tx) => endJob(tx, fence, work.job, outcome));
      return { ended: outcome.kind, next };
    }
    case "retry":
      return recordFailure(d, fence, log, work.job, outcome.because);
    default:
      return outcome satisfies never;
  }
}

async function recordFailure(
  d: RecordDeps,
  fence: FenceDeps,
  log: Log,
  job: HeldJob,
  because: AppError,
): Promise<Recorded> {
  if (because.code === "lease_lost" || NOT_OURS.has(because.code)) throw because;
  const failure = { code: because.code, error: describeCause(because) };
  const write = (verb: (tx: Tx) => Promise<void>) =>
    d.db.transaction(async (tx) => {
      await verb(tx);
      return takeNext(tx, fence);
    });
  // A state that moved under the job's hands: the next run reads it anew.
  if (because.mayRetry || because.code === "wrong_state") {
    const seconds = d.retrySeconds[Math.min(job.attempts, d.retrySeconds.length - 1)] ?? 60;
    const waitMs = Math.max(seconds * 1000, because.waitMs ?? 0);
    const next = await write((tx) => postponeJob(tx, job, plusMs(d.clock.now(), waitMs), failure));
    const attempt = job.attempts + 1;
    const trace = await traceOf(d, job);
    log.warn("job.will_retry", { trace, code: failure.code, cause: failure.error, attempt, waitMs });
    return { ended: "retry", next };
  }
  const next = await write((tx) => stickJob(tx, job, failure));
  const trace = await traceOf(d, job);
  log.error("job.stuck", { trace, code: failure.code, cause: failure.error });
  return { ended: "stuck", next };
}
