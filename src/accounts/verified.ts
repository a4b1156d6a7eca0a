import { AppError } from "../errors";
import type { CompanyRow } from "../store/accounts";
import { text } from "../text";
import type { CompanyData } from "./company";
import { identityKey } from "./identity";
import { snapshotOf } from "./snapshot";

type Columns = Pick<
  CompanyRow,
  "identity" | "facility" | "collector" | "issue_on" | "code_by" | "code_at" | "register"
>;

/**
 * The columns of identity and verified code as entered now. Who entered the code and when stays while the code, its
 * evidence and its facility stay.
 */
export function verifiedColumns(
  standing: CompanyRow | undefined,
  data: CompanyData,
  by: string,
  at: string,
): Columns {
  const fresh = {
    identity: data.identity == null ? null : JSON.stringify(data.identity),
    facility: data.facility == null ? null : JSON.stringify(data.facility),
    collector: data.collector ?? null,
    issue_on: data.issueOn ?? "payment",
    register: standing?.register ?? null,
  };
  if (data.transactionCode === null) return { ...fresh, code_by: null, code_at: null };
  const same = standing !== undefined && codeOf(standing) === codeOfData(data);
  return {
    ...fresh,
    code_by: same ? (standing.code_by ?? by) : by,
    code_at: same ? (standing.code_at ?? at) : at,
  };
}

/** The code of an active company was verified with its activation: only who may activate may change it. */
export function refuseOtherCode(standing: CompanyRow, data: CompanyData): void {
  if (codeOf(standing) === codeOfData(data)) return;
  throw new AppError(
    "role_too_low",
    text(
      "Kode transaksi perusahaan yang aktif hanya diubah oleh finance. Kirim kode, bukti, dan fasilitas yang sama.",
      "Only finance changes the transaction code of an active company. Send the same code, evidence and facility.",
    ),
  );
}

/** The data as given, under the code that stands for this very taxpayer; another one begins with the ordinary code. */
export function withStandingCode(standing: CompanyRow | undefined, data: CompanyData): CompanyData {
  const ordinary = {
    ...{ transactionCode: null, evidence: null, facility: null, collector: null },
    issueOn: "payment" as const,
  };
  if (standing === undefined) return { ...data, ...ordinary };
  const { npwp, identity, transactionCode, evidence, facility, collector, issueOn } = snapshotOf(standing);
  const same = identityKey(npwp, identity) === identityKey(data.npwp, data.identity);
  if (!same) return { ...data, ...ordinary };
  const code = { transactionCode, evidence, facility: facility ?? null, collector: collector ?? null };
  return { ...data, ...code, issueOn: issueOn ?? "payment" };
}

const codeOf = (row: CompanyRow): string =>
  JSON.stringify([
    row.transaction_code,
    row.evidence,
    row.facility ?? null,
    row.issue_on ?? "payment",
    row.collector ?? null,
  ]);

const codeOfData = (data: CompanyData): string =>
  JSON.stringify([
    data.transactionCode,
    data.evidence,
    data.facility == null ? null : JSON.stringify(data.facility),
    data.issueOn ?? "payment",
    data.collector ?? null,
  ]);
