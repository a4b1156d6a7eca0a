import { text, type Text } from "../text";
import type { Tone } from "./words";

export const TAB_STATUSES = ["requested", "active", "suspended", "none"] as const;
export type TabStatusShown = (typeof TAB_STATUSES)[number];

export const TAB_WORDS: Readonly<Record<TabStatusShown, { readonly word: Text; readonly tone: Tone }>> = {
  requested: { word: text("Diminta", "Requested"), tone: "wait" },
  active: { word: text("Aktif", "Active"), tone: "good" },
  suspended: { word: text("Ditangguhkan", "Suspended"), tone: "bad" },
  none: { word: text("Tanpa NPWP", "No NPWP"), tone: "idle" },
};

/** What may be wrong and was stored all the same, with what to do. */
export const WARNING_WORDS: Readonly<Record<string, Text>> = {
  npwp_check_digit: text(
    "Angka periksa NPWP tidak cocok. NPWP lama biasanya cocok: bandingkan dengan kartu NPWP.",
    "The NPWP's check digit does not fit. Older numbers usually do: compare it with the NPWP card.",
  ),
  register_not_found: text(
    "NPWP tidak ditemukan di data DJP. Minta pelanggan memeriksanya.",
    "The tax register does not know this NPWP. Have the customer check it.",
  ),
  register_inactive: text(
    "Menurut DJP, NPWP ini tidak aktif. Faktur ditahan sampai aktif lagi.",
    "The tax register says this NPWP is not active. Fakturs are held until it is.",
  ),
  register_name_differs: text(
    "Nama berbeda dengan data DJP. Pakai nama menurut DJP.",
    "The name differs from the register's. Use the register's.",
  ),
  register_address_differs: text(
    "Alamat berbeda dengan data DJP. Samakan bila perlu.",
    "The address differs from the register's. Make them the same where needed.",
  ),
  letters_not_drawn: text(
    "Nama atau alamat memuat huruf yang tidak tampak pada PDF yang digambar di sini (bukan PDF resmi DJP): di tempatnya ada tanda �. Minta tulisannya dalam huruf Latin seperti pada paspor atau akta.",
    "Name or address has letters that a PDF drawn here (not DJP's own) does not show: � stands in their place. Ask for them in Latin letters, as in the passport or deed.",
  ),
};

export const TAB_EVENT_WORDS: Readonly<Record<string, Text>> = {
  entered: text("Data diisi", "Data entered"),
  corrected: text("Data dibetulkan", "Data corrected"),
  activated: text("Diaktifkan", "Activated"),
  suspended: text("Ditangguhkan", "Suspended"),
  checked: text("Dicek ke data DJP", "Checked with the tax register"),
  evidence: text("Bukti ditambahkan", "Evidence added"),
};

export const FIELD_WORDS: Readonly<Record<string, Text>> = {
  npwp: text("NPWP", "NPWP"),
  nitku: text("NITKU", "NITKU"),
  name: text("Nama", "Name"),
  address: text("Alamat", "Address"),
  email: text("E-mail", "E-mail"),
  transactionCode: text("Kode transaksi", "Transaction code"),
  evidence: text("Bukti", "Evidence"),
  identity: text("Identitas", "Identity"),
  facility: text("Fasilitas", "Facility"),
  collector: text("Jenis pemungut", "Kind of collector"),
  issueOn: text("Waktu terbit", "Issued with"),
  activeFrom: text("Berlaku mulai", "Holds from"),
  documentNumber: text("Nomor identitas", "Identity number"),
};

/** Codes that are chosen by hand; what is not here is decided by law (docs/law.md). */
export const CODE_WORDS: readonly (readonly [code: string, word: Text])[] = [
  ["", text("Biasa (menurut ketentuan)", "Ordinary (by law)")],
  ["02", text("02 – Pemungut: instansi pemerintah", "02 – Collector: government")],
  ["03", text("03 – Pemungut: BUMN dan lainnya", "03 – Collector: state companies and others")],
  ["07", text("07 – PPN tidak dipungut", "07 – VAT not collected")],
  ["08", text("08 – PPN dibebaskan", "08 – VAT exempt")],
];

export const IDENTITY_WORDS: readonly (readonly [document: string, word: Text])[] = [
  ["TIN", text("NPWP (badan atau orang)", "NPWP (company or person)")],
  ["National ID", text("NIK saja (orang)", "NIK only (person)")],
  ["Passport", text("Paspor (orang asing)", "Passport (foreigner)")],
  ["Other ID", text("Identitas lain (asing)", "Other identity (foreign)")],
];
