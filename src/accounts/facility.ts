import { isAddInfo, isFacilityStamp, needsFacility } from "../codes/facilities";
import { AppError, type Fault } from "../errors";
import type { FakturFacility, TransactionCode } from "../faktur/faktur";
import type { Collector } from "../faktur/law-thresholds";
import type { LineKind } from "../hooks/invoice";
import { text, type Text } from "../text";

/** The buyer's document behind a code 07 or 08, and the kinds of line it covers; null = all of them. */
export interface Facility extends FakturFacility {
  readonly lineKinds: readonly LineKind[] | null;
}

export const ISSUE_ON = ["payment", "bill"] as const;
export type IssueOn = (typeof ISSUE_ON)[number];

/** What is said of a company's transaction code; all of it is verified by a person, never guessed from a name. */
export interface VerifiedCode {
  readonly transactionCode: TransactionCode | null;
  readonly evidence: string | null;
  readonly facility: Facility | null;
  readonly issueOn: IssueOn;
  readonly collector?: Collector | null;
}

/**
 * Refuses a transaction code without what it needs. `ordinary` is the code of the day for a buyer who collects nothing.
 * Throws `evidence_missing`, `facility_missing`, `facility_invalid` (with every fault), `refused`.
 */
export function checkVerifiedCode(code: VerifiedCode, ordinary: TransactionCode): void {
  const { transactionCode, evidence, facility, issueOn } = code;
  const special = transactionCode !== null && transactionCode !== ordinary;
  if (special && evidence === null) throw evidenceMissing(transactionCode);
  const needs = transactionCode !== null && needsFacility(transactionCode);
  if (needs && facility === null) throw facilityMissing();
  const faults = facility === null ? [] : facilityFaults(transactionCode ?? ordinary, facility, "/facility");
  if (faults.length > 0) {
    throw new AppError(
      "facility_invalid",
      text("Data fasilitas belum benar.", "The facility is not right."),
      {
        faults,
      },
    );
  }
  if (code.collector != null && transactionCode !== "03") throw collectorNeeds03();
  if (issueOn === "bill" && !isCollector(transactionCode)) throw billNeedsCollector();
}

/** Government (02) and other collectors (03) get their faktur with the bill: they pay after it (tax-rules 4.5). */
export const isCollector = (code: TransactionCode | null): boolean => code === "02" || code === "03";

/** What is wrong with a facility under this code, with JSON pointers under `path`. */
export function facilityFaults(
  code: TransactionCode,
  facility: FakturFacility,
  path: string,
): readonly Fault[] {
  const { addInfo, stamp, documentNumber, documentPeriod } = facility;
  const at = (name: string, says: readonly [Text, Text]): Fault => {
    const [message, fix] = says;
    return { code: "facility_malformed", path: `${path}/${name}`, message, fix };
  };
  if (!needsFacility(code))
    return [{ code: "facility_not_allowed", path, message: ONLY_0708, fix: LEAVE_OUT }];
  return [
    ...(isAddInfo(code, addInfo) ? [] : [at("addInfo", NOT_LISTED)]),
    ...(isFacilityStamp(code, stamp) ? [] : [at("stamp", NOT_LISTED)]),
    // The two lists go together, number by number (coretax-xml 2.2).
    ...(addInfo.slice(-2) === stamp.slice(-2) ? [] : [at("stamp", NOT_PAIRED)]),
    ...(documentNumber.trim() === "" ? [at("documentNumber", NO_NUMBER)] : []),
    ...(/^(0[1-9]|1[0-2])20\d{2}$/.test(documentPeriod) ? [] : [at("documentPeriod", NOT_A_MONTH)]),
  ];
}

const ONLY_0708 = text(
  "Fasilitas hanya untuk kode transaksi 07 dan 08.",
  "A facility belongs to transaction codes 07 and 08 only.",
);
const LEAVE_OUT = text(
  "Hilangkan facility, atau pilih kode 07/08.",
  "Leave facility out, or choose code 07 or 08.",
);
const LIST = text(
  "Pilih dari daftar DJP untuk kode ini: TD.00501 dan TD.01101 dan seterusnya.",
  "Choose from DJP's list for this code: TD.00501 and TD.01101 and on.",
);
const NOT_LISTED = [text("Tidak ada dalam daftar DJP.", "It is not in DJP's list."), LIST] as const;
const NOT_PAIRED = [
  text(
    "Keterangan tambahan dan cap fasilitas tidak berpasangan.",
    "Additional info and stamp do not belong together.",
  ),
  text("Pakai dua angka terakhir yang sama.", "Use the same last two digits in both."),
] as const;
const NO_NUMBER = [
  text("Nomor dokumen pendukung belum diisi.", "The number of the supporting document is missing."),
  text("Minta dokumen fasilitas dari pembeli.", "Ask the buyer for the facility document."),
] as const;
const NOT_A_MONTH = [
  text("Masa dokumen harus MMYYYY.", "The period of the document must be MMYYYY."),
  text("Contoh: 112026.", "Example: 112026."),
] as const;

const evidenceMissing = (code: TransactionCode): AppError =>
  new AppError(
    "evidence_missing",
    text(
      `Kode ${code} memerlukan bukti (misalnya surat penunjukan atau dokumen fasilitas). Isi evidence.`,
      `Code ${code} needs evidence, such as the letter of appointment or the facility document. Fill in evidence.`,
    ),
  );

const facilityMissing = (): AppError =>
  new AppError(
    "facility_missing",
    text(
      "Kode 07 dan 08 memerlukan dokumen fasilitas pembeli: isi facility (addInfo, stamp, documentNumber, documentPeriod).",
      "Codes 07 and 08 need the buyer's facility document: fill in facility (addInfo, stamp, documentNumber, documentPeriod).",
    ),
  );

const collectorNeeds03 = (): AppError =>
  new AppError(
    "refused",
    text(
      "collector hanya untuk kode 03: kontraktor migas dan panas bumi (PMK 81/2024 pasal 298-299).",
      "collector belongs to code 03 only: oil, gas and geothermal contractors (PMK 81/2024 art. 298-299).",
    ),
  );

const billNeedsCollector = (): AppError =>
  new AppError(
    "refused",
    text(
      "Faktur bersama tagihan hanya untuk pemungut PPN, kode 02 dan 03.",
      "A faktur with the bill is only for collectors, codes 02 and 03.",
    ),
  );
