import type { ErrorCode } from "./errors";
import type { JobKind } from "./store/jobs";
import { text, type Text } from "./text";

/** What people are told of work that failed: which step it was, and why. */

export const JOB_NAMES: Readonly<Record<JobKind, Text>> = {
  read: text("Membaca invoice", "Reading the invoice"),
  readRefund: text("Membaca pengembalian dana", "Reading a refund"),
  readBill: text("Membaca tagihan", "Reading a bill"),
  readAccount: text("Membaca akun", "Reading an account"),
  issue: text("Membuat faktur", "Making the faktur"),
  submit: text("Mengunggah faktur", "Uploading the faktur"),
  follow: text("Menanyakan status faktur", "Asking how the faktur stands"),
  cancel: text("Meminta pembatalan", "Asking for the cancellation"),
  paper: text("Menyiapkan PDF", "Getting the PDF ready"),
  mail: text("Mengirim e-mail", "Sending the e-mail"),
  poll: text("Membaca portal", "Reading the portal"),
  digest: text("Mengirim ringkasan", "Sending the digest"),
  upkeep: text("Perawatan harian", "Daily upkeep"),
  export: text("Mengekspor berkas Coretax", "Exporting a Coretax file"),
  letter: text("Mengirim surat", "Sending a letter"),
  webhook: text("Mengirim webhook", "Sending a webhook"),
  reconcile: text("Rekonsiliasi", "Reconciliation"),
  services: text("Membaca pemilik layanan", "Reading who owns the services"),
  transfer: text("Memindahkan layanan", "Moving a service"),
  ticket: text("Menjawab tiket", "Answering a ticket"),
  bounces: text("Membaca kotak surat", "Reading the mailbox"),
  notice: text("Mengirim pemberitahuan", "Sending a notice"),
};

export const CAUSE_NAMES: Readonly<Record<ErrorCode, Text>> = {
  internal: text("Kesalahan internal; lihat log", "Internal error; see the log"),
  database_unavailable: text("Basis data tidak dapat dipakai", "The database cannot be used"),
  lease_lost: text("Diambil alih pekerja lain", "Another worker took over"),
  worker_died_repeatedly: text(
    "Layanan berkali-kali mati di tengahnya",
    "The service died in its midst, repeatedly",
  ),
  config_invalid: text("Pengaturan layanan salah", "The service's settings are wrong"),
  schema_newer: text("Basis data milik versi yang lebih baru", "The database is of a newer version"),
  schema_changing: text("Basis data sedang dimutakhirkan", "The database is being upgraded"),
  older_running: text("Versi lama masih berjalan", "An older version still runs"),
  not_found: text("Tidak ditemukan", "Not found"),
  wrong_state: text("Keadaannya sudah berubah", "It no longer stands as it did"),
  unauthorized: text("Tidak berhak", "Not allowed in"),
  role_too_low: text("Perannya tidak cukup", "The role does not suffice"),
  too_many: text("Terlalu banyak sekaligus", "Too many at once"),
  token_out_of_scope: text("Token tidak berlaku untuk ini", "The token is not for this"),
  malformed: text("Isinya tidak dapat dibaca", "It cannot be read"),
  refused: text("Ditolak", "Refused"),
  buyer_needs_cancel: text("Pembeli berbeda: batalkan dahulu", "Another buyer: cancel first"),
  by_hand: text("Dikerjakan orang di portal", "Done by a person in the portal"),
  too_late: text("Sudah lewat waktunya", "Too late"),
  seller_unknown: text("Penjual tidak dikenal", "The seller is not known"),
  secret_malformed: text("Rahasia tersimpan tidak dapat dibuka", "A stored secret cannot be opened"),
  account_has_company: text("Akun sudah berperusahaan", "The account has a company"),
  npwp_malformed: text("NPWP salah bentuk", "The NPWP is malformed"),
  npwp_is_branch: text("NPWP cabang", "The NPWP is a branch's"),
  nitku_mismatch: text("NITKU bukan milik NPWP-nya", "The NITKU is not of its NPWP"),
  identity_malformed: text("Nomor identitas salah bentuk", "The identity number is malformed"),
  country_unknown: text("Negara tidak dikenal", "The country is not known"),
  company_needs_npwp: text("Perusahaan perlu NPWP", "A company needs an NPWP"),
  evidence_missing: text("Bukti belum ada", "The evidence is missing"),
  facility_missing: text("Fasilitas pajak belum diisi", "The tax facility is not entered"),
  facility_invalid: text("Fasilitas pajak tidak sah", "The tax facility is not valid"),
  certificate_unreadable: text("Sertifikat tidak dapat dibaca", "The certificate cannot be read"),
  passphrase_wrong: text("Passphrase salah", "The passphrase is wrong"),
  certificate_expired: text("Sertifikat kedaluwarsa", "The certificate has expired"),
  certificate_missing: text("Sertifikat belum ada", "The certificate is missing"),
  checks_failed: text("Pemeriksaan gagal", "Checks failed"),
  ticket_not_from_owner: text("Tiket bukan dari pemiliknya", "The ticket is not the owner's"),
  transfer_unsupported: text("Portal tidak dapat memindahkan", "The portal cannot move it"),
  document_missing: text("Dokumen tersimpan tidak ada", "A stored document is missing"),
  document_damaged: text("Dokumen tersimpan rusak", "A stored document is damaged"),
  storage_failed: text("Penyimpanan dokumen gagal", "The document storage failed"),
  channel_timeout: text("Kanal tidak menjawab pada waktunya", "The channel did not answer in time"),
  channel_unreachable: text("Kanal tidak dapat dihubungi", "The channel cannot be reached"),
  channel_busy: text("Kanal terlalu sibuk", "The channel is too busy"),
  channel_failed: text("Kanal gagal menjawab", "The channel failed to answer"),
  channel_nonsense: text("Jawaban kanal tidak dapat dibaca", "The channel's answer cannot be read"),
  channel_unauthorized: text("Token kanal ditolak", "The channel refuses the token"),
  channel_refused: text("Kanal menolak", "The channel refused"),
  pdf_not_ready: text("PDF belum tersedia", "The PDF is not there yet"),
  pdf_faulty: text("PDF yang diterima salah", "The PDF received is faulty"),
  portal_unavailable: text("Portal tidak dapat dibaca", "The portal cannot be read"),
  portal_unauthorized: text("Portal menolak kuncinya", "The portal refuses our key"),
  portal_invoice_unreadable: text("Invoice portal tidak dapat dibaca", "The portal's invoice cannot be read"),
  mail_temporary: text("E-mail belum dapat dikirim", "The mail cannot be sent yet"),
  mail_refused: text("Server e-mail menolak", "The mail server refused"),
  webhook_failed: text("Penerima webhook gagal", "The webhook's receiver failed"),
};

/** The step and its cause, as the end of a sentence; the step alone where no cause is known. */
export function troubleWords(kind: JobKind, code: ErrorCode | null): Text {
  const step = JOB_NAMES[kind];
  if (code === null) return text(`(${step.id})`, `(${step.en})`);
  const cause = CAUSE_NAMES[code];
  return text(`(${step.id}: ${cause.id})`, `(${step.en}: ${cause.en})`);
}
