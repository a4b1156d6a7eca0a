import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { packageRoot } from "../../package";
import { composed } from "../letters";

/** The part of pdfkit's font engine that is used here; the package has no types. */
interface FontSource {
  readonly characterSet: readonly number[];
  readonly unitsPerEm: number;
  glyphForCodePoint(codePoint: number): Glyph;
}

interface Glyph {
  readonly advanceWidth: number;
  readonly path: { toSVG(): string };
  /** How the engine takes a glyph apart, to find what it is composed of. */
  _decode?(): unknown;
}

/** One opened face. Without kerning and ligatures the width of a text is the sum of its letters (assets/fonts/README.md). */
export interface Face {
  /** What pdfkit draws with; opened once and shared by all sheets, which is four times faster than opening it each time. */
  readonly source: FontSource;
  has(codePoint: number): boolean;
  /** Width of one line, in points. */
  width(line: string, size: number): number;
  /** Outlines of a word in font units and its width, for a mark that is a picture and not text. */
  outline(word: string): { readonly path: string; readonly x: number }[];
}

export interface Fonts {
  readonly regular: Face;
  readonly bold: Face;
}

let opened: Fonts | undefined;

/** Both faces, read at the first call. Throws the file system's error when the package's assets are missing. */
export function openFonts(): Fonts {
  opened ??= { regular: openFace("NotoSans-Regular.ttf"), bold: openFace("NotoSans-Bold.ttf") };
  return opened;
}

function openFace(file: string): Face {
  // pdfkit takes a font object only from the very engine it uses itself.
  const engine = createRequire(require.resolve("pdfkit"))("fontkit") as { create(bytes: Buffer): FontSource };
  const source = engine.create(readFileSync(join(packageRoot(), "assets", "fonts", file)));
  const widths = new Map<number, number>();
  // The engine remembers for each glyph the first letter it was asked by, and writes that into the PDF as the letter to
  // copy. Asking for all once, in order, keeps every sheet independent of the sheets before it.
  for (const codePoint of source.characterSet) {
    const glyph = source.glyphForCodePoint(codePoint);
    widths.set(codePoint, glyph.advanceWidth / source.unitsPerEm);
    takeApartOnce(glyph);
  }
  const widthOf = (letter: string): number => widths.get(letter.codePointAt(0) ?? 0) ?? 0;
  return {
    source,
    has: (codePoint) => widths.has(codePoint),
    width: (line, size) => {
      let total = 0;
      for (const letter of line) total += widthOf(letter);
      return total * size;
    },
    outline: (word) => {
      let x = 0;
      return [...word].map((letter) => {
        const glyph = source.glyphForCodePoint(letter.codePointAt(0) ?? 0);
        const placed = { path: glyph.path.toSVG(), x };
        x += glyph.advanceWidth;
        return placed;
      });
    },
  };
}

/** The engine takes each letter apart anew for every sheet, a sixth of the work; it only reads what it finds. */
function takeApartOnce(glyph: Glyph): void {
  const takeApart = glyph._decode?.bind(glyph);
  if (takeApart === undefined) return;
  let parts: { readonly found: unknown } | null = null;
  glyph._decode = () => (parts ??= { found: takeApart() }).found;
}

/** Shown for a letter the font does not have: visible, so that nobody takes the text for complete. */
const MISSING = "\uFFFD";

/** One line of letters the font has: composed, controls and line breaks as blanks, runs of blanks as one. */
export function printable(value: string, face: Face): string {
  let line = "";
  for (const letter of composed(value)) line += face.has(letter.codePointAt(0) ?? 0) ? letter : MISSING;
  return line;
}

/**
 * Breaks a text into lines no wider than `width` points: at blanks, inside a word only where the word alone is wider.
 * At least one line; more than `most` lines end in "…".
 */
export function wrap(value: string, face: Face, size: number, width: number, most = 40): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of printable(value, face).split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (face.width(longer, size) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = breakWord(word, face, size, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
  }
  lines.push(line);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${(lines[most - 1] ?? "").slice(0, -1)}…`];
}

function breakWord(word: string, face: Face, size: number, width: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const letter of word) {
    if (piece !== "" && face.width(piece + letter, size) > width) {
      pieces.push(piece);
      piece = "";
    }
    piece += letter;
  }
  return [...pieces, piece];
}
