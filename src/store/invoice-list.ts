import type { Knex } from "knex";
import type { FakturState } from "../faktur/faktur";
import type { ReasonCode } from "../faktur/reasons";
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
    sourcesOf(tx, filter).map((query): Promise<ListPlace[]> => {
      query.whereNotNull("i.tax_day");
      if (filter.from !== undefined) query.where("i.tax_day", ">=", filter.from);
      if (filter.to !== undefined) query.where("i.tax_day", "<=", filter.to);
      if (after !== null) behindDay(query, filter, after);
      const direction = filter.newestFirst ? "desc" : "asc";
      return query
        .orderBy([
          { column: "i.tax_day", order: direction },
          { column: "i.id", order: direction },
        ])
        .limit(limit);
    }),
  );
  return merged(found.flat(), filter.newestFirst).slice(0, limit);
}

/** The bound on the day alone comes first, so that the index is entered there. */
function behindDay(query: Knex.QueryBuilder, filter: ListedFilter, after: ListPlace): void {
  const sign = filter.newestFirst ? "<" : ">";
  const day = after.tax_day ?? "";
  query.where("i.tax_day", `${sign}=`, day);
  query.where((either: Knex.QueryBuilder) => {
    either.where("i.tax_day", sign, day).orWhere("i.id", sign, after.id);
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
    sourcesOf(tx, filter).map((query): Promise<ListPlace[]> => {
      query.whereNull("i.tax_day");
      if (after !== null) query.where("i.id", sign, after.id);
      return query.orderBy("i.id", filter.newestFirst ? "desc" : "asc").limit(limit);
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

/** One query for each way an invoice can lack its faktur. */
function sourcesOf(tx: Tx, filter: ListedFilter): Knex.QueryBuilder[] {
  const { decisions, reason, portal } = filter;
  const plain = [...decisions].filter((decision) => decision !== "issuing");
  const sources = plain.map((decision) => {
    const query = tx("invoices as i").where("i.decision", decision).select("i.id", "i.tax_day");
    if (filter.pace === "stopped" && decision !== "held") query.whereExists(stuckJob(tx, "i.id"));
    if (reason === undefined) return query;
    // A skipped invoice has one reason, a held one may have several.
    if (decision === "skipped") return query.where("i.reason", reason);
    return decision === "held" ? query.where("i.reasons", "like", `%"code":"${reason}"%`) : query;
  });
  const all = decisions.has("issuing") ? [...sources, ...issuing(tx, filter)] : sources;
  return portal === undefined ? all : all.map((query) => query.where("i.portal", portal));
}

const stuckJob = (tx: Tx, subject: string): Knex.QueryBuilder =>
  tx("jobs as j").whereRaw(`j.subject = ${subject}`).where("j.state", "stuck").select(tx.raw("1"));

const UNAPPROVED: readonly FakturState[] = ["draft", "ready", "submitting", "pending", "unknown", "rejected"];

/** Decided to be issued, and not there yet or not any more. */
function issuing(tx: Tx, { pace, today }: ListedFilter): Knex.QueryBuilder[] {
  // The plus keeps SQLite from walking every issued invoice by its decision: the few open fakturs lead.
  const joined = () =>
    tx("fakturs as f")
      .join("invoices as i", "i.id", "f.invoice_id")
      .whereRaw("+i.decision = 'issuing'")
      .distinct("i.id", "i.tax_day");
  const live = tx("fakturs as l")
    .whereRaw("l.invoice_id = f.invoice_id")
    .whereRaw("coalesce(l.part, '') = coalesce(f.part, '')")
    .whereNotNull("l.live_key")
    .select(tx.raw("1"));
  const unapproved = joined().whereIn("f.state", [...UNAPPROVED]);
  if (pace === "moving") return [unapproved];
  if (pace === "stopped") {
    unapproved.where((any: Knex.QueryBuilder) => {
      any.where("f.state", "rejected").orWhereNotNull("f.problem").orWhere("f.deadline", "<", today);
      any.orWhereExists(stuckJob(tx, "f.id")).orWhereExists(stuckJob(tx, "i.id"));
    });
  }
  return [unapproved, joined().where("f.state", "cancelled").whereNotExists(live)];
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
