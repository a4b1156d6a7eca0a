import type { Action, Role } from "../api/roles";
import { text, type Text } from "../text";

export const ROLE_WORDS: Readonly<Record<Role, Text>> = {
  admin: text("Admin: semua, juga pengguna dan token", "Admin: everything, users and tokens too"),
  finance: text(
    "Keuangan: semua, kecuali pengguna, token, dan rahasia portal",
    "Finance: everything but users, tokens and portal secrets",
  ),
  support: text("Dukungan: data akun, kirim ulang, kasus", "Support: account data, mail again, cases"),
  viewer: text("Pemeriksa: hanya melihat", "Viewer: looks only"),
};

export const ACTION_WORDS: Readonly<Record<Action, Text>> = {
  read: text("Melihat", "Look"),
  "account.write": text("Mengubah akun", "Change accounts"),
  "npwp.enter": text("Mengisi tab NPWP", "Enter NPWP tabs"),
  "npwp.decide": text("Mengaktifkan tab NPWP", "Activate NPWP tabs"),
  "mail.resend": text("Mengirim ulang e-mail", "Mail again"),
  "mail.bounce": text("Melaporkan e-mail yang kembali", "Report mails that came back"),
  "faktur.change": text("Mengunggah, membatalkan, mengganti faktur", "Upload, cancel, replace fakturs"),
  "transfer.work": text("Mengajukan pemindahan layanan", "Ask for service moves"),
  "transfer.approve": text("Menyetujui pemindahan layanan", "Approve service moves"),
  "case.open": text("Membuka kasus", "Open cases"),
  "seller.write": text("Mengubah penjual", "Change sellers"),
  "portal.write": text("Mengubah portal", "Change portals"),
  "portal.secret": text("Mengisi rahasia portal", "Enter portal secrets"),
  "token.write": text("Membuat token", "Make tokens"),
  "access.write": text("Mengatur pengguna", "Manage users"),
};
