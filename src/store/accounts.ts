import type { NpwpHint } from "../accounts/hints";
import type { PortalAccount } from "../hooks/invoice";
import { revokeLinksMailedTo } from "./customers";
import { isDuplicate, type Tx } from "./db";

export interface AccountRow {
  readonly id: string;
  readonly portal: string;
  readonly external_id: string;
  readonly name: string;
  readonly email: string | null;
  /** JSON of NpwpHint[]: what the portal shows as the taxpayer, as last looked at. */
  readonly hints?: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export const COMPANY_STATUSES = ["requested", "active", "suspended"] as const;
export type CompanyStatus = (typeof COMPANY_STATUSES)[number];

/** The one company (NPWP) behind an account; the account's id is the key, so there is never a second. */
export interface CompanyRow {
  readonly account_id: string;
  readonly npwp: string;
  readonly nitku: string;
  readonly name: string;
  readonly address: string;
  readonly email: string;
  readonly transaction_code: string | null;
  readonly evidence: string | null;
  /** JSON of BuyerIdentity; null for a buyer with an NPWP. */
  readonly identity?: string | null;
  /** JSON of Facility, for codes 07 and 08. */
  readonly facility?: string | null;
  /** The kind of a collector of code 03 whose threshold is known. */
  readonly collector?: "contractor" | null;
  readonly issue_on?: "payment" | "bill";
  /** Who entered the transaction code that is not the ordinary one, and when. */
  readonly code_by?: string | null;
  readonly code_at?: string | null;
  /** JSON of RegisterCheck: what the tax register last said. */
  readonly register?: string | null;
  /** The first day whose payments its fakturs cover; null for every day. */
  readonly active_from?: string | null;
  readonly status: CompanyStatus;
  readonly status_at: string;
  readonly status_by: string;
  readonly status_reason: string | null;
  readonly updated_at: string;
}

export interface CompanyHistoryRow {
  readonly at: string;
  readonly by: string;
  readonly event: string;
  readonly reason: string | null;
  readonly snapshot: string;
}

export const findAccount = (tx: Tx, portal: string, externalId: string): Promise<AccountRow | undefined> =>
  tx<AccountRow>("accounts").where({ portal, external_id: externalId }).first();

/** What is known of an account when it pays, and the company behind it where there is one. */
export type PayingAccount = Pick<AccountRow, "id" | "external_id" | "name" | "email"> & {
  readonly company: CompanyRow | undefined;
};

/** Those of these accounts of a portal that are known, with their companies in one go: a burst waits for each statement. */
export async function payingAccounts(
  tx: Tx,
  portal: string,
  ids: readonly string[],
): Promise<readonly PayingAccount[]> {
  const rows: JoinedRow[] = await tx("accounts")
    .leftJoin("companies", "companies.account_id", "accounts.id")
    .where({ "accounts.portal": portal })
    .whereIn("accounts.external_id", [...ids])
    .select("companies.*", "accounts.id as id", "accounts.external_id as of")
    .select({ called: "accounts.name", at: "accounts.email" });
  return rows.map(({ id, of, called, at, ...company }) => ({
    ...{ id, external_id: of, name: called, email: at },
    company: company.account_id === null ? undefined : (company as CompanyRow),
  }));
}

type JoinedRow = { [Key in keyof CompanyRow]: CompanyRow[Key] | null } & {
  readonly id: string;
  readonly of: string;
  readonly called: string;
  readonly at: string | null;
};

export const accountById = (tx: Tx, id: string): Promise<AccountRow | undefined> =>
  tx<AccountRow>("accounts").where({ id }).first();

export const accountsByIds = (tx: Tx, ids: readonly string[]): Promise<AccountRow[]> =>
  tx<AccountRow>("accounts").whereIn("id", [...ids]);

/**
 * The account as the portal knows it now, made when it was never seen; an absent e-mail does not wipe a known one. One
 * that is known so already is not written: payments of one account would wait for each other.
 */
export async function saveAccount(
  tx: Tx,
  portal: string,
  account: PortalAccount,
  freshId: string,
  now: Date,
): Promise<AccountRow> {
  const standing = await findAccount(tx, portal, account.id);
  if (standing !== undefined && isAsTold(standing, account)) return standing;
  const at = now.toISOString();
  const where = { portal, external_id: account.id };
  const told = {
    name: account.name,
    ...(account.email === null ? {} : { email: account.email }),
    updated_at: at,
  };
  if (standing === undefined) {
    const { name, email } = account;
    const row = { id: freshId, ...where, name, email, created_at: at, updated_at: at };
    try {
      await tx<AccountRow>("accounts").insert(row);
      return row;
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
    }
  }
  await tx<AccountRow>("accounts").where(where).update(told);
  const saved = await findAccount(tx, portal, account.id);
  if (saved === undefined) throw new Error(`account ${portal}/${account.id} vanished while being saved`);
  // Whoever read the owner's mailbox before keeps no key to what comes now.
  const before = standing?.email?.toLowerCase() ?? null;
  if (before !== null && before !== saved.email?.toLowerCase()) {
    await revokeLinksMailedTo(tx, saved.id, before, now);
  }
  return saved;
}

/** Nothing of the account is news. */
export const isAsTold = (row: Pick<AccountRow, "name" | "email">, { name, email }: PortalAccount): boolean =>
  row.name === name && (email === null || row.email === email);

/** What the portal shows as the taxpayer of an account; replaces what it showed before. */
export async function saveHints(
  tx: Tx,
  portal: string,
  externalId: string,
  hints: readonly NpwpHint[],
): Promise<void> {
  const where = { portal, external_id: externalId };
  await tx<AccountRow>("accounts")
    .where(where)
    .update({ hints: JSON.stringify(hints) });
}

export const hintsOf = (row: AccountRow): readonly NpwpHint[] =>
  row.hints == null ? [] : (JSON.parse(row.hints) as NpwpHint[]);

export const findCompany = (tx: Tx, accountId: string): Promise<CompanyRow | undefined> =>
  tx<CompanyRow>("companies").where({ account_id: accountId }).first();

/** Locks the company's account row, so that two requests for one account are decided one after the other. */
export async function lockAccount(tx: Tx, accountId: string, now: Date): Promise<void> {
  await tx<AccountRow>("accounts").where({ id: accountId }).update({ updated_at: now.toISOString() });
}

export async function saveCompany(tx: Tx, company: CompanyRow): Promise<void> {
  const { account_id, ...data } = company;
  if ((await tx<CompanyRow>("companies").where({ account_id }).update(data)) === 1) return;
  await tx<CompanyRow>("companies").insert(company);
}

export async function addCompanyHistory(tx: Tx, accountId: string, entry: CompanyHistoryRow): Promise<void> {
  await tx("company_history").insert({ account_id: accountId, ...entry });
}

export const companyHistory = (tx: Tx, accountId: string): Promise<CompanyHistoryRow[]> =>
  tx("company_history")
    .where({ account_id: accountId })
    .orderBy("id")
    .select("at", "by", "event", "reason", "snapshot");

/** The accounts of a portal whose active company gets its faktur with the bill, and since when that was verified. */
export const billedAccounts = (
  tx: Tx,
  portal: string,
): Promise<{ account: string; code_at: string | null }[]> =>
  tx("companies")
    .join("accounts", "accounts.id", "companies.account_id")
    .where({ "accounts.portal": portal, "companies.issue_on": "bill", "companies.status": "active" })
    .orderBy("accounts.id")
    .select("accounts.external_id as account", "companies.code_at as code_at");

/** Whether any active company of this portal gets its faktur with the bill. */
export const anyoneBilled = async (tx: Tx, portal: string): Promise<boolean> =>
  (await tx<CompanyRow>("companies")
    .join("accounts", "accounts.id", "companies.account_id")
    .where({ "accounts.portal": portal, "companies.issue_on": "bill", "companies.status": "active" })
    .first("companies.account_id")) !== undefined;

/** NPWP tabs at a seller's portals that wait for finance, and since when the oldest does. */
export async function countRequested(
  tx: Tx,
  seller: string,
): Promise<{ readonly count: number; readonly oldest: string | null }> {
  const row = (await tx("companies")
    .join("accounts", "accounts.id", "companies.account_id")
    .join("portals", "portals.slug", "accounts.portal")
    .where({ "companies.status": "requested", "portals.seller": seller })
    .count({ count: "*" })
    .min({ oldest: "companies.status_at" })
    .first()) as { readonly count: number | string; readonly oldest: string | null } | undefined;
  return { count: Number(row?.count ?? 0), oldest: row?.oldest ?? null };
}
