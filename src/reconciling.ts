import { AppError, type Outcome } from "./errors";
import type { Actor } from "./faktur/asked";
import { loadReportTemplates } from "./mail/render";
import type { Days } from "./reconcile/days";
import { reconcile, type Wish } from "./reconcile/reconcile";
import type { Report } from "./reconcile/report";
import {
  askReconciliation,
  EVERY_DAY,
  nextDaily,
  reconcileJob,
  reportOfRun,
  takeInNow,
  type RunDeps,
} from "./reconcile/run";
import type { Work } from "./store/fence";
import { enqueueScheduled } from "./store/stuck";
import { text } from "./text";

/** Everything the program does to compare portal, ledger, channel and mail. */
export interface Reconciling {
  /** Job `reconcile`. */
  job(work: Work): Promise<Outcome>;
  /** Queues the daily comparison, which then queues itself. */
  schedule(): Promise<void>;
  /** Compares at once and changes nothing; one at a time, since portal and channel are read whole. */
  look(wish: Pick<Wish, "from" | "to" | "portal">): Promise<Report>;
  /** Compares at once and takes untold payments into the ledger. */
  mend(wish: Pick<Wish, "from" | "to" | "portal" | "onProgress">): Promise<Report>;
  /** Queues a comparison; returns its id. */
  ask(days: Days, mailed: boolean, who: Actor): Promise<string>;
  reportOfRun(id: string): Promise<Report | null>;
}

export function createReconciling(parts: Omit<RunDeps, "reportTemplates">): Reconciling {
  const d: RunDeps = { ...parts, reportTemplates: loadReportTemplates() };
  let isLooking = false;
  return {
    job: (work) => reconcileJob(d, work),
    schedule: () =>
      d.db.alone((tx) =>
        enqueueScheduled(tx, "reconcile", EVERY_DAY, nextDaily(d.clock.now()), d.clock.now()),
      ),
    async look(wish) {
      if (isLooking) throw new AppError("wrong_state", LOOKING);
      isLooking = true;
      try {
        return (await reconcile(d, wish)).report;
      } finally {
        isLooking = false;
      }
    },
    async mend(wish) {
      const { report } = await reconcile(d, { ...wish, mend: (...found) => takeInNow(d, ...found) });
      d.wake();
      return report;
    },
    ask: (days, mailed, who) => askReconciliation(d, { days, mailed, askedBy: who.name }),
    reportOfRun: (id) => reportOfRun(d, id),
  };
}

const LOOKING = text(
  "Perbandingan lain sedang berjalan. Coba lagi sebentar, atau minta lewat POST /reconciliation/runs.",
  "Another comparison is being made. Try again in a moment, or ask by POST /reconciliation/runs.",
);
