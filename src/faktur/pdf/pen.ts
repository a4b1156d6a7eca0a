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

/**
 * Drawing in the few ways the sheet needs; `y` is the line the letters stand on. A class and no closures, as the other
 * drawing is plain functions: what has been compiled for one sheet serves the next (docs/performance.md).
 */
export class Pen {
  constructor(
    readonly doc: InstanceType<typeof PDFDocument>,
    readonly fonts: Fonts,
  ) {}

  face(style: Style): Face {
    return style.bold === true ? this.fonts.bold : this.fonts.regular;
  }

  left(line: string, x: number, y: number, style: Style): void {
    this.#write(printable(line, this.face(style)), x, y, style);
  }

  right(line: string, x: number, y: number, style: Style): void {
    const face = this.face(style);
    const shown = printable(line, face);
    this.#write(shown, x - face.width(shown, style.size), y, style);
  }

  center(line: string, x: number, y: number, style: Style): void {
    const face = this.face(style);
    const shown = printable(line, face);
    this.#write(shown, x - face.width(shown, style.size) / 2, y, style);
  }

  rule(x1: number, y1: number, x2: number, y2: number, color = RULE): void {
    this.doc.lineWidth(0.6).strokeColor(color).moveTo(x1, y1).lineTo(x2, y2).stroke();
  }

  box(x: number, y: number, width: number, height: number, fill?: string): void {
    if (fill !== undefined) this.doc.rect(x, y, width, height).fill(fill);
    this.doc.lineWidth(0.6).strokeColor(RULE).rect(x, y, width, height).stroke();
  }

  #write(line: string, x: number, y: number, style: Style): void {
    if (line === "") return;
    this.doc
      .font(style.bold === true ? "bold" : "regular", style.size)
      .fillColor(style.color ?? INK)
      .text(line, x, y, { lineBreak: false, baseline: "alphabetic" });
  }
}
