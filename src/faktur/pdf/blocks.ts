import { formatIndonesian } from "../../money";
import { dayInWords } from "../day-words";
import type { Paper } from "../paper";
import { MARKS } from "./mark";
import { wrap } from "./font";
import { drawNotes, drawStamp, notesHeight, stampHeight } from "./notes";
import { BODY, MOST, MUTED, PAD, RULE, SHEET, SMALL, STRONG, TINT, WIDTH, type Pen, type Style } from "./pen";
import { drawAmount } from "./table";

/*
 * The blocks of the sheet, in the order and with the labels of the official one (PER-11/PJ/2025; coretax-xml 5.6).
 * Each takes the height it starts at and returns the height below it.
 */

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
  for (const [index, line] of lines.entries()) pen.left(line, x, top + 38 + index * 10.5, style);
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
    for (const [index, line] of lines.entries()) {
      y += PARTY.line;
      if (index === 0) pen.left(label, x, y, { ...BODY, color: MUTED });
      if (index === 0) pen.left(`: ${line}`, x + PARTY.label, y, BODY);
      else pen.left(line, x + PARTY.label + pen.face(BODY).width(": ", BODY.size), y, BODY);
    }
  }
  const bottom = y + 6;
  pen.box(SHEET.left, top, WIDTH, bottom - top);
  return bottom;
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
  return [
    ...placed(pen, `${seller.city.toUpperCase()}, ${dayInWords(paper.date)}`, BODY, 24),
    // Without a signature in the file the sheet must not claim one.
    ...placed(pen, paper.signed ? "Ditandatangani secara elektronik" : "Penandatangan", SMALL, 36),
    ...placed(pen, seller.signer, STRONG, 13),
    ...(seller.signerTitle === null ? [] : placed(pen, seller.signerTitle, SMALL, 11)),
  ];
}

/** `first`: the distance of its first line to the line above. */
function placed(pen: Pen, value: string, style: Style, first: number): Placed[] {
  const lines = wrap(value, pen.face(style), style.size, HALF, MOST.signer);
  return lines.map((line, index) => ({ line, style, step: index === 0 ? first : 12 }));
}

/** Height of totals, notes, place and date, signer and reference: they are never separated. */
export const closingHeight = (pen: Pen, paper: Paper): number =>
  6 * TOTAL +
  notesHeight(pen, paper) +
  stampHeight(pen, paper) +
  signerLines(pen, paper).reduce((height, { step }) => height + step, 0) +
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
  for (const [index, [label, amount, style]] of rows.entries())
    drawAmount(pen, label, amount, top + index * TOTAL, TOTAL, style);
  let y = drawStamp(pen, paper, drawNotes(pen, paper, top + rows.length * TOTAL));
  for (const { line, style, step } of signerLines(pen, paper)) {
    y += step;
    pen.center(line, SHEET.right - HALF / 2, y, style);
  }
  for (const line of referenceLines(pen, paper)) pen.left(line, SHEET.left, (y += 12), BODY);
}

export function drawFooter(pen: Pen, paper: Paper, page: number, pages: number): void {
  const top = SHEET.bottom + 8;
  pen.rule(SHEET.left, top, SHEET.right, top, RULE);
  const style: Style = { size: 7, color: MUTED };
  const lines = wrap(MARKS[paper.mark].note, pen.face(style), style.size, WIDTH - 70);
  for (const [index, line] of lines.entries()) pen.left(line, SHEET.left, top + 11 + index * 9, style);
  pen.right(`${page} dari ${pages}`, SHEET.right, top + 11, { size: 8 });
}
