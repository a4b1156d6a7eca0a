import { plusMs } from "../clock";
import { asAppError, type Outcome } from "../errors";
import { describeCause, type Log } from "../log";
import { fencedWork, type FenceDeps, type Work } from "../store/fence";
import { backOffJob, releaseJob, stickJob } from "../store/job-endings";
import { retrying } from "../store/retrying";
import { takeJob, type Hand, type HeldJob, type JobKind } from "../store/jobs";
import { asOutcome, NOT_OURS, record, traceOf, type Ended, type RecordDeps } from "./record";

export type { Ended } from "./record";

/** What each kind of job does. A kind without a line does not compile. */
export type Handlers = Readonly<Record<JobKind, (work: Work) => Promise<Outcome>>>;

export interface WorkerDeps extends RecordDeps {
  readonly log: Log;
  readonly handlers: Handlers;
  readonly newLease: () => string;
  readonly leaseSeconds: number;
  /** Jobs run at a time. */
  readonly slots: number;
  /** Looks for work at least this often even when nobody calls. */
  readonly idleMs: number;
  onEnded?(kind: JobKind, ended: Ended, ms: number): void;
  /** The clock stands a day or more before where it stood. */
  onClockBack?(): Promise<void>;
}

/** Deaths of its holder after which a job is laid aside: it may be what kills them. */
const MOST_CRASHES = 5;
const SPREAD_SECONDS = 16;
/** Plans of a clock that was less ahead come due soon enough. */
const CLOCK_BACK_MS = 86_400_000;
/** How long work whose holder is gone may stand behind work that is due. */
const EXPIRED_LOOK_MS = 1_000;

/** What became of one turn: whether there was work, and the job that was taken with its ending. */
interface Turn {
  readonly ran: boolean;
  readonly next: HeldJob | null;
}
const NOTHING_DUE: Turn = { ran: false, next: null };

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
  const givenBack = new Set<string>();
  const sleepers = new Set<() => void>();
  const slots: Promise<void>[] = [];
  let running = false;
  let drains = 0;

  async function slot(): Promise<void> {
    let next: HeldJob | null = null;
    while (running || next !== null) {
      const turn: Turn = await runNext(next).catch((thrown: unknown) => {
        if (!NOT_OURS.has(asAppError(thrown).code)) {
          d.log.error("worker.claim_failed", { cause: describeCause(thrown) });
        }
        return NOTHING_DUE;
      });
      if (!turn.ran && running) await rest();
      next = turn.next;
    }
  }

  let latest = Number.NEGATIVE_INFINITY;
  /** Said again at the next look where it could not be heard. */
  async function watchClock(): Promise<void> {
    const now = d.clock.now().getTime();
    const back = latest - now;
    if (back >= CLOCK_BACK_MS) {
      await d.onClockBack?.();
      d.log.warn("worker.clock_went_back", { seconds: Math.round(back / 1000) });
    }
    latest = now;
  }

  let looked = Number.NEGATIVE_INFINITY;
  const hand = (): Hand => {
    const now = d.clock.now();
    const expiredFirst = Math.abs(now.getTime() - looked) >= EXPIRED_LOOK_MS;
    if (expiredFirst) looked = now.getTime();
    return { now, leaseUntil: plusMs(now, d.leaseSeconds * 1000), lease: d.newLease(), expiredFirst };
  };
  const fence: FenceDeps = { ...d, givenBack, nextHand: () => (running || drains > 0 ? hand() : null) };

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

  function riseOne(): void {
    const [rise] = sleepers;
    rise?.();
  }

  /** Runs the job that was handed on, or the next that is due. */
  async function runNext(handed: HeldJob | null): Promise<Turn> {
    if (handed === null) await watchClock();
    const job = handed ?? (await d.db.transaction((tx) => takeJob(tx, d.db.engine, hand())));
    if (job === null) return NOTHING_DUE;
    // Where one was due there may be more; one idle hand after the other looks, and the first in vain is the last.
    if (handed === null) riseOne();
    held.set(job.id, job);
    try {
      const next = (await leftAlone(d, job)) ? null : await runJob(d, fence, job);
      return { ran: true, next };
    } finally {
      held.delete(job.id);
    }
  }

  return {
    start() {
      running = true;
      for (let index = 0; index < d.slots; index += 1) slots.push(slot());
    },
    wake: riseOne,
    async stop(graceMs) {
      running = false;
      for (const rise of [...sleepers]) rise();
      if (await finished(Promise.all(slots), graceMs)) return;
      const left = [...held.values()];
      for (const { lease } of left) givenBack.add(lease);
      for (const job of left) await retrying(() => releaseJob(d.db.knex, job, d.clock.now()));
    },
    async drain() {
      drains += 1;
      try {
        let turn = await runNext(null);
        let count = 0;
        for (; turn.ran; turn = await runNext(turn.next)) count += 1;
        return count;
      } finally {
        drains -= 1;
      }
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

/** Runs a job to its ending; returns the one that was taken with it. */
async function runJob(d: WorkerDeps, fence: FenceDeps, job: HeldJob): Promise<HeldJob | null> {
  const log = d.log.child({ job: job.id, kind: job.kind, subject: job.subject });
  const started = d.clock.now().getTime();
  const work = fencedWork(fence, job);
  const renewal = setInterval(() => void renew(work, log), (d.leaseSeconds * 1000) / 3);
  let ended: Ended = "lost";
  let next: HeldJob | null = null;
  try {
    const outcome = await d.handlers[job.kind](work).catch(asOutcome);
    clearInterval(renewal);
    ({ ended, next } = await record(d, fence, log, work, outcome));
  } catch (thrown) {
    const error = asAppError(thrown);
    const trace = await traceOf(d, job);
    log.warn("job.not_recorded", { trace, code: error.code, cause: describeCause(thrown) });
  } finally {
    clearInterval(renewal);
  }
  d.onEnded?.(job.kind, ended, d.clock.now().getTime() - started);
  return next;
}

async function renew(work: Work, log: Log): Promise<void> {
  await work
    .transaction(async () => undefined)
    .catch((thrown: unknown) => {
      if (work.ending() === null) log.warn("job.lease_not_renewed", { cause: describeCause(thrown) });
    });
}
