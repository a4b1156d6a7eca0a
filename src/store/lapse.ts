import { endApproval, waitingFor, waitingOnCases, type ApprovalRow } from "./approvals";
import { appendAudit } from "./audit";
import type { Tx } from "./db";

/**
 * Requests for a second person whose subject has gone end in the commit that lets it go: what waits can still be confirmed.
 * Whoever is confirming one ends it before anything moves.
 */
export async function lapseWithFaktur(
  tx: Tx,
  fakturId: string,
  state: "cancelled" | "replaced",
  now: Date,
): Promise<void> {
  const row = await waitingFor(tx, fakturId);
  // A case goes on with the replacement.
  if (row === undefined || (state === "replaced" && row.kind === "decide")) return;
  await lapse(tx, row, GONE[state], now.toISOString());
}

/** The same of the decisions of cases that were closed, decided or told otherwise. */
export async function lapseWithCases(tx: Tx, caseIds: readonly string[], now: Date): Promise<void> {
  for (const row of await waitingOnCases(tx, caseIds)) await lapse(tx, row, CASE_MOVED, now.toISOString());
}

async function lapse(tx: Tx, row: ApprovalRow, why: string, at: string): Promise<void> {
  const ended = { state: "lapsed", waiting_for: null, case_id: row.case_id } as const;
  const words = { decided_by: null, decided_at: at, decision_reason: why };
  if (!(await endApproval(tx, row.id, { ...ended, ...words }))) return;
  const { faktur_id } = row;
  await tx("timeline").insert({ faktur_id, at, event: "approval_lapsed", by: "system", detail: why });
  const entry = { at, actor: "system", action: "approval.lapsed" };
  await appendAudit(tx, { ...entry, subject: `faktur:${faktur_id}`, detail: why });
}

const GONE = {
  cancelled: "faktur sudah dibatalkan / the faktur has been cancelled",
  replaced: "faktur sudah diganti / the faktur has been replaced",
} as const;

const CASE_MOVED =
  "kasusnya ditutup, diputuskan atau berubah sejak diminta / the case was closed, decided or changed since it was asked for";
