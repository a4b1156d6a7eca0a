import type { Knex } from "knex";
import type { FakturState } from "../faktur/faktur";
import { isDuplicate, type Tx } from "./db";
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
  const found = await search(tx, words);
  if (found.kind === "many") {
    return newest(tx, filter, before, limit, (query) => void query.where(found.fits));
  }
  const fitting = found.ids.filter((id) => before === null || id < before);
  const kept: string[] = [];
  for (let at = 0; at < fitting.length && kept.length < limit; at += CHUNK) {
    const some = fitting.slice(at, at + CHUNK);
    kept.push(...(await newest(tx, filter, null, limit, (query) => void query.whereIn("id", some))));
  }
  return kept.slice(0, limit);
}

const CHUNK = 500;

async function newest(
  tx: Tx,
  filter: FakturFilter,
  before: string | null,
  limit: number,
  more: (query: Knex.QueryBuilder) => void = () => undefined,
): Promise<string[]> {
  const query = tx("fakturs").orderBy("id", "desc").limit(limit).select("id");
  const equal = {
    state: filter.state,
    seller: filter.seller,
    portal: filter.portal,
    nsfp: filter.nsfp,
    period: filter.period,
  };
  for (const [column, value] of Object.entries(equal)) if (value !== undefined) query.where(column, value);
  if (filter.buyerNumbers !== undefined) query.whereIn("buyer_number", [...filter.buyerNumbers]);
  if (filter.accountIds !== undefined) query.whereIn("account_id", [...filter.accountIds]);
  if (filter.invoiceIds !== undefined) query.whereIn("invoice_id", [...filter.invoiceIds]);
  if (before !== null) query.where("id", "<", before);
  const { from, to } = daysOf(filter);
  if (from !== undefined) query.where("date", ">=", from);
  if (to !== undefined) query.where("date", "<=", to);
  more(query);
  const rows = (await query) as { readonly id: string }[];
  return rows.map((row) => row.id);
}

/** A period is a month of days: told to the index, which knows days and no periods. */
function daysOf({ period, from, to }: FakturFilter): { from?: string | undefined; to?: string | undefined } {
  if (period === undefined) return { from, to };
  const first = `${period}-01`;
  const last = `${period}-31`;
  return {
    from: from === undefined || from < first ? first : from,
    to: to === undefined || to > last ? last : to,
  };
}

/** What a word fits to: every faktur by its id, newest first, or too many to be named. */
type Found =
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "many"; readonly fits: (query: Knex.QueryBuilder) => void };

/** Beyond this a search is as wide as the list itself, and the newest that fit are near at hand. */
const MANY = 5000;
const NAMES = 500;

async function search(tx: Tx, words: string): Promise<Found> {
  const ranges = rangesOf(words);
  const [names, invoices] = await Promise.all([namesWith(tx, words), invoicesWith(tx, words)]);
  const named = names.length > NAMES ? withWords("buyer_name", words) : null;
  const parts: Part[] = [
    ...ranges.map(
      ([column, begins]) =>
        (query: Knex.QueryBuilder) =>
          void query.where(column, ">=", begins).where(column, "<", `${begins}${LAST}`),
    ),
    ...(named === null ? nonEmpty("buyer_name", names) : [named]),
    ...nonEmpty("invoice_id", invoices),
  ];
  const fits = (any: Knex.QueryBuilder) => {
    for (const one of parts) any.orWhere(one);
  };
  if (named !== null) return { kind: "many", fits };
  const ids = new Set<string>();
  for (const part of parts) {
    const query = tx("fakturs").select("id").limit(MANY);
    part(query);
    const rows = (await query) as { readonly id: string }[];
    if (rows.length === MANY) return { kind: "many", fits };
    for (const row of rows) ids.add(row.id);
  }
  return { kind: "ids", ids: [...ids].sort().reverse() };
}

type Part = (query: Knex.QueryBuilder) => void;

const nonEmpty = (column: string, values: readonly string[]): Part[] =>
  values.length === 0 ? [] : [(query) => void query.whereIn(column, [...values])];

/** Every word of the text, anywhere and in any order. */
function withWords(column: string, words: string): Part {
  const likes = words.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  return (query) => {
    for (const word of likes) {
      query.whereRaw("lower(??) like ? escape '!'", [column, `%${literally(word)}%`]);
    }
  };
}

const MOST_WORDS = 8;

/** Sorts behind every sign that a number is written with. */
const LAST = "\uffff";

/** Numbers by their beginning, typed with or without their dots; NPWP of fifteen digits stand with a zero before. */
function rangesOf(words: string): (readonly [column: string, begins: string])[] {
  const references = [...new Set([words, words.toUpperCase()])];
  const digits = words.replace(/[\s.-]/g, "");
  const numbers = /^\d{2,17}$/.test(digits) ? [digits] : [];
  return [
    ...references.map((one) => ["reference", one] as const),
    ...numbers.map((one) => ["nsfp", one] as const),
    ...numbers.flatMap((one) => [["buyer_number", one] as const, ["buyer_number", `0${one}`] as const]),
    // Passports have letters.
    ...references.map((one) => ["buyer_number", one] as const),
  ];
}

/** Buyers' names that fit; one more than `NAMES` says that there are more. */
async function namesWith(tx: Tx, words: string): Promise<string[]> {
  const query = tx("buyer_names")
    .select("name")
    .limit(NAMES + 1);
  withWords("name", words)(query);
  const rows = (await query) as { readonly name: string }[];
  return rows.map((row) => row.name);
}

/** Invoices whose number or portal's id begins so. */
async function invoicesWith(tx: Tx, words: string): Promise<string[]> {
  const found = new Set<string>();
  const portals: { readonly slug: string }[] = await tx("portals").select("slug");
  for (const one of new Set([words, words.toUpperCase()])) {
    const beginning = (column: string) =>
      tx("invoices").select("id").where(column, ">=", one).where(column, "<", `${one}${LAST}`).limit(NAMES);
    const queries = [
      beginning("number"),
      ...portals.map(({ slug }) => beginning("external_id").where({ portal: slug })),
    ];
    for (const query of queries)
      for (const row of (await query) as { readonly id: string }[]) found.add(row.id);
  }
  return [...found].slice(0, NAMES);
}

/** What people type is text, not a pattern. */
const literally = (words: string): string => words.replace(/[%_!]/g, (sign) => `!${sign}`);

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
