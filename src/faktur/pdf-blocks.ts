import { formatIndonesian, times, type Money } from "../money";
import { dayInWords } from "./day-words";
import type { Paper } from "./paper";
import { MARKS } from "./pdf-mark";
import { wrap } from "./pdf-font";
import { MUTED, RULE, SHEET, TINT, type Pen, type Style } from "./pdf-pen";

/*
 * The blocks of the sheet, in the order and with the labels of the official one (PER-11/PJ/2025; coretax-xml 5.6).
 * Each takes the height it starts at and returns the height below it.
 */

const BODY: Style = { size: 9 };
const STRONG: Style = { size: 9, bold: true };
const SMALL: Style = { size: 8, color: MUTED };
const WIDTH = SHEET.right - SHEET.left;
const PAD = 8;

/** Lines that one value may take, so that even the longest heads leave room for the table; longer texts end in "…". */
const MOST = { name: 4, box: 12, address: 8, item: 40, reference: 6, signer: 3 } as const;

/** Empty identities are printed as "-". */
const orDash = (value: string): string => (value === "" ? "-" : value);

export function drawTitle(pen: Pen, paper: Paper, top: number): number {
  pen.center("Faktur Pajak", SHEET.width / 2, top + 18, { size: 17, bold: true });
  const x = SHEET.left + WIDTH * 0.58;
  const style: Style = { size: 8 };
  const lines = [
    ...wrap(`Nama: ${paper.seller.name}`, pen.face(style), style.size, SHEET.right - x, MOST.name),
    ...wrap(
      `Alamat: ${paper.seller.address} #${paper.seller.nitku}`,
      pen.face(style),
      style.size,
      SHEET.right - x,
      MOST.box,
    ),
  ];
  lines.forEach((line, index) => pen.left(line, x, top + 38 + index * 10.5, style));
  return top + 38 + lines.length * 10.5 + 2;
}

export function drawNumber(pen: Pen, paper: Paper, top: number): number {
  pen.box(SHEET.left, top, WIDTH, 24, TINT);
  const label = "Kode dan Nomor Seri Faktur Pajak: ";
  pen.left(`${label}${orDash(paper.nsfp ?? "")}`, SHEET.left + PAD, top + 15.8, { size: 10.5, bold: true });
  return top + 24;
}

export function drawSeller(pen: Pen, paper: Paper, top: number): number {
  const { seller } = paper;
  return drawParty(pen, top, "Pengusaha Kena Pajak:", [
    ["Nama", seller.name],
    ["Alamat", seller.address],
    ["NPWP", seller.npwp],
  ]);
}

export function drawBuyer(pen: Pen, paper: Paper, top: number): number {
  const { buyer } = paper;
  const address = buyer.nitku === "" ? buyer.address : `${buyer.address} #${buyer.nitku}`;
  return drawParty(pen, top, "Pembeli Barang Kena Pajak/Penerima Jasa Kena Pajak:", [
    ["Nama", buyer.name],
    ["Alamat", address],
    ["NPWP", buyer.npwp],
    ["NIK", buyer.nik],
    ["Nomor Paspor", buyer.passport],
    ["Identitas Lain", buyer.otherId],
    ["Email", buyer.email],
  ]);
}

const PARTY = { label: 72, line: 12, head: 18 } as const;

function drawParty(
  pen: Pen,
  top: number,
  title: string,
  rows: readonly (readonly [string, string])[],
): number {
  const x = SHEET.left + PAD;
  let y = top + PARTY.head - 4;
  pen.left(title, x, y, STRONG);
  y += 2;
  for (const [label, value] of rows) {
    const width = WIDTH - 2 * PAD - PARTY.label - 6;
    const lines = wrap(
      orDash(value),
      pen.face(BODY),
      BODY.size,
      width,
      label === "Alamat" ? MOST.address : MOST.name,
    );
    lines.forEach((line, index) => {
      y += PARTY.line;
      if (index === 0) pen.left(label, x, y, { ...BODY, color: MUTED });
      if (index === 0) pen.left(`: ${line}`, x + PARTY.label, y, BODY);
      else pen.left(line, x + PARTY.label + pen.face(BODY).width(": ", BODY.size), y, BODY);
    });
  }
  const bottom = y + 6;
  pen.box(SHEET.left, top, WIDTH, bottom - top);
  return bottom;
}

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
  const style: Style = { size: 8.5, bold: true };
  const column = (lines: readonly string[], from: number, to: number): void => {
    const first = middle + 3 - ((lines.length - 1) * 11) / 2;
    lines.forEach((line, index) => pen.center(line, (from + to) / 2, first + index * 11, style));
  };
  column(["No."], COLUMN.no, COLUMN.code);
  column(["Kode", "Barang/", "Jasa"], COLUMN.code, COLUMN.name);
  column(["Nama Barang Kena Pajak / Jasa Kena Pajak"], COLUMN.name, COLUMN.amount);
  column(["Harga Jual / Penggantian /", "Uang Muka / Termin", "(Rp)"], COLUMN.amount, SHEET.right);
  drawColumns(pen, top, top + TABLE_HEADER);
  return top + TABLE_HEADER;
}

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

function drawAmount(
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

const TOTAL = 17.5;
const HALF = WIDTH * 0.48;

const referenceLines = (pen: Pen, paper: Paper): string[] =>
  wrap(`(Referensi: ${paper.reference})`, pen.face(BODY), BODY.size, WIDTH * 0.6, MOST.reference);

interface Placed {
  readonly line: string;
  readonly style: Style;
  /** Distance to the line above. */
  readonly step: number;
}

/** Place and date, then the signer, in the right half. */
function signerLines(pen: Pen, paper: Paper): Placed[] {
  const { seller } = paper;
  const part = (value: string, style: Style, first: number): Placed[] =>
    wrap(value, pen.face(style), style.size, HALF, MOST.signer).map((line, index) => ({
      line,
      style,
      step: index === 0 ? first : 12,
    }));
  return [
    ...part(`${seller.city.toUpperCase()}, ${dayInWords(paper.date)}`, BODY, 24),
    // Without a signature in the file the sheet must not claim one.
    ...part(paper.signed ? "Ditandatangani secara elektronik" : "Penandatangan", SMALL, 36),
    ...part(seller.signer, STRONG, 13),
    ...(seller.signerTitle === null ? [] : part(seller.signerTitle, SMALL, 11)),
  ];
}

/** Height of totals, place and date, signer and reference: they are never separated. */
export const closingHeight = (pen: Pen, paper: Paper): number =>
  6 * TOTAL +
  signerLines(pen, paper).reduce((height, placed) => height + placed.step, 0) +
  referenceLines(pen, paper).length * 12 +
  8;

export function drawClosing(pen: Pen, paper: Paper, top: number): void {
  const { totals } = paper;
  const rows: readonly (readonly [string, string, Style])[] = [
    ["Harga Jual / Penggantian / Uang Muka / Termin", formatIndonesian(totals.price), BODY],
    ["Dikurangi Potongan Harga", formatIndonesian(totals.discount), BODY],
    ["Dikurangi Uang Muka yang telah diterima", "", BODY],
    ["Dasar Pengenaan Pajak", formatIndonesian(totals.dppNilaiLain), STRONG],
    ["Jumlah PPN (Pajak Pertambahan Nilai)", formatIndonesian(totals.ppn), STRONG],
    ["Jumlah PPnBM (Pajak Penjualan atas Barang Mewah)", "0,00", BODY],
  ];
  rows.forEach(([label, amount, style], index) =>
    drawAmount(pen, label, amount, top + index * TOTAL, TOTAL, style),
  );
  let y = top + rows.length * TOTAL;
  for (const placed of signerLines(pen, paper)) {
    y += placed.step;
    pen.center(placed.line, SHEET.right - HALF / 2, y, placed.style);
  }
  for (const line of referenceLines(pen, paper)) pen.left(line, SHEET.left, (y += 12), BODY);
}

export function drawFooter(pen: Pen, paper: Paper, page: number, pages: number): void {
  const top = SHEET.bottom + 8;
  pen.rule(SHEET.left, top, SHEET.right, top, RULE);
  const style: Style = { size: 7, color: MUTED };
  const lines = wrap(MARKS[paper.mark].note, pen.face(style), style.size, WIDTH - 70);
  lines.forEach((line, index) => pen.left(line, SHEET.left, top + 11 + index * 9, style));
  pen.right(`${page} dari ${pages}`, SHEET.right, top + 11, { size: 8 });
}
