import { text, type Text } from "../text";

/** What happened to an invoice and its fakturs, in words; an event without a sentence is shown by its own name. */
const WORDS: Readonly<Record<string, Text>> = {
  "invoice.received": text("Pembayaran diketahui", "The payment became known"),
  "invoice.acceptance_ended": text(
    "Persetujuan atas alasan berakhir: portal memberitakan hal baru",
    "What was accepted is asked anew: the portal told something new",
  ),
  "invoice.issue_asked": text("Diminta terbit oleh orang", "A person asked to issue it"),
  "invoice.differs_from_record": text(
    "Portal mengirim isi yang berbeda; yang tercatat tetap",
    "The portal sent other contents; the record stays",
  ),
  "faktur.made": text("Faktur dibuat", "Faktur made"),
  "faktur.approval_asked": text("Persetujuan orang kedua diminta", "A second person is asked to confirm"),
  "faktur.approval_confirmed": text("Disetujui orang kedua", "Confirmed by a second person"),
  "faktur.approval_refused": text("Ditolak orang kedua", "Refused by a second person"),
  "faktur.approval_not_carried_out": text(
    "Disetujui orang kedua, tetapi gagal dijalankan",
    "Confirmed by a second person, but not carried out",
  ),
  "faktur.approval_lapsed": text(
    "Permintaan kepada orang kedua gugur",
    "What waited for a second person has lapsed",
  ),
  "faktur.late": text("Faktur terlambat", "A late faktur"),
  "faktur.released": text("Dilepas untuk diunggah", "Released for upload"),
  "faktur.withheld": text("Kembali menjadi draf: kanal diganti", "A draft again: the channel was changed"),
  "faktur.left_for_files": text(
    "Tidak pernah diunggah lewat kanal lama; menunggu ekspor",
    "Never handed over by the former channel; waits for its export",
  ),
  "faktur.submitting": text("Mulai diunggah", "Upload begins"),
  "faktur.sent": text("Diterima DJP, menunggu persetujuan", "With the authority, waiting for approval"),
  "faktur.status_unknown": text("Status DJP tidak dikenal", "The authority's state is not known"),
  "faktur.outcome_unknown": text("Jawaban DJP belum jelas", "The authority's answer was unclear"),
  "faktur.absent_at_authority": text(
    "Tidak ada di DJP; boleh dikirim lagi",
    "Not at the authority; may be sent again",
  ),
  "faktur.adopted": text("Ditemukan di DJP dan cocok", "Found at the authority, and it fits"),
  "faktur.renamed": text("Referensinya menjadi lain", "Goes by another reference"),
  "faktur.not_adopted": text("Ditemukan di DJP tetapi berbeda", "Found at the authority, but it differs"),
  "faktur.approved": text("Disetujui DJP", "Approved by the authority"),
  "faktur.rejected": text("Ditolak DJP", "Rejected by the authority"),
  "faktur.retried": text("Dicoba lagi", "Tried again"),
  "faktur.pdf_stored": text("PDF disimpan", "PDF stored"),
  "faktur.mail_queued": text("E-mail diantrekan", "Mail queued"),
  "faktur.mail_sent": text("E-mail terkirim", "Mail sent"),
  "faktur.mail_refused": text("E-mail ditolak server", "Mail refused"),
  "faktur.mail_bounced": text("E-mail dikembalikan, tidak sampai", "Mail came back, not delivered"),
  "faktur.mail_withheld": text("E-mail ditahan", "Mail withheld"),
  "faktur.corrected": text("Data dibetulkan", "Data corrected"),
  "faktur.resent": text("E-mail dikirim ulang", "Mailed again"),
  "faktur.exported": text("Diekspor ke berkas Coretax", "Exported to a Coretax file"),
  "faktur.never_uploaded": text(
    "Diekspor tetapi tidak pernah diunggah sampai batasnya",
    "Exported, but never uploaded until its last day",
  ),
  "faktur.never_approved": text(
    "Tidak ada di daftar portal sampai batasnya; dokumen di kanal lama tidak menjadi faktur",
    "In no list of the portal until its last day; the document in the former channel became no faktur",
  ),
  "faktur.left_out": text("Tidak masuk berkas Coretax", "Left out of the Coretax file"),
  "faktur.kept_back": text("Ditahan sejak pemulihan: mungkin sudah diekspor", "Kept back since the restore"),
  "faktur.cleared": text("Tidak ada di portal Coretax: boleh diekspor", "Not in the portal: may be exported"),
  "faktur.cancel_asked": text("Pembatalan diminta", "Cancellation asked for"),
  "faktur.cancelling": text("Pembatalan diproses DJP", "The authority processes the cancellation"),
  "faktur.cancel_refused": text("Pembatalan ditolak", "Cancellation refused"),
  "faktur.cancelled": text("Dibatalkan", "Cancelled"),
  "faktur.deleted_there": text("Dokumen di kanal dihapus", "The document in the channel was deleted"),
  "faktur.left_there": text(
    "Dokumen di kanal tidak dapat dihapus dan tetap ditolak atau draf",
    "The document in the channel cannot be deleted and stays refused or a draft",
  ),
  "faktur.replace_asked": text("Penggantian diminta", "Replacement asked for"),
  "faktur.replaced": text("Diganti", "Replaced"),
  "faktur.replacement_refused": text("Penggantian ditolak", "Replacement refused"),
  "faktur.serial_differs": text("Nomor seri berbeda", "The serial number differs"),
};

/** The words for an event; null for one that has none. */
export const wordsOfEvent = (event: string): Text | null => WORDS[event] ?? null;

export const eventWord = (event: string): Text =>
  WORDS[event] ?? text(event.replace(/^[a-z]+\./, ""), event.replace(/^[a-z]+\./, ""));
