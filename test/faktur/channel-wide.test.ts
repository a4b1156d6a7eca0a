/** The words that stop a whole channel, and words about one faktur that must not. */
import { channelWideCause } from "../../src/faktur/channel-wide";

test.each([
  ["Akses pembuatan faktur pajak dinonaktifkan (PER-19/PJ/2025)", "access_blocked"],
  ["Penonaktifan akses pembuatan Faktur Pajak", "access_blocked"],
  ["Akses penerbitan faktur Anda diblokir", "access_blocked"],
  ["Access to tax invoice is disabled", "access_blocked"],
  ["Saved Invalid: passphrase penandatangan salah", "passphrase_wrong"],
  ["Passphrase tidak sesuai", "passphrase_wrong"],
  ["Invalid passphrase", "passphrase_wrong"],
  ["Kode otorisasi DJP sudah kedaluwarsa", "passphrase_wrong"],
])("%s", (words, cause) => {
  expect(channelWideCause(words)).toBe(cause);
});

test.each([
  "NPWP tidak ditemukan",
  "NITKU pembeli tidak valid",
  "Saved Invalid",
  "Faktur melewati batas waktu upload tanggal 2026-12-20 (PER-11/PJ/2025 pasal 44)",
  "Draft Faktur already exist",
  "Ditolak oleh simulasi",
  "",
  null,
])("%s is about one faktur", (words) => {
  expect(channelWideCause(words)).toBeNull();
});
