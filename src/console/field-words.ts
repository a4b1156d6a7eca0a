import { text, type Text } from "../text";
import { FIELD_WORDS } from "./company-words";

/** What the forms call the fields that the API refuses by their form; of any other its own name is shown. */
const WORDS: Readonly<Record<string, Text>> = {
  ...FIELD_WORDS,
  reason: text("Alasan", "Reason"),
  from: text("Dari", "From"),
  to: text("Sampai", "To"),
  city: text("Kota", "City"),
  signer: text("Penanda tangan", "Signer"),
  title: text("Jabatan", "Title"),
  channel: text("Kanal", "Channel"),
  baseUrl: text("Alamat API", "Address of the API"),
  token: text("Token", "Token"),
  dir: text("Folder", "Folder"),
  passphrase: text("Passphrase", "Passphrase"),
  newAccountUrl: text("Alamat untuk membuka akun lain", "Address to open another account"),
  secret: text("Rahasia", "Secret"),
  api: text("Membaca dari portal", "Reading from the portal"),
  options: text("Pilihan", "Options"),
  url: text("Alamat", "Address"),
  events: text("Beri tahu ketika", "Tell when"),
  role: text("Peran", "Role"),
  expires: text("Berlaku sampai", "Valid until"),
  scopes: text("Kemampuan", "Abilities"),
  seller: text("Penjual", "Seller"),
  portal: text("Portal", "Portal"),
  currency: text("Mata uang", "Currency"),
  rate: text("Rupiah", "Rupiah"),
  kmk: text("Nomor KMK", "KMK number"),
  number: text("Nomor", "Number"),
  date: text("Tanggal", "Date"),
  masa: text("Masa pajak", "Tax period"),
  dpp: text("DPP", "DPP"),
  pph: text("PPh", "PPh"),
  nsfp: text("NSFP", "NSFP"),
  invoice: text("Invoice", "Invoice"),
  services: text("Layanan", "Services"),
  fromAccount: text("Akun asal", "Account"),
  toEmail: text("E-mail penerima", "Receiver's e-mail"),
  ticket: text("Tiket", "Ticket"),
  note: text("Catatan", "Note"),
};

/** `/signer/name` as people read it: "Penanda tangan, Nama"; places in lists are left out. Empty for the whole body. */
export function fieldsNamed(pointer: string): Text {
  const steps = pointer.split("/").filter((step) => step !== "" && !/^\d+$/.test(step));
  const words = steps.map((step) => WORDS[step] ?? text(step, step));
  return text(words.map((word) => word.id).join(", "), words.map((word) => word.en).join(", "));
}
