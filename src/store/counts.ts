import type { Tx } from "./db";
import type { JobKind } from "./jobs";
import { WHOLE_LIST } from "./polls";

/** Counts and ages for the metrics: each is one walk of an index. */

const numbers = <Row extends { count: number | string }>(rows: readonly Row[]) =>
  rows.map((row) => ({ ...row, count: Number(row.count) }));

/** Held invoices by their first reason. */
export async function countHeld(tx: Tx): Promise<{ reason: string; count: number }[]> {
  const rows: { reason: string | null; count: number | string }[] = await tx("invoices")
    .where({ decision: "held" })
    .groupBy("reason")
    .select("reason")
    .count({ count: "*" });
  return numbers(rows).map(({ reason, count }) => ({ reason: reason ?? "", count }));
}

/** Fakturs that stopped for a reason their state does not show, by that reason; a refusal is a state. */
export async function countTroubled(tx: Tx): Promise<{ problem: string; count: number }[]> {
  const rows: { problem: string; count: number | string }[] = await tx("fakturs")
    .where("problem", ">", "")
    .whereNot({ state: "rejected" })
    .groupBy("problem")
    .select("problem")
    .count({ count: "*" });
  return numbers(rows);
}

/** Since when the oldest due job of each kind waits. */
export const oldestDue = (tx: Tx, now: Date): Promise<{ kind: string; since: string }[]> =>
  tx("jobs")
    .where({ state: "ready" })
    .where("run_at", "<=", now.toISOString())
    .groupBy("kind")
    .select("kind")
    .min({ since: "run_at" });

const ON_THEIR_WAY = ["draft", "ready", "submitting", "pending", "unknown"] as const;

/** When the oldest paid invoice became known that has no end yet: neither approved, nor held, nor skipped. */
export async function oldestUnfinished(tx: Tx): Promise<string | null> {
  const undecided = await minOf(
    tx("invoices").whereIn("decision", ["unread", "undecided"]).min({ at: "created_at" }),
  );
  const onTheirWay = await minOf(
    tx("fakturs")
      .whereIn("state", [...ON_THEIR_WAY])
      .min({ at: "created_at" }),
  );
  return [undecided, onTheirWay].filter((at) => at !== null).sort()[0] ?? null;
}

/** The nearest last day among fakturs that are not approved, from `today` on. */
export const nearestDeadline = (tx: Tx, today: string): Promise<string | null> =>
  minOf(
    tx("fakturs")
      .whereIn("state", [...ON_THEIR_WAY, "rejected"])
      .where("deadline", ">=", today)
      .min({ at: "deadline" }),
  );

/** The oldest day of payment among held or undecided invoices from this day on, but for those held for these reasons. */
export const oldestHeldDay = (tx: Tx, from: string, but: readonly string[]): Promise<string | null> =>
  minOf(
    tx("invoices")
      .whereIn("decision", ["undecided", "held"])
      .where("tax_day", ">=", from)
      .where((other) => void other.whereNull("reason").orWhereNotIn("reason", [...but]))
      .min({ at: "tax_day" }),
  );

/** Mails that have not simply been sent, by state. */
export async function countUnsentMails(tx: Tx): Promise<{ state: string; count: number }[]> {
  const rows: { state: string; count: number | string }[] = await tx("mails")
    // Two ranges of the index, around the million that were sent.
    .where((other) => void other.where("state", "<", "sent").orWhere("state", ">", "sent"))
    .groupBy("state")
    .select("state")
    .count({ count: "*" });
  return numbers(rows);
}

export const oldestQueuedMail = (tx: Tx): Promise<string | null> =>
  minOf(tx("mails").where({ state: "queued" }).min({ at: "at" }));

/**
 * When each portal last answered a quick look, or since when the first is planned. Only of those that are asked: one whose
 * polls were switched off keeps the day of its last. The nightly list has its own time and may take hours.
 */
export async function lastPolls(tx: Tx): Promise<{ portal: string; at: string }[]> {
  const rows: { portal: string; quick_at: string | null; created_at: string }[] = await tx("jobs")
    .leftJoin("portal_polls", "portal_polls.portal", "jobs.subject")
    .where("jobs.kind", "poll")
    .whereNot("jobs.subject", "like", `%${WHOLE_LIST}`)
    .select("jobs.subject as portal", "portal_polls.quick_at", "jobs.created_at");
  return rows.map(({ portal, quick_at, created_at }) => ({ portal, at: quick_at ?? created_at }));
}

/** Since when work of this kind is planned; null when none is. */
export const plannedSince = (tx: Tx, kind: JobKind): Promise<string | null> =>
  minOf(tx("jobs").where({ kind }).min({ at: "created_at" }));

/** Messages to each subscriber that wait or were given up. */
export async function countMessages(tx: Tx): Promise<{ endpoint: string; state: string; count: number }[]> {
  const rows: { endpoint: string; state: string; count: number | string }[] = await tx("webhook_messages")
    .whereIn("state", ["queued", "failed"])
    .groupBy("endpoint", "state")
    .select("endpoint", "state")
    .count({ count: "*" });
  return numbers(rows);
}

async function minOf(query: PromiseLike<readonly { at?: string | null }[]>): Promise<string | null> {
  const [row] = await query;
  return row?.at ?? null;
}
