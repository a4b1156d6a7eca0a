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
  totpOff: text("Verifikasi dua langkah dimatikan.", "The second factor is off."),
} as const satisfies Record<string, Text>;

export type Notice = keyof typeof NOTICES;

export const noticeOf = (value: string | undefined): Text | null =>
  value !== undefined && Object.hasOwn(NOTICES, value) ? NOTICES[value as Notice] : null;
