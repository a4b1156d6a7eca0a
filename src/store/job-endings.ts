import { AppError, type ErrorCode } from "../errors";
import { text } from "../text";
import type { Tx } from "./db";
import type { HeldJob, JobColumns } from "./jobs";

/** How a job in hand comes to an ending: each verb is fenced by the lease. */

export const lost = (job: HeldJob): AppError =>
  new AppError(
    "lease_lost",
    text(
      `Pekerjaan ${job.id} sudah diambil proses lain.`,
      `Job ${job.id} has been taken by another process.`,
    ),
  );

/** Fences a transaction: what it writes stands only while the job is still ours. Throws `lease_lost`. */
export async function holdLease(tx: Tx, job: HeldJob, leaseUntil: Date): Promise<void> {
  const held = await tx<JobColumns>("jobs")
    .where({ id: job.id, state: "running", lease: job.lease })
    .update({ lease_until: leaseUntil.toISOString() });
  if (held !== 1) throw lost(job);
}

/** Ends a job we still hold; when it was asked for again meanwhile it becomes ready anew. Throws `lease_lost`. */
export async function completeJob(tx: Tx, job: HeldJob, now: Date): Promise<void> {
  const held = { id: job.id, state: "running" as const, lease: job.lease };
  const ended = await tx<JobColumns>("jobs")
    .where({ ...held, again_at: null })
    .delete();
  if (ended === 1) return;
  const [row] = await tx<JobColumns>("jobs").where(held).forUpdate().select("again_at");
  const runAt = row?.again_at ?? now.toISOString();
  const again = await tx<JobColumns>("jobs")
    .where(held)
    .update({ ...FRESH, run_at: runAt });
  if (again !== 1) throw lost(job);
}

const FRESH = {
  state: "ready",
  attempts: 0,
  looks: 0,
  crashes: 0,
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
  const [row] = await tx<JobColumns>("jobs").where(held).forUpdate().select("again_at");
  const later = until.toISOString();
  const put = await tx<JobColumns>("jobs")
    .where(held)
    .update({
      state: "ready",
      run_at: row?.again_at != null && row.again_at < later ? row.again_at : later,
      again_at: null,
      lease: null,
      lease_until: null,
      attempts: failure === null ? 0 : job.attempts + 1,
      looks: failure === null ? job.looks + 1 : job.looks,
      crashes: 0,
      last_code: failure?.code ?? null,
      last_error: failure?.error ?? null,
    });
  if (put !== 1) throw lost(job);
}

/** Puts a job that was not tried back for later; all that is known of it stays. Throws `lease_lost`. */
export async function setBackJob(tx: Tx, job: HeldJob, until: Date): Promise<void> {
  const put = await tx<JobColumns>("jobs")
    .where({ id: job.id, state: "running", lease: job.lease })
    .update({ state: "ready", run_at: until.toISOString(), lease: null, lease_until: null });
  if (put !== 1) throw lost(job);
}

/** Jobs named in one statement. */
const NAMED_AT_ONCE = 500;

/** Lets jobs that were put back run at once; what runs, ran or is due is left alone. */
export async function bringForward(tx: Tx, ids: readonly number[], now: Date): Promise<void> {
  const at = now.toISOString();
  for (let from = 0; from < ids.length; from += NAMED_AT_ONCE) {
    await tx<JobColumns>("jobs")
      .whereIn("id", ids.slice(from, from + NAMED_AT_ONCE))
      .where({ state: "ready" })
      .where("run_at", ">", at)
      .update({ run_at: at });
  }
}

/** Lays a job aside until it is asked for again, once a person has mended the cause; at once when that has happened meanwhile. */
export async function stickJob(
  tx: Tx,
  job: HeldJob,
  failure: { code: ErrorCode; error: string },
): Promise<void> {
  const held = { id: job.id, state: "running" as const, lease: job.lease };
  const [row] = await tx<JobColumns>("jobs").where(held).forUpdate().select("again_at");
  const again = row?.again_at ?? null;
  const laid = await tx<JobColumns>("jobs")
    .where(held)
    .update({
      ...(again === null ? { state: "stuck" } : { state: "ready", run_at: again, again_at: null }),
      lease: null,
      lease_until: null,
      attempts: job.attempts + 1,
      crashes: 0,
      last_code: failure.code,
      last_error: failure.error,
    });
  if (laid !== 1) throw lost(job);
}

/** Puts a job whose holders keep dying back for later; its crashes go on being counted. Throws `lease_lost`. */
export async function backOffJob(
  tx: Tx,
  job: HeldJob,
  until: Date,
  failure: { code: ErrorCode; error: string },
): Promise<void> {
  const put = await tx<JobColumns>("jobs")
    .where({ id: job.id, state: "running", lease: job.lease })
    .update({
      ...{ state: "ready", run_at: until.toISOString(), lease: null, lease_until: null },
      ...{ last_code: failure.code, last_error: failure.error },
    });
  if (put !== 1) throw lost(job);
}

/** Gives a job back untouched, for an orderly stop. */
export async function releaseJob(tx: Tx, job: HeldJob, now: Date): Promise<void> {
  await tx<JobColumns>("jobs")
    .where({ id: job.id, state: "running", lease: job.lease })
    .update({ state: "ready", run_at: now.toISOString(), lease: null, lease_until: null });
}
