import { AppError } from "../errors";
import type { Clock } from "../clock";
import { text } from "../text";
import {
  addCompanyHistory,
  findAccount,
  lockAccount,
  type AccountRow,
  type CompanyRow,
} from "../store/accounts";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import type { TabEvent } from "./company";
import { writeSnapshot } from "./snapshot";

export interface TabDeps {
  readonly db: Db;
  readonly clock: Clock;
}

export const accountUnknown = (): AppError =>
  new AppError("not_found", text("Akun tidak ditemukan.", "There is no such account."));

export const companyMissing = (): AppError =>
  new AppError(
    "not_found",
    text(
      "Akun ini belum punya data NPWP. Isi dahulu.",
      "This account has no NPWP data yet. Enter them first.",
    ),
  );

/** The account, held until the transaction ends. Throws `not_found`. */
export async function lockedAccount(
  tx: Tx,
  d: TabDeps,
  portal: string,
  externalId: string,
): Promise<AccountRow> {
  const account = await findAccount(tx, portal, externalId);
  if (account === undefined) throw accountUnknown();
  await lockAccount(tx, account.id, d.clock.now());
  return account;
}

/** What happened to the tab, in its history and in the audit. */
export async function written(
  tx: Tx,
  d: TabDeps,
  account: AccountRow,
  row: CompanyRow,
  event: TabEvent,
  by: string,
  reason: string | null,
): Promise<void> {
  const at = d.clock.now().toISOString();
  await addCompanyHistory(tx, account.id, { at, by, event, reason, snapshot: writeSnapshot(row) ?? "{}" });
  const subject = `account:${account.portal}/${account.external_id}`;
  await appendAudit(tx, { at, actor: by, action: `npwp.${event}`, subject, detail: reason });
}
