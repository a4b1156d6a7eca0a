import { appendAudit } from "../store/audit";
import {
  casesOf,
  changeCase,
  firstCause,
  furtherCause,
  openCase,
  type CaseRow,
  type OpenedCase,
} from "../store/cases";
import type { Tx } from "../store/db";

/**
 * Opens the case of a cause, once. What the portal tells otherwise under the same cause changes the case while nobody has
 * decided it; after that it is a case of its own, since it was decided on other words. The same words change nothing.
 */
export async function openOrRetell(tx: Tx, portal: string, told: OpenedCase): Promise<void> {
  const before = (await casesOf(tx, told.invoice_id)).filter(({ cause }) => firstCause(cause) === told.cause);
  const open = before.find(({ state }) => state === "open");
  if (open !== undefined && (await retell(tx, portal, open, told))) return;
  const last = before.at(-1);
  if (last !== undefined && last.closed_because == null && saysTheSame(last, told)) return;
  await openCase(tx, { ...told, cause: furtherCause(told.cause, before.length + 1) });
}

/** False when somebody has decided it this very moment. */
async function retell(tx: Tx, portal: string, open: CaseRow, told: OpenedCase): Promise<boolean> {
  if (saysTheSame(open, told)) return true;
  const { kind, detail, faktur_id } = told;
  if (!(await changeCase(tx, open, { kind, detail, faktur_id }, new Date(told.opened_at)))) return false;
  const entry = { at: told.opened_at, actor: `portal:${portal}`, action: "case.changed" };
  const amounts = [open, told].map(amountOf).join(" → ");
  await appendAudit(tx, { ...entry, subject: `case:${open.id}`, detail: `${kind}: ${amounts}` });
  return true;
}

type Told = Pick<OpenedCase, "kind" | "detail">;

/** Beside the kind it is the amount that a decision rests on; what a portal says of the reason may be worded anew. */
const saysTheSame = (one: Told, other: Told): boolean =>
  one.kind === other.kind && amountOf(one) === amountOf(other);

const amountOf = ({ detail }: Told): string =>
  (JSON.parse(detail) as { readonly amount?: string | null }).amount ?? "-";
