import { isDuplicate, type Tx } from "./db";

/** One comparison asked for by the calendar or by a person. The day and the edition make the daily one single. */
export interface ReconciliationRow {
  readonly id: string;
  readonly day: string;
  /** `daily`, or `asked:` with its own id. */
  readonly edition: string;
  readonly from_day: string;
  readonly to_day: string;
  readonly asked_by: string;
  /** Sellers get its report by mail. */
  readonly mailed: boolean | number;
  readonly state: "waiting" | "done";
  readonly verdict: "clean" | "incomplete" | "differences" | null;
  /** How many differences, and JSON of how many of each kind. */
  readonly differences: number | null;
  readonly counts: string | null;
  /** The whole report among the documents. */
  readonly report_sha256: string | null;
  readonly at: string;
  readonly ended_at: string | null;
}

/** False when this edition of the day stands already. */
export async function insertReconciliation(tx: Tx, row: ReconciliationRow): Promise<boolean> {
  try {
    await tx<ReconciliationRow>("reconciliations").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export const reconciliationById = (tx: Tx, id: string): Promise<ReconciliationRow | undefined> =>
  tx<ReconciliationRow>("reconciliations").where({ id }).first();

/** Newest first; `before` is the id the page starts under. */
export function listReconciliations(
  tx: Tx,
  before: string | null,
  limit: number,
): Promise<ReconciliationRow[]> {
  const query = tx<ReconciliationRow>("reconciliations").orderBy("id", "desc").limit(limit);
  if (before !== null) query.where("id", "<", before);
  return query;
}

/** Daily ones whose days touch these, newest first. */
export const dailyReconciliations = (
  tx: Tx,
  days: { readonly from: string; readonly to: string },
  limit: number,
): Promise<ReconciliationRow[]> =>
  tx<ReconciliationRow>("reconciliations")
    .where({ edition: "daily" })
    .where("to_day", ">=", days.from)
    .where("from_day", "<=", days.to)
    .orderBy("id", "desc")
    .limit(limit);

/** Records what a comparison found; false when it had ended before. */
export async function endReconciliation(
  tx: Tx,
  id: string,
  found: Pick<ReconciliationRow, "verdict" | "differences" | "counts" | "report_sha256">,
  now: Date,
): Promise<boolean> {
  const ended = await tx<ReconciliationRow>("reconciliations")
    .where({ id, state: "waiting" })
    .update({ ...found, state: "done", ended_at: now.toISOString() });
  return ended === 1;
}

/** The last daily one that has ended; with a verdict, the last that ended so. */
export async function lastReconciliation(
  tx: Tx,
  verdict?: NonNullable<ReconciliationRow["verdict"]>,
): Promise<ReconciliationRow | undefined> {
  const query = tx<ReconciliationRow>("reconciliations")
    .where({ edition: "daily", state: "done" })
    .orderBy("id", "desc");
  return verdict === undefined ? query.first() : query.where({ verdict }).first();
}

interface FindRow {
  readonly run_id: string;
  readonly portal: string;
  readonly external_id: string;
}

/** Remembers that this run found an invoice, in the transaction that records it: a run begun anew still tells of it. */
export async function insertFind(tx: Tx, runId: string, portal: string, externalId: string): Promise<void> {
  await tx<FindRow>("reconciliation_finds").insert({ run_id: runId, portal, external_id: externalId });
}

/** Which of these a run has found before. */
export async function findsOf(
  tx: Tx,
  runId: string,
  portal: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const found: string[] = await tx<FindRow>("reconciliation_finds")
    .where({ run_id: runId, portal })
    .whereIn("external_id", [...ids])
    .pluck("external_id");
  return new Set(found);
}

/** The report of one run to one seller: one, by constraint. */
export interface ReportMailRow {
  readonly id: string;
  readonly run_id: string;
  readonly seller: string;
  readonly state: "queued" | "sent" | "refused" | "withheld";
  readonly detail: string | null;
  readonly at: string;
}

export async function insertReportMail(tx: Tx, row: ReportMailRow): Promise<boolean> {
  try {
    await tx<ReportMailRow>("reconciliation_mails").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export const reportMailById = (tx: Tx, id: string): Promise<ReportMailRow | undefined> =>
  tx<ReportMailRow>("reconciliation_mails").where({ id }).first();

export const reportMailsOf = (tx: Tx, runId: string): Promise<ReportMailRow[]> =>
  tx<ReportMailRow>("reconciliation_mails").where({ run_id: runId }).orderBy("seller");

/** Records how a queued report ended. */
export async function endReportMail(
  tx: Tx,
  id: string,
  state: Exclude<ReportMailRow["state"], "queued">,
  detail: string,
): Promise<void> {
  await tx<ReportMailRow>("reconciliation_mails").where({ id, state: "queued" }).update({ state, detail });
}
