import { formatIndonesian, times, type Money } from "../../money";
import type { Paper } from "../paper";
import { wrap } from "./font";
import { BODY, MOST, PAD, SHEET, SMALL, TINT, WIDTH, type Pen, type Style } from "./pen";

/* The table of the lines: header, rows, and the sums carried from page to page. */

/** Left edges of the four columns and the right edge of the last. */
const COLUMN = {
  no: SHEET.left,
  code: SHEET.left + 30,
  name: SHEET.left + 90,
  amount: SHEET.right - 132,
} as const;
export const TABLE_HEADER = 40;
export const CARRY = 18;

export function drawTableHeader(pen: Pen, top: number): number {
  pen.box(SHEET.left, top, WIDTH, TABLE_HEADER, TINT);
  const middle = top + TABLE_HEADER / 2;
  for (const { lines, from, to } of HEADINGS) {
    const first = middle + 3 - ((lines.length - 1) * 11) / 2;
    for (const [index, line] of lines.entries())
      pen.center(line, (from + to) / 2, first + index * 11, HEADING);
  }
  drawColumns(pen, top, top + TABLE_HEADER);
  return top + TABLE_HEADER;
}

const HEADING: Style = { size: 8.5, bold: true };
const HEADINGS = [
  { lines: ["No."], from: COLUMN.no, to: COLUMN.code },
  { lines: ["Kode", "Barang/", "Jasa"], from: COLUMN.code, to: COLUMN.name },
  { lines: ["Nama Barang Kena Pajak / Jasa Kena Pajak"], from: COLUMN.name, to: COLUMN.amount },
  {
    lines: ["Harga Jual / Penggantian /", "Uang Muka / Termin", "(Rp)"],
    from: COLUMN.amount,
    to: SHEET.right,
  },
] as const;

function drawColumns(pen: Pen, top: number, bottom: number): void {
  for (const x of [COLUMN.code, COLUMN.name, COLUMN.amount]) pen.rule(x, top, x, bottom);
}

/** One line of the faktur, broken into printed lines; its parts stay together. */
export interface SheetRow {
  readonly no: string;
  readonly code: string;
  readonly name: readonly string[];
  readonly details: readonly string[];
  /** Price × quantity, before the discount. */
  readonly gross: Money;
  readonly height: number;
}

const ROW = { name: 11.5, detail: 10.5, pad: 5 } as const;

export function rowsOf(pen: Pen, paper: Paper): SheetRow[] {
  const width = COLUMN.amount - COLUMN.name - 2 * PAD;
  return paper.lines.map((line, index) => {
    const name = wrap(line.name, pen.face(BODY), BODY.size, width, MOST.item);
    const details = [
      `Rp ${formatIndonesian(line.price)} x ${formatIndonesian(line.quantity)} ${line.unitName}`,
      `Potongan Harga = Rp ${formatIndonesian(line.discount)}`,
      // Hosting services are never luxury goods, so the rate and the tax are always nil.
      "PPnBM (0,00%) = Rp 0,00",
    ];
    const height = name.length * ROW.name + details.length * ROW.detail + 2 * ROW.pad;
    return {
      no: String(index + 1),
      code: line.code,
      name,
      details,
      gross: times(line.price, line.quantity),
      height,
    };
  });
}

export function drawRow(pen: Pen, row: SheetRow, top: number): number {
  const bottom = top + row.height;
  let y = top + ROW.pad - 2.5;
  const first = y + ROW.name;
  pen.center(row.no, (COLUMN.no + COLUMN.code) / 2, first, BODY);
  pen.center(row.code, (COLUMN.code + COLUMN.name) / 2, first, BODY);
  for (const line of row.name) pen.left(line, COLUMN.name + PAD, (y += ROW.name), BODY);
  for (const line of row.details) pen.left(line, COLUMN.name + PAD, (y += ROW.detail), SMALL);
  pen.right(formatIndonesian(row.gross), SHEET.right - PAD, first, BODY);
  drawColumns(pen, top, bottom);
  pen.box(SHEET.left, top, WIDTH, row.height);
  return bottom;
}

/** The sum of the rows so far: at the foot of a page to be carried on, and again at the head of the next. */
export function drawCarry(
  pen: Pen,
  label: "Jumlah dipindahkan" | "Jumlah pindahan",
  amount: Money,
  top: number,
): number {
  drawAmount(pen, label, formatIndonesian(amount), top, CARRY, { size: 8.5, bold: true }, TINT);
  return top + CARRY;
}

/** One row with a label across the first columns and an amount in the last. */
export function drawAmount(
  pen: Pen,
  label: string,
  amount: string,
  top: number,
  height: number,
  style: Style,
  fill?: string,
): void {
  pen.box(SHEET.left, top, WIDTH, height, fill);
  pen.rule(COLUMN.amount, top, COLUMN.amount, top + height);
  pen.left(label, SHEET.left + PAD, top + height / 2 + 3.2, style);
  pen.right(amount, SHEET.right - PAD, top + height / 2 + 3.2, style);
}
