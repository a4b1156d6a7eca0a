import type { Fault } from "../errors";
import { text, type Text } from "../text";

type Says = readonly [message: Text, fix: Text];

const FIX_BUYER = text(
  "Perbaiki data NPWP akun pelanggan, lalu putuskan ulang invoice ini.",
  "Correct the NPWP data of the customer's account, then decide this invoice again.",
);
const FIX_SELLER = text("Perbaiki data penjual.", "Correct the data of the seller.");
const FIX_INVOICE = text(
  "Periksa invoice di portal billing, perbaiki di sana, lalu putuskan ulang.",
  "Check the invoice in the billing portal, correct it there, then decide again.",
);
const FIX_AGAIN = text("Putuskan ulang invoice ini.", "Decide this invoice again.");
const FIX_CODES = text(
  "Perbaiki kode barang/jasa pada pengaturan penjual.",
  "Correct the service codes in the seller's settings.",
);
const FIX_ADVISER = text("Buat faktur ini secara manual di Coretax.", "Make this faktur by hand in Coretax.");

/** Every fault of making or checking a faktur whose words do not depend on its figures. Codes are never reused. */
const SAYS = {
  buyer_npwp_malformed: [
    text("NPWP pembeli harus 16 digit.", "The buyer's NPWP must have 16 digits."),
    FIX_BUYER,
  ],
  buyer_npwp_not_zeros: [
    text(
      "Pembeli tanpa NPWP ditulis dengan 16 angka nol.",
      "A buyer without NPWP is written with sixteen zeros.",
    ),
    FIX_BUYER,
  ],
  buyer_nitku_malformed: [
    text(
      "NITKU pembeli harus 22 digit dan diawali NPWP pembeli.",
      "The buyer's NITKU must have 22 digits and begin with the buyer's NPWP.",
    ),
    FIX_BUYER,
  ],
  buyer_document_number_missing: [
    text("Nomor dokumen pembeli belum diisi.", "The buyer's document number is missing."),
    FIX_BUYER,
  ],
  buyer_nik_malformed: [
    text("NIK pembeli harus 16 digit.", "The buyer's NIK must have 16 digits."),
    FIX_BUYER,
  ],
  buyer_company_without_npwp: [
    text(
      "Pembeli Indonesia tanpa NPWP ini tampak sebagai badan usaha; badan usaha harus memakai NPWP.",
      "This Indonesian buyer without NPWP looks like a company; a company must have its NPWP.",
    ),
    FIX_BUYER,
  ],
  buyer_name_missing: [text("Nama pembeli belum diisi.", "The buyer's name is missing."), FIX_BUYER],
  buyer_address_missing: [text("Alamat pembeli belum diisi.", "The buyer's address is missing."), FIX_BUYER],
  buyer_email_malformed: [
    text("Alamat e-mail pembeli tidak berbentuk benar.", "The buyer's e-mail address is not well formed."),
    FIX_BUYER,
  ],
  buyer_country_malformed: [
    text("Kode negara pembeli tidak dikenal.", "The buyer's country code is not known."),
    FIX_BUYER,
  ],
  buyer_country_not_indonesia: [
    text(
      "Pembeli dengan NPWP atau NIK memakai kode negara IDN.",
      "A buyer with NPWP or NIK has the country IDN.",
    ),
    FIX_BUYER,
  ],
  seller_npwp_malformed: [
    text("NPWP penjual harus 16 digit.", "The seller's NPWP must have 16 digits."),
    FIX_SELLER,
  ],
  seller_nitku_malformed: [
    text(
      "NITKU penjual harus 22 digit dan diawali NPWP penjual.",
      "The seller's NITKU must have 22 digits and begin with the seller's NPWP.",
    ),
    FIX_SELLER,
  ],
  seller_name_missing: [text("Nama penjual belum diisi.", "The seller's name is missing."), FIX_SELLER],
  seller_address_missing: [
    text("Alamat penjual belum diisi.", "The seller's address is missing."),
    FIX_SELLER,
  ],
  seller_city_missing: [text("Kota penjual belum diisi.", "The seller's city is missing."), FIX_SELLER],
  seller_signer_missing: [
    text("Nama penandatangan belum diisi.", "The signer's name is missing."),
    FIX_SELLER,
  ],
  seller_signer_npwp_malformed: [
    text("NPWP penandatangan harus 16 digit.", "The signer's NPWP must have 16 digits."),
    FIX_SELLER,
  ],
  no_taxed_lines: [
    text("Tidak ada baris kena pajak pada invoice.", "The invoice has no taxed line."),
    FIX_INVOICE,
  ],
  no_lines: [text("Faktur tidak memiliki baris.", "The faktur has no line."), FIX_INVOICE],
  line_name_missing: [text("Nama barang/jasa belum diisi.", "The line has no name."), FIX_INVOICE],
  line_name_too_long: [
    text("Nama barang/jasa lebih dari 255 huruf.", "The name of the line is longer than 255 characters."),
    FIX_INVOICE,
  ],
  line_code_malformed: [
    text("Kode barang/jasa harus 6 digit.", "The code of the line must have 6 digits."),
    FIX_CODES,
  ],
  line_unit_unknown: [
    text("Satuan tidak ada dalam daftar UM.0001–UM.0039.", "The unit is not in the list UM.0001–UM.0039."),
    FIX_CODES,
  ],
  line_price_invalid: [
    text("Harga satuan harus lebih dari nol.", "The unit price must be above zero."),
    FIX_INVOICE,
  ],
  line_quantity_invalid: [
    text("Jumlah harus lebih dari nol.", "The quantity must be above zero."),
    FIX_INVOICE,
  ],
  line_discount_invalid: [
    text(
      "Potongan harus antara nol dan harga baris.",
      "The discount must lie between zero and the price of the line.",
    ),
    FIX_INVOICE,
  ],
  amount_too_large: [
    text("Jumlah melebihi Rp10 triliun.", "The amount is above 10 trillion rupiah."),
    FIX_INVOICE,
  ],
  line_amounts_wrong: [
    text(
      "DPP, DPP nilai lain, atau PPN baris tidak sesuai dengan harga, jumlah, dan potongan.",
      "Tax base, other tax base or PPN of the line do not follow from price, quantity and discount.",
    ),
    FIX_AGAIN,
  ],
  line_vat_rate_wrong: [
    text(
      "Tarif PPN bukan tarif yang berlaku pada tanggal faktur.",
      "The PPN rate is not the one of the faktur's day.",
    ),
    FIX_AGAIN,
  ],
  totals_wrong: [text("Total bukan jumlah barisnya.", "A total is not the sum of the lines."), FIX_AGAIN],
  date_malformed: [
    text("Tanggal faktur tidak ada dalam kalender.", "The date is not in the calendar."),
    FIX_INVOICE,
  ],
  date_in_future: [
    text("Tanggal faktur belum tiba.", "The date of the faktur is in the future."),
    text(
      "Periksa tanggal bayar di portal dan jam server, lalu putuskan ulang.",
      "Check the payment date in the portal and the server's clock, then decide again.",
    ),
  ],
  period_mismatch: [
    text("Masa pajak bukan bulan tanggal faktur.", "The period is not the month of the faktur's date."),
    FIX_AGAIN,
  ],
  law_unknown: [
    text("Aturan PPN pada tanggal ini tidak didukung.", "The PPN rules of that day are not supported."),
    FIX_ADVISER,
  ],
  foreign_currency: [
    text("Invoice bukan dalam rupiah.", "The invoice is not in rupiah."),
    text("Isi nilai rupiahnya menurut kurs pajak.", "Give its rupiah values by the tax exchange rate."),
  ],
  discount_not_negative: [
    text("Baris diskon harus bernilai negatif.", "A discount line must be negative."),
    FIX_INVOICE,
  ],
  discount_exceeds_lines: [
    text("Diskon melebihi seluruh baris kena pajak.", "The discounts exceed all taxed lines."),
    FIX_INVOICE,
  ],
  code_needs_documents: [
    text(
      "Kode transaksi 07 dan 08 memerlukan dokumen fasilitas dari pembeli.",
      "Transaction codes 07 and 08 need a facility document from the buyer.",
    ),
    FIX_ADVISER,
  ],
  transaction_code_not_automatic: [
    text(
      "Kode transaksi ini tidak dibuat secara otomatis.",
      "This transaction code is not issued automatically.",
    ),
    FIX_ADVISER,
  ],
  reference_malformed: [
    text(
      "Referensi harus 1 sampai 100 huruf tanpa karakter tersembunyi.",
      "The reference must have 1 to 100 characters, none of them hidden.",
    ),
    text("Periksa nomor invoice di portal.", "Check the invoice number in the portal."),
  ],
} as const satisfies Record<string, Says>;

export type FakturFaultCode = keyof typeof SAYS;

/** The codes that `checkFaktur` and `buildFaktur` can give, besides `amounts_do_not_add_up` and `negative_total`. */
export const FAKTUR_FAULT_CODES = Object.keys(SAYS) as readonly FakturFaultCode[];

/** The fault of that code at that place (a JSON pointer). */
export function faultAt(code: FakturFaultCode, path: string): Fault {
  const [message, fix] = SAYS[code];
  return { code, path, message, fix };
}

/** The faults whose condition holds, for lists of checks read from top to bottom. */
export const faultWhen = (wrong: boolean, code: FakturFaultCode, path: string): readonly Fault[] =>
  wrong ? [faultAt(code, path)] : [];
