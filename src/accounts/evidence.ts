import type { Documents } from "../documents/documents";
import { AppError } from "../errors";
import { findCompany } from "../store/accounts";
import { insertCompanyFile, type CompanyFileRow } from "../store/companies";
import { text } from "../text";
import { companyMissing, lockedAccount, written, type TabDeps } from "./tab-steps";

export interface EvidenceDeps extends TabDeps {
  readonly documents: Documents;
}

export const EVIDENCE_LIMIT = 20_000_000;

/** What a file is, by its first bytes: a name can say anything. */
const KINDS: readonly (readonly [type: string, begins: Buffer])[] = [
  ["application/pdf", Buffer.from("%PDF-", "latin1")],
  ["image/png", Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ["image/jpeg", Buffer.from([0xff, 0xd8, 0xff])],
];

/**
 * Keeps a file that proves what the NPWP tab says: an NPWP card, a letter of appointment, a facility document. The same
 * bytes are kept once. Throws `not_found`, `refused` for anything but PDF, PNG and JPEG or above 20 MB.
 */
export async function addEvidence(
  d: EvidenceDeps,
  portal: string,
  externalId: string,
  file: { readonly name: string; readonly bytes: Buffer },
  by: string,
): Promise<void> {
  const type = KINDS.find(([, begins]) => file.bytes.subarray(0, begins.length).equals(begins))?.[0];
  if (type === undefined || file.bytes.length > EVIDENCE_LIMIT) throw notEvidence();
  const sha256 = await d.documents.put(file.bytes, type);
  await d.db.transaction(async (tx) => {
    const account = await lockedAccount(tx, d, portal, externalId);
    const company = await findCompany(tx, account.id);
    if (company === undefined) throw companyMissing();
    const row: CompanyFileRow = {
      ...{ account_id: account.id, sha256, name: file.name, type, size: file.bytes.length },
      ...{ by, at: d.clock.now().toISOString() },
    };
    if (await insertCompanyFile(tx, row)) await written(tx, d, account, company, "evidence", by, file.name);
  });
}

const notEvidence = (): AppError =>
  new AppError(
    "refused",
    text(
      "Bukti harus berkas PDF, PNG, atau JPEG, paling besar 20 MB.",
      "Evidence is a PDF, PNG or JPEG file of at most 20 MB.",
    ),
  );
