import { text, type Text } from "../../text";

export interface Words {
  readonly message: Text;
  readonly fix: Text;
}

/** `{0}` and `{1}` stand for what was found. */
const fault = (id: string, en: string, fixId: string, fixEn: string): Words => ({
  message: text(id, en),
  fix: text(fixId, fixEn),
});

const EXPORT_AGAIN = [
  "Unduh ulang daftar Pajak Keluaran dari portal (Excel) dan impor berkas itu tanpa disimpan ulang.",
  "Download the Pajak Keluaran list from the portal again (Excel) and import that file without saving it anew.",
] as const;
const PDF_AGAIN = [
  "Unduh ulang PDF faktur itu dari portal lalu impor lagi.",
  "Download the PDF of that faktur from the portal again and import it anew.",
] as const;
const ZIP_AGAIN = [
  "Buat ulang ZIP yang hanya berisi PDF dari portal, lalu impor lagi.",
  "Make the ZIP again with nothing but the portal's PDFs in it and import it anew.",
] as const;

/** Every way in which something that came back from the portal can be refused. Codes are never reused; `faults.ts` uses them. */
export const FAULTS = {
  // The Excel file as a whole.
  file_empty: fault("Berkas kosong.", "The file is empty.", ...EXPORT_AGAIN),
  file_too_large: fault(
    "Berkas terlalu besar: paling banyak {0} MB.",
    "The file is too large: at most {0} MB.",
    "Saring daftar di portal per masa pajak dan impor per bagian.",
    "Filter the list in the portal by tax period and import it in parts.",
  ),
  not_xlsx: fault("Berkas ini bukan Excel (.xlsx).", "This file is not Excel (.xlsx).", ...EXPORT_AGAIN),
  old_xls: fault(
    "Ini Excel bentuk lama (.xls).",
    "This is an Excel file of the old kind (.xls).",
    "Unduh daftar dari portal sebagai .xlsx dan impor berkas itu.",
    "Download the list from the portal as .xlsx and import that file.",
  ),
  file_password: fault(
    "Berkas Excel ini memakai kata sandi.",
    "This Excel file is protected by a password.",
    "Impor berkas asli dari portal, yang tidak memakai kata sandi.",
    "Import the original file from the portal, which has no password.",
  ),
  file_damaged: fault(
    "Berkas Excel ini rusak atau terpotong ({0}).",
    "This Excel file is damaged or cut off ({0}).",
    ...EXPORT_AGAIN,
  ),
  file_swells: fault(
    "Isi berkas Excel membengkak melebihi {0} MB.",
    "The contents of the Excel file swell beyond {0} MB.",
    ...EXPORT_AGAIN,
  ),
  encoding_unknown: fault(
    "Huruf dalam berkas tidak sesuai dengan penyandian yang dinyatakannya ({0}).",
    "The letters in the file do not fit the encoding it declares ({0}).",
    ...EXPORT_AGAIN,
  ),
  too_many_rows: fault(
    "Daftar berisi lebih dari {0} baris.",
    "The list has more than {0} rows.",
    "Saring daftar di portal per masa pajak dan impor per bagian.",
    "Filter the list in the portal by tax period and import it in parts.",
  ),
  columns_missing: fault(
    "Kolom ini tidak ada: {0}.",
    "These columns are missing: {0}.",
    "Tampilkan semua kolom Pajak Keluaran di portal, unduh ulang, dan jangan ubah judul kolomnya.",
    "Show all columns of Pajak Keluaran in the portal, download again, and leave the column titles as they are.",
  ),
  several_lists: fault("Daftar ada di beberapa tab.", "Several tabs have a list.", ...EXPORT_AGAIN),
  column_twice: fault("Kolom ini ada dua kali: {0}.", "This column is there twice: {0}.", ...EXPORT_AGAIN),
  wrong_list: fault(
    "Ini daftar Pajak Masukan (pembelian), bukan Pajak Keluaran.",
    "This is the Pajak Masukan list (purchases), not Pajak Keluaran.",
    "Unduh daftar dari menu Pajak Keluaran.",
    "Download the list from the menu Pajak Keluaran.",
  ),
  wrong_seller: fault(
    "Daftar ini milik penjual lain ({0}).",
    "This list belongs to another seller ({0}).",
    "Pilih penjual yang sesuai, atau unduh daftar dengan akun penjual ini.",
    "Choose the seller it belongs to, or download the list from this seller's account.",
  ),
  // One row of the Excel file.
  row_of_other_seller: fault(
    "Baris ini milik penjual lain ({0}).",
    "This row belongs to another seller ({0}).",
    "Impor baris itu bersama penjualnya.",
    "Import that row with its own seller.",
  ),
  cell_broken: fault(
    "Sel {0} berisi kesalahan ({1}).",
    "The cell {0} holds an error ({1}).",
    ...EXPORT_AGAIN,
  ),
  nsfp_not_text: fault(
    "Nomor faktur tersimpan sebagai angka; digit terakhirnya tidak dapat dipercaya.",
    "The faktur number is stored as a number; its last digits cannot be trusted.",
    ...EXPORT_AGAIN,
  ),
  nsfp_malformed: fault(
    "Nomor faktur bukan 17 digit: {0}.",
    "The faktur number is not 17 digits: {0}.",
    "Periksa nomor itu di portal lalu unduh ulang daftarnya.",
    "Check the number in the portal, then download the list again.",
  ),
  approved_without_nsfp: fault(
    "Berstatus APPROVED tetapi tanpa nomor faktur.",
    "It says APPROVED but has no faktur number.",
    "Tunggu sampai portal menampilkan nomornya, lalu unduh ulang daftarnya.",
    "Wait until the portal shows the number, then download the list again.",
  ),
  code_contradicts_nsfp: fault(
    "Kode transaksi {0} tidak sesuai dengan nomor faktur yang diawali {1}.",
    "Transaction code {0} does not fit a faktur number that begins with {1}.",
    ...EXPORT_AGAIN,
  ),
  status_missing: fault("Status faktur kosong.", "The status of the faktur is empty.", ...EXPORT_AGAIN),
  date_malformed: fault("Tanggal tidak terbaca: {0}.", "The date cannot be read: {0}.", ...EXPORT_AGAIN),
  amount_malformed: fault(
    "Nilai pada kolom {0} tidak terbaca: {1}.",
    "The amount in column {0} cannot be read: {1}.",
    ...EXPORT_AGAIN,
  ),
  value_missing: fault(
    "Kolom {0} kosong pada faktur yang disetujui.",
    "Column {0} is empty on an approved faktur.",
    ...EXPORT_AGAIN,
  ),
  buyer_not_text: fault(
    "Nomor pembeli tersimpan sebagai angka; digit terakhirnya tidak dapat dipercaya.",
    "The buyer's number is stored as a number; its last digits cannot be trusted.",
    ...EXPORT_AGAIN,
  ),
  reference_not_text: fault(
    "Referensi tersimpan sebagai angka yang tidak utuh: {0}.",
    "The reference is stored as a number that is not whole: {0}.",
    ...EXPORT_AGAIN,
  ),
  // One PDF.
  pdf_not_pdf: fault("Berkas ini bukan PDF.", "This file is not a PDF.", ...PDF_AGAIN),
  pdf_too_large: fault("PDF lebih besar dari {0} MB.", "The PDF is larger than {0} MB.", ...PDF_AGAIN),
  pdf_password: fault(
    "PDF ini memakai kata sandi.",
    "This PDF is protected by a password.",
    "Impor PDF asli dari portal, yang tidak memakai kata sandi.",
    "Import the original PDF from the portal, which has no password.",
  ),
  pdf_truncated: fault("PDF ini terpotong.", "This PDF is cut off.", ...PDF_AGAIN),
  pdf_unreadable: fault("PDF ini rusak.", "This PDF is damaged.", ...PDF_AGAIN),
  pdf_no_text: fault(
    "PDF ini tidak berisi teks (misalnya hasil pindai).",
    "This PDF holds no text (a scan, perhaps).",
    ...PDF_AGAIN,
  ),
  pdf_not_faktur: fault(
    "PDF ini tidak memuat {0}; bukan lembar Faktur Pajak Keluaran.",
    "This PDF does not carry {0}; it is not a sheet of a Faktur Pajak.",
    ...PDF_AGAIN,
  ),
  pdf_not_official: fault(
    "Lembar ini bertanda {0}: bukan cetakan resmi DJP.",
    "This sheet is marked {0}: it is not DJP's official one.",
    ...PDF_AGAIN,
  ),
  pdf_several: fault(
    "PDF ini memuat lebih dari satu nilai untuk {0}.",
    "This PDF carries more than one value for {0}.",
    "Impor satu PDF untuk setiap faktur, seperti yang diunduh dari portal.",
    "Import one PDF per faktur, as downloaded from the portal.",
  ),
  name_contradicts_text: fault(
    "Nama berkas dan isi PDF berbeda pada {0}.",
    "The file name and the contents of the PDF differ in {0}.",
    "Jangan ubah nama berkas dari portal; unduh ulang PDF itu.",
    "Leave the portal's file names as they are; download that PDF again.",
  ),
  pdf_swells: fault(
    "PDF ini lebih dari 200 halaman, atau lebih dari 50 MB setelah dibuka.",
    "This PDF has more than 200 pages, or more than 50 MB when unpacked.",
    ...PDF_AGAIN,
  ),
  pdf_too_heavy: fault(
    "PDF ini tidak selesai dibaca dalam {0} detik, atau memakan terlalu banyak memori.",
    "This PDF was not read to its end within {0} seconds, or takes too much memory.",
    ...PDF_AGAIN,
  ),
  qr_contradicts_text: fault(
    "Kode QR dan tulisan pada PDF ini berbeda pada {0}.",
    "The QR code and the words of this PDF differ in {0}.",
    "Jangan kirim PDF ini; bandingkan dengan portal lalu unduh ulang.",
    "Do not send this PDF; compare it with the portal and download it again.",
  ),
  qr_not_approved: fault(
    "Kode QR pada PDF ini berstatus {0}, bukan APPROVED.",
    "The QR code of this PDF says {0} and not APPROVED.",
    "Jangan kirim PDF ini; periksa status faktur di portal lalu impor daftarnya.",
    "Do not send this PDF; look at the faktur in the portal, then import the list.",
  ),
  // A ZIP and its entries.
  zip_damaged: fault(
    "ZIP rusak atau terpotong; sisanya tidak dibaca.",
    "The ZIP is damaged or cut off; the rest was not read.",
    ...ZIP_AGAIN,
  ),
  zip_too_large: fault(
    "ZIP lebih besar dari {0} MB.",
    "The ZIP is larger than {0} MB.",
    "Bagi menjadi beberapa ZIP.",
    "Split it into several ZIPs.",
  ),
  zip_too_many: fault(
    "ZIP berisi lebih dari {0} berkas; sisanya tidak dibaca.",
    "The ZIP holds more than {0} files; the rest was not read.",
    "Bagi menjadi beberapa ZIP.",
    "Split it into several ZIPs.",
  ),
  zip_swells: fault(
    "Isi ZIP seluruhnya melebihi {0} MB; berkas ini tidak dibaca.",
    "The contents of the ZIP together exceed {0} MB; this file was not read.",
    "Bagi menjadi beberapa ZIP.",
    "Split it into several ZIPs.",
  ),
  zip_entry_too_large: fault(
    "Berkas ini lebih besar dari {0} MB setelah dibuka.",
    "This file is larger than {0} MB when unpacked.",
    ...ZIP_AGAIN,
  ),
  zip_entry_path: fault(
    "Nama berkas ini menunjuk ke luar ZIP atau memakai huruf terlarang.",
    "This file's name points outside the ZIP or uses forbidden letters.",
    ...ZIP_AGAIN,
  ),
  zip_entry_link: fault(
    "Ini tautan (symbolic link), bukan berkas.",
    "This is a symbolic link, not a file.",
    ...ZIP_AGAIN,
  ),
  zip_entry_encrypted: fault(
    "Berkas ini memakai kata sandi di dalam ZIP.",
    "This file is protected by a password inside the ZIP.",
    ...ZIP_AGAIN,
  ),
  zip_entry_method: fault(
    "Cara pemampatan berkas ini tidak dikenal.",
    "This file is packed in a way that is not known.",
    ...ZIP_AGAIN,
  ),
  zip_entry_damaged: fault(
    "Berkas ini rusak di dalam ZIP.",
    "This file is damaged inside the ZIP.",
    ...ZIP_AGAIN,
  ),
  zip_entry_overlaps: fault(
    "Berkas ini menempati tempat berkas lain di dalam ZIP.",
    "This file lies in the place of another one inside the ZIP.",
    ...ZIP_AGAIN,
  ),
  zip_entry_twice: fault(
    "Nama ini muncul dua kali di dalam ZIP; yang kedua tidak dibaca.",
    "This name comes twice in the ZIP; the second one was not read.",
    ...ZIP_AGAIN,
  ),
  zip_nested: fault("Ini ZIP di dalam ZIP.", "This is a ZIP inside the ZIP.", ...ZIP_AGAIN),
  zip_not_pdf: fault(
    "Berkas ini bukan PDF dan dilewati.",
    "This file is not a PDF and was passed over.",
    "Impor daftar Excel tersendiri; keluarkan berkas lain dari ZIP.",
    "Import the Excel list by itself; leave other files out of the ZIP.",
  ),
} as const satisfies Record<string, Words>;
