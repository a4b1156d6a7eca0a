/** The reasons of lateness, paused channels, exports in doubt and corrections under way, in Indonesian and English. */
export const CORRECTION_REASONS = {
  faktur_cancelled: [
    "Faktur invoice ini dibatalkan.",
    "This invoice's faktur was cancelled.",
    "Terbitkan ulang bila invoice ini tetap perlu faktur.",
    "Issue anew if this invoice still needs a faktur.",
  ],
  cancelled_at_authority: [
    "Dokumen dibatalkan di kanal, bukan dari sini.",
    "The document was cancelled in the channel, not from here.",
    "Periksa alasannya di kanal, lalu terbitkan ulang bila perlu.",
    "Find out why in the channel, then issue anew if needed.",
  ],
  may_be_exported: [
    "Basis data dipulihkan dari cadangan; faktur ini mungkin sudah diekspor ke portal Coretax sebelumnya.",
    "The database was put back from a backup; this faktur may have been exported to the Coretax portal before.",
    "Impor seluruh daftar portal untuk masa ini (faktur coretax import --whole MASA); bila portal tidak memilikinya, lepaskan di halaman penjual, lalu ekspor. Bila penjual kini memakai kanal lain: ulangi faktur ini.",
    "Import the portal's whole list of this masa (faktur coretax import --whole MASA); if the portal has none of it, release it on the seller's page, then export. Where the seller now has another channel: retry this faktur.",
  ],
  past_deadline: [
    "Batas unggah (tanggal 20 bulan berikutnya) sudah lewat.",
    "The upload deadline (the 20th of the next month) has passed.",
    "Finance dapat menerbitkan faktur terlambat bertanggal hari ini (PER-11/PJ/2025 pasal 58): terbitkan dengan menerima alasan past_deadline. Faktur yang belum disetujui dibatalkan dahulu. Program tidak mengubah tanggal sendiri.",
    "Finance can issue a late faktur dated today (PER-11/PJ/2025 art. 58): issue it by accepting the reason past_deadline. One that was not approved is dropped first. The program never changes the date by itself.",
  ],
  too_late: [
    "Sudah lewat tiga bulan sejak saat terutang: faktur dianggap tidak dibuat (PER-11/PJ/2025 pasal 59).",
    "More than three months have passed since it was due: the faktur counts as not made (PER-11/PJ/2025 art. 59).",
    "Putuskan bersama konsultan pajak; program tidak menerbitkan faktur ini.",
    "Decide with the tax adviser; the program does not issue this faktur.",
  ],
  deadline_passed_under_way: [
    "Batas unggah lewat sebelum DJP menyetujui faktur ini.",
    "The upload deadline passed before the authority approved this faktur.",
    "Tunggu jawaban DJP. Bila ditolak, batalkan lalu terbitkan sebagai faktur terlambat dengan menerima alasan past_deadline.",
    "Wait for the authority's answer. If it refuses, drop it and issue a late faktur by accepting past_deadline.",
  ],
  channel_access_blocked: [
    "Akses pembuatan faktur penjual dinonaktifkan DJP (PER-19/PJ/2025); antrean disimpan.",
    "The authority has blocked the seller's access to making fakturs (PER-19/PJ/2025); the queue is kept.",
    "Ajukan klarifikasi ke kantor pajak (dijawab dalam 5 hari kerja), lalu lanjutkan kanalnya.",
    "File a clarification with the tax office (answered within 5 working days), then resume the channel.",
  ],
  channel_passphrase_wrong: [
    "Passphrase atau kode otorisasi penanda tangan salah; antrean disimpan.",
    "The signer's passphrase or authorisation code is wrong; the queue is kept.",
    "Betulkan passphrase pada pengaturan kanal penjual; kanal dicoba lagi setelahnya.",
    "Correct the passphrase in the seller's channel settings; the channel is tried again afterwards.",
  ],
  channel_unauthorized: [
    "Kanal pajak menolak token penjual; antrean disimpan.",
    "The tax channel does not accept the seller's token; the queue is kept.",
    "Betulkan token pada pengaturan kanal penjual; kanal dicoba lagi setelahnya.",
    "Correct the token in the seller's channel settings; the channel is tried again afterwards.",
  ],
  differs_from_portal: [
    "Portal kini menyebut invoice ini berbeda dari yang tercatat; catatan dan faktur tidak berubah.",
    "The portal now tells this invoice otherwise than it is recorded; record and faktur are unchanged.",
    "Putuskan kasusnya bila ada. Tanpa faktur yang berlaku, terbitkan ulang: isi terbaru yang dipakai.",
    "Decide its case where there is one. Where no faktur stands, issue anew: the latest telling is taken.",
  ],
  worker_died_repeatedly: [
    "Proses pekerja mati berulang kali saat mengerjakan langkah ini, jadi langkahnya dihentikan.",
    "The worker process died again and again over this step, so the step was laid aside.",
    "Periksa memori dan log proses pekerja, lalu ulangi fakturnya.",
    "Look at the worker's memory and log, then retry the faktur.",
  ],
  waiting_for_buyer: [
    "Pembatalan atau penggantian menunggu persetujuan pembeli di Coretax.",
    "The cancellation or replacement waits for the buyer's consent in Coretax.",
    "Ingatkan pembeli untuk menyetujuinya di Coretax.",
    "Remind the buyer to consent in Coretax.",
  ],
  cancel_under_way: [
    "Pembatalan faktur sedang diproses DJP; faktur masih berlaku.",
    "The authority is processing the cancellation; the faktur still stands.",
    "Tunggu; status dibaca secara otomatis.",
    "Wait; its state is read by itself.",
  ],
  replace_under_way: [
    "Faktur pengganti sedang diproses DJP; faktur aslinya masih berlaku.",
    "The authority is processing the replacement; the original still stands.",
    "Tunggu; status dibaca secara otomatis.",
    "Wait; its state is read by itself.",
  ],
} as const satisfies Record<string, readonly [string, string, string, string]>;
