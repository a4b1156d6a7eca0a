import { hash } from "node:crypto";
import type { Clock } from "../clock";
import type { NewId } from "../ids";
import { casesOf, firstCause, furtherCause, openCase, type CaseRow } from "../store/cases";
import type { Db, Tx } from "../store/db";
import { fakturById } from "../store/fakturs";
import type { Actor } from "./asked";
import { caseWritten, noCase } from "./asked-case";
import type { CaseKind } from "./case-rules";

interface OpenDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
}

export interface OpenedByPerson {
  readonly kind: CaseKind;
  readonly note: string;
  /** Decimal string in the invoice's currency; null when no part of it is meant. */
  readonly amount: string | null;
  /** Of what two may ask at the same moment: the case that stands under it is the one. */
  readonly cause?: string;
}

/**
 * A person reports that something about a faktur is not right. The same report, sent once more or by several at once, is
 * one case until that is closed. Throws `not_found`.
 */
export async function openCaseFor(
  d: OpenDeps,
  fakturId: string,
  opened: OpenedByPerson,
  who: Actor,
): Promise<string> {
  const now = d.clock.now();
  return d.db.transaction(async (tx) => {
    const faktur = await fakturById(tx, fakturId);
    if (faktur === undefined) throw noCase();
    const { cause, standing } = await placeFor(tx, faktur.invoice_id, fakturId, opened);
    if (standing !== undefined) return standing.id;
    const id = d.newId(now);
    const fresh = await openCase(tx, {
      id,
      invoice_id: faktur.invoice_id,
      faktur_id: faktur.id,
      kind: opened.kind,
      state: "open",
      detail: JSON.stringify({ amount: opened.amount, reason: opened.note }),
      cause,
      opened_at: now.toISOString(),
      closed_at: null,
      opened_by: who.name,
      note: opened.note,
    });
    const theirs = fresh ? undefined : await caseUnder(tx, faktur.invoice_id, cause);
    if (theirs !== undefined) return theirs.id;
    await caseWritten(tx, d, id, "opened", who, opened.kind);
    return id;
  });
}

const caseUnder = async (tx: Tx, invoiceId: string, cause: string): Promise<CaseRow | undefined> =>
  (await casesOf(tx, invoiceId)).find((one) => one.cause === cause);

/** The cause to open it under, by which another hand finds it, and the case that stands for the same report. */
async function placeFor(
  tx: Tx,
  invoiceId: string,
  fakturId: string,
  { kind, note, amount, cause: named }: OpenedByPerson,
): Promise<{ readonly cause: string; readonly standing?: CaseRow | undefined }> {
  if (named !== undefined) return { cause: named };
  const cause = `person:${hash("sha256", JSON.stringify([fakturId, kind, note, amount]))}`;
  const same = (await casesOf(tx, invoiceId)).filter((one) => firstCause(one.cause) === cause);
  const standing = same.find(({ state }) => state !== "closed");
  return { cause: furtherCause(cause, same.length + 1), standing };
}
