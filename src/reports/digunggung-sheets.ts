import { REASON_CODES, reason, type ReasonCode } from "../faktur/reasons";
import { sum } from "../money";
import type { DigunggungReport, PlacedInvoice, RefundSeen } from "./digunggung";
import type { Amounts, Figures } from "./figures";
import type { Placement } from "./placement";
import { count, money, sheetOf, words, type Column, type Sheet } from "./sheet";

export const PLACE_WORDS: Readonly<Record<Placement["block"], string>> = {
  faktur: "berfaktur",
  digunggung: "digunggung",
  neither: "di luar keduanya",
};

/** What stands behind an invoice: the recap's own amounts, or those of its fakturs. */
export function amountsOf(placement: Placement): Amounts | null {
  switch (placement.block) {
    case "digunggung":
      return placement.amounts;
    case "faktur":
      return {
        dpp: sum(placement.fakturs.map((one) => one.dpp)),
        dppNilaiLain: sum(placement.fakturs.map((one) => one.dppNilaiLain)),
        ppn: sum(placement.fakturs.map((one) => one.ppn)),
      };
    case "neither":
      return null;
    default:
      return placement satisfies never;
  }
}

export const reasonsOf = (placement: Placement): readonly ReasonCode[] =>
  placement.block === "digunggung" ? [placement.because] : placement.reasons;

const inWords = (codes: readonly ReasonCode[]): string =>
  codes
    .filter((code) => REASON_CODES.includes(code))
    .map((code) => reason(code).message.id)
    .join(" ");

const masasOf = (placement: Placement): string =>
  placement.block === "faktur" ? [...new Set(placement.fakturs.map((one) => one.period))].join(", ") : "";

const LIST: readonly Column<PlacedInvoice>[] = [
  ["Tanggal", 12, (row) => words(row.taxDay)],
  ["Portal", 12, (row) => words(row.portal)],
  ["Invoice", 20, (row) => words(row.number ?? row.invoiceId)],
  ["Tempat", 16, (row) => words(PLACE_WORDS[row.placement.block])],
  ["DPP", 17, (row) => money(amountsOf(row.placement)?.dpp ?? null)],
  ["DPP nilai lain", 17, (row) => money(amountsOf(row.placement)?.dppNilaiLain ?? null)],
  ["PPN", 15, (row) => money(amountsOf(row.placement)?.ppn ?? null)],
  ["Mata uang", 10, (row) => words(row.currency)],
  ["Subtotal invoice", 17, (row) => money(row.subtotal)],
  ["Pajak invoice", 15, (row) => money(row.tax)],
  ["Total invoice", 17, (row) => money(row.total)],
  ["Masa faktur", 12, (row) => words(masasOf(row.placement))],
  ["Alasan", 60, (row) => words(inWords(reasonsOf(row.placement)))],
];

interface SumRow {
  readonly group: string;
  readonly figures: Figures;
}

const SUMS: readonly Column<SumRow>[] = [
  ["Tanggal / kelompok", 40, (row) => words(row.group)],
  ["Jumlah invoice", 14, (row) => count(row.figures.count)],
  ["DPP", 19, (row) => money(row.figures.dpp)],
  ["DPP nilai lain", 19, (row) => money(row.figures.dppNilaiLain)],
  ["PPN", 17, (row) => money(row.figures.ppn)],
];

const NEITHER: readonly Column<DigunggungReport["neither"][number]>[] = [
  ["Jumlah invoice", 14, (row) => count(row.count)],
  ["Alasan", 90, (row) => words(inWords(row.reasons))],
];

const REFUND_WORDS: Readonly<Record<RefundSeen["state"], string>> = {
  pending: "diproses",
  done: "selesai",
  failed: "gagal",
};

const REFUNDS: readonly Column<RefundSeen>[] = [
  ["Tanggal pengembalian", 14, (row) => words(row.refundedOn)],
  ["Portal", 12, (row) => words(row.portal)],
  ["Invoice", 20, (row) => words(row.number ?? row.invoiceId)],
  ["Masa invoice", 12, (row) => words(row.invoiceMasa)],
  ["Tempat invoice", 16, (row) => words(PLACE_WORDS[row.block])],
  ["Mata uang", 10, (row) => words(row.currency)],
  ["Nilai", 17, (row) => money(row.amount)],
  ["Seluruhnya", 11, (row) => words(row.whole ? "ya" : "tidak")],
  ["Status", 10, (row) => words(REFUND_WORDS[row.state])],
  ["Alasan", 40, (row) => words(row.reason)],
];

/** Days and their total first, then every invoice of the masa with its place, what is in neither list, and refunds. */
export const digunggungSheets = (report: DigunggungReport): readonly Sheet[] => [
  sheetOf("days", "Harian", SUMS, dayRows(report)),
  sheetOf("list", "Invoice", LIST, report.invoices),
  sheetOf("neither", "Di luar keduanya", NEITHER, report.neither),
  sheetOf("refunds", "Pengembalian", REFUNDS, report.refunds),
];

export const dayRows = (report: DigunggungReport): readonly SumRow[] => [
  ...report.days.map((one) => ({ group: one.day, figures: one })),
  { group: "JUMLAH digunggung", figures: report.total },
  ...report.byReason
    .filter((one) => one.count > 0)
    .map((one) => ({ group: `di antaranya: ${inWords([one.reason])}`, figures: one })),
  ...report.fakturMasas.map((one) => ({ group: `Berfaktur, masa ${one.masa}`, figures: one })),
];
