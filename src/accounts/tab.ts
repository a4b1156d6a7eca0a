import type { TaxDay } from "../clock";
import { recipientsOf } from "../faktur/decide";
import {
  companyHistory,
  findCompany,
  saveCompany,
  type AccountRow,
  type CompanyRow,
} from "../store/accounts";
import { appendAudit } from "../store/audit";
import { revokeLinks } from "../store/customers";
import type { Tx } from "../store/db";
import { enterCompany, tabMove, type CompanyData, type TabStatus } from "./company";
import { identityKey } from "./identity";
import { readSnapshot, snapshotOf } from "./snapshot";
import { companyMissing, lockedAccount, written, type TabDeps } from "./tab-steps";
import { refuseOtherCode, verifiedColumns, withStandingCode } from "./verified";

export type { TabDeps } from "./tab-steps";

/**
 * What the one who enters data may do to the verified code. `change`: anything. `repeat`: of an active company, send the
 * same. `keep`: nothing, the code stays as it stands.
 */
export type CodeRight = "change" | "repeat" | "keep";

/**
 * Enters or corrects the company of an account. Where an address leaves, the links that lie in its mailbox end. Throws
 * `not_found`, `account_has_company`, `role_too_low`.
 */
export async function enterNpwp(
  d: TabDeps,
  portal: string,
  externalId: string,
  given: CompanyData,
  by: string,
  right: CodeRight = "change",
): Promise<CompanyRow> {
  return d.db.transaction(async (tx) => {
    const account = await lockedAccount(tx, d, portal, externalId);
    const standing = await findCompany(tx, account.id);
    const data = right === "keep" ? withStandingCode(standing, given) : given;
    const entered = enterCompany(standingKey(standing), identityKey(data.npwp, data.identity));
    const now = d.clock.now().toISOString();
    const keeps = standing !== undefined && standing.status === entered.status;
    if (right === "repeat" && keeps && standing.status === "active") refuseOtherCode(standing, data);
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
      active_from: keeps ? (standing.active_from ?? null) : null,
      status: entered.status,
      status_at: keeps ? standing.status_at : now,
      status_by: keeps ? standing.status_by : by,
      status_reason: keeps ? standing.status_reason : null,
      updated_at: now,
    };
    await saveCompany(tx, row);
    if (await leavesAddress(tx, row)) await endLinks(tx, d, account, by);
    await written(tx, d, account, row, entered.event, by, null);
    return row;
  });
}

/** Whether an address that last had the mails of this very taxpayer has them no more. */
async function leavesAddress(tx: Tx, row: CompanyRow): Promise<boolean> {
  const key = identityKey(row.npwp, snapshotOf(row).identity);
  const before = (await companyHistory(tx, row.account_id))
    .map((entry) => readSnapshot(entry.snapshot))
    .findLast((one) => one !== null && identityKey(one.npwp, one.identity) === key);
  const present = recipientsOf(row.email.toLowerCase());
  return recipientsOf(before?.email.toLowerCase() ?? "").some((one) => !present.includes(one));
}

async function endLinks(tx: Tx, d: TabDeps, account: AccountRow, by: string): Promise<void> {
  await revokeLinks(tx, account.id);
  await appendAudit(tx, {
    ...{ at: d.clock.now().toISOString(), actor: by, action: "link.revoked", detail: "e-mail" },
    subject: `account:${account.portal}/${account.external_id}`,
  });
}

/**
 * Finance switches the tab on or off. With `from`, payments before that day stay without a faktur until a person issues
 * them. Throws `not_found`, `wrong_state`.
 */
export async function switchTab(
  d: TabDeps,
  portal: string,
  externalId: string,
  move: "activate" | "suspend",
  reason: string | null,
  by: string,
  from: TaxDay | null = null,
): Promise<CompanyRow> {
  return d.db.transaction(async (tx) => {
    const account = await lockedAccount(tx, d, portal, externalId);
    const standing = await findCompany(tx, account.id);
    if (standing === undefined) throw companyMissing();
    const status: TabStatus = tabMove(standing.status, move);
    const now = d.clock.now().toISOString();
    const row: CompanyRow = {
      ...standing,
      active_from: from,
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
