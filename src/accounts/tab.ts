import { AppError } from "../errors";
import type { Clock } from "../clock";
import { text } from "../text";
import {
  addCompanyHistory,
  findAccount,
  findCompany,
  lockAccount,
  saveCompany,
  type AccountRow,
  type CompanyRow,
} from "../store/accounts";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import { enterCompany, tabMove, type CompanyData, type TabEvent, type TabStatus } from "./company";
import { identityKey } from "./identity";
import { snapshotOf, writeSnapshot } from "./snapshot";
import { refuseOtherCode, verifiedColumns } from "./verified";

export interface TabDeps {
  readonly db: Db;
  readonly clock: Clock;
}

export const accountUnknown = (): AppError =>
  new AppError("not_found", text("Akun tidak ditemukan.", "There is no such account."));

/**
 * Enters or corrects the company of an account. `mayVerify`: may change the verified code of an active company. Throws
 * `not_found`, `account_has_company`, `role_too_low`.
 */
export async function enterNpwp(
  d: TabDeps,
  portal: string,
  externalId: string,
  data: CompanyData,
  by: string,
  mayVerify = true,
): Promise<CompanyRow> {
  return d.db.transaction(async (tx) => {
    const account = await lockedAccount(tx, d, portal, externalId);
    const standing = await findCompany(tx, account.id);
    const entered = enterCompany(standingKey(standing), identityKey(data.npwp, data.identity));
    const now = d.clock.now().toISOString();
    const keeps = standing !== undefined && standing.status === entered.status;
    if (!mayVerify && keeps && standing.status === "active") refuseOtherCode(standing, data);
    const row: CompanyRow = {
      account_id: account.id,
      ...verifiedColumns(keeps ? standing : undefined, data, by, now),
      npwp: data.npwp,
      nitku: data.nitku,
      name: data.name,
      address: data.address,
      email: data.email,
      transaction_code: data.transactionCode,
      evidence: data.evidence,
      status: entered.status,
      status_at: keeps ? standing.status_at : now,
      status_by: keeps ? standing.status_by : by,
      status_reason: keeps ? standing.status_reason : null,
      updated_at: now,
    };
    await saveCompany(tx, row);
    await written(tx, d, account, row, entered.event, by, null);
    return row;
  });
}

/** Finance switches the tab on or off. Throws `not_found`, `wrong_state`. */
export async function switchTab(
  d: TabDeps,
  portal: string,
  externalId: string,
  move: "activate" | "suspend",
  reason: string | null,
  by: string,
): Promise<CompanyRow> {
  return d.db.transaction(async (tx) => {
    const account = await lockedAccount(tx, d, portal, externalId);
    const standing = await findCompany(tx, account.id);
    if (standing === undefined) throw companyMissing();
    const status: TabStatus = tabMove(standing.status, move);
    const now = d.clock.now().toISOString();
    const row: CompanyRow = {
      ...standing,
      status,
      status_at: now,
      status_by: by,
      status_reason: reason,
      updated_at: now,
    };
    await saveCompany(tx, row);
    await written(tx, d, account, row, move === "activate" ? "activated" : "suspended", by, reason);
    return row;
  });
}

/** What tells two taxpayers apart, of the company that stands. */
function standingKey(row: CompanyRow | undefined): { npwp: string; status: TabStatus } | null {
  return row === undefined
    ? null
    : { npwp: identityKey(row.npwp, snapshotOf(row).identity), status: row.status };
}

export const companyMissing = (): AppError =>
  new AppError(
    "not_found",
    text(
      "Akun ini belum punya data NPWP. Isi dahulu.",
      "This account has no NPWP data yet. Enter them first.",
    ),
  );

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
