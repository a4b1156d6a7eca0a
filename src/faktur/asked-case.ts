import type { Clock } from "../clock";
import { AppError } from "../errors";
import { appendAudit } from "../store/audit";
import { caseById, type CaseRow, type CaseState } from "../store/cases";
import type { Tx } from "../store/db";
import { text } from "../text";
import type { Actor } from "./asked";

/** What everything that people ask about cases shares. */

export async function caseNamed(tx: Tx, id: string): Promise<CaseRow> {
  const row = await caseById(tx, id);
  if (row === undefined) throw noCase();
  return row;
}

export async function caseWritten(
  tx: Tx,
  d: { readonly clock: Clock },
  id: string,
  action: string,
  who: Actor,
  detail: string | null,
): Promise<void> {
  const at = d.clock.now().toISOString();
  await appendAudit(tx, { at, actor: who.name, action: `case.${action}`, subject: `case:${id}`, detail });
}

/** What a decision rests on: what was told, and what was decided before. */
export const groundsOf = ({ kind, detail, state, decided_at }: CaseRow): string =>
  JSON.stringify([kind, detail, state, decided_at]);

export const noCase = (): AppError =>
  new AppError(
    "not_found",
    text("Kasus, langkah atau faktur tidak ditemukan.", "There is no such case, step or faktur."),
  );

export const caseMoved = (state: CaseState): AppError =>
  new AppError(
    "wrong_state",
    text(
      `Kasus berstatus "${state}" tidak dapat diproses begini. Muat ulang lalu coba lagi.`,
      `A case in state "${state}" cannot be handled like this. Read it again, then try anew.`,
    ),
  );

export const caseRetold = (): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Kasus ini berubah sejak keputusannya diminta. Tolak permintaan itu, lihat kasusnya, lalu putuskan lagi.",
      "This case has changed since its decision was asked for. Refuse that request, look at the case, then decide anew.",
    ),
  );
