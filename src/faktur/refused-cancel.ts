import type { Clock } from "../clock";
import type { NewId } from "../ids";
import { casesOfFaktur, changeCase, openCase, type CaseRow } from "../store/cases";
import type { Tx } from "../store/db";
import { addTimeline, moveFaktur, type Changes, type FakturRow } from "../store/fakturs";
import { caseWritten } from "./asked-case";

export interface Refusal {
  readonly by: "authority" | "buyer";
  readonly message: string | null;
}

/**
 * A cancellation was refused: the faktur stands, and what was decided cannot be. Who decided it waits for a word that will
 * never come, so its case is open again with the refusal; a wish without a case gets one. `changes` is what else the faktur
 * shows of it.
 */
export async function standAfterRefusal(
  tx: Tx,
  d: { readonly clock: Clock; readonly newId: NewId },
  row: FakturRow,
  { by, message }: Refusal,
  changes: Changes,
): Promise<void> {
  const now = d.clock.now();
  await moveFaktur(tx, row, "keep", now, changes);
  await addTimeline(tx, row.id, { at: now, event: "cancel_refused", by, detail: message });
  const cases = (await casesOfFaktur(tx, row.id)).filter(mindsTheFaktur);
  for (const one of cases) {
    if (one.state === "working" && !(await changeCase(tx, one, UNDECIDED, now))) continue;
    await caseWritten(tx, d, one.id, "cancel_refused", { name: by }, message);
  }
  if (cases.length === 0) await openNew(tx, d, row, { by, message });
}

/** Undecided, or decided to cancel: a mail that came back has nothing to do with it. */
const mindsTheFaktur = ({ kind, state, decision }: CaseRow): boolean =>
  kind !== "mail_bounced" &&
  (state === "open" || (state === "working" && (decision === "cancel" || decision === "cancel_and_new")));

const UNDECIDED = {
  state: "open",
  ...{ decision: null, decided_by: null, decided_at: null, decision_reason: null, steps: null },
} as const;

async function openNew(
  tx: Tx,
  d: { readonly clock: Clock; readonly newId: NewId },
  row: FakturRow,
  { by, message }: Refusal,
): Promise<void> {
  const now = d.clock.now();
  const id = d.newId(now);
  await openCase(tx, {
    ...{ id, invoice_id: row.invoice_id, faktur_id: row.id, kind: "cancel_asked", state: "open" },
    // Each refusal is one: asked again and refused again, it is another.
    cause: `cancel_refused:${id}`,
    detail: JSON.stringify({ amount: null, reason: message }),
    ...{ opened_at: now.toISOString(), closed_at: null, opened_by: null, note: null },
  });
  await caseWritten(tx, d, id, "cancel_refused", { name: by }, message);
}
