import type { Paper } from "../paper";
import { wrap } from "./font";
import { INK, MOST, MUTED, PAD, SHEET, WIDTH, type Pen, type Style } from "./pen";

/* What stands between the totals and the signer: notes on code, facility and rate, and the stamp of a facility. */

const LABEL = 112;
const LINE = 11;
const NOTE: Style = { size: 8.5 };
const NOTE_LABEL: Style = { ...NOTE, color: MUTED };

const linesOf = (pen: Pen, words: string): string[] =>
  wrap(words, pen.face(NOTE), NOTE.size, WIDTH - 2 * PAD - LABEL - 6, MOST.note);

export function notesHeight(pen: Pen, paper: Paper): number {
  const lines = paper.notes.reduce((count, note) => count + linesOf(pen, note.words).length, 0);
  return lines === 0 ? 0 : lines * LINE + 9;
}

/** A box as wide as the totals, label and words; nothing where there is nothing to say. Returns the height below it. */
export function drawNotes(pen: Pen, paper: Paper, top: number): number {
  const height = notesHeight(pen, paper);
  if (height === 0) return top;
  const x = SHEET.left + PAD;
  let y = top + 2;
  for (const { label, words } of paper.notes) {
    for (const [index, line] of linesOf(pen, words).entries()) {
      y += LINE;
      if (index === 0) pen.left(label, x, y, NOTE_LABEL);
      if (index === 0) pen.left(`: ${line}`, x + LABEL, y, NOTE);
      else pen.left(line, x + LABEL + pen.face(NOTE).width(": ", NOTE.size), y, NOTE);
    }
  }
  pen.box(SHEET.left, top, WIDTH, height);
  return top + height;
}

const STAMP: Style = { size: 9.5, bold: true };
const STAMP_WIDTH = WIDTH * 0.62;
const STAMP_LINE = 12.5;
/** Between the box above and the stamp. */
const GAP = 12;

const stampLines = (pen: Pen, paper: Paper): string[] =>
  paper.stamp === null
    ? []
    : wrap(capitals(paper.stamp), pen.face(STAMP), STAMP.size, STAMP_WIDTH - 4 * PAD, MOST.stamp);

/** PPnBM keeps its own spelling. */
const capitals = (words: string): string => words.toUpperCase().replaceAll("PPNBM", "PPnBM");

const stampBox = (lines: number): number => lines * STAMP_LINE + 13;

export function stampHeight(pen: Pen, paper: Paper): number {
  const lines = stampLines(pen, paper).length;
  return lines === 0 ? 0 : GAP + stampBox(lines);
}

/** The words of a facility as the rubber stamps they take the place of: framed twice, in capitals. */
export function drawStamp(pen: Pen, paper: Paper, top: number): number {
  const lines = stampLines(pen, paper);
  if (lines.length === 0) return top;
  const at = top + GAP;
  const height = stampBox(lines.length);
  const { doc } = pen;
  doc.lineWidth(1.2).strokeColor(INK).rect(SHEET.left, at, STAMP_WIDTH, height).stroke();
  doc
    .lineWidth(0.5)
    .rect(SHEET.left + 2.5, at + 2.5, STAMP_WIDTH - 5, height - 5)
    .stroke();
  for (const [index, line] of lines.entries())
    pen.center(line, SHEET.left + STAMP_WIDTH / 2, at + 15.5 + index * STAMP_LINE, STAMP);
  return at + height;
}
