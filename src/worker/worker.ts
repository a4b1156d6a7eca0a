import { plusMs, type Clock } from "../clock";
import { asAppError, type AppError, type Outcome } from "../errors";
import { describeCause, type Log } from "../log";
import type { Db } from "../store/db";
import { fencedWork, type Work } from "../store/fence";
import { backOffJob, completeJob, postponeJob, releaseJob, stickJob } from "../store/job-endings";
import { claimJob, type HeldJob, type JobKind } from "../store/jobs";

/** What each kind of job does. A kind without a line does not compile. */
export type Handlers = Readonly<Record<JobKind, (work: Work) => Promise<Outcome>>>;

export interface WorkerDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly handlers: Handlers;
  readonly newLease: () => string;
  readonly leaseSeconds: number;
  /** Waits after failures that may pass; the last repeats. */
  readonly retrySeconds: readonly number[];
  /** Jobs run at a time. */
  readonly slots: number;
  /** Looks for work at least this often even when nobody calls. */
  readonly idleMs: number;
  onEnded?(kind: JobKind, ended: Ended, ms: number): void;
  /** The invoice that a job is about, for the log; asked only where something went wrong. */
  traceOf?(job: Pick<HeldJob, "kind" | "subject">): Promise<string | undefined>;
}

export type Ended = "done" | "wait" | "retry" | "stuck" | "lost";

/** Deaths of its holder after which a job is laid aside: it may be what kills them. */
const MOST_CRASHES = 5;
const SPREAD_SECONDS = 16;
/** The schema is another program's: told once by the database's guard, and looked at again after each rest. */
const NOT_OURS: ReadonlySet<string> = new Set(["schema_newer", "schema_changing"]);

export interface Worker {
  start(): void;
  /** There is work: an idle slot looks at once. */
  wake(): void;
  /** Takes no more work, waits for what it holds, gives back what outlasts `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** Runs what is due now, one after the other, until nothing is; for tests and single steps. */
  drain(): Promise<number>;
}

export function createWorker(d: WorkerDeps): Worker {
  const held = new Map<number, HeldJob>();
  const sleepers = new Set<() => void>();
  const slots: Promise<void>[] = [];
  let running = false;

  async function slot(): Promise<void> {
    while (running) {
      const ran = await runNext().catch((thrown: unknown) => {
        if (!NOT_OURS.has(asAppError(thrown).code)) {
          d.log.error("worker.claim_failed", { cause: describeCause(thrown) });
        }
        return false;
      });
      if (!ran && running) await rest();
    }
  }

  function rest(): Promise<void> {
    return new Promise((resolve) => {
      const rise = () => {
        clearTimeout(timer);
        sleepers.delete(rise);
        resolve();
      };
      const timer = setTimeout(rise, d.idleMs);
      sleepers.add(rise);
    });
  }

  async function runNext(): Promise<boolean> {
    const now = d.clock.now();
    const job = await claimJob(d.db, now, plusMs(now, d.leaseSeconds * 1000), d.newLease());
    if (job === null) return false;
    held.set(job.id, job);
    try {
      if (!(await leftAlone(d, job))) await runJob(d, job);
    } finally {
      held.delete(job.id);
    }
    return true;
  }

  return {
    start() {
      running = true;
      for (let index = 0; index < d.slots; index += 1) slots.push(slot());
    },
    wake() {
      for (const rise of [...sleepers]) rise();
    },
    async stop(graceMs) {
      running = false;
      for (const rise of [...sleepers]) rise();
      if (await finished(Promise.all(slots), graceMs)) return;
      for (const job of held.values()) await releaseJob(d.db.knex, job, d.clock.now());
    },
    async drain() {
      let count = 0;
      while (await runNext()) count += 1;
      return count;
    },
  };
}

async function finished(work: Promise<unknown>, graceMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), graceMs);
  });
  const ended = await Promise.race([work.then(() => true as const), grace]);
  clearTimeout(timer);
  return ended;
}

/**
 * What to do with a job whose holder has just died: the first time it runs at once, then after growing waits, and after
 * the fifth it is laid aside with an alarm. Jobs that died together come back apart, so that the innocent get through.
 */
async function leftAlone(d: WorkerDeps, job: HeldJob): Promise<boolean> {
  if (!job.orphaned || job.crashes < 2) return false;
  const failure = { code: "worker_died_repeatedly", error: `${job.crashes} ×` } as const;
  const trace = await traceOf(d, job);
  const about = { job: job.id, kind: job.kind, subject: job.subject, trace, crashes: job.crashes };
  try {
    if (job.crashes >= MOST_CRASHES) {
      await d.db.transaction((tx) => stickJob(tx, job, failure));
      d.log.error("job.worker_died_repeatedly", about);
      d.onEnded?.(job.kind, "stuck", 0);
      return true;
    }
    const wait = d.retrySeconds[Math.min(job.crashes - 2, d.retrySeconds.length - 1)] ?? 60;
    const seconds = wait + (job.id % SPREAD_SECONDS);
    await d.db.transaction((tx) => backOffJob(tx, job, plusMs(d.clock.now(), seconds * 1000), failure));
    d.log.warn("job.worker_died", { ...about, seconds });
    d.onEnded?.(job.kind, "retry", 0);
  } catch (thrown) {
    if (asAppError(thrown).code !== "lease_lost") throw thrown;
  }
  return true;
}

async function runJob(d: WorkerDeps, job: HeldJob): Promise<void> {
  const log = d.log.child({ job: job.id, kind: job.kind, subject: job.subject });
  const started = d.clock.now().getTime();
  const work = fencedWork(d.db, job, d.clock, d.leaseSeconds);
  const renewal = setInterval(() => void renew(work, log), (d.leaseSeconds * 1000) / 3);
  let ended: Ended;
  try {
    const outcome = await d.handlers[job.kind](work).catch(asOutcome);
    clearInterval(renewal);
    ended = await record(d, log, job, outcome);
  } catch (thrown) {
    const error = asAppError(thrown);
    ended = "lost";
    const trace = await traceOf(d, job);
    log.warn("job.not_recorded", { trace, code: error.code, cause: describeCause(thrown) });
  } finally {
    clearInterval(renewal);
  }
  d.onEnded?.(job.kind, ended, d.clock.now().getTime() - started);
}

/** A database that is away must not hide what went wrong: the line is written without it. */
const traceOf = async (d: WorkerDeps, job: HeldJob): Promise<string | undefined> =>
  d.traceOf?.(job).catch(() => undefined);

async function renew(work: Work, log: Log): Promise<void> {
  await work
    .transaction(async () => undefined)
    .catch((thrown: unknown) => {
      log.warn("job.lease_not_renewed", { cause: describeCause(thrown) });
    });
}

const asOutcome = (thrown: unknown): Outcome => ({ kind: "retry", because: asAppError(thrown) });

/** Each outcome calls exactly one verb of the store; all of them are fenced by the lease. */
async function record(d: WorkerDeps, log: Log, job: HeldJob, outcome: Outcome): Promise<Ended> {
  const now = d.clock.now();
  switch (outcome.kind) {
    case "done":
      await d.db.alone((tx) => completeJob(tx, job, now));
      return "done";
    case "wait":
      await d.db.transaction((tx) => postponeJob(tx, job, outcome.until, null));
      return "wait";
    case "retry":
      return recordFailure(d, log, job, outcome.because);
    default:
      return outcome satisfies never;
  }
}

async function recordFailure(d: WorkerDeps, log: Log, job: HeldJob, because: AppError): Promise<Ended> {
  if (because.code === "lease_lost" || NOT_OURS.has(because.code)) throw because;
  const failure = { code: because.code, error: describeCause(because) };
  // A state that moved under the job's hands: the next run reads it anew.
  if (because.mayRetry || because.code === "wrong_state") {
    const seconds = d.retrySeconds[Math.min(job.attempts, d.retrySeconds.length - 1)] ?? 60;
    const waitMs = Math.max(seconds * 1000, because.waitMs ?? 0);
    await d.db.transaction((tx) => postponeJob(tx, job, plusMs(d.clock.now(), waitMs), failure));
    log.warn("job.will_retry", {
      trace: await traceOf(d, job),
      code: failure.code,
      cause: failure.error,
      attempt: job.attempts + 1,
      waitMs,
    });
    return "retry";
  }
  await d.db.transaction((tx) => stickJob(tx, job, failure));
  const trace = await traceOf(d, job);
  log.error("job.stuck", { trace, code: failure.code, cause: failure.error });
  return "stuck";
}
