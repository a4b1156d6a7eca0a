import type { Knex } from "knex";
import type { FakturState } from "../faktur/faktur";
import { isDuplicate, type Tx } from "./db";
import { newestOfDays } from "./faktur-days";
import { searchFakturs, unindexed, type Part } from "./faktur-search";
import type { FakturRow } from "./fakturs";

export interface FakturFilter {
  readonly state?: FakturState | undefined;
  readonly seller?: string | undefined;
  readonly portal?: string | undefined;
  readonly accountIds?: readonly string[] | undefined;
  readonly invoiceIds?: readonly string[] | undefined;
  /** NPWP, NIK, passport or other number of the buyer, in every spelling it may be stored in. */
  readonly buyerNumbers?: readonly string[] | undefined;
  readonly nsfp?: string | undefined;
  readonly period?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Free text: reference, invoice, NSFP or NPWP by their beginning, every word of the buyer's name anywhere. */
  readonly q?: string | undefined;
}

/** Newest first; `before` is the id the page starts under. */
export async function listFakturs(
  tx: Tx,
  filter: FakturFilter,
  before: string | null,
  limit: number,
): Promise<FakturRow[]> {
  // Ids first: they come from an index alone, and the wide rows are read only for the page that is shown.
  const ids = await idsOf(tx, filter, before, limit);
  if (ids.length === 0) return [];
  return tx<FakturRow>("fakturs").whereIn("id", ids).orderBy("id", "desc");
}

async function idsOf(tx: Tx, filter: FakturFilter, before: string | null, limit: number): Promise<string[]> {
  const words = filter.q?.trim() ?? "";
  if (words === "") return newest(tx, filter, before, limit);
  const found = await searchFakturs(tx, words);
  if (found.kind === "many") {
    return newest(tx, filter, before, limit, (query) => void query.where(found.fits));
  }
  const fitting = found.ids.filter((id) => before === null || id < before);
  const kept: string[] = [];
  for (let at = 0; at < fitting.length && kept.length < limit; at += CHUNK) {
    const some = fitting.slice(at, at + CHUNK);
    kept.push(...(await newest(tx, filter, null, limit, (query) => void query.whereIn("id", some), true)));
  }
  return kept.slice(0, limit);
}

const CHUNK = 500;

/** The newest ids that fit; `more` narrows them further, and `namesFew` says that it leads. */
async function newest(
  tx: Tx,
  filter: FakturFilter,
  before: string | null,
  limit: number,
  more: Part = () => undefined,
  namesFew = [filter.accountIds, filter.invoiceIds, filter.buyerNumbers, filter.nsfp].some(Boolean),
): Promise<string[]> {
  const part = (day: string | null): Knex.QueryBuilder => {
    const query = fromFakturs(tx, filter, namesFew, day).orderBy("id", "desc").limit(limit).select("id");
    if (before !== null) query.where("id", "<", before);
    narrow(tx, query, filter, namesFew, day);
    more(query);
    return query;
  };
  const { period, from, to } = filter;
  const daysLead = !namesFew && period === undefined && (from !== undefined || to !== undefined);
  if (daysLead) return newestOfDays(tx, { from, to, before, limit }, part);
  const rows = (await part(null)) as { readonly id: string }[];
  return rows.map((row) => row.id);
}

/**
 * On MySQL by the index that leads, and no other: MariaDB would look up an equal column alone and pass over every row
 * newer than the page, or walk the ids down to a month from the newest.
 */
function fromFakturs(tx: Tx, filter: FakturFilter, namesFew: boolean, day: string | null): Knex.QueryBuilder {
  const { dialect } = tx.client as { readonly dialect: string };
  const index = dialect === "mysql" && !namesFew ? indexOf(filter, day) : null;
  return index === null ? tx("fakturs") : tx.from(tx.raw("fakturs force index (??)", [index]));
}

/** `namesFew`: an account, a buyer or ids lead, and every other column is only looked at. */
function narrow(
  tx: Tx,
  query: Knex.QueryBuilder,
  filter: FakturFilter,
  namesFew: boolean,
  day: string | null,
): void {
  const { accountIds, invoiceIds, buyerNumbers, nsfp, seller, portal, state, period, from, to } = filter;
  if (accountIds !== undefined) query.whereIn("account_id", [...accountIds]);
  if (invoiceIds !== undefined) query.whereIn("invoice_id", [...invoiceIds]);
  if (buyerNumbers !== undefined) query.whereIn("buyer_number", [...buyerNumbers]);
  if (nsfp !== undefined) query.where({ nsfp });
  const leading = namesFew ? [] : leadersOf(filter, day);
  for (const [column, value] of Object.entries({ seller, portal, state, period })) {
    if (value === undefined) continue;
    if (leading.includes(column)) query.where(column, value);
    else query.where(unindexed(tx, column), "=", value);
  }
  if (day !== null) query.where("date", day);
  else {
    if (from !== undefined) query.where(unindexed(tx, "date"), ">=", from);
    if (to !== undefined) query.where(unindexed(tx, "date"), "<=", to);
  }
}

/** The columns before the id in the index that has the fewest to pass over. */
function leadersOf({ state, seller, portal, period }: FakturFilter, day: string | null): readonly string[] {
  if (day !== null) return state !== undefined ? ["state"] : portal !== undefined ? ["portal"] : ["seller"];
  if (period !== undefined) return state === undefined ? ["period", "seller"] : ["period", "state"];
  if (state !== undefined) return seller === undefined ? ["state", "portal"] : ["state", "seller"];
  return seller === undefined ? ["portal"] : ["seller"];
}

/** The index of these columns with the id behind them; null where the ids themselves lead. */
function indexOf(filter: FakturFilter, day: string | null): string | null {
  const { state, seller, portal, period } = filter;
  if (day !== null) {
    if (state !== undefined) return "fakturs_by_day";
    if (portal !== undefined) return "fakturs_by_portal_date";
    return seller === undefined ? "fakturs_by_date" : "fakturs_seller_date_id_index";
  }
  if (period !== undefined) {
    if (state !== undefined) return "fakturs_by_period_state";
    return seller === undefined ? "fakturs_by_period" : "fakturs_seller_period";
  }
  if (state !== undefined) {
    if (seller !== undefined) return "fakturs_by_seller_state";
    return portal === undefined ? "fakturs_state_id_index" : "fakturs_by_portal_state";
  }
  if (seller !== undefined) return "fakturs_by_seller";
  return portal === undefined ? null : "fakturs_by_portal";
}

/** Keeps the buyer's name where it is looked for. */
export async function noteBuyerName(tx: Tx, name: string): Promise<void> {
  if ((await tx("buyer_names").where({ name }).first("name")) !== undefined) return;
  try {
    await tx("buyer_names").insert({ name });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
}

/** How many fakturs stand in each of these states. */
export async function countInStates(
  tx: Tx,
  states: readonly FakturState[],
): Promise<{ state: FakturState; count: number }[]> {
  const rows: { state: FakturState; count: number | string }[] = await tx("fakturs")
    .whereIn("state", [...states])
    .groupBy("state")
    .select("state")
    .count({ count: "*" });
  return rows.map((row) => ({ state: row.state, count: Number(row.count) }));
}
