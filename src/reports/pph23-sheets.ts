import type { Money } from "../money";
import type { MatchedBy, Pph23Report, Pph23Row, Receipt, UnmatchedCode } from "./pph23";
import { digits, money, sheetOf, words, type Column, type Sheet } from "./sheet";

export const MATCH_WORDS: Readonly<Record<MatchedBy, string>> = {
  nsfp: "nomor faktur",
  invoice: "invoice",
  amount: "nilai sama",
  sum: "jumlah sebulan",
};

export const UNMATCHED_WORDS: Readonly<Record<UnmatchedCode, string>> = {
  faktur_of_other_masa: "fakturnya dari masa lain",
  nothing_expected: "fakturnya ada, tetapi tidak diharapkan dipotong PPh 23",
  faktur_unknown: "faktur atau invoice-nya tidak dikenal",
  other_buyer: "faktur itu milik pembeli lain",
  buyer_unknown: "pemotong ini tidak punya faktur pada masa ini",
  no_equal_amount: "tidak ada faktur dengan nilai yang sama",
};

const LIST: readonly Column<Pph23Row>[] = [
  ["Nomor faktur (NSFP)", 20, (row) => digits(row.nsfp)],
  ["Tanggal faktur", 12, (row) => words(row.date)],
  ["Invoice", 20, (row) => words(row.invoiceNumber ?? row.invoiceId)],
  ["NPWP pembeli", 19, (row) => digits(row.buyerNpwp)],
  ["Nama pembeli", 36, (row) => words(row.buyerName)],
  ["DPP faktur", 17, (row) => money(row.dpp)],
  ["DPP objek PPh 23", 17, (row) => money(row.base)],
  ["PPh 23 diharapkan", 17, (row) => money(row.expected)],
  ["PPh 23 diterima", 17, (row) => money(row.received)],
  ["Selisih", 15, (row) => money(row.difference)],
  ["Bukti potong", 30, (row) => words(row.receipts.map((one) => one.number).join(", "))],
  ["Dicocokkan dengan", 18, (row) => words(row.receipts.map((one) => MATCH_WORDS[one.by]).join(", "))],
  ["Keterangan", 30, (row) => words(noteOf(row))],
];

export const noteOf = (row: Pph23Row): string =>
  row.uncertain ? "jenis baris tidak dapat ditentukan; periksa" : row.settled ? "cocok" : "";

const UNMATCHED: readonly Column<Receipt & { readonly why: UnmatchedCode }>[] = [
  ["Nomor bukti potong", 24, (row) => words(row.number)],
  ["Tanggal", 12, (row) => words(row.date)],
  ["Masa", 10, (row) => words(row.masa)],
  ["NPWP pemotong", 19, (row) => digits(row.buyerNpwp)],
  ["DPP", 17, (row) => money(row.dpp)],
  ["PPh", 15, (row) => money(row.pph)],
  ["Nomor faktur", 20, (row) => digits(row.nsfp)],
  ["Invoice", 20, (row) => words(row.invoice)],
  ["Sebab", 48, (row) => words(UNMATCHED_WORDS[row.why])],
];

interface Total {
  readonly name: string;
  readonly value: Money;
}

const TOTALS: readonly Column<Total>[] = [
  ["Jumlah", 48, (row) => words(row.name)],
  ["Rupiah", 19, (row) => money(row.value)],
];

/** What was expected and received, the receipts left over, and the totals. */
export const pph23Sheets = (report: Pph23Report): readonly Sheet[] => [
  sheetOf("list", "PPh 23", LIST, report.rows),
  sheetOf("unmatched", "Belum cocok", UNMATCHED, report.unmatched),
  sheetOf("totals", "Jumlah", TOTALS, totalRows(report)),
];

export const totalRows = ({ totals }: Pph23Report): readonly Total[] => [
  { name: "DPP objek PPh 23", value: totals.base },
  { name: "PPh 23 diharapkan", value: totals.expected },
  { name: "PPh 23 diterima atas faktur masa ini", value: totals.received },
  { name: "Selisih (belum diterima)", value: totals.difference },
  { name: "Bukti potong masa ini yang belum cocok", value: totals.unmatched },
];
