import { AppError, type ErrorCode } from "../errors";
import { text } from "../text";
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
  "reconcile",
  "services",
  "transfer",
  "ticket",
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
  readonly lease: string;
}

export interface JobRow extends HeldJob {
  readonly state: "ready" | "running" | "stuck";
  readonly runAt: string;
  readonly lastCode: ErrorCode | null;
  readonly lastError: string | null;
}

interface Columns {
  id: number;
  kind: JobKind;
  subject: string;
  state: "ready" | "running" | "stuck";
  run_at: string;
  attempts: number;
  looks: number;
  again_at: string | null;
  lease: string | null;
  lease_until: string | null;
  last_code: ErrorCode | null;
  last_error: string | null;
  created_at: string;
}

/** Queues work, once per kind and subject. One that waits or is stuck is brought forward; one that runs will run again. */
export async function enqueue(tx: Tx, kind: JobKind, subject: string, runAt: Date, now: Date): Promise<void> {
  try {
    await tx<Columns>("jobs").insert({
      kind,
      subject,
      state: "ready",
      run_at: runAt.toISOString(),
      created_at: now.toISOString(),
    });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
    await tx<Columns>("jobs")
      .where({ kind, subject, state: "running" })
      .update({ again_at: runAt.toISOString() });
    await tx<Columns>("jobs")
      .where({ kind, subject })
      .whereNot({ state: "running" })
      .update({ state: "ready", run_at: runAt.toISOString(), attempts: 0, looks: 0, lease: null });
  }
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
    await tx<Columns>("jobs").insert(row);
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}

/** Takes the next due job, or one whose holder let its lease run out. Null when there is none. */
export async function claimJob(db: Db, now: Date, leaseUntil: Date, lease: string): Promise<HeldJob | null> {
  return db.transaction(async (tx) => {
    const due = await nextDue(tx, db.engine, now);
    if (due === undefined) return null;
    const taken = await tx<Columns>("jobs")
      .where({ id: due.id, state: due.state, lease: due.lease })
      .update({ state: "running", lease, lease_until: leaseUntil.toISOString() });
    if (taken !== 1) return null;
    return {
      id: due.id,
      kind: due.kind,
      subject: due.subject,
      attempts: due.attempts,
      looks: due.looks,
      lease,
    };
  });
}

/** Expired leases first: their work may already be half done. SKIP LOCKED on MySQL, where compare-and-set deadlocks. */
async function nextDue(tx: Tx, engine: Db["engine"], now: Date): Promise<Columns | undefined> {
  const at = now.toISOString();
  const expired = tx<Columns>("jobs")
    .where("state", "running")
    .where("lease_until", "<", at)
    .orderBy("id")
    .limit(1);
  const ready = tx<Columns>("jobs")
    .where("state", "ready")
    .where("run_at", "<=", at)
    .orderBy([{ column: "run_at" }, { column: "id" }])
    .limit(1);
  const locked = engine === "mysql";
  const [first] = locked ? await expired.forUpdate().skipLocked() : await expired;
  if (first !== undefined) return first;
  const [next] = locked ? await ready.forUpdate().skipLocked() : await ready;
  return next;
}

const lost = (job: HeldJob): AppError =>
  new AppError(
    "lease_lost",
    text(
      `Pekerjaan ${job.id} sudah diambil proses lain.`,
      `Job ${job.id} has been taken by another process.`,
    ),
  );

/** Fences a transaction: what it writes stands only while the job is still ours. Throws `lease_lost`. */
export async function holdLease(tx: Tx, job: HeldJob, leaseUntil: Date): Promise<void> {
  const held = await tx<Columns>("jobs")
    .where({ id: job.id, state: "running", lease: job.lease })
    .update({ lease_until: leaseUntil.toISOString() });
  if (held !== 1) throw lost(job);
}

/** Ends a job we still hold; when it was asked for again meanwhile it becomes ready anew. Throws `lease_lost`. */
export async function completeJob(tx: Tx, job: HeldJob, now: Date): Promise<void> {
  const held = { id: job.id, state: "running" as const, lease: job.lease };
  const ended = await tx<Columns>("jobs")
    .where({ ...held, again_at: null })
    .delete();
  if (ended === 1) return;
  const [row] = await tx<Columns>("jobs").where(held).select("again_at");
  const runAt = row?.again_at ?? now.toISOString();
  const again = await tx<Columns>("jobs")
    .where(held)
    .update({ ...FRESH, run_at: runAt });
  if (again !== 1) throw lost(job);
}

const FRESH = {
  state: "ready",
  attempts: 0,
  looks: 0,
  again_at: null,
  lease: null,
  lease_until: null,
  last_code: null,
  last_error: null,
} as const;

/** Puts a job back for later: after a failure that may pass (`failure`), or after a look that found nothing yet. */
export async function postponeJob(
  tx: Tx,
  job: HeldJob,
  until: Date,
  failure: { code: ErrorCode; error: string } | null,
): Promise<void> {
  const held = { id: job.id, state: "running" as const, lease: job.lease };
  const [row] = await tx<Columns>("jobs").where(held).select("again_at");
  const later = until.toISOString();
  const put = await tx<Columns>("jobs")
    .where(held)
    .update({
      state: "ready",
      run_at: row?.again_at != null && row.again_at < later ? row.again_at : later,
      again_at: null,
      lease: null,
      lease_until: null,
      attempts: failure === null ? 0 : job.attempts + 1,
      looks: failure === null ? job.looks + 1 : job.looks,
      last_code: failure?.code ?? null,
      last_error: failure?.error ?? null,
    });
  if (put !== 1) throw lost(job);
}

/** Lays a job aside until it is asked for again, once a person has mended the cause; at once when that has happened meanwhile. */
export async function stickJob(
  tx: Tx,
  job: HeldJob,
  failure: { code: ErrorCode; error: string },
): Promise<void> {
  const held = { id: job.id, state: "running" as const, lease: job.lease };
  const [row] = await tx<Columns>("jobs").where(held).select("again_at");
  const again = row?.again_at ?? null;
  const laid = await tx<Columns>("jobs")
    .where(held)
    .update({
      ...(again === null ? { state: "stuck" } : { state: "ready", run_at: again, again_at: null }),
      lease: null,
      lease_until: null,
      attempts: job.attempts + 1,
      last_code: failure.code,
      last_error: failure.error,
    });
  if (laid !== 1) throw lost(job);
}

/** Gives a job back untouched, for an orderly stop. */
export async function releaseJob(tx: Tx, job: HeldJob, now: Date): Promise<void> {
  await tx<Columns>("jobs")
    .where({ id: job.id, state: "running", lease: job.lease })
    .update({ state: "ready", run_at: now.toISOString(), lease: null, lease_until: null });
}

export async function jobsOf(tx: Tx, subjects: readonly string[]): Promise<JobRow[]> {
  const rows = await tx<Columns>("jobs")
    .whereIn("subject", [...subjects])
    .orderBy("id");
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    attempts: row.attempts,
    looks: row.looks,
    lease: row.lease ?? "",
    state: row.state,
    runAt: row.run_at,
    lastCode: row.last_code,
    lastError: row.last_error,
  }));
}

/** How many jobs of each kind and state there are, for metrics and doctor. */
export async function countJobs(tx: Tx): Promise<{ kind: JobKind; state: string; count: number }[]> {
  const rows: { kind: JobKind; state: string; count: number | string }[] = await tx("jobs")
    .select("kind", "state")
    .count({ count: "*" })
    .groupBy("kind", "state");
  return rows.map((row) => ({ kind: row.kind, state: row.state, count: Number(row.count) }));
}

/** When the next waiting job is due, so that an idle worker knows how long it may rest. */
export async function nextRunAt(tx: Tx): Promise<Date | null> {
  const [row] = await tx<Columns>("jobs")
    .where({ state: "ready" })
    .orderBy("run_at")
    .limit(1)
    .select("run_at");
  return row === undefined ? null : new Date(row.run_at);
}
