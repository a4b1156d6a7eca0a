import type { AccountRow, CompanyRow } from "./accounts";
import { isDuplicate, type Tx } from "./db";

/** How often the links of an account were revoked; a link that counts less has ended. */
export async function linkGeneration(tx: Tx, accountId: string): Promise<number> {
  const row = await tx<{ account_id: string; generation: number }>("customer_access")
    .where({ account_id: accountId })
    .first("generation");
  return Number(row?.generation ?? 0);
}

/** Ends every link of an account that was made before. */
export async function revokeLinks(tx: Tx, accountId: string): Promise<void> {
  const where = { account_id: accountId };
  if ((await tx("customer_access").where(where).increment("generation", 1)) > 0) return;
  try {
    await tx("customer_access").insert({ ...where, generation: 1 });
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
    await tx("customer_access").where(where).increment("generation", 1);
  }
}

/** Ends the links of an account where an address asked for fresh ones and got them, and what was wished for with them. */
export async function revokeLinksMailedTo(
  tx: Tx,
  accountId: string,
  email: string,
  now: Date,
): Promise<void> {
  const mailed = await tx<LetterRow>("customer_letters")
    .where({ recipient: email, kind: "links", state: "sent" })
    .first("id");
  if (mailed === undefined) return;
  await revokeLinks(tx, accountId);
  const wish = await openEmailChange(tx, accountId);
  if (wish !== undefined) await endEmailChange(tx, wish.id, "stopped", now);
}

export interface EmailChangeRow {
  readonly id: string;
  readonly account_id: string;
  /** Whose fakturs it is about: a company that took the account over meanwhile is not touched. */
  readonly buyer: string;
  /** The registered addresses when it was asked for. */
  readonly present: string;
  readonly wanted: string;
  readonly state: "asked" | "confirmed" | "stopped" | "replaced";
  readonly at: string;
  readonly ended_at: string | null;
}

/** One wish stands at a time: an earlier one gives way. */
export async function insertEmailChange(tx: Tx, row: EmailChangeRow): Promise<void> {
  await tx<EmailChangeRow>("email_changes")
    .where({ account_id: row.account_id, state: "asked" })
    .update({ state: "replaced", ended_at: row.at });
  await tx<EmailChangeRow>("email_changes").insert(row);
}

export const emailChangeById = (tx: Tx, id: string): Promise<EmailChangeRow | undefined> =>
  tx<EmailChangeRow>("email_changes").where({ id }).first();

/** The wish of an account that waits for its confirmation. */
export const openEmailChange = (tx: Tx, accountId: string): Promise<EmailChangeRow | undefined> =>
  tx<EmailChangeRow>("email_changes").where({ account_id: accountId, state: "asked" }).first();

/** False when it had ended already. */
export async function endEmailChange(
  tx: Tx,
  id: string,
  state: "confirmed" | "stopped",
  now: Date,
): Promise<boolean> {
  const ended = await tx<EmailChangeRow>("email_changes")
    .where({ id, state: "asked" })
    .update({ state, ended_at: now.toISOString() });
  return ended === 1;
}

/** `links`: a fresh link was asked for. The rest is about a change of address. */
export const LETTER_KINDS = ["links", "confirm", "asked", "changed"] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

export interface LetterRow {
  readonly id: string;
  readonly kind: LetterKind;
  readonly recipient: string;
  readonly change_id: string | null;
  readonly once_key: string | null;
  /** For whom a letter with links speaks; null until it is known. */
  readonly seller?: string | null;
  readonly state: "queued" | "sent" | "refused" | "withheld";
  readonly detail: string | null;
  readonly at: string;
}

/** False when the same was asked for moments ago. */
export async function insertLetter(tx: Tx, row: LetterRow): Promise<boolean> {
  try {
    await tx<LetterRow>("customer_letters").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export const letterById = (tx: Tx, id: string): Promise<LetterRow | undefined> =>
  tx<LetterRow>("customer_letters").where({ id }).first();

/** Says for whom a letter speaks, once. */
export async function nameLetterSeller(tx: Tx, id: string, seller: string): Promise<void> {
  await tx<LetterRow>("customer_letters").where({ id }).whereNull("seller").update({ seller });
}

export async function endLetter(
  tx: Tx,
  id: string,
  state: LetterRow["state"],
  detail: string,
): Promise<void> {
  await tx<LetterRow>("customer_letters").where({ id, state: "queued" }).update({ state, detail });
}

/** An account at which an address is registered; `company` when it is the one fakturs are mailed to. */
export interface Registered {
  readonly account: AccountRow;
  readonly company: CompanyRow | undefined;
  readonly role: "company" | "account";
}

/** Where an address is registered today, in lower case. Nothing but whole addresses count. */
export async function registeredAt(tx: Tx, email: string, limit: number): Promise<Registered[]> {
  const wanted = email.toLowerCase();
  const plain = wanted.replace(/[%_!]/g, (sign) => `!${sign}`);
  const companies = await tx<CompanyRow>("companies")
    .whereRaw("lower(email) like ? escape '!'", [`%${plain}%`])
    .orderBy("account_id")
    .limit(limit * 5);
  const owners = await tx<AccountRow>("accounts")
    .whereRaw("lower(email) = ?", [wanted])
    .orderBy("id")
    .limit(limit);
  const found: Registered[] = [];
  for (const company of companies) {
    const whole = company.email.toLowerCase().split(/[,;]/);
    if (!whole.some((one) => one.trim() === wanted)) continue;
    const account = await tx<AccountRow>("accounts").where({ id: company.account_id }).first();
    if (account !== undefined) found.push({ account, company, role: "company" });
  }
  for (const account of owners) {
    if (found.some((one) => one.account.id === account.id)) continue;
    found.push({ account, company: undefined, role: "account" });
  }
  return found.slice(0, limit);
}
