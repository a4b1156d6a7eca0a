import type { Clock } from "./clock";
import { FILE_CHANNEL } from "./faktur/faktur";
import { EVERY_SELLER, nextMorning } from "./ops/digest";
import type { Db } from "./store/db";
import { enqueue, type JobKind } from "./store/jobs";
import { listPortals, type PortalRow } from "./store/portals";
import { listSellers } from "./store/sellers";
import { enqueueScheduled, takeBackPlans } from "./store/stuck";

/** What runs by itself, again and again. */
export interface Schedule {
  /** Queues the regular poll of every portal that can be asked, now. */
  polls(): Promise<void>;
  /** Queues the look at the export hours of every seller by files, now. */
  exports(): Promise<void>;
  /** Queues the hourly upkeep and all that follows the day, which then queue themselves. */
  upkeep(): Promise<void>;
  /** The clock was ahead and is right again: what it has planned is due, and what follows the day after that. */
  takeBack(): Promise<void>;
  /** Brings back what ought to stand and does not, or was laid aside; what stands keeps its time. */
  keepUp(): Promise<void>;
}

interface ScheduleDeps {
  readonly db: Db;
  readonly clock: Clock;
  /** 0 is off. */
  readonly pollSeconds: number;
  /** A mailbox of returned mails is set. */
  readonly collects: boolean;
  isPolled(kind: PortalRow["kind"]): boolean;
  /** Queues the nightly look at every portal that can be asked. */
  services(): Promise<void>;
  /** Queues the daily comparison. */
  reconciliation(): Promise<void>;
}

export function createSchedule(d: ScheduleDeps): Schedule {
  const { db } = d;
  const now = () => d.clock.now();
  const bring = (kind: JobKind, subject: string) =>
    db.alone((tx) => enqueue(tx, kind, subject, now(), now()));
  const keep = (kind: JobKind, subject: string, at = now()) =>
    db.alone((tx) => enqueueScheduled(tx, kind, subject, at, now()));
  const polled = async (): Promise<readonly string[]> =>
    d.pollSeconds === 0
      ? []
      : (await listPortals(db.knex)).filter(({ kind }) => d.isPolled(kind)).map(({ slug }) => slug);
  const exported = async (): Promise<readonly string[]> =>
    (await listSellers(db.knex)).filter((one) => one.channel_kind === FILE_CHANNEL).map(({ slug }) => slug);
  const daily = async () => {
    await keep("digest", EVERY_SELLER, nextMorning(now()));
    await d.reconciliation();
  };
  const exports = async () => {
    for (const slug of await exported()) await bring("export", slug);
  };
  return {
    exports,
    async polls() {
      for (const slug of await polled()) await bring("poll", slug);
      await d.services();
    },
    async takeBack() {
      await db.alone((tx) => takeBackPlans(tx, now()));
    },
    async upkeep() {
      await db.alone((tx) => takeBackPlans(tx, now()));
      await bring("upkeep", "all");
      if (d.collects) await bring("bounces", "all");
      await exports();
      await daily();
    },
    async keepUp() {
      await keep("upkeep", "all");
      if (d.collects) await keep("bounces", "all");
      for (const slug of await polled()) await keep("poll", slug);
      for (const slug of await exported()) await keep("export", slug);
      await d.services();
      await daily();
    },
  };
}
