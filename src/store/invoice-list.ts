import type { Knex } from "knex";
import type { FakturState } from "../faktur/faktur";
import { isOfDecision } from "../faktur/decision-reasons";
import type { ReasonCode } from "../faktur/reasons";
import { undecidedCases } from "./cases";
import type { Tx } from "./db";
import type { Decision, InvoiceRow } from "./invoices";

/**
 * Paid invoices that may lack an approved faktur, in the order of their tax day; those whose day is not known come last.
 * Where one has ended is told by `faktur/outcome`: what is listed here may be a few too many, never one too few.
 */
export interface ListedFilter {
  readonly decisions: ReadonlySet<Decision>;
  /** Of those that are decided or not decided yet: everything, what moves by itself, or what has stopped. */
  readonly pace: "any" | "moving" | "stopped";
  /** The day in Jakarta: what is past its deadline has stopped. */
  readonly today: string;
  readonly reason?: ReasonCode | undefined;
  readonly portal?: string | undefined;
  /** Tax days, both inclusive; with either, invoices of an unknown day are left out. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly newestFirst: boolean;
}

/** Where an invoice stands in the list. */
export interface ListPlace {
  readonly id: string;
  readonly tax_day: string | null;
}

/** The next places behind `after`, at most `limit`. Every part is walked along an index. */
export async function placesAfter(
  tx: Tx,
  filter: ListedFilter,
  after: ListPlace | null,
  limit: number,
): Promise<ListPlace[]> {
  const dated = after !== null && after.tax_day === null ? [] : await datedPlaces(tx, filter, after, limit);
  if (dated.length >= limit || filter.from !== undefined || filter.to !== undefined) return dated;
  const behind = after !== null && after.tax_day === null ? after : null;
  return [...dated, ...(await undatedPlaces(tx, filter, behind, limit - dated.length))];
}

async function datedPlaces(
  tx: Tx,
  filter: ListedFilter,
  after: ListPlace | null,
  limit: number,
): Promise<ListPlace[]> {
  const found = await Promise.all(
    sourcesOf(tx, filter).map(({ query, id, day }): Promise<ListPlace[]> => {
      query.whereNotNull(day);
      if (filter.from !== undefined) query.where(day, ">=", filter.from);
      if (filter.to !== undefined) query.where(day, "<=", filter.to);
      if (after !== null) behindDay({ query, id, day }, filter, after);
      const direction = filter.newestFirst ? "desc" : "asc";
      return query
        .orderBy([
          { column: day, order: direction },
          { column: id, order: direction },
        ])
        .limit(limit);
    }),
  );
  return merged(found.flat(), filter.newestFirst).slice(0, limit);
}

/** The bound on the day alone comes first, so that the index is entered there. */
function behindDay({ query, id, day }: Source, filter: ListedFilter, after: ListPlace): void {
  const sign = filter.newestFirst ? "<" : ">";
  const last = after.tax_day ?? "";
  query.where(day, `${sign}=`, last);
  query.where((either: Knex.QueryBuilder) => {
    either.where(day, sign, last).orWhere(id, sign, after.id);
  });
}

async function undatedPlaces(
  tx: Tx,
  filter: ListedFilter,
  after: ListPlace | null,
  limit: number,
): Promise<ListPlace[]> {
  const sign = filter.newestFirst ? "<" : ">";
  const found = await Promise.all(
    sourcesOf(tx, filter).map(({ query, id, day }): Promise<ListPlace[]> => {
      query.whereNull(day);
      if (after !== null) query.where(id, sign, after.id);
      return query.orderBy(id, filter.newestFirst ? "desc" : "asc").limit(limit);
    }),
  );
  return merged(found.flat(), filter.newestFirst).slice(0, limit);
}

const keyOf = (place: ListPlace): string => `${place.tax_day ?? ""}.${place.id}`;

function merged(places: readonly ListPlace[], newestFirst: boolean): ListPlace[] {
  const byKey = new Map(places.map((place) => [keyOf(place), place]));
  const keys = [...byKey.keys()].sort();
  if (newestFirst) keys.reverse();
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

/** One of the ways in which an invoice can lack its faktur, with its columns. */
interface Source {
  readonly query: Knex.QueryBuilder;
  readonly id: string;
  readonly day: string;
}

const ofInvoices = (query: Knex.QueryBuilder): Source => ({ query, id: "i.id", day: "i.tax_day" });

function sourcesOf(tx: Tx, filter: ListedFilter): Source[] {
  const { decisions, reason, portal } = filter;
  const plain = [...decisions].filter((decision) => decision !== "issuing");
  const sources = plain.map((decision) => {
    const query = tx("invoices as i").where("i.decision", decision).select("i.id", "i.tax_day");
    if (filter.pace === "stopped" && decision !== "held") query.whereExists(stuckJob(tx, "i.id"));
    if (portal !== undefined) query.where("i.portal", portal);
    if (reason === undefined) return query;
    // A skipped invoice has one reason, a held one may have several.
    if (decision === "skipped") return query.where("i.reason", reason);
    return decision === "held" ? query.where("i.reasons", "like", `%"code":"${reason}"%`) : query;
  });
  const without = sources.map(ofInvoices);
  return decisions.has("issuing") ? [...without, ...issuing(tx, filter)] : without;
}

const stuckJob = (tx: Tx, subject: string): Knex.QueryBuilder =>
  tx("jobs as j").whereRaw(`j.subject = ${subject}`).where("j.state", "stuck").select(tx.raw("1"));

const UNAPPROVED: readonly FakturState[] = ["draft", "ready", "submitting", "pending", "unknown", "rejected"];

/** Decided to be issued, and not there yet or not any more. */
function issuing(tx: Tx, { pace, today, reason, portal }: ListedFilter): Source[] {
  // What a decision gives as its reason, no invoice has that was decided to be issued.
  if (reason !== undefined && isOfDecision(reason)) return [];
  // The plus keeps SQLite from walking every issued invoice by its decision: the few open fakturs lead.
  const joined = () => {
    const query = tx("fakturs as f").join("invoices as i", "i.id", "f.invoice_id");
    if (portal !== undefined) query.where("i.portal", portal);
    return query.whereRaw("+i.decision = 'issuing'").distinct("i.id", "i.tax_day");
  };
  const unapproved = joined().whereIn("f.state", [...UNAPPROVED]);
  if (pace === "moving") return [ofInvoices(unapproved)];
  if (pace === "stopped") {
    unapproved.where((any: Knex.QueryBuilder) => {
      any.where("f.state", "rejected").orWhereNotNull("f.problem").orWhere("f.deadline", "<", today);
      any.orWhereExists(stuckJob(tx, "f.id")).orWhereExists(stuckJob(tx, "i.id"));
      any.orWhereExists(undecidedCases(tx, "f"));
    });
  }
  const troubled = joined().where("f.problem", ">", "");
  const lost = reason === undefined || OF_LOST.includes(reason) ? [lostPlaces(tx, portal)] : [];
  return [ofInvoices(unapproved), ofInvoices(troubled), ...lost];
}

/** The only reasons of an invoice whose faktur was cancelled, unless another part of it is in another of these lists. */
const OF_LOST: readonly ReasonCode[] = ["faktur_cancelled", "differs_from_portal"];

/** Invoices whose faktur was cancelled and that have no other, by the day that stands with it: a walk, not a sort. */
function lostPlaces(tx: Tx, portal: string | undefined): Source {
  const others = (alias: string) => tx(`fakturs as ${alias}`).whereRaw(`${alias}.invoice_id = f.invoice_id`);
  const live = others("l")
    .whereRaw("coalesce(l.part, '') = coalesce(f.part, '')")
    .whereNotNull("l.live_key")
    .select(tx.raw("1"));
  // Of several parts one stands for the invoice.
  const earlier = others("e").whereRaw("e.id < f.id").whereNotNull("e.vacant_day").select(tx.raw("1"));
  const query = tx("fakturs as f")
    .whereNotExists(live)
    .whereNotExists(earlier)
    .select("f.invoice_id as id", "f.vacant_day as tax_day");
  if (portal !== undefined) query.where("f.portal", portal);
  return { query, id: "f.invoice_id", day: "f.vacant_day" };
}

export const invoicesByIds = (tx: Tx, ids: readonly string[]): Promise<InvoiceRow[]> =>
  tx<InvoiceRow>("invoices").whereIn("id", [...ids]);

/** The newest invoices of an account, whatever became of them. */
export const invoicesOfAccount = (tx: Tx, accountId: string, limit: number): Promise<InvoiceRow[]> =>
  tx<InvoiceRow>("invoices").where({ account_id: accountId }).orderBy("id", "desc").limit(limit);

/** Invoices whose number or portal's id begins with these words, as typed or in capitals. */
export async function invoicesNamed(
  tx: Tx,
  words: string,
  portals: readonly string[],
  limit: number,
): Promise<InvoiceRow[]> {
  const found: InvoiceRow[] = [];
  for (const typed of new Set([words, words.toUpperCase()])) {
    // A range, since a pattern would not use the index on either engine.
    const beginning = (column: string) =>
      tx<InvoiceRow>("invoices").where(column, ">=", typed).where(column, "<", `${typed}\uffff`).limit(limit);
    found.push(...(await beginning("number")));
    for (const portal of portals) found.push(...(await beginning("external_id").where({ portal })));
  }
  return found;
}
