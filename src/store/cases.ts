import type { Knex } from "knex";
import type { CaseDecision, CaseKind } from "../faktur/case-rules";
import { appendAudit } from "./audit";
import { isDuplicate, type Tx } from "./db";
import { lapseWithCases } from "./lapse";

/** `working`: decided and being carried out. `waiting_buyer`: the buyer's own document is awaited. */
export const CASE_STATES = ["open", "working", "waiting_buyer", "closed"] as const;
export type CaseState = (typeof CASE_STATES)[number];

/**
 * The cause went before anybody decided: paid again, the refund failed, told otherwise, the mail arrived, or the faktur that
 * was mailed has been cancelled or replaced.
 */
export const CLOSED_BECAUSE = [
  "paid_again",
  "refund_failed",
  "told_otherwise",
  "mailed_again",
  "faktur_over",
] as const;
export type ClosedBecause = (typeof CLOSED_BECAUSE)[number];

/** What opens a case by itself. */
export interface OpenedCase {
  readonly id: string;
  readonly invoice_id: string;
  readonly faktur_id: string | null;
  readonly kind: CaseKind;
  readonly state: CaseState;
  readonly detail: string;
  /** What opened it; one case per invoice and cause. */
  readonly cause: string;
  readonly opened_at: string;
  readonly closed_at: string | null;
}

export interface CaseRow extends OpenedCase {
  /** Null when a portal's event opened it. */
  readonly opened_by: string | null;
  readonly note: string | null;
  readonly decision: CaseDecision | null;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly decision_reason: string | null;
  /** JSON of CaseStep[]. */
  readonly steps: string | null;
  /** JSON of BuyerDocument. */
  readonly buyer_document: string | null;
  /** What closed it without a decision. */
  readonly closed_because?: ClosedBecause | null;
}

/** False when the same cause has opened a case of this invoice before. */
export async function openCase(
  tx: Tx,
  row: OpenedCase & Partial<Pick<CaseRow, "opened_by" | "note">>,
): Promise<boolean> {
  try {
    await tx<CaseRow>("cases").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

/** What was told otherwise once its case was decided opens another one: its cause carries a number. */
export const furtherCause = (cause: string, number: number): string =>
  number === 1 ? cause : cause.replace(":", `.${number}:`);

/** The cause as it was before anything was told otherwise. */
export const firstCause = (cause: string): string => cause.replace(/^([a-z_]+)\.\d+:/, "$1:");

export const caseById = (tx: Tx, id: string): Promise<CaseRow | undefined> =>
  tx<CaseRow>("cases").where({ id }).first();

export const casesOf = (tx: Tx, invoiceId: string): Promise<CaseRow[]> =>
  tx<CaseRow>("cases")
    .where({ invoice_id: invoiceId })
    .orderBy([{ column: "opened_at" }, { column: "id" }]);

/** The same of several. */
export const casesOfAll = (tx: Tx, invoiceIds: readonly string[]): Promise<CaseRow[]> =>
  tx<CaseRow>("cases")
    .whereIn("invoice_id", [...invoiceIds])
    .orderBy("opened_at");

export const casesOfFaktur = (tx: Tx, fakturId: string): Promise<CaseRow[]> =>
  tx<CaseRow>("cases").where({ faktur_id: fakturId }).orderBy("id");

/** The cases of a faktur that have been decided and are not at their end; nobody else ticks a step of them meanwhile. */
export const casesUnderWay = (tx: Tx, fakturId: string): Promise<CaseRow[]> =>
  tx<CaseRow>("cases").where({ faktur_id: fakturId, state: "working" }).orderBy("id").forUpdate();

/** Cases of the faktur of the query around it that nobody has decided; `faktur` is what that query calls it. */
export const undecidedCases = (tx: Tx, faktur = "fakturs"): Knex.QueryBuilder =>
  tx("cases as c")
    .whereRaw(`c.invoice_id = ${faktur}.invoice_id`)
    .whereRaw(`c.faktur_id = ${faktur}.id`)
    .where("c.state", "open")
    .select(tx.raw("1"));

export interface CaseFilter {
  readonly state?: CaseState | undefined;
  readonly kind?: CaseKind | undefined;
  readonly faktur?: string | undefined;
  /** Only what is not closed. */
  readonly unfinished?: boolean;
}

/** Newest first; `before` is the id the page starts under. */
export function listCases(
  tx: Tx,
  filter: CaseFilter,
  before: string | null,
  limit: number,
): Promise<CaseRow[]> {
  const query = tx<CaseRow>("cases").orderBy("id", "desc").limit(limit);
  if (filter.state !== undefined) query.where({ state: filter.state });
  if (filter.kind !== undefined) query.where({ kind: filter.kind });
  if (filter.faktur !== undefined) query.where({ faktur_id: filter.faktur });
  if (filter.unfinished === true) query.whereIn("state", ["open", "working", "waiting_buyer"]);
  if (before !== null) query.where("id", "<", before);
  return query;
}

/**
 * Writes to a case only as it was read, also what was told of it; false when another hand was faster. Whoever has asked
 * for a decision of it has asked on other grounds then: that request lapses.
 */
export async function changeCase(
  tx: Tx,
  row: Pick<CaseRow, "id" | "state" | "steps" | "kind" | "detail">,
  changes: Partial<Omit<CaseRow, "id" | "invoice_id" | "cause">>,
  now: Date,
): Promise<boolean> {
  const { id, state, steps, kind, detail } = row;
  const changed = await tx<CaseRow>("cases").where({ id, state, steps, kind, detail }).update(changes);
  if (changed === 1 && ("state" in changes || "detail" in changes)) await lapseWithCases(tx, [id], now);
  return changed === 1;
}

/**
 * The cause has gone: what nobody has decided yet is closed, and with it why. By kind, or by the cause with all its
 * parts and however often it was told otherwise. Returns the ids.
 */
export async function closeOpenCases(
  tx: Tx,
  invoiceId: string,
  which: { readonly kinds?: readonly CaseKind[]; readonly cause?: string },
  because: ClosedBecause,
  now: Date,
): Promise<string[]> {
  const open = await tx<CaseRow>("cases").where({ invoice_id: invoiceId, state: "open" }).orderBy("id");
  const ids = open
    .filter(({ kind }) => which.kinds?.includes(kind) ?? true)
    .filter(({ cause }) => which.cause === undefined || firstCause(cause).split("#")[0] === which.cause)
    .map(({ id }) => id);
  await closeCases(tx, ids, because, now);
  return ids;
}

async function closeCases(tx: Tx, ids: readonly string[], because: ClosedBecause, now: Date): Promise<void> {
  if (ids.length === 0) return;
  const closed = { state: "closed" as const, closed_at: now.toISOString(), closed_because: because };
  await tx<CaseRow>("cases")
    .whereIn("id", [...ids])
    .where({ state: "open" })
    .update(closed);
  await lapseWithCases(tx, ids, now);
}

/** A faktur that was cancelled or replaced is not mailed again: nobody can settle the cases of its mails any more. */
export async function closeMailCases(tx: Tx, fakturId: string, now: Date): Promise<void> {
  const which = { faktur_id: fakturId, kind: "mail_bounced", state: "open" } as const;
  const ids = await tx<CaseRow>("cases").where(which).orderBy("id").pluck("id");
  await closeCases(tx, ids, "faktur_over", now);
  for (const id of ids) await noteClosed(tx, id, "faktur_over", now);
}

/** That a case has closed by itself, in its history. */
export const noteClosed = (tx: Tx, id: string, because: ClosedBecause, now: Date): Promise<unknown> =>
  appendAudit(tx, {
    ...{ at: now.toISOString(), actor: "system", action: "case.closed" },
    ...{ subject: `case:${id}`, detail: because },
  });

/** Cases of a seller that are not closed, by kind, with the oldest; a mail that came back is told among the mails. */
export async function countCases(
  tx: Tx,
  seller: string,
): Promise<{ kind: CaseKind; state: CaseState; count: number; oldest: string }[]> {
  const rows: { kind: CaseKind; state: CaseState; count: number | string; oldest: string }[] = await tx(
    "cases",
  )
    .join("invoices", "invoices.id", "cases.invoice_id")
    .where("invoices.seller", seller)
    .whereNot("cases.state", "closed")
    .whereNot("cases.kind", "mail_bounced")
    .groupBy("cases.kind", "cases.state")
    .orderBy([{ column: "kind" }, { column: "state" }])
    .select("cases.kind as kind", "cases.state as state")
    .count({ count: "*" })
    .min({ oldest: "cases.opened_at" });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
