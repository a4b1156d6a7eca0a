import type { DigunggungReason } from "../reports/placement";
import type { MatchedBy, UnmatchedCode } from "../reports/pph23";
import type { PaperName } from "../reports/papers";
import type { SptBlock, SptSection } from "../reports/spt";
import { text, type Text } from "../text";
import type { Tone } from "./words";

export const PAPER_WORDS: Readonly<Record<PaperName, Text>> = {
  spt: text("SPT Masa PPN", "VAT return"),
  digunggung: text("Digunggung", "Recap without fakturs"),
  pph23: text("PPh 23", "PPh 23"),
};

/** Tables of a paper as CSV files, the first one first. */
export const TABLE_WORDS: Readonly<Record<PaperName, Readonly<Record<string, Text>>>> = {
  spt: { list: text("Faktur", "Fakturs"), sums: text("Ringkasan", "Sums") },
  digunggung: {
    days: text("Harian", "By day"),
    list: text("Invoice", "Invoices"),
    neither: text("Di luar keduanya", "In neither"),
    refunds: text("Pengembalian", "Refunds"),
  },
  pph23: {
    list: text("Faktur", "Fakturs"),
    unmatched: text("Belum cocok", "Unmatched"),
    totals: text("Jumlah", "Totals"),
  },
};

export const BLOCK_WORDS: Readonly<Record<SptBlock, { readonly word: Text; readonly tone: Tone }>> = {
  counted: { word: text("Dihitung", "Counted"), tone: "good" },
  pending: { word: text("Belum disetujui", "Not approved yet"), tone: "bad" },
  cancelled: { word: text("Batal", "Cancelled"), tone: "idle" },
  replaced: { word: text("Diganti", "Replaced"), tone: "idle" },
  replacementUnknown: {
    word: text("Diganti, penggantinya belum dikenal", "Replaced by what is not known here"),
    tone: "bad",
  },
};

export const SECTION_WORDS: Readonly<Record<SptSection, Text>> = {
  collected: text(
    "PPN dipungut sendiri (01, 04, 05, 06, 09, 10)",
    "Collected by the seller (01, 04–06, 09, 10)",
  ),
  collectedByBuyer: text("PPN dipungut pembeli (02, 03)", "Collected by the buyer (02, 03)"),
  notCollected: text("PPN tidak dipungut (07)", "Not collected (07)"),
  exempt: text("PPN dibebaskan (08)", "Exempt (08)"),
};

export const RECAP_WORDS: Readonly<Record<DigunggungReason, Text>> = {
  no_company: text("Tanpa tab NPWP", "No NPWP tab"),
  company_requested: text("Tab NPWP belum aktif saat dibayar", "NPWP tab not active at payment"),
  company_suspended: text("Tab NPWP ditangguhkan", "NPWP tab suspended"),
};

export const PLACE_WORDS: Readonly<
  Record<"faktur" | "digunggung" | "neither", { readonly word: Text; readonly tone: Tone }>
> = {
  faktur: { word: text("Berfaktur", "Has a faktur"), tone: "good" },
  digunggung: { word: text("Digunggung", "In the recap"), tone: "wait" },
  neither: { word: text("Di luar keduanya", "In neither"), tone: "bad" },
};

export const MATCH_WORDS: Readonly<Record<MatchedBy, Text>> = {
  nsfp: text("nomor faktur", "serial number"),
  invoice: text("nomor invoice", "invoice"),
  amount: text("nilai sama", "equal amount"),
  sum: text("jumlah sebulan", "sum of the month"),
};

export const UNMATCHED_WORDS: Readonly<Record<UnmatchedCode, Text>> = {
  faktur_of_other_masa: text("Fakturnya dari masa lain", "Its faktur is of another masa"),
  nothing_expected: text(
    "Fakturnya ada, tetapi tidak diharapkan dipotong PPh 23",
    "Its faktur is there, but no PPh 23 is expected on it",
  ),
  faktur_unknown: text("Faktur atau invoice-nya tidak dikenal", "Its faktur or invoice is not known"),
  other_buyer: text("Faktur itu milik pembeli lain", "That faktur is another buyer's"),
  buyer_unknown: text(
    "Pemotong ini tidak punya faktur pada masa ini",
    "This payer has no faktur in this masa",
  ),
  no_equal_amount: text("Tidak ada faktur dengan nilai yang sama", "No faktur has an equal amount"),
};
