import type { Period, TaxDay } from "../../clock";
import { maskNpwp } from "../../accounts/npwp";
import type { ChannelState } from "../../faktur/channels/channel";
import type { TransactionCode } from "../../faktur/faktur";
import { codeOf } from "../../faktur/keys";
import type { Money } from "../../money";
import { titleOf, type ColumnKey, type Places } from "./columns";
import { readbackFault, type ReadbackCode, type ReadbackFault } from "./faults";
import { bareNumber, isNoNumber, readNsfp, readTransactionCode, sameNumber } from "./numbers";
import type { Cell, SheetRow } from "./sheet";
import { eSignOf, listStatusOf, standingOf, type ESign, type ListStatus } from "./statuses";
import { readAmount, readDay, readPeriod } from "./values";

/** One faktur of the portal's list. */
export interface ListRow {
  /** As Excel shows it, from 1. */
  readonly line: number;
  readonly buyerNumber: string;
  readonly buyerName: string;
  readonly code: TransactionCode | null;
  /** 17 digits; null while the portal has given none. */
  readonly nsfp: string | null;
  readonly date: TaxDay | null;
  readonly period: Period | null;
  readonly status: ListStatus;
  /** The portal's own word, kept verbatim. */
  readonly statusWord: string;
  readonly eSign: ESign;
  /** What status and signature say together, in the words of the channels. */
  readonly standing: ChannelState;
  readonly price: Money | null;
  /** The base the tax is computed from: 11/12 where nilai lain applies. */
  readonly dppNilaiLain: Money | null;
  readonly ppn: Money | null;
  /** Empty when the portal shows none. */
  readonly reference: string;
  readonly recordId: string | null;
  /** Only the export with the portal's own field names tells it. */
  readonly sellerNpwp: string | null;
}

/** A row that nothing may be concluded from, with every reason. */
export interface RefusedRow {
  readonly line: number;
  readonly reference: string;
  readonly faults: readonly ReadbackFault[];
}

export type RowReading =
  | { readonly kind: "row"; readonly row: ListRow }
  /** `otherSeller`: whose row it is, masked, when it is not the expected seller's. */
  | { readonly kind: "refused"; readonly row: RefusedRow; readonly otherSeller: string | null }
  /** Nothing in it that names a faktur: a line of totals, say. */
  | { readonly kind: "blank" };

export interface RowContext {
  readonly places: Places;
  readonly date1904: boolean;
  /** The seller the list should belong to; null where that is not known. */
  readonly sellerNpwp: string | null;
}

const NAMING: readonly ColumnKey[] = ["buyerNumber", "nsfp", "status", "reference"];
const EXACT_DIGITS = 15;

/** A row of the list, or every fault that forbids to use it. */
export function readListRow(row: SheetRow, context: RowContext): RowReading {
  const cells = cellsOf(row, context.places);
  if (NAMING.every((key) => cells[key] === undefined)) return { kind: "blank" };
  const faults: ReadbackFault[] = [];
  const noted = new Set<ColumnKey>();
  const note = (code: ReadbackCode, key: ColumnKey, ...found: readonly string[]): void => {
    noted.add(key);
    faults.push(readbackFault(code, `/rows/${row.line}/${key}`, ...found));
  };
  for (const key of Object.keys(cells) as ColumnKey[]) {
    const cell = cells[key];
    if (cell?.kind === "error") note("cell_broken", key, titleOf(key), cell.value);
  }
  const reference = referenceOf(cells, note);
  const read = readFacts(row.line, cells, context, reference, note);
  // What could not be read is not missing as well.
  const noteOnce: Note = (code, key, ...found) => {
    if (!noted.has(key)) note(code, key, ...found);
  };
  if (read.standing === "approved") noteMissing(read, noteOnce);
  if (faults.length === 0) return { kind: "row", row: read };
  const other = faults.some((fault) => fault.code === "row_of_other_seller");
  return {
    kind: "refused",
    row: { line: row.line, reference, faults },
    otherSeller: other ? maskNpwp(read.sellerNpwp ?? "") : null,
  };
}

type Cells = Partial<Record<ColumnKey, Cell>>;
type Note = (code: ReadbackCode, key: ColumnKey, ...found: readonly string[]) => void;

function cellsOf(row: SheetRow, places: Places): Cells {
  const cells: Cells = {};
  for (const [key, place] of Object.entries(places) as [ColumnKey, number][]) {
    const cell = row.cells[place];
    if (cell !== undefined) cells[key] = cell;
  }
  return cells;
}

function readFacts(line: number, cells: Cells, context: RowContext, reference: string, note: Note): ListRow {
  const statusWord = wordsOf(cells.status);
  if (statusWord === "") note("status_missing", "status");
  const status = listStatusOf(statusWord);
  const eSign = eSignOf(wordsOf(cells.eSign));
  const nsfp = nsfpOf(cells.nsfp, note);
  const code = readTransactionCode(wordsOf(cells.code));
  if (nsfp !== null && code !== null && codeOf(nsfp) !== code) {
    note("code_contradicts_nsfp", "code", code, codeOf(nsfp));
  }
  return {
    line,
    buyerNumber: buyerNumberOf(cells.buyerNumber, note),
    buyerName: wordsOf(cells.buyerName),
    code: code ?? (nsfp === null ? null : readTransactionCode(codeOf(nsfp))),
    nsfp,
    date: dateOf(cells.date, context.date1904, note),
    period: readPeriod(cells.period, cells.year, context.date1904),
    status,
    statusWord,
    eSign,
    standing: standingOf(status, eSign),
    price: amountOf("price", cells, note),
    dppNilaiLain: amountOf("dppNilaiLain", cells, note),
    ppn: amountOf("ppn", cells, note),
    reference,
    recordId: wordsOf(cells.recordId) || null,
    sellerNpwp: sellerOf(cells.sellerNpwp, context.sellerNpwp, note),
  };
}

const wordsOf = (cell: Cell | undefined): string =>
  cell === undefined || cell.kind === "error" ? "" : cell.value;

/** What an approval must carry before anything may follow from it. */
function noteMissing(row: ListRow, note: Note): void {
  if (row.nsfp === null) note("approved_without_nsfp", "nsfp");
  if (row.buyerNumber === "") note("value_missing", "buyerNumber", titleOf("buyerNumber"));
  if (row.date === null) note("value_missing", "date", titleOf("date"));
  if (row.ppn === null) note("value_missing", "ppn", titleOf("ppn"));
}

/** As text only: a spreadsheet keeps 15 digits of a number, and an NSFP has 17 (coretax-xml 5.5). */
function nsfpOf(cell: Cell | undefined, note: Note): string | null {
  const words = wordsOf(cell);
  if (words === "" || /^-+$/.test(words)) return null;
  if (cell?.kind === "number" || /^\d+([.,]\d+)?E\+?\d+$/i.test(words)) {
    if (cell?.kind === "number" && Number(words) === 0) return null;
    note("nsfp_not_text", "nsfp");
    return null;
  }
  const nsfp = readNsfp(words);
  if (nsfp === null) note("nsfp_malformed", "nsfp", words);
  return nsfp;
}

function referenceOf(cells: Cells, note: Note): string {
  const cell = cells.reference;
  const words = wordsOf(cell);
  if (cell?.kind !== "number") return /^-+$/.test(words) ? "" : words;
  if (new RegExp(`^\\d{1,${EXACT_DIGITS}}$`).test(words)) return words;
  note("reference_not_text", "reference", words);
  return "";
}

/** A number of at most 15 digits is still exact; there the leading 0 of an NPWP was lost. */
function buyerNumberOf(cell: Cell | undefined, note: Note): string {
  const words = wordsOf(cell);
  if (cell?.kind !== "number") return /^-+$/.test(words) ? "" : bareNumber(words);
  if (new RegExp(`^\\d{1,${EXACT_DIGITS}}$`).test(words)) return words.padStart(EXACT_DIGITS + 1, "0");
  note("buyer_not_text", "buyerNumber");
  return "";
}

function dateOf(cell: Cell | undefined, date1904: boolean, note: Note): TaxDay | null {
  if (cell === undefined || cell.kind === "error") return null;
  // The portal's own "no date".
  if (cell.value.startsWith("0001-01-01") || /^-+$/.test(cell.value)) return null;
  const day = readDay(cell, date1904);
  if (day === null) note("date_malformed", "date", cell.value);
  return day;
}

function amountOf(key: "price" | "dppNilaiLain" | "ppn", cells: Cells, note: Note): Money | null {
  const cell = cells[key];
  if (cell === undefined || cell.kind === "error" || /^-+$/.test(cell.value)) return null;
  const amount = readAmount(cell);
  if (amount === null) note("amount_malformed", key, titleOf(key), cell.value);
  return amount;
}

function sellerOf(cell: Cell | undefined, expected: string | null, note: Note): string | null {
  const words = cell?.kind === "number" ? wordsOf(cell).padStart(EXACT_DIGITS + 1, "0") : wordsOf(cell);
  if (isNoNumber(words)) return null;
  if (expected !== null && !sameNumber(words, expected)) {
    note("row_of_other_seller", "sellerNpwp", maskNpwp(bareNumber(words)));
  }
  return bareNumber(words);
}
