import { snapshotOf } from "../accounts/snapshot";
import { isoInJakarta } from "../clock";
import { AppError } from "../errors";
import { buyerFrom } from "../faktur/buyer";
import { isLive } from "../faktur/faktur";
import { sellerOptions } from "../faktur/seller";
import { readFaktur } from "../faktur/stored";
import type { CompanyRow } from "../store/accounts";
import { companyFiles, sameBuyers, type CompanyFileRow } from "../store/companies";
import type { FakturRow } from "../store/fakturs";
import { findPortal } from "../store/portals";
import { findSeller } from "../store/sellers";
import { text } from "../text";
import type { ApiDeps } from "./deps";
import type { Caller } from "./tokens";

const MOST_SAME = 20;

/** What people want to see beside the tab: the files of its evidence and other accounts of the same taxpayer that the caller reaches. */
export async function besideCompany(d: ApiDeps, company: CompanyRow, caller: Caller) {
  const files = await companyFiles(d.db.knex, company.account_id);
  // A customer may enter anybody's NPWP: what others have is not for it.
  const same =
    caller.client === undefined ? await sameBuyers(d.db.knex, company, MOST_SAME, caller.portal) : [];
  return {
    files: files.map(fileView),
    sameBuyer: same.map(({ portal, external_id, name, status }) => ({
      ...{ portal, account: external_id, name, status },
    })),
  };
}

export const fileView = ({ sha256, name, type, size, by, at }: CompanyFileRow) => ({
  ...{ sha256, name, type, size: Number(size), by },
  at: isoInJakarta(new Date(at)),
});

const COMPARED = ["npwp", "documentNumber", "name", "address"] as const;

/** Fakturs that stand and name the buyer otherwise than the tab does today: issued documents never change by themselves. */
export function outdatedOf(company: CompanyRow, fakturs: readonly FakturRow[]) {
  const today = buyerFrom(snapshotOf(company), "", "000000");
  return fakturs.flatMap((row) => {
    if (!isLive(row.state)) return [];
    const { buyer } = readFaktur(row.document);
    const differs: string[] = COMPARED.filter((field) => buyer[field] !== today[field]);
    if (buyer.document === "TIN" && today.document === "TIN" && buyer.nitku !== today.nitku)
      differs.push("nitku");
    return differs.length === 0 ? [] : [{ id: row.id, reference: row.reference, differs }];
  });
}

/** Where the portal's seller lets customers open another account; null when it does not say. */
export async function newAccountUrl(d: ApiDeps, portal: string): Promise<string | null> {
  const connection = await findPortal(d.db.knex, portal);
  const seller = connection && (await findSeller(d.db.knex, connection.seller));
  return (seller && sellerOptions(seller).newAccountUrl) ?? null;
}

/** A second company is refused; the way to another account goes along where the seller names it. */
export async function withAdvice(d: ApiDeps, portal: string, thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof AppError) || thrown.code !== "account_has_company") return thrown;
  const url = await newAccountUrl(d, portal);
  if (url === null) return thrown;
  const fault = {
    ...{ code: "account_has_company", path: "/npwp" },
    message: text("Perusahaan kedua memakai akun lain.", "A second company uses another account."),
    fix: text(`Buka akun baru di ${url}`, `Open a new account at ${url}`),
  };
  return new AppError(thrown.code, thrown.says, { faults: [fault], cause: thrown });
}
