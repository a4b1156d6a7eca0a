import { identityKey } from "../accounts/identity";
import { readSnapshotIdentity } from "../accounts/snapshot";
import type { Faktur } from "../faktur/faktur";
import type { Seal } from "../seal";
import { customerLinkPurpose, emailChangePurpose } from "../seals";
import type { CompanyRow } from "../store/accounts";
import type { EmailChangeRow } from "../store/customers";

/** What a customer's link opens. It is sealed: nobody can make one, read one or bend one. */
export interface CustomerLink {
  readonly accountId: string;
  /** Of the account's links when it was made; a revocation counts on. */
  readonly generation: number;
  /** The taxpayer whose fakturs it shows; null for all of the account, as its owner in the portal sees them. */
  readonly buyer: string | null;
  /** ISO instant. */
  readonly until: string;
}

/** What a link about a change of address does. */
export interface ChangeLink {
  readonly changeId: string;
  readonly act: "confirm" | "stop";
  readonly until: string;
}

/** How long a new address may take to confirm. */
export const CONFIRM_MS = 3 * 86_400_000;

/** Whether a wish for another address is this company's and can still be confirmed; else nobody is told of it. */
export const stillWaits = (
  change: Pick<EmailChangeRow, "buyer" | "present" | "at">,
  company: Pick<CompanyRow, "npwp" | "identity" | "email">,
  now: Date,
): boolean =>
  change.buyer === companyKey(company) &&
  change.present === company.email &&
  now.getTime() - Date.parse(change.at) < CONFIRM_MS;

/** What tells the taxpayer of a faktur from others: the same key as in the NPWP tab. */
export function buyerKey({ buyer }: Pick<Faktur, "buyer">): string {
  switch (buyer.document) {
    case "TIN":
      return buyer.npwp;
    case "National ID":
      return buyer.documentNumber;
    default:
      return `${buyer.document}/${buyer.country}/${buyer.documentNumber}`;
  }
}

export const companyKey = (row: Pick<CompanyRow, "npwp" | "identity">): string =>
  identityKey(row.npwp, readSnapshotIdentity(row));

/** A token fit for an address: the sealed value in the letters of base64url. */
const addressed = (sealed: string): string =>
  sealed.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

export const writeLink = (seal: Seal, link: CustomerLink): string =>
  addressed(seal.close(JSON.stringify(link), customerLinkPurpose));

export const writeChangeLink = (seal: Seal, link: ChangeLink): string =>
  addressed(seal.close(JSON.stringify(link), emailChangePurpose));

/** Null for whatever was not made here for this purpose. Its end is for the caller to judge. */
export const readLink = (seal: Seal, token: string): CustomerLink | null =>
  opened<CustomerLink>(seal, token, customerLinkPurpose);

export const readChangeLink = (seal: Seal, token: string): ChangeLink | null =>
  opened<ChangeLink>(seal, token, emailChangePurpose);

const LONGEST_TOKEN = 2_000;

function opened<Link>(seal: Seal, token: string, purpose: string): Link | null {
  if (token.length > LONGEST_TOKEN) return null;
  try {
    return JSON.parse(seal.open(token, purpose)) as Link;
  } catch {
    return null;
  }
}
