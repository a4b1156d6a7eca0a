import type { Fault } from "../errors";
import { text, type Text } from "../text";
import { CORRECTION_REASONS } from "./correction-reasons";
import { MAIL_REASONS } from "./mail-reasons";
import { PORTAL_REASONS } from "./portal-reasons";

/** Why an invoice has no faktur, or none yet. Codes are stable and never reused; sentences may change. */
const REASONS = {
  no_company: [
    "Akun ini belum punya perusahaan (NPWP).",
    "This account has no company (NPWP) yet.",
    "Isi tab NPWP akun, minta finance mengaktifkan, lalu terbitkan ulang invoice ini.",
    "Fill in the account's NPWP tab, have finance activate it, then issue this invoice anew.",
  ],
  company_requested: [
    "NPWP akun sudah diisi tetapi belum diaktifkan saat invoice dibayar.",
    "The account's NPWP was entered but not active when the invoice was paid.",
    "Minta finance memeriksa dan mengaktifkan tab NPWP, lalu terbitkan ulang invoice ini.",
    "Have finance check and activate the NPWP tab, then issue this invoice anew.",
  ],
  company_suspended: [
    "Tab NPWP akun ditangguhkan saat invoice dibayar.",
    "The account's NPWP tab was suspended when the invoice was paid.",
    "Bila penangguhan selesai, aktifkan tab NPWP lalu terbitkan ulang invoice ini.",
    "When the suspension is over, activate the NPWP tab and issue this invoice anew.",
  ],
  before_activation: [
    "Invoice dibayar sebelum tanggal mulai tab NPWP akun.",
    "The invoice was paid before the day from which the account's NPWP tab holds.",
    "Bila pembeli memintanya, finance menerbitkan invoice ini dengan sengaja selagi batas unggahnya belum lewat.",
    "If the buyer asks for it, finance issues this invoice on purpose while its upload deadline allows.",
  ],
  container: [
    "Invoice pembayaran gabungan: faktur dibuat untuk invoice di dalamnya.",
    "A mass-payment invoice: fakturs are made for the invoices inside it.",
    "Tidak perlu tindakan.",
    "Nothing to do.",
  ],
  deposit: [
    "Isi saldo belum merupakan penyerahan jasa.",
    "A top-up is not yet a supply.",
    "Tidak perlu tindakan; faktur dibuat saat saldo dipakai membayar layanan.",
    "Nothing to do; the faktur is made when the balance pays for a service.",
  ],
  zero_total: [
    "Nilai invoice nol.",
    "The invoice's total is zero.",
    "Tidak perlu tindakan.",
    "Nothing to do.",
  ],
  nothing_taxed: [
    "Tidak ada baris yang dikenai PPN.",
    "No line carries PPN.",
    "Bila seharusnya kena PPN, betulkan pajak pada invoice di portal.",
    "If PPN was due, correct the invoice's tax in the portal.",
  ],
  foreign_currency: [
    "Invoice dalam mata uang asing; perlu kurs Menteri Keuangan.",
    "The invoice is in a foreign currency; the Finance Minister's rate is needed.",
    "Finance menerbitkan faktur dengan kurs KMK yang berlaku pada tanggal pembayaran.",
    "Finance issues it at the KMK rate in force on the day of payment.",
  ],
  negative_total: [
    "Nilai invoice negatif.",
    "The invoice's total is negative.",
    "Faktur tidak dibuat; bila ini mengurangi penjualan yang sudah ada fakturnya, buka kasus pada faktur itu.",
    "No faktur is made; where it takes back part of a sale that has its faktur, open a case on that faktur.",
  ],
  amounts_do_not_add_up: [
    "Angka pada invoice tidak saling cocok.",
    "The invoice's amounts do not add up.",
    "Betulkan baris, pajak atau total pada invoice di portal, lalu terbitkan ulang.",
    "Correct the lines, the tax or the total in the portal, then issue anew.",
  ],
  buyer_invalid: [
    "Data pembeli belum benar.",
    "The buyer's data are not right.",
    "Betulkan data pada tab NPWP akun, lalu terbitkan ulang.",
    "Correct the data in the account's NPWP tab, then issue anew.",
  ],
  seller_invalid: [
    "Data penjual belum benar.",
    "The seller's data are not right.",
    "Betulkan data penjual di pengaturan, lalu terbitkan ulang.",
    "Correct the seller in the settings, then issue anew.",
  ],
  faktur_invalid: [
    "Isi faktur belum memenuhi ketentuan.",
    "The faktur does not meet the rules yet.",
    "Betulkan yang disebut, lalu terbitkan ulang.",
    "Correct what is named, then issue anew.",
  ],
  law_unknown: [
    "Tidak ada ketentuan PPN untuk tanggal pembayaran ini.",
    "There is no PPN rule for this day of payment.",
    "Periksa tanggal pembayaran; faktur sebelum April 2022 dibuat secara manual.",
    "Check the day of payment; fakturs before April 2022 are made by hand.",
  ],
  code_needs_documents: [
    "Kode transaksi ini perlu dokumen dari pembeli.",
    "This transaction code needs documents from the buyer.",
    "Finance membuat faktur ini setelah dokumen diterima.",
    "Finance makes this faktur once the documents are in.",
  ],
  refunded_before_issue: [
    "Dana invoice dikembalikan sebelum faktur dibuat.",
    "The invoice was refunded before a faktur was made.",
    "Bila penyerahan tetap terjadi, finance menerbitkan dengan menerima alasan ini.",
    "If the supply took place all the same, finance issues it by accepting this reason.",
  ],
  unpaid_again: [
    "Portal menyatakan invoice ini belum dibayar lagi.",
    "The portal says this invoice is unpaid again.",
    "Tunggu pembayaran, atau periksa invoice di portal.",
    "Wait for the payment, or check the invoice in the portal.",
  ],
  cancelled_in_portal: [
    "Invoice dibatalkan di portal.",
    "The invoice was cancelled in the portal.",
    "Periksa invoice di portal.",
    "Check the invoice in the portal.",
  ],
  service_moved: [
    "Layanan pada invoice ini sudah dipindah ke akun lain.",
    "A service on this invoice has been moved to another account.",
    "Periksa perpindahannya; bila pembelinya benar, finance menerbitkan dengan menerima alasan ini.",
    "Check the move; if the buyer is right, finance issues it by accepting this reason.",
  ],
  rejected_by_djp: [
    "Faktur ditolak.",
    "The faktur was refused.",
    "Betulkan data yang disebut, lalu kirim ulang fakturnya.",
    "Correct the data named, then retry the faktur.",
  ],
  duplicate_at_authority: [
    "DJP sudah memegang dokumen lain dengan nomor referensi ini.",
    "The authority already holds another document under this reference.",
    "Periksa dokumen itu di kanal. Bila itu faktur ini, betulkan atau batalkan di sana lalu ulangi faktur ini; bila milik lain, batalkan faktur ini lalu terbitkan ulang.",
    "Look at that document in the channel. If it is this faktur, correct or cancel it there, then retry this one; if it is another's, drop this faktur, then issue anew.",
  ],
  nsfp_taken: [
    "Nomor seri (NSFP) yang diberikan sudah dipakai faktur lain.",
    "The serial number (NSFP) given stands on another faktur already.",
    "Periksa kedua dokumen di kanal, lalu kirim ulang fakturnya.",
    "Look at both documents in the channel, then retry the faktur.",
  ],
  parts_differ: [
    "Faktur lain dari invoice ini masih berlaku, dan pembagiannya kini berbeda.",
    "Another faktur of this invoice stands, and the invoice would now be divided otherwise.",
    "Batalkan faktur yang masih berlaku lebih dahulu, lalu terbitkan ulang.",
    "Cancel the faktur that stands first, then issue anew.",
  ],
  being_read: [
    "Invoice sedang dibaca dari portal.",
    "The invoice is being read from the portal.",
    "Tunggu; dicoba lagi secara otomatis.",
    "Wait; it is tried again by itself.",
  ],
  not_paid_in_portal: [
    "Portal menyatakan invoice ini belum dibayar.",
    "The portal says this invoice is not paid.",
    "Tidak perlu tindakan sampai invoice dibayar.",
    "Nothing to do until it is paid.",
  ],
  absent_in_portal: [
    "Invoice tidak ditemukan di portal.",
    "The portal does not know this invoice.",
    "Periksa invoice di portal.",
    "Check the invoice in the portal.",
  ],
  being_decided: ["Sedang diproses.", "Being processed.", "Tunggu.", "Wait."],
  on_its_way: [
    "Faktur sedang diproses DJP.",
    "The faktur is on its way through the authority.",
    "Tunggu; status dibaca secara otomatis.",
    "Wait; its state is read by itself.",
  ],
  ready_for_export: [
    "Faktur siap dan menunggu diekspor ke berkas Coretax.",
    "The faktur is ready and waits for its export to a Coretax file.",
    "Ekspor berkasnya, lalu unggah di portal Coretax.",
    "Export the file, then upload it in the Coretax portal.",
  ],
  exported_waiting_readback: [
    "Faktur sudah diekspor dan menunggu hasil dari portal Coretax.",
    "The faktur was exported and waits for what the Coretax portal says.",
    "Unggah berkasnya di portal, lalu impor daftar Pajak Keluaran dan PDF-nya.",
    "Upload the file in the portal, then import its list and the PDFs.",
  ],
  export_faulty: [
    "Faktur ini tidak dimasukkan ke berkas Coretax karena isinya salah.",
    "This faktur was left out of the Coretax file because its contents are faulty.",
    "Lihat pesannya pada faktur; betulkan datanya, batalkan faktur ini, lalu terbitkan ulang invoice-nya.",
    "See the message at the faktur; correct the data, cancel this faktur, then issue the invoice anew.",
  ],
  upload_off: [
    "Unggah otomatis penjual ini mati; faktur menunggu sebagai draf.",
    "This seller's automatic upload is off; the faktur waits as a draft.",
    "Unggah fakturnya, atau hidupkan unggah otomatis.",
    "Upload the faktur, or switch automatic upload on.",
  ],
  pdf_pending: [
    "PDF belum tersedia.",
    "The PDF is not there yet.",
    "Tunggu; diminta lagi secara otomatis.",
    "Wait; it is asked for again by itself.",
  ],
  pdf_to_import: [
    "PDF resminya belum diimpor dari portal Coretax.",
    "Its official PDF was not imported from the Coretax portal yet.",
    "Unduh PDF-nya di portal, lalu impor di halaman Ekspor dan impor Coretax; e-mail berangkat sesudahnya.",
    "Download its PDF in the portal, then import it on the page Coretax export and import; the mail leaves after that.",
  ],
  ...MAIL_REASONS,
  delayed: [
    "Langkah terakhir gagal dan dicoba lagi.",
    "The last step failed and is tried again.",
    "Lihat penyebabnya; tidak perlu tindakan bila layanan tujuan sedang mati.",
    "See the cause; nothing to do while the other service is down.",
  ],
  stuck: [
    "Langkah terakhir gagal dan menunggu perbaikan.",
    "The last step failed and waits for a fix.",
    "Betulkan penyebabnya, lalu ulangi fakturnya.",
    "Mend the cause, then retry the faktur.",
  ],
  ...CORRECTION_REASONS,
  ...PORTAL_REASONS,
} as const satisfies Record<string, readonly [string, string, string, string]>;

export type ReasonCode = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS) as readonly ReasonCode[];

export interface Reason {
  readonly code: ReasonCode;
  readonly message: Text;
  readonly fix: Text;
}

/** A reason in its usual words, with particulars behind them. */
export function reason(code: ReasonCode, particulars?: Text): Reason {
  const [messageId, messageEn, fixId, fixEn] = REASONS[code];
  const behind = (words: string, more: string | undefined) =>
    more === undefined ? words : `${words} ${more}`;
  return {
    code,
    message: text(behind(messageId, particulars?.id), behind(messageEn, particulars?.en)),
    fix: text(fixId, fixEn),
  };
}

/** Parts of one invoice share seller, buyer and jobs: what is the same is said once. */
export const distinctReasons = (reasons: readonly Reason[]): Reason[] =>
  reasons.filter(
    (one, index) =>
      reasons.findIndex((other) => other.code === one.code && other.message.en === one.message.en) === index,
  );

/** A fault of the document as a reason of the invoice, keeping the fault's own words. */
export const reasonOfFault = (code: ReasonCode, fault: Fault): Reason => ({
  code,
  message: fault.message,
  fix: fault.fix,
});

/** The reasons a person may accept so that the faktur is issued all the same. */
export const ACCEPTABLE: ReadonlySet<ReasonCode> = new Set([
  "service_moved",
  "refunded_before_issue",
  "past_deadline",
]);
