import { STATE_NAMES } from "../faktur/names";
import { sheetOf, count, digits, money, words, type Column, type Sheet } from "./sheet";
import type { Figures } from "./figures";
import type { SptBlock, SptReport, SptRow, SptSection } from "./spt";

/** What a block says in a list for people. */
export const BLOCK_WORDS: Readonly<Record<SptBlock, string>> = {
  counted: "dihitung",
  pending: "belum disetujui",
  cancelled: "batal",
  replaced: "diganti",
  replacementUnknown: "pengganti tak dikenal",
};

export const SECTION_WORDS: Readonly<Record<SptSection, string>> = {
  collected: "PPN dipungut sendiri (01, 04, 05, 06, 09, 10)",
  collectedByBuyer: "PPN dipungut pembeli (02, 03)",
  notCollected: "PPN tidak dipungut (07)",
  exempt: "PPN dibebaskan (08)",
};

const KIND_WORDS = { normal: "normal", replacement: "pengganti" } as const;

const LIST: readonly Column<SptRow>[] = [
  ["Kode transaksi", 10, (row) => digits(row.code)],
  ["Nomor faktur (NSFP)", 20, (row) => digits(row.nsfp)],
  ["Tanggal faktur", 12, (row) => words(row.date)],
  ["NPWP pembeli", 19, (row) => digits(row.buyer.npwp)],
  ["NIK/paspor/lain", 19, (row) => digits(row.buyer.number)],
  ["Nama pembeli", 36, (row) => words(row.buyer.name)],
  ["DPP", 17, (row) => money(row.dpp)],
  ["DPP nilai lain", 17, (row) => money(row.dppNilaiLain)],
  ["PPN", 15, (row) => money(row.ppn)],
  ["PPnBM", 10, () => money(0n)],
  ["Dalam SPT", 20, (row) => words(BLOCK_WORDS[row.block])],
  ["Status", 20, (row) => words(STATE_NAMES[row.state].id)],
  ["Jenis", 11, (row) => words(KIND_WORDS[row.kind])],
  ["Faktur yang diganti", 20, (row) => digits(row.replaces)],
  ["Referensi", 22, (row) => words(row.reference)],
  ["Invoice", 20, (row) => words(row.invoiceNumber ?? row.invoiceId)],
  ["Portal", 12, (row) => words(row.portal)],
  ["Keterangan", 12, (row) => words(row.simulated ? "SIMULASI" : null)],
];

interface SumRow {
  readonly group: string;
  readonly figures: Figures;
}

const SUMS: readonly Column<SumRow>[] = [
  ["Kelompok", 48, (row) => words(row.group)],
  ["Jumlah faktur", 14, (row) => count(row.figures.count)],
  ["DPP", 19, (row) => money(row.figures.dpp)],
  ["DPP nilai lain", 19, (row) => money(row.figures.dppNilaiLain)],
  ["PPN", 17, (row) => money(row.figures.ppn)],
];

/** The list and its sums. What is cancelled or replaced stands in the list and in no sum. */
export const sptSheets = (report: SptReport): readonly Sheet[] => [
  sheetOf("list", "Faktur", LIST, report.rows),
  sheetOf("sums", "Ringkasan", SUMS, sumRows(report)),
];

/** Codes without a faktur are left out here; the JSON answer has all ten. */
export const sumRows = (report: SptReport): readonly SumRow[] => [
  ...report.byCode.filter((one) => one.count > 0).map((one) => ({ group: `Kode ${one.code}`, figures: one })),
  ...(Object.keys(SECTION_WORDS) as SptSection[]).map((section) => ({
    ...{ group: SECTION_WORDS[section], figures: report.bySection[section] },
  })),
  { group: "JUMLAH (disetujui)", figures: report.counted },
  { group: "Belum disetujui (belum masuk SPT)", figures: report.pending },
  { group: "Pengganti dalam proses (aslinya yang dihitung)", figures: report.pendingReplacements },
  { group: "Diganti; penggantinya belum dikenal di sini", figures: report.replacementUnknown },
];
