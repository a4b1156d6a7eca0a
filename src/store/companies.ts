import type { Knex } from "knex";
import type { AccountRow, CompanyRow, CompanyStatus } from "./accounts";
import { isDuplicate, type Tx } from "./db";
import { inAnyCase } from "./faktur-search";

/** An account with what stands in its NPWP tab; the columns of the company are empty where it has none. */
export interface ListedCompany {
  readonly account_id: string;
  readonly portal: string;
  readonly external_id: string;
  readonly account_name: string;
  readonly account_email: string | null;
  readonly npwp: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly identity: string | null;
  readonly transaction_code: string | null;
  readonly register: string | null;
  readonly status: CompanyStatus | null;
  readonly status_at: string | null;
  readonly status_by: string | null;
  readonly active_from: string | null;
}

export interface CompanyFilter {
  /** `none`: accounts without a company; absent: every account. */
  readonly status?: CompanyStatus | "none" | undefined;
  readonly portal?: string | undefined;
  /** NPWP or account by its beginning, names and addresses anywhere. */
  readonly q?: string | undefined;
}

/** Where a company stands in its list: since when it has its status. */
export interface CompanyPlace {
  readonly at: string;
  readonly id: string;
}

/** With a status: who has waited longest comes first. Else accounts, newest first. */
export async function listCompanies(
  tx: Tx,
  filter: CompanyFilter,
  after: CompanyPlace | null,
  limit: number,
): Promise<ListedCompany[]> {
  const byStatus = filter.status !== undefined && filter.status !== "none";
  const query = byStatus
    ? tx("companies as c").join("accounts as a", "a.id", "c.account_id").where("c.status", filter.status)
    : tx("accounts as a").leftJoin("companies as c", "a.id", "c.account_id");
  if (filter.status === "none") query.whereNull("c.account_id");
  if (filter.portal !== undefined) query.where("a.portal", filter.portal);
  if (filter.q !== undefined) {
    const ids = await idsMatching(tx, filter.q);
    if (ids === null) matching(query, filter.q);
    else query.whereIn("a.id", ids);
  }
  if (byStatus) {
    if (after !== null) {
      query.where("c.status_at", ">=", after.at);
      query.where((either: Knex.QueryBuilder) => {
        either.where("c.status_at", ">", after.at).orWhere("c.account_id", ">", after.id);
      });
    }
    query.orderBy(["c.status_at", "c.account_id"]);
  } else {
    if (after !== null) query.where("a.id", "<", after.id);
    query.orderBy("a.id", "desc");
  }
  return query
    .limit(limit)
    .select(
      "a.id as account_id",
      "a.portal as portal",
      "a.external_id as external_id",
      "a.name as account_name",
      "a.email as account_email",
      ...["npwp", "name", "email", "identity", "transaction_code", "register"].map(
        (name) => `c.${name} as ${name}`,
      ),
      ...["status", "status_at", "status_by", "active_from"].map((name) => `c.${name} as ${name}`),
    ) as Promise<ListedCompany[]>;
}

const literally = (words: string): string => words.replace(/[%_!]/g, (sign) => `!${sign}`);

/** One comparison for several columns; no word that is typed has a line break. */
function orHolding(any: Knex.QueryBuilder, columns: readonly string[], plain: string): void {
  const sql = `lower(concat_ws('\n', ${columns.join(", ")})) like ? escape '!'`;
  for (const one of inAnyCase(plain)) any.orWhereRaw(sql, [`%${one}%`]);
}

function inAccount(any: Knex.QueryBuilder, words: string): void {
  const plain = literally(words);
  any.whereRaw("a.external_id like ? escape '!'", [`${plain}%`]);
  orHolding(any, ["a.name", "a.email"], plain);
}

function inCompany(any: Knex.QueryBuilder, words: string): void {
  const plain = literally(words);
  const digits = words.replace(/[\s.\-]/g, "");
  orHolding(any, ["c.name", "c.email", "c.identity"], plain);
  // Fifteen digits of the old form stand with a zero before them.
  if (/^\d{4,16}$/.test(digits))
    any.orWhereRaw("c.npwp like ?", [`${digits}%`]).orWhereRaw("c.npwp like ?", [`0${digits}%`]);
}

function matching(query: Knex.QueryBuilder, words: string): void {
  query.where((any: Knex.QueryBuilder) => {
    inAccount(any, words);
    inCompany(any, words);
  });
}

/** Beyond this the words fit so many that the first of the list are near at hand. */
const MANY = 2000;

/** The accounts that fit, each table looked through by itself; null when there are many. */
async function idsMatching(tx: Tx, words: string): Promise<string[] | null> {
  const accounts = tx("accounts as a").where((any: Knex.QueryBuilder) => inAccount(any, words));
  const companies = tx("companies as c").where((any: Knex.QueryBuilder) => inCompany(any, words));
  const found: { readonly id: string }[] = [];
  for (const query of [accounts.select("a.id as id"), companies.select("c.account_id as id")]) {
    const rows = (await query.limit(MANY)) as { readonly id: string }[];
    if (rows.length === MANY) return null;
    found.push(...rows);
  }
  return [...new Set(found.map(({ id }) => id))];
}

export interface SameBuyer {
  readonly portal: string;
  readonly external_id: string;
  readonly name: string;
  readonly status: CompanyStatus;
}

/** Other accounts of the same taxpayer: allowed, and worth knowing; with a portal, those of that one. */
export function sameBuyers(
  tx: Tx,
  company: CompanyRow,
  limit: number,
  portal: string | undefined,
): Promise<SameBuyer[]> {
  const query = tx("companies as c")
    .join("accounts as a", "a.id", "c.account_id")
    .where("c.npwp", company.npwp)
    .whereNot("c.account_id", company.account_id)
    .orderBy("c.account_id")
    .limit(limit)
    .select("a.portal as portal", "a.external_id as external_id", "c.name as name", "c.status as status");
  if (portal !== undefined) query.where("a.portal", portal);
  // Buyers without NPWP share sixteen zeros: what tells them apart is their document.
  return company.identity == null
    ? query.whereNull("c.identity")
    : query.where("c.identity", company.identity);
}

/** A file that proves what the tab says; its bytes lie in the documents. */
export interface CompanyFileRow {
  readonly account_id: string;
  readonly sha256: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly by: string;
  readonly at: string;
}

/** False when the account holds these very bytes already. */
export async function insertCompanyFile(tx: Tx, row: CompanyFileRow): Promise<boolean> {
  try {
    await tx<CompanyFileRow>("company_files").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export const companyFiles = (tx: Tx, accountId: string): Promise<CompanyFileRow[]> =>
  tx<CompanyFileRow>("company_files").where({ account_id: accountId }).orderBy("id");

/** Accounts whose portal's id begins with these words, or whose name or company holds them. */
export async function accountsMatching(
  tx: Tx,
  words: string,
  limit: number,
): Promise<Pick<AccountRow, "id">[]> {
  const ids = await idsMatching(tx, words);
  if (ids !== null)
    return ids
      .toSorted()
      .reverse()
      .slice(0, limit)
      .map((id) => ({ id }));
  const query = tx("accounts as a").leftJoin("companies as c", "a.id", "c.account_id").select("a.id as id");
  matching(query, words);
  return query.orderBy("a.id", "desc").limit(limit);
}
