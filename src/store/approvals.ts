import { isDuplicate, type Tx } from "./db";

/** `lapsed`: what it was about has gone before anybody decided. */
export const APPROVAL_STATES = ["waiting", "confirmed", "refused", "lapsed"] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

export const APPROVAL_KINDS = ["cancel", "replace", "decide"] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** What one person has asked for and another one must confirm. */
export interface ApprovalRow {
  readonly id: string;
  readonly seller: string;
  readonly faktur_id: string;
  /** The case it decides, or the one it was carried out by. */
  readonly case_id: string | null;
  readonly kind: ApprovalKind;
  /** JSON of what was asked for. */
  readonly wish: string;
  readonly reason: string;
  readonly asked_by: string;
  readonly asked_at: string;
  readonly state: ApprovalState;
  /** The faktur while it waits: one request for a faktur at a time. */
  readonly waiting_for: string | null;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly decision_reason: string | null;
}

/** False when a request for this faktur waits already. */
export async function insertApproval(tx: Tx, row: ApprovalRow): Promise<boolean> {
  try {
    await tx<ApprovalRow>("approvals").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export const approvalById = (tx: Tx, id: string): Promise<ApprovalRow | undefined> =>
  tx<ApprovalRow>("approvals").where({ id }).first();

/** The one request that waits for this faktur. */
export const waitingFor = (tx: Tx, fakturId: string): Promise<ApprovalRow | undefined> =>
  tx<ApprovalRow>("approvals").where({ waiting_for: fakturId }).first();

/** Newest first; `before` is the id of the last one seen. */
export function listApprovals(
  tx: Tx,
  state: ApprovalState | undefined,
  before: string | null,
  limit: number,
): Promise<ApprovalRow[]> {
  const query = tx<ApprovalRow>("approvals").orderBy("id", "desc").limit(limit);
  if (state !== undefined) query.where({ state });
  if (before !== null) query.where("id", "<", before);
  return query;
}

type Ended = Pick<
  ApprovalRow,
  "state" | "waiting_for" | "case_id" | "decided_by" | "decided_at" | "decision_reason"
>;

/** False when another hand has decided it first. */
export const endApproval = async (tx: Tx, id: string, ended: Ended): Promise<boolean> =>
  (await tx<ApprovalRow>("approvals").where({ id, state: "waiting" }).update(ended)) === 1;

/** Requests that wait and decide one of these cases. */
export const waitingOnCases = (tx: Tx, caseIds: readonly string[]): Promise<ApprovalRow[]> =>
  tx<ApprovalRow>("approvals")
    .where({ state: "waiting" })
    .whereIn("case_id", [...caseIds]);

export interface WaitingRow {
  readonly kind: ApprovalKind;
  readonly reference: string;
  readonly asked_by: string;
  readonly asked_at: string;
}

/** What waits for a second person, the oldest first, with the count of all. */
export async function oldestWaiting(tx: Tx, limit: number): Promise<{ rows: WaitingRow[]; count: number }> {
  const rows: WaitingRow[] = await tx("approvals")
    .join("fakturs", "fakturs.id", "approvals.faktur_id")
    .where({ "approvals.state": "waiting" })
    .orderBy("approvals.id")
    .limit(limit)
    .select(
      "approvals.kind as kind",
      "fakturs.reference as reference",
      "approvals.asked_by as asked_by",
      "approvals.asked_at as asked_at",
    );
  const counted = await tx("approvals").where({ state: "waiting" }).count({ count: "id" }).first();
  return { rows, count: Number(counted?.["count"] ?? 0) };
}
