import type { PaperMark } from "../paper";
import { SHEET, type Pen } from "./pen";

interface MarkWords {
  readonly word: string;
  readonly color: string;
  readonly tint: string;
  /** Beside the word, on every page. */
  readonly short: string;
  /** At the foot of every page, in place of DJP's own notice. */
  readonly note: string;
}

/**
 * What each kind of sheet says of itself. A sheet of our own making must say what it is and carries neither DJP's QR
 * nor DJP's notice (tax-rules 10.3).
 */
export const MARKS: Readonly<Record<PaperMark, MarkWords>> = {
  copy: {
    word: "SALINAN",
    color: "#1f4e79",
    tint: "#e8f0f8",
    short: "Dibuat oleh penjual dari data Faktur Pajak yang telah disetujui; bukan cetakan DJP",
    note:
      "Salinan ini dibuat oleh penjual dan bukan cetakan Direktorat Jenderal Pajak; karena itu tidak memuat kode QR DJP. " +
      "Faktur Pajak aslinya tersimpan di Coretax DJP dengan kode dan nomor seri yang sama.",
  },
  preview: {
    word: "PRATINJAU",
    color: "#8a5a00",
    tint: "#fdf3dc",
    short: "Belum disetujui Direktorat Jenderal Pajak; bukan Faktur Pajak",
    note:
      "Pratinjau ini hanya untuk diperiksa. Datanya belum disetujui Direktorat Jenderal Pajak, dapat berubah, dan " +
      "tidak dapat dipakai untuk mengkreditkan Pajak Masukan.",
  },
  simulation: {
    word: "SIMULASI",
    color: "#a4262c",
    tint: "#fbe9e9",
    short: "Dokumen uji coba; bukan Faktur Pajak dan tidak bernilai sebagai dokumen perpajakan",
    note:
      "SIMULASI: lembar ini dibuat oleh otoritas tiruan untuk uji coba. Tidak ada data yang dikirim ke Direktorat " +
      "Jenderal Pajak, nomor serinya bukan NSFP, dan lembar ini tidak bernilai sebagai dokumen perpajakan.",
  },
};

const BANNER = { top: 26, height: 22 } as const;

/** The strip at the head of a page, and the same word large and pale across it as a picture, so that text stays clean. */
export function drawMark(pen: Pen, mark: PaperMark): void {
  const words = MARKS[mark];
  drawAcross(pen, words.word, words.color);
  const { doc } = pen;
  doc.rect(SHEET.left, BANNER.top, SHEET.right - SHEET.left, BANNER.height).fill(words.tint);
  doc.rect(SHEET.left, BANNER.top, 3, BANNER.height).fill(words.color);
  const base = BANNER.top + 14.8;
  const style = { size: 10.5, bold: true, color: words.color } as const;
  pen.left(words.word, SHEET.left + 11, base, style);
  const beside = SHEET.left + 11 + pen.face(style).width(words.word, style.size) + 9;
  pen.left(words.short, beside, base, { size: 8, color: words.color });
}

function drawAcross(pen: Pen, word: string, color: string): void {
  const size = 92;
  const { bold } = pen.fonts;
  const scale = size / bold.source.unitsPerEm;
  pen.doc.save();
  pen.doc.translate(SHEET.width / 2, SHEET.height / 2 + 40).rotate(-35);
  pen.doc.scale(scale, -scale).translate(-bold.width(word, bold.source.unitsPerEm) / 2, 0);
  pen.doc.fillOpacity(0.07);
  let at = 0;
  for (const letter of bold.outline(word)) {
    pen.doc
      .translate(letter.x - at, 0)
      .path(letter.path)
      .fill(color);
    at = letter.x;
  }
  pen.doc.restore();
}
