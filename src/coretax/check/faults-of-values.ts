import { text } from "../../text";
import type { FaultWords } from "./faults";

const CLEAN = text("Bersihkan nilai di sistem asalnya.", "Clean the value where it comes from.");
const NPWP16 = text(
  "Tulis 16 digit tanpa titik atau tanda hubung; NPWP 15 digit diberi 0 di depan.",
  "Write 16 digits without dots or dashes; a 15-digit NPWP gets a leading 0.",
);
const ZEROS = text("Tulis 0000000000000000.", "Write 0000000000000000.");
const FACILITY = text(
  "Isi AddInfo dan FacilityStamp hanya untuk kode 07 dan 08, dari daftar kode itu.",
  "Fill AddInfo and FacilityStamp for codes 07 and 08 only, from the list of that code.",
);

/** Faults of single values of a faktur's head: formats, code lists, identities, references. */
export const VALUE_FAULTS = {
  value_missing: [
    "error",
    text("Nilai wajib belum diisi.", "A value that must be filled is empty."),
    text("Isi nilainya.", "Fill it in."),
  ],
  value_has_blanks: [
    "error",
    text("Ada spasi atau baris baru di tepi nilai.", "There is a blank or a line break around the value."),
    text("Tulis nilai tanpa spasi di tepinya.", "Write the value without blanks around it."),
  ],
  text_hidden_characters: [
    "warning",
    text(
      "Teks memuat karakter tersembunyi: tab, baris baru, atau spasi di tepi.",
      "The text has hidden characters: tabs, line breaks or blanks at its edge.",
    ),
    CLEAN,
  ],
  text_html: ["warning", text("Teks memuat kode HTML.", "The text has HTML in it."), CLEAN],
  date_malformed: [
    "error",
    text("Tanggal {found} tidak sah.", "The date {found} is not valid."),
    text("Tulis TTTT-BB-HH, misalnya 2026-11-03.", "Write YYYY-MM-DD, such as 2026-11-03."),
  ],
  date_in_future: [
    "error",
    text("Tanggal {found} belum tiba.", "The date {found} is in the future."),
    text("Faktur tidak boleh bertanggal maju.", "A faktur cannot be dated ahead."),
  ],
  month_malformed: [
    "error",
    text("Masa {found} tidak sah.", "The period {found} is not valid."),
    text("Tulis BBTTTT, misalnya 122026.", "Write MMYYYY, such as 122026."),
  ],
  invoice_option_unknown: [
    "error",
    text("TaxInvoiceOpt {found} tidak dikenal.", "TaxInvoiceOpt {found} is not known."),
    text(
      "Tulis Normal; uang muka dan pelunasan hanya dapat diisi di portal.",
      "Write Normal; down payments can only be entered in the portal.",
    ),
  ],
  transaction_code_unknown: [
    "error",
    text("Kode transaksi {found} tidak dikenal.", "The transaction code {found} is not known."),
    text("Tulis 01 sampai 10, dua digit.", "Write 01 to 10, two digits."),
  ],
  add_info_missing: [
    "error",
    text("Kode 07 dan 08 memerlukan AddInfo.", "Codes 07 and 08 need AddInfo."),
    FACILITY,
  ],
  facility_stamp_missing: [
    "error",
    text("Kode 07 dan 08 memerlukan FacilityStamp.", "Codes 07 and 08 need FacilityStamp."),
    FACILITY,
  ],
  add_info_not_allowed: [
    "error",
    text("AddInfo hanya untuk kode 07 dan 08.", "AddInfo is for codes 07 and 08 only."),
    FACILITY,
  ],
  facility_stamp_not_allowed: [
    "error",
    text("FacilityStamp hanya untuk kode 07 dan 08.", "FacilityStamp is for codes 07 and 08 only."),
    FACILITY,
  ],
  add_info_unknown: [
    "error",
    text(
      "AddInfo {found} tidak ada dalam daftar kode transaksi ini.",
      "AddInfo {found} is not in this code's list.",
    ),
    FACILITY,
  ],
  facility_stamp_unknown: [
    "error",
    text(
      "FacilityStamp {found} tidak ada dalam daftar kode transaksi ini.",
      "FacilityStamp {found} is not in this code's list.",
    ),
    FACILITY,
  ],
  facility_pair_mismatch: [
    "error",
    text(
      "FacilityStamp {found} tidak berpasangan dengan AddInfo {expected}.",
      "FacilityStamp {found} does not go with AddInfo {expected}.",
    ),
    text("Samakan dua digit terakhirnya.", "Make their last two digits the same."),
  ],
  reference_missing: [
    "warning",
    text(
      "RefDesc kosong: jawaban DJP tidak dapat dicocokkan.",
      "RefDesc is empty: DJP's answer cannot be matched.",
    ),
    text("Isi nomor invoice.", "Write the invoice number."),
  ],
  reference_duplicate: [
    "error",
    text(
      "RefDesc {found} dengan kode transaksi dan pembeli yang sama sudah ada di baris {expected}.",
      "RefDesc {found} with the same transaction code and buyer is already on line {expected}.",
    ),
    text(
      "Hapus faktur yang ganda, atau bedakan referensinya.",
      "Remove the second faktur, or change its reference.",
    ),
  ],
  reference_shared: [
    "warning",
    text(
      "RefDesc {found} juga dipakai di baris {expected}.",
      "RefDesc {found} is also used on line {expected}.",
    ),
    text(
      "Beri akhiran agar setiap faktur dapat dicocokkan.",
      "Add a suffix, so that each faktur can be matched.",
    ),
  ],
  seller_tin_malformed: [
    "error",
    text("NPWP penjual {found} bukan 16 digit.", "The seller's NPWP {found} is not 16 digits."),
    NPWP16,
  ],
  seller_idtku_malformed: [
    "error",
    text("SellerIDTKU {found} bukan 22 digit.", "SellerIDTKU {found} is not 22 digits."),
    text(
      "Tulis TIN diikuti 6 digit, 000000 untuk pusat.",
      "Write the TIN and 6 digits, 000000 for the head office.",
    ),
  ],
  seller_idtku_not_of_tin: [
    "error",
    text(
      "SellerIDTKU {found} tidak diawali TIN {expected}.",
      "SellerIDTKU {found} does not begin with TIN {expected}.",
    ),
    text("Satu berkas hanya untuk satu penjual.", "One file is for one seller only."),
  ],
  buyer_document_unknown: [
    "error",
    text("BuyerDocument {found} tidak dikenal.", "BuyerDocument {found} is not known."),
    text(
      "Tulis persis TIN, National ID, Passport, atau Other ID.",
      "Write exactly TIN, National ID, Passport or Other ID.",
    ),
  ],
  buyer_tin_malformed: [
    "error",
    text("NPWP pembeli {found} bukan 16 digit.", "The buyer's NPWP {found} is not 16 digits."),
    NPWP16,
  ],
  buyer_tin_zeros: [
    "error",
    text("Pembeli TIN tanpa NPWP.", "A TIN buyer without an NPWP."),
    text(
      "Isi NPWP-nya, atau pilih National ID, Passport, atau Other ID.",
      "Write the NPWP, or choose National ID, Passport or Other ID.",
    ),
  ],
  buyer_tin_not_zeros: [
    "error",
    text(
      "BuyerTin {found} terisi padahal dokumennya bukan TIN.",
      "BuyerTin {found} is filled although the document is not TIN.",
    ),
    ZEROS,
  ],
  buyer_document_number_missing: [
    "error",
    text("Nomor dokumen pembeli belum diisi.", "The buyer's document number is missing."),
    text("Isi NIK, nomor paspor, atau nomor lainnya.", "Write the NIK, passport or other number."),
  ],
  buyer_document_number_unneeded: [
    "warning",
    text(
      "Nomor dokumen {found} tidak dipakai untuk TIN.",
      "The document number {found} is not used for TIN.",
    ),
    text("Tulis - atau kosongkan.", "Write - or leave it empty."),
  ],
  buyer_nik_malformed: [
    "error",
    text("NIK {found} bukan 16 digit.", "The NIK {found} is not 16 digits."),
    text("Tulis 16 digit NIK.", "Write the 16 digits of the NIK."),
  ],
  buyer_idtku_malformed: [
    "error",
    text("BuyerIDTKU {found} tidak sah.", "BuyerIDTKU {found} is not valid."),
    text(
      "Tulis 22 digit; untuk pembeli tanpa NPWP 000000 juga boleh.",
      "Write 22 digits; for a buyer without NPWP 000000 will do as well.",
    ),
  ],
  buyer_idtku_not_of_buyer: [
    "error",
    text(
      "BuyerIDTKU {found} tidak diawali NPWP pembeli {expected}.",
      "BuyerIDTKU {found} does not begin with the buyer's NPWP {expected}.",
    ),
    text(
      "Tulis NPWP pembeli diikuti 6 digit, 000000 untuk pusat.",
      "Write the buyer's NPWP and 6 digits, 000000 for the head office.",
    ),
  ],
  buyer_country_unknown: [
    "error",
    text("Kode negara {found} tidak ada dalam daftar DJP.", "The country code {found} is not in DJP's list."),
    text("Indonesia ditulis IDN.", "Indonesia is written IDN."),
  ],
  buyer_country_is_india: [
    "warning",
    text("IND adalah India.", "IND is India."),
    text("Indonesia ditulis IDN.", "Indonesia is written IDN."),
  ],
  buyer_country_not_indonesia: [
    "warning",
    text(
      "Pembeli dengan NPWP atau NIK bernegara {found}.",
      "A buyer with NPWP or NIK has the country {found}.",
    ),
    text("Periksa; biasanya IDN.", "Check it; IDN is usual."),
  ],
  buyer_email_malformed: [
    "warning",
    text("Alamat e-mail {found} tidak berbentuk benar.", "The e-mail address {found} is not well formed."),
    text("Tulis satu alamat saja, atau kosongkan.", "Write one address only, or leave it empty."),
  ],
} as const satisfies Record<string, FaultWords>;
