import type PDFDocument from "pdfkit";
import { printable, type Face, type Fonts } from "./font";

/** The sheet in points: A4. */
export const SHEET = { width: 595.28, height: 841.89, left: 40, right: 555.28, bottom: 790 } as const;

export const INK = "#1b1f24";
export const MUTED = "#57606a";
export const RULE = "#b6bdc5";
export const TINT = "#f3f5f7";

export interface Style {
  readonly size: number;
  readonly bold?: boolean;
  readonly color?: string;
}

export const BODY: Style = { size: 9 };
export const STRONG: Style = { size: 9, bold: true };
export const SMALL: Style = { size: 8, color: MUTED };
/** Between the margins. */
export const WIDTH = SHEET.right - SHEET.left;
/** Between a border and its text. */
export const PAD = 8;

/** Lines that one value may take, so that even the longest heads leave room for the table; longer texts end in "…". */
export const MOST = {
  name: 4,
  box: 12,
  address: 8,
  item: 40,
  reference: 6,
  signer: 3,
  note: 3,
  stamp: 3,
} as const;

/** Drawing in the few ways the sheet needs; `y` is the line the letters stand on. */
export interface Pen {
  readonly doc: InstanceType<typeof PDFDocument>;
  readonly fonts: Fonts;
  face(style: Style): Face;
  left(line: string, x: number, y: number, style: Style): void;
  right(line: string, x: number, y: number, style: Style): void;
  center(line: string, x: number, y: number, style: Style): void;
  rule(x1: number, y1: number, x2: number, y2: number, color?: string): void;
  box(x: number, y: number, width: number, height: number, fill?: string): void;
}

export function penOf(doc: InstanceType<typeof PDFDocument>, fonts: Fonts): Pen {
  const face = (style: Style): Face => (style.bold === true ? fonts.bold : fonts.regular);
  const write = (line: string, x: number, y: number, style: Style): void => {
    if (line === "") return;
    doc
      .font(style.bold === true ? "bold" : "regular", style.size)
      .fillColor(style.color ?? INK)
      .text(line, x, y, { lineBreak: false, baseline: "alphabetic" });
  };
  const widthOf = (line: string, style: Style): number => face(style).width(line, style.size);
  return {
    doc,
    fonts,
    face,
    left: (line, x, y, style) => write(printable(line, face(style)), x, y, style),
    right: (line, x, y, style) => {
      const shown = printable(line, face(style));
      write(shown, x - widthOf(shown, style), y, style);
    },
    center: (line, x, y, style) => {
      const shown = printable(line, face(style));
      write(shown, x - widthOf(shown, style) / 2, y, style);
    },
    rule: (x1, y1, x2, y2, color = RULE) => {
      doc.lineWidth(0.6).strokeColor(color).moveTo(x1, y1).lineTo(x2, y2).stroke();
    },
    box: (x, y, width, height, fill) => {
      if (fill !== undefined) doc.rect(x, y, width, height).fill(fill);
      doc.lineWidth(0.6).strokeColor(RULE).rect(x, y, width, height).stroke();
    },
  };
}
