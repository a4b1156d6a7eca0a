import type { Clock } from "../clock";
import type { Faktur } from "../faktur/faktur";
import { readFaktur } from "../faktur/stored";
import type { Seal } from "../seal";
import { accountById, findCompany, type AccountRow, type CompanyRow } from "../store/accounts";
import { linkGeneration, openEmailChange } from "../store/customers";
import type { Db } from "../store/db";
import { listFakturs } from "../store/faktur-list";
import { fakturById, type FakturRow } from "../store/fakturs";
import { findPortal } from "../store/portals";
import { findSeller, type SellerRow } from "../store/sellers";
import { buyerKey, companyKey, readLink, stillWaits } from "./link";

export interface AccessDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly seal: Seal;
}

/** Whom a link has let in, and to what. */
export interface Entrance {
  readonly account: AccountRow;
  readonly seller: SellerRow;
  /** The taxpayer whose fakturs are shown; null for every faktur of the account. */
  readonly buyer: string | null;
  /** The company of the tab today, where this link belongs to it. */
  readonly company: CompanyRow | null;
  readonly until: string;
  /** Of the link, see CustomerLink: a revocation counts on. */
  readonly generation: number;
}

/** What a token opens; null for one that is not ours, has ended or was revoked: they look the same from outside. */
export async function enterByLink(d: AccessDeps, token: string): Promise<Entrance | null> {
  const link = readLink(d.seal, token);
  if (link === null || link.until <= d.clock.now().toISOString()) return null;
  const tx = d.db.knex;
  if ((await linkGeneration(tx, link.accountId)) !== link.generation) return null;
  const account = await accountById(tx, link.accountId);
  const portal = account === undefined ? undefined : await findPortal(tx, account.portal);
  const seller = portal === undefined ? undefined : await findSeller(tx, portal.seller);
  if (account === undefined || seller === undefined) return null;
  const company = await findCompany(tx, account.id);
  const theirs = company !== undefined && (link.buyer === null || link.buyer === companyKey(company));
  const { buyer, until, generation } = link;
  return { account, seller, buyer, company: theirs ? company : null, until, generation };
}

export interface OwnFaktur {
  readonly row: FakturRow;
  readonly faktur: Faktur;
}

/** A page of the fakturs that this link may show, newest first; `more` is the cursor of the next page. */
export async function ownFakturs(
  d: AccessDeps,
  at: Entrance,
  before: string | null,
  limit: number,
): Promise<{ readonly items: readonly OwnFaktur[]; readonly more: string | null }> {
  const rows = await listFakturs(d.db.knex, { accountIds: [at.account.id] }, before, limit + 1);
  const shown = rows.slice(0, limit);
  const items = shown
    .map((row) => ({ row, faktur: readFaktur(row.document) }))
    .filter((one) => isOwn(at, one));
  return { items, more: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

/** The faktur of this id, where this link may show it; else null, whether it exists or not. */
export async function ownFaktur(d: AccessDeps, at: Entrance, id: string): Promise<OwnFaktur | null> {
  const row = await fakturById(d.db.knex, id);
  if (row === undefined) return null;
  const one = { row, faktur: readFaktur(row.document) };
  return isOwn(at, one) ? one : null;
}

/** This account's, and this taxpayer's; what was dropped before the authority knew it is nobody's. */
const isOwn = (at: Entrance, { row, faktur }: OwnFaktur): boolean =>
  row.account_id === at.account.id &&
  (at.buyer === null || at.buyer === buyerKey(faktur)) &&
  (row.state !== "cancelled" || row.nsfp !== null);

/** The address that this very company wishes for and may still confirm. */
export async function wishedAddress(d: AccessDeps, { account, company }: Entrance): Promise<string | null> {
  const change = company === null ? undefined : await openEmailChange(d.db.knex, account.id);
  if (company === null || change === undefined) return null;
  return stillWaits(change, company, d.clock.now()) ? change.wanted : null;
}
