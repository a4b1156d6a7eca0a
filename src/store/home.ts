import type { CaseKind } from "../faktur/case-rules";
import type { FakturState } from "../faktur/faktur";
import type { ErrorCode } from "../errors";
import type { Tx } from "./db";
import type { Decision } from "./invoices";
import type { JobKind } from "./jobs";

/** What the home page tells: the oldest of everything that needs a person, and the figures of some days. */

/** The oldest rows of a kind, and how many there are. */
export interface Oldest<Row> {
  readonly rows: readonly Row[];
  readonly count: number;
}

export interface HeldRow {
  readonly portal: string;
  readonly external_id: string;
  readonly number: string | null;
  readonly tax_day: string | null;
  readonly reasons: string;
  readonly created_at: string;
}

/** Held invoices, by the day that their deadline hangs on; those held for the reasons in `last` come last. */
export async function oldestHeld(tx: Tx, limit: number, last: readonly string[]): Promise<Oldest<HeldRow>> {
  const held = () => tx("invoices").where({ decision: "held" });
  const oldest = async (query: ReturnType<typeof held>, count: number): Promise<HeldRow[]> =>
    query
      .orderBy(["tax_day", "id"])
      .limit(count)
      .select("portal", "external_id", "number", "tax_day", "reasons", "created_at");
  const pressing = held().where((q) => void q.whereNull("reason").orWhereNotIn("reason", [...last]));
  const first = await oldest(pressing, limit);
  const left = limit - first.length;
  const rest = left === 0 ? [] : await oldest(held().whereIn("reason", [...last]), left);
  return { rows: [...first, ...rest], count: await countOf(held()) };
}

export interface StoppedRow {
  readonly id: string;
  readonly reference: string;
  readonly buyer_name: string;
  readonly state: FakturState;
  readonly deadline: string;
  readonly problem: string | null;
  readonly channel_message: string | null;
  readonly updated_at: string;
}

/** Fakturs in this state, oldest first. */
export async function oldestInState(tx: Tx, state: FakturState, limit: number): Promise<Oldest<StoppedRow>> {
  const standing = () => tx("fakturs").where({ state });
  const rows: StoppedRow[] = await standing()
    .orderBy("id")
    .limit(limit)
    .select(...STOPPED);
  return { rows, count: await countOf(standing()) };
}

/** Fakturs that stopped for a reason their state does not show, in the order of the index that knows them. */
export async function oldestWithProblem(tx: Tx, limit: number): Promise<Oldest<StoppedRow>> {
  const troubled = () => tx("fakturs").where("problem", ">", "").whereNot({ state: "rejected" });
  const rows: StoppedRow[] = await troubled()
    .orderBy(["problem", "id"])
    .limit(limit)
    .select(...STOPPED);
  return { rows, count: await countOf(troubled()) };
}

/** The columns of a `StoppedRow`. */
export const STOPPED = [
  ...["id", "reference", "buyer_name", "state", "deadline", "problem", "channel_message", "updated_at"],
] as const;

export interface RequestedRow {
  readonly portal: string;
  readonly external_id: string;
  readonly name: string;
  readonly npwp: string;
  readonly status_at: string;
  readonly status_by: string;
}

/** NPWP tabs that wait for finance. */
export async function oldestRequested(tx: Tx, limit: number): Promise<Oldest<RequestedRow>> {
  const requested = () => tx("companies as c").where("c.status", "requested");
  const rows: RequestedRow[] = await requested()
    .join("accounts as a", "a.id", "c.account_id")
    .orderBy("c.status_at")
    .limit(limit)
    .select(
      "a.portal as portal",
      "a.external_id as external_id",
      ...["name", "npwp", "status_at", "status_by"].map((name) => `c.${name} as ${name}`),
    );
  return { rows, count: await countOf(requested()) };
}

export interface OpenCaseRow {
  readonly id: string;
  readonly kind: CaseKind;
  readonly number: string | null;
  readonly external_id: string;
  readonly opened_at: string;
}

/** Cases that nobody has decided, but for those of a mail that came back: it stands among the mails. */
export async function oldestOpenCases(tx: Tx, limit: number): Promise<Oldest<OpenCaseRow>> {
  const open = () => tx("cases as c").where("c.state", "open").whereNot("c.kind", "mail_bounced");
  const rows: OpenCaseRow[] = await open()
    .join("invoices as i", "i.id", "c.invoice_id")
    .orderBy("c.opened_at")
    .limit(limit)
    .select(
      "c.id as id",
      "c.kind as kind",
      "i.number as number",
      "i.external_id as external_id",
      "c.opened_at as opened_at",
    );
  return { rows, count: await countOf(open()) };
}

export interface StuckRow {
  readonly kind: JobKind;
  readonly subject: string;
  readonly last_code: ErrorCode | null;
  readonly last_error: string | null;
  readonly run_at: string;
  /** Of a mail with a faktur: which, and to whom. */
  readonly faktur_id: string | null;
  readonly recipient: string | null;
}

/** Work that was laid aside until a person has mended its cause. */
export async function oldestStuck(tx: Tx, limit: number): Promise<Oldest<StuckRow>> {
  const stuck = () => tx("jobs").where({ state: "stuck" });
  const rows: StuckRow[] = await tx("jobs as j")
    .leftJoin("mails as m", "m.id", "j.subject")
    .where("j.state", "stuck")
    .orderBy(["j.run_at", "j.id"])
    .limit(limit)
    .select("j.kind", "j.subject", "j.last_code", "j.last_error", "j.run_at", "m.faktur_id", "m.recipient");
  return { rows, count: await countOf(stuck()) };
}

interface Counted {
  count(columns: { readonly count: string }): PromiseLike<unknown>;
}

export async function countOf(query: Counted): Promise<number> {
  const [row] = (await query.count({ count: "*" })) as { readonly count: number | string }[];
  return Number(row?.count ?? 0);
}

/** Fakturs of these days by state, with their sums in whole rupiah. */
export async function fakturFigures(
  tx: Tx,
  from: string,
  to: string,
): Promise<{ day: string; state: FakturState; count: number; dpp: string; ppn: string }[]> {
  const rows: {
    day: string;
    state: FakturState;
    count: number | string;
    dpp: string;
    ppn: string;
  }[] = await tx("fakturs")
    .where("date", ">=", from)
    .where("date", "<=", to)
    .groupBy("date", "state")
    .select("date as day", "state")
    .count({ count: "*" })
    // As text, so that no engine's driver rounds the sum.
    .select(tx.raw("cast(sum(dpp) as char) as dpp"), tx.raw("cast(sum(ppn) as char) as ppn"));
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** Paid invoices of these days by their decision. */
export async function invoiceFigures(
  tx: Tx,
  from: string,
  to: string,
): Promise<{ day: string; decision: Decision; count: number }[]> {
  const all: readonly Decision[] = ["unread", "undecided", "issuing", "held", "skipped"];
  const rows: { day: string; decision: Decision; count: number | string }[] = await tx("invoices")
    .whereIn("decision", [...all])
    .where("tax_day", ">=", from)
    .where("tax_day", "<=", to)
    .groupBy("decision", "tax_day")
    .select("tax_day as day", "decision")
    .count({ count: "*" });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** Mails sent since `from`, by the hour in UTC (`2026-11-03T02`). */
export async function mailFigures(tx: Tx, from: string): Promise<{ hour: string; count: number }[]> {
  const rows: { hour: string; count: number | string }[] = await tx("mails")
    .where({ state: "sent" })
    .where("at", ">=", from)
    .groupByRaw("substr(at, 1, 13)")
    .select(tx.raw("substr(at, 1, 13) as hour"))
    .count({ count: "*" });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** When the latest mail ended so; null when none has. */
export async function latestMail(tx: Tx, state: "sent" | "refused" | "queued"): Promise<string | null> {
  const row: { readonly at: string } | undefined = await tx("mails")
    .where({ state })
    .orderBy("at", "desc")
    .first("at");
  return row?.at ?? null;
}

/** Since when the oldest mail waits; null when none does. */
export async function oldestQueuedMail(tx: Tx): Promise<string | null> {
  const row: { readonly at: string } | undefined = await tx("mails")
    .where({ state: "queued" })
    .orderBy("at")
    .first("at");
  return row?.at ?? null;
}

/** When this portal last told of an invoice; null when it never has. */
export async function latestInvoice(tx: Tx, portal: string): Promise<string | null> {
  const row: { readonly created_at: string } | undefined = await tx("invoices")
    .where({ portal })
    .orderBy("created_at", "desc")
    .first("created_at");
  return row?.created_at ?? null;
}
