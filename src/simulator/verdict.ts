import { parseTaxDay, type TaxDay } from "../clock";
import { uploadDeadline } from "../faktur/law";
import { passphraseFaults } from "../faktur/passphrase";
import { findTaxpayer, isKnownNik, isRegisteredNitku } from "./register";
import type { Sale } from "./sale";

/**
 * True when the passphrase could be the right one by its form; the simulation knows no certificate. One that is too
 * short or has a forbidden character ends in "Saved Invalid" at the real portal, whatever else is right (tax-rules 6.4).
 */
export const isUsablePassphrase = (passphrase: string, day: TaxDay): boolean =>
  passphraseFaults(passphrase, "/passphrase", day).length === 0;

/**
 * Why DJP refuses what the service let pass, in the words people have met, or null when it approves.
 * `uploadedOn` is the day of the upload in Jakarta.
 */
export function refusalByDjp(sale: Sale, passphraseUsable: boolean, uploadedOn: TaxDay): string | null {
  const day = parseTaxDay(sale.tanggalFaktur);
  if (day !== null && uploadedOn > uploadDeadline(day)) {
    return `Faktur melewati batas waktu upload tanggal ${uploadDeadline(day)} (PER-11/PJ/2025 pasal 44)`;
  }
  if (!passphraseUsable) return "Saved Invalid: passphrase penandatangan salah";
  if (!isRegisteredNitku(sale.nitkuPkp.nitku)) return "NITKU penjual tidak valid";
  const buyer = sale.lawanTransaksi;
  if (buyer.identityType === "NIK" && !isKnownNik(buyer.identityValue)) return "NIK tidak ditemukan";
  if (buyer.identityType !== "NPWP") return null;
  if (findTaxpayer(buyer.identityValue) === null) return "NPWP tidak ditemukan";
  return isRegisteredNitku(buyer.nitku) ? null : "NITKU pembeli tidak valid";
}
