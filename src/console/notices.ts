import { text, type Text } from "../text";

/** What a page says after something was done: a closed list, so that an address can never put words on a page. */
export const NOTICES = {
  saved: text("Tersimpan.", "Saved."),
  done: text("Selesai.", "Done."),
  queued: text("Masuk antrean; halaman ini menunjukkan hasilnya.", "Queued; this page will show the result."),
  signedOut: text("Anda sudah keluar.", "You have signed out."),
  passwordChanged: text(
    "Kata sandi diganti; sesi lain sudah diakhiri.",
    "The password was changed; other sessions have ended.",
  ),
  checked: text(
    "Sudah dicek; jawaban DJP ada di samping data pelanggan.",
    "Checked; the answer stands beside the data.",
  ),
  tabActive: text(
    "Tab NPWP aktif. Invoice yang dibayar mulai sekarang mendapat faktur.",
    "The NPWP tab is active. Invoices paid from now on get a faktur.",
  ),
  tabSuspended: text("Tab NPWP ditangguhkan.", "The NPWP tab is suspended."),
  linksRevoked: text(
    "Tautan pelanggan di akun ini dicabut. Pelanggan dapat meminta yang baru ke alamat yang terdaftar.",
    "The customers' links of this account have ended. A fresh one can be asked for at a registered address.",
  ),
  decided: text("Keputusan dicatat.", "The decision is recorded."),
  kursEntered: text(
    "Kurs tersimpan; invoice yang menunggunya diputuskan lagi.",
    "The rate is saved; invoices that waited for it are decided anew.",
  ),
  certificateSaved: text(
    "Sertifikat tersimpan; passphrase membukanya.",
    "The certificate is saved; the passphrase opens it.",
  ),
  passphraseOpens: text(
    "Tersimpan. Passphrase sudah dicoba dan membuka sertifikat.",
    "Saved. The passphrase was tried and opens the certificate.",
  ),
  retired: text("Rahasia lama tidak berlaku lagi.", "The old secret no longer holds."),
  userChanged: text(
    "Tersimpan. Sesi pengguna itu diakhiri; ia masuk lagi dengan haknya yang baru.",
    "Saved. Their sessions have ended; they sign in again with what they may do now.",
  ),
  revoked: text("Token dicabut.", "The token is revoked."),
  confirmed: text("Disetujui dan sedang dikerjakan.", "Confirmed, and being carried out."),
  waitsForSecond: text(
    "Menunggu orang kedua. Belum ada yang dikirim; orang lain di keuangan menyetujuinya di halaman ini.",
    "Waits for a second person. Nothing was sent yet; somebody else in finance confirms it on this page.",
  ),
  turnedDown: text("Permintaan ditolak; fakturnya tetap.", "The request is refused; the faktur stays."),
  testSent: text("E-mail contoh dikirim ke alamat Anda.", "A sample mail was sent to your address."),
  transferAsked: text(
    "Permintaan dicatat dan syaratnya dicek ke portal.",
    "The request is recorded and its conditions were checked in the portal.",
  ),
  transferChecked: text("Syarat dicek ulang ke portal.", "The conditions were checked in the portal again."),
  transferApproved: text(
    "Disetujui. Jawaban tiketnya ada di halaman ini; kerjakan langkahnya di portal.",
    "Approved. The answer for the ticket is on this page; carry out the steps in the portal.",
  ),
  transferRejected: text(
    "Ditolak. Alasannya ada di jawaban tiket.",
    "Refused. The reason is in the ticket's answer.",
  ),
  tied: text("Perpindahan ditautkan ke tiketnya.", "The move is tied to its ticket."),
  looking: text(
    "Portal sedang ditanya siapa memiliki layanan apa; muat ulang sebentar lagi.",
    "The portal is being asked who has which service; load the page again in a moment.",
  ),
  withdrawn: text(
    "Bukti potong ditarik; catatannya tetap ada.",
    "The bukti potong is withdrawn; its record stays.",
  ),
  restored: text("Kata-kata bawaan dipakai lagi.", "The words of the program are used again."),
  sessionsEnded: text("Sesi lain sudah diakhiri.", "The other sessions have ended."),
  passwordOwed: text(
    "Kata sandi ini dibuatkan orang lain. Ganti dahulu dengan kata sandi Anda sendiri.",
    "Somebody else made this password. Change it to one of your own first.",
  ),
  totpOwed: text(
    "Peran Anda wajib memakai verifikasi dua langkah. Aktifkan dahulu di halaman ini.",
    "Your role needs the second factor. Switch it on here first.",
  ),
  totpOff: text("Verifikasi dua langkah dimatikan.", "The second factor is off."),
} as const satisfies Record<string, Text>;

export type Notice = keyof typeof NOTICES;

export const noticeOf = (value: string | undefined): Text | null =>
  value !== undefined && Object.hasOwn(NOTICES, value) ? NOTICES[value as Notice] : null;
