import { AppError } from "../errors";
import type { BuyerCheck } from "../faktur/channels/channel";
import { findAccount, findCompany, saveCompany, type CompanyRow } from "../store/accounts";
import { heldInvoicesOf } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { findPortal } from "../store/portals";
import { findSeller, type SellerRow } from "../store/sellers";
import { text } from "../text";
import type { RegisterCheck } from "./register";
import { readSnapshot } from "./snapshot";
import { accountUnknown, companyMissing, lockedAccount, written, type TabDeps } from "./tab-steps";

export interface RegisterDeps extends TabDeps {
  /** Asks the seller's channel; null when it cannot ask. Throws errors of the `channel_*` family. */
  checkBuyer(seller: SellerRow, npwp: string): Promise<BuyerCheck | null>;
  wake(): void;
}

/**
 * Asks the tax register for the buyer of an account and keeps its answer. The invoices that the answer before held are
 * decided anew where they were paid under this very NPWP. Throws `not_found`, `refused` when nobody can be
 * asked, and what the channel throws.
 */
export async function checkRegister(
  d: RegisterDeps,
  portal: string,
  externalId: string,
  by: string,
): Promise<CompanyRow> {
  const company = await companyOf(d, portal, externalId);
  if (company.identity != null) throw noNumber();
  const answer = await ask(d, portal, company.npwp);
  if (answer === null) throw cannotAsk();
  const row = await d.db.transaction(async (tx) => {
    const account = await lockedAccount(tx, d, portal, externalId);
    const standing = await findCompany(tx, account.id);
    if (standing === undefined) throw companyMissing();
    if (standing.npwp !== company.npwp || standing.identity != null) throw changedMeanwhile();
    const now = d.clock.now();
    const check = checkOf(answer, company.npwp, now.toISOString(), by);
    const checked: CompanyRow = { ...standing, register: JSON.stringify(check) };
    await saveCompany(tx, checked);
    await written(tx, d, account, checked, "checked", by, check.status.slice(0, 200));
    if (check.active) {
      for (const held of await heldInvoicesOf(tx, account.id, "buyer_invalid")) {
        // The answer is about this NPWP only: what was paid under a mistyped one waits for a person to issue it anew.
        if (readSnapshot(held.company_at_payment)?.npwp !== company.npwp) continue;
        await enqueue(tx, "issue", held.id, now, now);
      }
    }
    return checked;
  });
  d.wake();
  return row;
}

async function companyOf(d: RegisterDeps, portal: string, externalId: string): Promise<CompanyRow> {
  const account = await findAccount(d.db.knex, portal, externalId);
  if (account === undefined) throw accountUnknown();
  const company = await findCompany(d.db.knex, account.id);
  if (company === undefined) throw companyMissing();
  return company;
}

async function ask(d: RegisterDeps, portal: string, npwp: string): Promise<BuyerCheck | null> {
  const connection = await findPortal(d.db.knex, portal);
  const seller = connection && (await findSeller(d.db.knex, connection.seller));
  return seller === undefined ? null : d.checkBuyer(seller, npwp);
}

function checkOf(answer: BuyerCheck, npwp: string, at: string, by: string): RegisterCheck {
  const asked = { npwp, at, by };
  return answer.kind === "found"
    ? {
        ...asked,
        found: true,
        name: answer.name,
        address: answer.address,
        status: answer.status,
        active: answer.active,
      }
    : { ...asked, found: false, name: null, address: null, status: answer.message, active: false };
}

const noNumber = (): AppError =>
  new AppError(
    "refused",
    text(
      "Hanya NPWP yang dapat dicek di data DJP; pembeli ini tidak memakai NPWP.",
      "Only an NPWP can be checked in the register; this buyer has none.",
    ),
  );

const cannotAsk = (): AppError =>
  new AppError(
    "refused",
    text(
      "Kanal penjual ini tidak dapat mengecek NPWP. Cek di portal Coretax.",
      "This seller's channel cannot check an NPWP. Check it in the Coretax portal.",
    ),
  );

const changedMeanwhile = (): AppError =>
  new AppError(
    "wrong_state",
    text("NPWP diubah selagi dicek. Cek lagi.", "The NPWP was changed during the check. Check again."),
  );
