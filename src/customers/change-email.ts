import { createHash } from "node:crypto";
import { plusMs, type Clock } from "../clock";
import { AppError } from "../errors";
import { recipientsOf } from "../faktur/decide";
import type { NewId } from "../ids";
import type { Seal } from "../seal";
import { accountById, findCompany, lockAccount, saveCompany, type AccountRow } from "../store/accounts";
import { appendAudit } from "../store/audit";
import {
  emailChangeById,
  endEmailChange,
  insertEmailChange,
  insertLetter,
  linkGeneration,
  revokeLinks,
  type EmailChangeRow,
  type LetterKind,
} from "../store/customers";
import type { Db, Tx } from "../store/db";
import { enqueue } from "../store/jobs";
import { actorNamed, text } from "../text";
import { readEmail } from "../users/user-rules";
import { written } from "../accounts/tab-steps";
import type { Entrance } from "./access";
import { companyKey, readChangeLink } from "./link";

export interface CustomerDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly seal: Seal;
  wake(): void;
}

/** One fresh link an address in so many minutes, however often it is asked for. */
const LETTER_MINUTES = 10;

/** A customer as the one who did something. */
export const customerOf = ({ portal, external_id }: AccountRow): string =>
  actorNamed(`customer:${portal}/${external_id}`);

/**
 * Somebody asks for a fresh link. Looking the address up is the letter's own work, so that neither the answer nor its
 * time tells whether the address is known. Throws `refused` for what is no address.
 */
export async function askForLink(d: CustomerDeps, typed: string): Promise<void> {
  const email = readEmail(typed);
  if (email === null) throw new AppError("refused", EMAIL_WRONG);
  const window = Math.floor(d.clock.now().getTime() / (LETTER_MINUTES * 60_000));
  const once = createHash("sha256").update(`links ${email} ${window}`).digest("hex");
  await d.db.transaction((tx) => queueLetter(tx, d, "links", email, null, once));
  d.wake();
}

/**
 * A customer wants fakturs mailed elsewhere. Nothing changes yet: the new address is asked to confirm, the old ones are
 * told and may stop it. Throws `refused`, and `wrong_state` where the link was revoked meanwhile.
 */
export async function askEmailChange(d: CustomerDeps, at: Entrance, typed: string): Promise<void> {
  const wanted = readEmail(typed);
  if (wanted === null) throw new AppError("refused", EMAIL_WRONG);
  const { company, account } = at;
  if (company === null) throw new AppError("refused", NOT_HERE);
  const present = recipientsOf(company.email);
  if (present.length === 1 && present[0]?.toLowerCase() === wanted) throw new AppError("refused", EMAIL_SAME);
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    await lockAccount(tx, account.id, now);
    if ((await linkGeneration(tx, account.id)) !== at.generation) throw gone();
    const id = d.newId(now);
    await insertEmailChange(tx, {
      ...{ id, account_id: account.id, buyer: companyKey(company), present: company.email, wanted },
      ...{ state: "asked", at: now.toISOString(), ended_at: null },
    });
    await queueLetter(tx, d, "confirm", wanted, id, null);
    for (const one of present) await queueLetter(tx, d, "asked", one, id, null);
    await noted(tx, d, account, "email.change_asked", wanted);
  });
  d.wake();
}

export interface SeenChange {
  readonly change: EmailChangeRow;
  readonly account: AccountRow;
  readonly act: "confirm" | "stop";
}

/** What a link about a change of address is about; null when it is not ours, has ended, or its change has. */
export async function changeByLink(d: CustomerDeps, token: string): Promise<SeenChange | null> {
  const link = readChangeLink(d.seal, token);
  if (link === null || link.until <= d.clock.now().toISOString()) return null;
  const change = await emailChangeById(d.db.knex, link.changeId);
  const account = change === undefined ? undefined : await accountById(d.db.knex, change.account_id);
  if (change === undefined || account === undefined || change.state !== "asked") return null;
  return { change, account, act: link.act };
}

/**
 * The button behind such a link. Confirmed: the tab gets the new address, every link of the account ends (they lie in
 * the mailbox that was wrong), and the old addresses are told. Throws `wrong_state` when the company has changed.
 */
export async function settleChange(d: CustomerDeps, seen: SeenChange): Promise<void> {
  const { change, account } = seen;
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    await lockAccount(tx, account.id, now);
    const confirmed = seen.act === "confirm";
    if (!(await endEmailChange(tx, change.id, confirmed ? "confirmed" : "stopped", now))) throw gone();
    if (!confirmed) return noted(tx, d, account, "email.change_stopped", change.wanted);
    const company = await findCompany(tx, account.id);
    if (company === undefined || companyKey(company) !== change.buyer || company.email !== change.present)
      throw gone();
    const row = { ...company, email: change.wanted, updated_at: now.toISOString() };
    await saveCompany(tx, row);
    await written(tx, d, account, row, "corrected", customerOf(account), "e-mail");
    await revokeLinks(tx, account.id);
    for (const one of recipientsOf(change.present)) await queueLetter(tx, d, "changed", one, change.id, null);
    await queueLetter(tx, d, "links", change.wanted, null, null);
  });
  d.wake();
}

async function queueLetter(
  tx: Tx,
  d: CustomerDeps,
  kind: LetterKind,
  recipient: string,
  change_id: string | null,
  once_key: string | null,
): Promise<void> {
  const now = d.clock.now();
  const id = d.newId(now);
  const row = { id, kind, recipient, change_id, once_key, state: "queued" as const, detail: null };
  if (await insertLetter(tx, { ...row, at: now.toISOString() }))
    await enqueue(tx, "letter", id, plusMs(now, 0), now);
}

const noted = (tx: Tx, d: CustomerDeps, account: AccountRow, action: string, detail: string) =>
  appendAudit(tx, {
    ...{ at: d.clock.now().toISOString(), actor: customerOf(account), action, detail },
    subject: `account:${account.portal}/${account.external_id}`,
  });

const gone = (): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Permintaan ini sudah selesai atau tidak berlaku lagi. Minta lagi dari halaman faktur.",
      "This request is over or no longer holds. Ask again on the page of your fakturs.",
    ),
  );

const EMAIL_WRONG = text(
  "Alamat e-mail belum benar. Contoh: pajak@perusahaan.co.id.",
  "The e-mail address is not well formed. Example: pajak@perusahaan.co.id.",
);
const EMAIL_SAME = text("Faktur sudah dikirim ke alamat itu.", "Fakturs go to that address already.");
const NOT_HERE = text(
  "Alamat tidak dapat diganti dari tautan ini. Hubungi penjual.",
  "The address cannot be changed by this link. Write to the seller.",
);
