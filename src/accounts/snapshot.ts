import type { TaxDay } from "../clock";
import type { TransactionCode } from "../faktur/faktur";
import type { CompanyHistoryRow, CompanyRow } from "../store/accounts";
import type { CompanySnapshot } from "./company";
import type { Facility } from "./facility";
import { identityKey, type BuyerIdentity } from "./identity";
import type { Nitku, Npwp } from "./npwp";

/** Who the company is when it has no NPWP. */
export const readSnapshotIdentity = (row: Pick<CompanyRow, "identity">): BuyerIdentity | null =>
  row.identity == null ? null : (JSON.parse(row.identity) as BuyerIdentity);

/** The company of an account as it stands, for keeping beside a payment. */
export const snapshotOf = (row: CompanyRow): CompanySnapshot => ({
  npwp: row.npwp as Npwp,
  nitku: row.nitku as Nitku,
  name: row.name,
  address: row.address,
  email: row.email,
  transactionCode: row.transaction_code as TransactionCode | null,
  evidence: row.evidence,
  ...withIdentity(readSnapshotIdentity(row)),
  ...(row.facility == null ? {} : { facility: JSON.parse(row.facility) as Facility }),
  ...(row.collector == null ? {} : { collector: row.collector }),
  ...(row.issue_on === "bill" ? { issueOn: "bill" as const } : {}),
  ...(row.active_from == null ? {} : { activeFrom: row.active_from as TaxDay }),
  status: row.status,
});

const withIdentity = (identity: BuyerIdentity | null) => (identity === null ? {} : { identity });

export const writeSnapshot = (row: CompanyRow | undefined, insteadOf: string | null = null): string | null =>
  row === undefined
    ? null
    : JSON.stringify({ ...snapshotOf(row), ...(insteadOf === null ? {} : { insteadOf }) });

export const readSnapshot = (json: string | null): CompanySnapshot | null =>
  json === null ? null : (JSON.parse(json) as CompanySnapshot);

/** Whether the tab was switched, or given to another company, after this moment. */
export const wasSwitchedSince = (row: CompanyRow | undefined, at: Date): row is CompanyRow =>
  row !== undefined && Date.parse(row.status_at) > at.getTime();

/** The name of the company that was active at this moment, where another taxpayer stands there now; else null. */
export function otherActiveAt(
  history: readonly Pick<CompanyHistoryRow, "at" | "snapshot">[],
  now: CompanyRow,
  at: Date,
): string | null {
  const entry = history.findLast((one) => Date.parse(one.at) <= at.getTime());
  const then = readSnapshot(entry?.snapshot ?? null);
  if (then?.status !== "active") return null;
  const key = identityKey(now.npwp, readSnapshotIdentity(now));
  return identityKey(then.npwp, then.identity) === key ? null : then.name;
}
