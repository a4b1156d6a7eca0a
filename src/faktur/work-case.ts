import type { Clock } from "../clock";
import { changeCase } from "../store/cases";
import type { Db } from "../store/db";
import type { Actor } from "./asked";
import { caseMoved, caseNamed, caseWritten, noCase } from "./asked-case";
import { allDone, readSteps, ticked } from "./case-steps";
import { tick } from "./settle-case";

interface WorkDeps {
  readonly db: Db;
  readonly clock: Clock;
}

/** A person ticks a step, counted from 1. Throws `not_found`, `wrong_state` for a step that nobody can tick. */
export async function markStep(d: WorkDeps, id: string, number: number, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await caseNamed(tx, id);
    const steps = readSteps(row.steps);
    const step = steps[number - 1];
    if (step === undefined) throw noCase();
    if (row.state !== "working" || step.auto) throw caseMoved(row.state);
    await tick(tx, row, steps, [step.code], who.name, d.clock.now());
    await caseWritten(tx, d, id, "step_done", who, step.code);
  });
}

export interface BuyerDocument {
  readonly number: string;
  readonly date: string;
}

/** The buyer's nota pembatalan has come in. Throws `not_found`, `wrong_state` when none is awaited. */
export async function noteBuyerDocument(
  d: WorkDeps,
  id: string,
  document: BuyerDocument,
  who: Actor,
): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await caseNamed(tx, id);
    if (row.state !== "waiting_buyer") throw caseMoved(row.state);
    const steps = ticked(readSteps(row.steps), "buyer_document", who.name, d.clock.now());
    const done = allDone(steps);
    const now = d.clock.now();
    const moved = { state: done ? "closed" : "working", closed_at: done ? now.toISOString() : null } as const;
    const noted = { buyer_document: JSON.stringify(document), steps: JSON.stringify(steps) };
    const changed = await changeCase(tx, row, { ...noted, ...moved }, now);
    if (!changed) throw caseMoved(row.state);
    await caseWritten(tx, d, id, "buyer_document", who, `${document.number} ${document.date}`);
  });
}
