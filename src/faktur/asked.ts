import { AppError } from "../errors";
import { appendAudit } from "../store/audit";
import type { Tx } from "../store/db";
import { addTimeline, fakturById, type FakturRow } from "../store/fakturs";
import { text } from "../text";
import type { FakturDeps } from "./flow";
import type { ObtainDeps } from "./obtain";

/** Who asks, for timeline and audit. */
export interface Actor {
  readonly name: string;
}

export type CorrectDeps = FakturDeps & Pick<ObtainDeps, "mailDomain"> & { wake(): void };

/** What is written in the same commit as the wish itself: both stand, or neither does. */
export type Alongside = (tx: Tx) => Promise<void>;

export const nothingElse: Alongside = () => Promise.resolve();

export const at = (d: CorrectDeps) => d.clock.now();

export async function existing(tx: Tx, id: string): Promise<FakturRow> {
  const row = await fakturById(tx, id);
  if (row === undefined) throw notFound();
  return row;
}

const notFound = (): AppError =>
  new AppError("not_found", text("Faktur tidak ditemukan.", "There is no such faktur."));

export const wrongState = (row: FakturRow, doing: Readonly<{ id: string; en: string }>): AppError =>
  new AppError(
    "wrong_state",
    text(
      `Faktur berstatus "${row.state}" tidak dapat ${doing.id}.`,
      `A faktur in state "${row.state}" cannot be ${doing.en}.`,
    ),
  );

export async function written(
  tx: Tx,
  d: CorrectDeps,
  row: FakturRow,
  who: Actor,
  action: string,
  detail: string | null,
): Promise<void> {
  await addTimeline(tx, row.id, { at: at(d), event: action, by: who.name, detail });
  await appendAudit(tx, {
    at: at(d).toISOString(),
    actor: who.name,
    action: `faktur.${action}`,
    subject: `faktur:${row.id}`,
    detail,
  });
}
