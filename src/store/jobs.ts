import type { Knex } from "knex";
import type { ErrorCode } from "../errors";
import { isDuplicate, type Db, type Tx } from "./db";

/** The kinds of work. One job of a kind per subject stands at a time. */
export const JOB_KINDS = [
  "read",
  "readRefund",
  "readBill",
  "readAccount",
  "issue",
  "submit",
  "follow",
  "cancel",
  "paper",
  "mail",
  "poll",
  "digest",
  "upkeep",
  "export",
  "letter",
  "webhook",
  "reconcile",
  "services",
  "transfer",
  "ticket",
  "bounces",
  "notice",
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** A job this process holds: the lease fences every ending. */
export interface HeldJob {
  readonly id: number;
  readonly kind: JobKind;
  readonly subject: string;
  /** Failed tries so far. */
  readonly attempts: number;
  /** Looks that found nothing to do yet; they cost no attempt. */
  readonly looks: number;
  /** How often a process died while it held the job, since it last came to an ending. */
  readonly crashes: number;
  /** It was taken from a holder who let its lease run out just now. */
  readonly orphaned: boolean;
  readonly lease: string;
  /** How long it was held for when it was taken. */
  readonly leaseUntil: Date;
}

export interface JobRow extends Omit<HeldJob, "orphaned" | "leaseUntil"> {
  readonly state: "ready" | "running" | "stuck";
  readonly runAt: string;
  readonly lastCode: ErrorCode | null;
  readonly lastError: string | null;
}

/** A row of the table as it lies there. */
export interface JobColumns {
  id: number;
  kind: JobKind;
  subject: string;
  state: "ready" | "running" | "stuck";
  run_at: string;
  attempts: number;
  looks: number;
  crashes: number;
  again_at: string | null;
  lease: string | null;
  lease_until: string | null;
  last_code: ErrorCode | null;
  last_error: string | null;
  created_at: string;
}

/** Work that was queued just now. */
export interface Queued {
  readonly kind: JobKind;
  readonly subject: string;
  readonly runAt: Date;
}

/** Queues work, once per kind and subject. One that waits or is stuck is brought forward; one that runs will run again. */
export async function enqueue(
  tx: Tx,
  kind: JobKind,
  subject: string,
  runAt: Date,
  now: Date,
): Promise<Queued> {
  try {
    await tx<JobColumns>("jobs").insert({
      kind,
      subject,
      state: "ready",
      run_at: runAt.toISOString(),
      created_at: now.toISOString(),
    });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
    const at = runAt.toISOString();
    // Held: between a look and the write after it somebody could take it up.
    const [standing] = await tx<JobColumns>("jobs").where({ kind, subject }).forUpdate().select("state");
    await tx<JobColumns>("jobs")
      .where({ kind, subject })
      .update(
        standing?.state === "running"
          ? { again_at: at }
          : { state: "ready", run_at: at, lease: null, attempts: 0, looks: 0, crashes: 0 },
      );
  }
  return { kind, subject, runAt };
}

/** Queues work for subjects that have none of this kind, all at once: throws where one stands already. */
export async function enqueueFresh(
  tx: Tx,
  kind: JobKind,
  subjects: readonly string[],
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  const rows = subjects.map((subject) => ({
    kind,
    subject,
    state: "ready" as const,
    run_at: at,
    created_at: at,
  }));
  await tx<JobColumns>("jobs").insert(rows);
}

/** Queues work only where none of this kind and subject stands: what is planned already keeps its time. */
export async function enqueueOnce(
  tx: Tx,
  kind: JobKind,
  subject: string,
  runAt: Date,
  now: Date,
): Promise<void> {
  const row = {
    kind,
    subject,
    state: "ready" as const,
    run_at: runAt.toISOString(),
    created_at: now.toISOString(),
  };
  try {
    await tx<JobColumns>("jobs").insert(row);
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}

/** A hand that takes a job: since when it may be due, and for how long it is held under which lease. */
export interface Hand {
  readonly now: Date;
  readonly leaseUntil: Date;
  readonly lease: string;
  /** Whether leases that ran out come before what is due; else they are looked for when nothing else is. */
  readonly expiredFirst: boolean;
}

/** Takes the next due job, or one whose holder let its lease run out. Null when there is none. */
export const claimJob = (db: Db, now: Date, leaseUntil: Date, lease: string): Promise<HeldJob | null> =>
  db.transaction((tx) => takeJob(tx, db.engine, { now, leaseUntil, lease, expiredFirst: true }));

/**
 * The same inside a transaction that does more; the job is ours once that is committed. `goOn` goes before all others that
 * are due: what was begun is ended before more is begun.
 */
export async function takeJob(
  tx: Tx,
  engine: Db["engine"],
  hand: Hand,
  goOn: Queued | null = null,
): Promise<HeldJob | null> {
  const { lease, leaseUntil } = hand;
  const due = await nextDue(tx, engine, hand, goOn);
  if (due === undefined) return null;
  const orphaned = due.state === "running";
  const crashes = orphaned ? due.crashes + 1 : due.crashes;
  const taken = await tx<JobColumns>("jobs")
    .where({ id: due.id, state: due.state, lease: due.lease })
    .update({ state: "running", lease, lease_until: leaseUntil.toISOString(), crashes });
  if (taken !== 1) return null;
  const { id, kind, subject, attempts, looks } = due;
  return { id, kind, subject, attempts, looks, crashes, orphaned, lease, leaseUntil };
}

/**
 * On MySQL by the index that has them in order, and no other: of a table with few rows it would read, sort and so hold
 * all, and whoever asks meanwhile would find nothing.
 */
const inOrder = (tx: Tx, engine: Db["engine"]): Knex.QueryBuilder<JobColumns, JobColumns[]> =>
  engine === "mysql"
    ? tx.from(tx.raw("jobs force index (??)", ["jobs_state_run_at_id_index"]))
    : tx<JobColumns>("jobs");

/** Expired leases first: their work may already be half done. SKIP LOCKED on MySQL, where compare-and-set deadlocks. */
async function nextDue(
  tx: Tx,
  engine: Db["engine"],
  { now, expiredFirst }: Hand,
  goOn: Queued | null,
): Promise<JobColumns | undefined> {
  const at = now.toISOString();
  const first = async (query: Knex.QueryBuilder<JobColumns, JobColumns[]>): Promise<JobColumns | undefined> =>
    (await (engine === "mysql" ? query.forUpdate().skipLocked() : query))[0];
  const expired = () =>
    first(inOrder(tx, engine).where("state", "running").where("lease_until", "<", at).orderBy("id").limit(1));
  const ready = () =>
    first(
      inOrder(tx, engine)
        .where("state", "ready")
        .where("run_at", "<=", at)
        .orderBy([{ column: "run_at" }, { column: "id" }])
        .limit(1),
    );
  const begun = async ({ kind, subject, runAt }: Queued): Promise<JobColumns | undefined> =>
    runAt > now
      ? undefined
      : first(tx<JobColumns>("jobs").where({ kind, subject, state: "ready" }).where("run_at", "<=", at));
  const next = async () => (goOn === null ? undefined : await begun(goOn)) ?? ready();
  return expiredFirst ? ((await expired()) ?? next()) : ((await next()) ?? expired());
}

export async function jobsOf(tx: Tx, subjects: readonly string[]): Promise<JobRow[]> {
  const rows = await tx<JobColumns>("jobs")
    .whereIn("subject", [...subjects])
    .orderBy("id");
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    attempts: row.attempts,
    looks: row.looks,
    crashes: row.crashes,
    lease: row.lease ?? "",
    state: row.state,
    runAt: row.run_at,
    lastCode: row.last_code,
    lastError: row.last_error,
  }));
}

/** How many due jobs are taken before this one; what is begun meanwhile goes before it too. */
export async function countAhead(tx: Tx, { id, runAt }: Pick<JobRow, "id" | "runAt">): Promise<number> {
  const [row] = await tx<JobColumns>("jobs")
    .where({ state: "ready" })
    .where(
      (any) =>
        void any
          .where("run_at", "<", runAt)
          .orWhere((same) => void same.where({ run_at: runAt }).where("id", "<", id)),
    )
    .count({ count: "*" });
  return Number(row?.["count"]);
}

/** How many jobs of each kind and state there are, for metrics and doctor. */
export async function countJobs(tx: Tx): Promise<{ kind: JobKind; state: string; count: number }[]> {
  const rows: { kind: JobKind; state: string; count: number | string }[] = await tx("jobs")
    .select("kind", "state")
    .count({ count: "*" })
    .groupBy("kind", "state");
  return rows.map((row) => ({ kind: row.kind, state: row.state, count: Number(row.count) }));
}
