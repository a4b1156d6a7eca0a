import { dayInJakarta, type TaxDay } from "../clock";
import { accountsByIds, findAccount, type AccountRow } from "../store/accounts";
import { accountsMatching } from "../store/companies";
import {
  invoicesByIds,
  invoicesNamed,
  invoicesOfAccount,
  placesAfter,
  type ListPlace,
  type ListedFilter,
} from "../store/invoice-list";
import type { Decision, InvoiceRow } from "../store/invoices";
import type { Language } from "../text";
import type { ApiDeps } from "./deps";
import { OPEN_OUTCOMES, type InvoicesQuery } from "./invoice-query";
import { invoiceView, type InvoiceFound } from "./invoice-view";
import { invoiceStandings } from "./standings";

/** How many invoices are looked at for one page; more would hold the reader up. */
const LOOK_AT = 5_000;
const AT_ONCE = 200;
/** How many accounts and invoices a search looks at. */
const MOST_FOUND = 300;
const MOST_ROWS = 20_000;

interface FoundPage {
  readonly found: readonly InvoiceFound[];
  readonly next: ListPlace | null;
}

export async function invoicesPage(d: ApiDeps, query: InvoicesQuery, language: Language) {
  const today = dayInJakarta(d.clock.now());
  const { found, next } = await pageOf(d, query, today);
  const accounts = await accountsFor(d, found);
  return {
    items: found.map((one) => invoiceView(one, accounts.get(one.row.account_id ?? ""), language, today)),
    nextCursor: next === null ? null : `${next.tax_day ?? "-"}.${next.id}`,
  };
}

/** The list as rows of text under their headings. */
export async function invoicesSheet(
  d: ApiDeps,
  query: InvoicesQuery,
  language: Language,
): Promise<string[][]> {
  const rows: string[][] = [[...COLUMNS]];
  let cursor = query.cursor;
  do {
    const page = await invoicesPage(d, { ...query, limit: AT_ONCE, cursor }, language);
    for (const one of page.items) {
      rows.push([
        ...[one.portal, one.invoiceId, one.number ?? "", one.account ?? "", one.accountName ?? ""],
        ...[one.taxDay ?? "", one.currency ?? "", one.total ?? "", one.outcome, one.deadline ?? ""],
        one.reasons.map((reason) => reason.code).join(" "),
        one.reasons.map((reason) => reason.message).join(" "),
      ]);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && rows.length <= MOST_ROWS);
  return rows.slice(0, MOST_ROWS + 1);
}

const COLUMNS = [
  ...[
    "portal",
    "invoice",
    "number",
    "account",
    "name",
    "tax_day",
    "currency",
    "total",
    "outcome",
    "deadline",
  ],
  ...["reasons", "explanation"],
] as const;

async function accountsFor(d: ApiDeps, found: readonly InvoiceFound[]): Promise<Map<string, AccountRow>> {
  const ids = found.flatMap(({ row }) => row.account_id ?? []);
  return new Map((await accountsByIds(d.db.knex, [...new Set(ids)])).map((row) => [row.id, row]));
}

function pageOf(d: ApiDeps, query: InvoicesQuery, today: TaxDay): Promise<FoundPage> {
  return query.q !== undefined || query.account !== undefined
    ? searched(d, query, today)
    : walked(d, query, today);
}

/** Walks the list from the cursor on until the page is full. */
async function walked(d: ApiDeps, query: InvoicesQuery, today: TaxDay): Promise<FoundPage> {
  const { reason, portal, from, to, limit } = query;
  const newestFirst = query.order === "newest";
  const asked = { reason, portal, from, to, newestFirst, today };
  const filter: ListedFilter = { ...asked, decisions: decisionsOf(query), pace: paceOf(query) };
  const found: InvoiceFound[] = [];
  let place = placeOf(query.cursor);
  for (let looked = 0; looked < LOOK_AT; looked += AT_ONCE) {
    const places = await placesAfter(d.db.knex, filter, place, AT_ONCE);
    for (const one of await foundAt(d, query, places, today)) {
      // One more than the page holds: the list goes on behind its last.
      const last = found.at(-1);
      if (found.length === limit && last !== undefined) return { found, next: rowPlace(last.row) };
      found.push(one);
    }
    if (places.length < AT_ONCE) return { found, next: null };
    place = places.at(-1) ?? null;
  }
  return { found, next: place };
}

const rowPlace = (row: InvoiceRow): ListPlace => ({ id: row.id, tax_day: row.tax_day });

/** The invoices at these places that are what was asked for, in their order. */
async function foundAt(
  d: ApiDeps,
  query: InvoicesQuery,
  places: readonly ListPlace[],
  today: TaxDay,
): Promise<InvoiceFound[]> {
  const rows = await invoicesByIds(
    d.db.knex,
    places.map((place) => place.id),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return judged(
    d,
    query,
    places.flatMap((place) => byId.get(place.id) ?? []),
    today,
  );
}

async function judged(
  d: ApiDeps,
  query: InvoicesQuery,
  rows: readonly InvoiceRow[],
  today: TaxDay,
): Promise<InvoiceFound[]> {
  const wanted: readonly string[] = query.outcome === undefined ? OPEN_OUTCOMES : [query.outcome];
  const standings = await invoiceStandings(d.db, rows, today);
  return rows.flatMap((row, index) => {
    const standing = standings[index];
    if (standing === undefined || !wanted.includes(standing.outcome)) return [];
    const named = query.reason === undefined || standing.reasons.some((one) => one.code === query.reason);
    return named ? [{ row, standing }] : [];
  });
}

function decisionsOf({ outcome }: InvoicesQuery): ReadonlySet<Decision> {
  switch (outcome) {
    case "skipped":
      return new Set(["skipped"]);
    case "waiting":
      return new Set(["unread", "undecided", "issuing"]);
    case "held":
      return new Set(["held", "unread", "undecided", "issuing"]);
    case undefined:
      return new Set(["held", "unread", "undecided", "issuing", "skipped"]);
    default:
      return outcome satisfies never;
  }
}

const paceOf = ({ outcome }: InvoicesQuery): ListedFilter["pace"] =>
  outcome === "held" ? "stopped" : outcome === "waiting" ? "moving" : "any";

function placeOf(cursor: string | undefined): ListPlace | null {
  if (cursor === undefined) return null;
  const at = cursor.indexOf(".");
  const day = cursor.slice(0, at);
  return { tax_day: day === "-" ? null : day, id: cursor.slice(at + 1) };
}

/** A search, or the invoices of one account: the newest that fit, on one page. */
async function searched(d: ApiDeps, query: InvoicesQuery, today: TaxDay): Promise<FoundPage> {
  const { portal, from, to, limit } = query;
  const rows = (await candidates(d, query)).filter(
    (row) =>
      (portal === undefined || row.portal === portal) &&
      (from === undefined || (row.tax_day ?? "") >= from) &&
      (to === undefined || (row.tax_day !== null && row.tax_day <= to)),
  );
  const sign = query.order === "newest" ? -1 : 1;
  const keyOf = (row: InvoiceRow) => `${row.tax_day ?? (sign === 1 ? "9" : "")}.${row.id}`;
  rows.sort((a, b) => sign * (keyOf(a) < keyOf(b) ? -1 : 1));
  const found = await judged(d, query, rows, today);
  return { found: found.slice(0, limit), next: null };
}

async function candidates(d: ApiDeps, query: InvoicesQuery): Promise<InvoiceRow[]> {
  const tx = d.db.knex;
  const byId = new Map<string, InvoiceRow>();
  const keep = (rows: readonly InvoiceRow[]) => rows.forEach((row) => byId.set(row.id, row));
  const portals = query.portal === undefined ? await d.portalSlugs() : [query.portal];
  if (query.account !== undefined) {
    for (const portal of portals) {
      const account = await findAccount(tx, portal, query.account);
      if (account !== undefined) keep(await invoicesOfAccount(tx, account.id, MOST_FOUND));
    }
    return [...byId.values()].filter((row) => fits(row, query.q));
  }
  const words = query.q ?? "";
  keep(await invoicesNamed(tx, words, portals, MOST_FOUND));
  for (const account of await accountsMatching(tx, words, 20)) {
    keep(await invoicesOfAccount(tx, account.id, MOST_FOUND));
  }
  return [...byId.values()];
}

const fits = (row: InvoiceRow, words: string | undefined): boolean =>
  words === undefined || row.external_id.startsWith(words) || (row.number ?? "").startsWith(words);
