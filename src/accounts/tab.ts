import type { TaxDay } from "../clock";
import { findCompany, saveCompany, type CompanyRow } from "../store/accounts";
import { enterCompany, tabMove, type CompanyData, type TabStatus } from "./company";
import { identityKey } from "./identity";
import { snapshotOf } from "./snapshot";
import { companyMissing, lockedAccount, written, type TabDeps } from "./tab-steps";
import { refuseOtherCode, verifiedColumns, withStandingCode } from "./verified";

export type { TabDeps } from "./tab-steps";

/**
 * What the one who enters data may do to the verified code. `change`: anything. `repeat`: of an active company, send the
 * same. `keep`: nothing, the code stays as it stands.
 */
export type CodeRight = "change" | "repeat" | "keep";

/** Enters or corrects the company of an account. Throws `not_found`, `account_has_company`, `role_too_low`. */
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
    await written(tx, d, account, row, entered.event, by, null);
    return row;
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
