import { readSnapshot, writeSnapshot } from "../accounts/snapshot";
import { dayInJakarta } from "../clock";
import { needsFacility } from "../codes/facilities";
import { AppError, type Fault } from "../errors";
import { findCompany } from "../store/accounts";
import type { Tx } from "../store/db";
import { fakturById, moveFaktur, type FakturRow } from "../store/fakturs";
import { invoiceById, reopenInvoice } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { findSeller, type SellerRow } from "../store/sellers";
import { text, type Text } from "../text";
import { at, type CorrectDeps } from "./asked";
import { documentColumns } from "./columns";
import { buyerOf } from "./decide";
import type { Faktur } from "./faktur";
import { documentOf } from "./parts";
import { isOf } from "./recipients";
import { checkFaktur } from "./rules";
import { sellerOptions } from "./seller";
import { sellerChange } from "./seller-changed";
import { readFaktur } from "./stored";

/**
 * The refused document goes again under its own reference, with the present data of the same buyer; amounts and date
 * stay. Whose payment it was does not change by a retry: another taxpayer takes a faktur of its own. A replacement keeps
 * its original's buyer and claims its original again. Throws `wrong_state`, `refused` with faults.
 */
export async function redraft(tx: Tx, d: CorrectDeps, row: FakturRow): Promise<void> {
  const before = readFaktur(row.document);
  const seller = await findSeller(tx, row.seller);
  refuseOtherSeller(row, seller);
  const faktur = row.replaces_id == null ? await withPresentBuyer(tx, d, row, before, seller) : before;
  const faults: readonly Fault[] = checkFaktur(faktur, dayInJakarta(at(d)));
  if (faults.length > 0) {
    throw new AppError("refused", text("Data faktur belum benar.", "The faktur's data are not right yet."), {
      faults,
    });
  }
  if (row.replaces_id != null) await claimAgain(tx, d, row.replaces_id);
  await moveFaktur(tx, row, "redraft", at(d), {
    ...documentColumns(faktur),
    channel_message: null,
    problem: null,
    outdated_there: row.external_id !== null,
  });
  await enqueue(tx, "submit", row.id, at(d), at(d));
}

/** What was sent for another taxpayer or by another channel cannot be sent again as the same document. */
function refuseOtherSeller(row: FakturRow, seller: SellerRow | undefined): void {
  if (seller === undefined) return;
  const change = sellerChange(row, seller);
  if (change === "npwp") throw cannotGoAgain(OTHER_NPWP);
  if (change === "channel") throw cannotGoAgain(OTHER_CHANNEL);
}

async function withPresentBuyer(
  tx: Tx,
  d: CorrectDeps,
  row: FakturRow,
  before: Faktur,
  seller: SellerRow | undefined,
): Promise<Faktur> {
  const company = await findCompany(tx, row.account_id);
  const snapshot = readSnapshot(writeSnapshot(company));
  if (snapshot === null || snapshot.status !== "active") throw cannotGoAgain(TAB_NOT_ACTIVE);
  if (!isOf(before, snapshot)) throw cannotGoAgain(OTHER_BUYER);
  const invoice = await invoiceById(tx, row.invoice_id);
  if (invoice !== undefined) {
    // Mail goes where the corrected data say; the decision itself stands.
    const { accepted } = invoice;
    const anew = { company_at_payment: writeSnapshot(company), accepted, decision: "issuing" as const };
    await reopenInvoice(tx, invoice.id, anew, at(d));
  }
  return {
    ...before,
    buyer: buyerOf(snapshot, seller && sellerOptions(seller).nonTinIdtku),
    ...(needsFacility(before.transactionCode)
      ? { facility: snapshot.facility ? documentOf(snapshot.facility) : null }
      : {}),
  };
}

/** In the same commit the original waits for it again: once it is approved, nobody may find both standing. */
async function claimAgain(tx: Tx, d: CorrectDeps, originalId: string): Promise<void> {
  const original = await fakturById(tx, originalId);
  // Refused just now: the original has not been let go yet.
  if (original?.state === "replacing") return;
  if (original?.state !== "approved") throw cannotGoAgain(ORIGINAL_GONE);
  await moveFaktur(tx, original, "askReplace", at(d));
}

const cannotGoAgain = (why: Text): AppError => new AppError("wrong_state", why);

const TAB_NOT_ACTIVE = text(
  "Tab NPWP akun ini tidak aktif. Aktifkan dahulu.",
  "This account's NPWP tab is not active. Activate it first.",
);
const OTHER_BUYER = text(
  "Akun ini sekarang milik wajib pajak lain daripada pembeli pada faktur ini. Bila pembelinya memang salah, batalkan faktur ini lalu terbitkan ulang invoice-nya; bila tidak, kembalikan tab NPWP ke pembeli itu dahulu.",
  "This account now belongs to another taxpayer than the buyer on this faktur. If that buyer was wrong, drop this faktur, then issue its invoice anew; otherwise set the NPWP tab back to that buyer first.",
);
const OTHER_NPWP = text(
  "Faktur ini dibuat atas NPWP penjual yang lama. Bila NPWP yang baru benar, batalkan faktur ini lalu terbitkan ulang.",
  "This faktur was made under the seller's former NPWP. If the new one is right, drop this faktur, then issue anew.",
);
const OTHER_CHANNEL = text(
  "Dokumen ini ada di kanal penjual yang lama. Kembalikan penjual ke kanal itu dahulu, lalu ulangi atau batalkan faktur ini.",
  "This document lies in the seller's former channel. Set the seller back to that channel, then retry or drop this faktur.",
);
const ORIGINAL_GONE = text(
  "Faktur yang diganti tidak berlaku lagi. Batalkan pengganti ini, lalu terbitkan ulang bila invoice-nya tetap perlu faktur.",
  "The faktur it replaces does not stand any more. Drop this replacement, then issue anew if its invoice still needs a faktur.",
);
