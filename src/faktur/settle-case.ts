import { casesUnderWay, changeCase, type CaseRow } from "../store/cases";
import type { Tx } from "../store/db";
import { fakturById, type FakturRow } from "../store/fakturs";
import { caseMoved } from "./asked-case";
import { allDone, readSteps, ticked, type CaseStep, type StepCode } from "./case-steps";

/** Ticks what the state of a faktur shows to be done, in every decided case of it. May be asked at any time. */
export async function settleCases(tx: Tx, fakturId: string, now: Date): Promise<void> {
  const faktur = await fakturById(tx, fakturId);
  const codes = faktur === undefined ? [] : stepsDoneBy(faktur);
  if (codes.length === 0) return;
  for (const row of await casesUnderWay(tx, fakturId)) {
    await tick(tx, row, readSteps(row.steps), codes, "authority", now);
  }
}

/** What the authority shows to be so was also done in its portal, whoever did it. */
function stepsDoneBy(faktur: FakturRow): readonly StepCode[] {
  if (faktur.state === "cancelled") return ["cancel_in_portal", "cancel_confirmed"];
  return faktur.state === "replaced" ? ["replace_in_portal", "replacement_confirmed"] : [];
}

/** Writes down that steps are done; the last one closes the case. Throws `wrong_state` when another hand was faster. */
export async function tick(
  tx: Tx,
  row: CaseRow,
  steps: readonly CaseStep[],
  codes: readonly StepCode[],
  by: string,
  now: Date,
): Promise<void> {
  const after = codes.reduce((before: readonly CaseStep[], code) => ticked(before, code, by, now), steps);
  const done = allDone(after);
  const ended = done ? { state: "closed" as const, closed_at: now.toISOString() } : {};
  const written = await changeCase(tx, row, { steps: JSON.stringify(after), ...ended }, now);
  if (!written) throw caseMoved(row.state);
}
