import { crc32, deflateSync } from "node:zlib";
import PDFDocument from "pdfkit";
import qrcode from "qrcode-generator";
import type { Faktur } from "../../src/faktur/faktur";
import { openFonts } from "../../src/faktur/pdf/font";
import { formatIndonesian } from "../../src/money";

/**
 * A stand-in for DJP's sheet: the words of the measured samples in their order (coretax-xml 5.6), embedded letters, and the
 * two QR codes. Drawn by these tests alone; the product never draws such a sheet.
 */

export interface SheetWish {
  /** Text of the left code; null for a sheet without codes. What the faktur says unless told. */
  readonly qr?: string | null;
  /** A stored picture, or drawn module by module. */
  readonly qrAs?: "image" | "drawn" | "mask";
  /** Lines of the sheet that are other than they should be. */
  readonly instead?: (line: string) => string | null;
}

const LINK =
  "https://coretaxdjp.pajak.go.id/documentmanagementportal/api/DocumentExternalLink/00000000-0000-4000-8000-000000000000";

export const qrTextOf = (faktur: Faktur, nsfp: string, status = "APPROVED"): string =>
  [
    faktur.seller.name.slice(0, 16),
    faktur.seller.npwp,
    faktur.buyer.name.slice(0, 16),
    faktur.buyer.npwp,
    nsfp,
    faktur.date.split("-").reverse().join("-"),
    formatIndonesian(faktur.totals.dppNilaiLain),
    formatIndonesian(faktur.totals.ppn),
    "0,00",
    status,
  ].join("#");

export function officialSheet(faktur: Faktur, nsfp: string, wish: SheetWish = {}): Promise<Buffer> {
  const fonts = openFonts();
  const doc = new PDFDocument({ size: "A4", margin: 40, font: null as unknown as string });
  doc.registerFont("regular", fonts.regular.source as unknown as string);
  const done = new Promise<Buffer>((resolve) => {
    const chunks: Buffer[] = [];
    doc.on("data", (chunk: Buffer) => chunks.push(chunk));
    doc.on("end", () => resolve(Buffer.concat(chunks)));
  });
  doc.font("regular").fontSize(8);
  for (const line of linesOf(faktur, nsfp)) {
    const shown = wish.instead === undefined ? line : wish.instead(line);
    if (shown !== null) doc.text(shown);
  }
  const left = wish.qr === undefined ? qrTextOf(faktur, nsfp) : wish.qr;
  if (left !== null) drawCodes(doc, left, wish.qrAs ?? "image");
  doc.end();
  return done;
}

const linesOf = (faktur: Faktur, nsfp: string): string[] => [
  "Faktur Pajak",
  `Nama: ${faktur.seller.name}`,
  `Alamat: ${faktur.seller.address}`,
  `#${faktur.seller.nitku}`,
  `Kode dan Nomor Seri Faktur Pajak: ${nsfp}`,
  "Pengusaha Kena Pajak:",
  `Nama : ${faktur.seller.name}`,
  `Alamat : ${faktur.seller.address}`,
  `NPWP : ${faktur.seller.npwp}`,
  "Pembeli Barang Kena Pajak/Penerima Jasa Kena Pajak:",
  `Nama : ${faktur.buyer.name}`,
  `Alamat : ${faktur.buyer.address} #${faktur.buyer.nitku}`,
  `NPWP : ${faktur.buyer.npwp}`,
  "NIK : -",
  "Nomor Paspor : -",
  "Identitas Lain : -",
  "Email: -",
  "No.",
  "Kode",
  "Barang/",
  "Jasa",
  "Nama Barang Kena Pajak / Jasa Kena Pajak",
  "Harga Jual / Penggantian /",
  "Uang Muka / Termin",
  "(Rp)",
  ...faktur.lines.flatMap((line, index) => [
    `${index + 1} ${line.code}`,
    line.name,
    `Rp ${formatIndonesian(line.price)} x ${formatIndonesian(line.quantity)} Bulan`,
    `Potongan Harga = Rp ${formatIndonesian(line.discount)}`,
    "PPnBM (0,00%) = Rp 0,00",
    formatIndonesian((line.price * line.quantity) / 100n),
  ]),
  `Harga Jual / Penggantian / Uang Muka / Termin ${formatIndonesian(faktur.totals.price)}`,
  `Dikurangi Potongan Harga ${formatIndonesian(faktur.totals.discount)}`,
  "Dikurangi Uang Muka yang telah diterima",
  `Dasar Pengenaan Pajak ${formatIndonesian(faktur.totals.dppNilaiLain)}`,
  `Jumlah PPN (Pajak Pertambahan Nilai) ${formatIndonesian(faktur.totals.ppn)}`,
  "Jumlah PPnBM (Pajak Penjualan atas Barang Mewah) 0,00",
  "KOTA CONTOH, 03 November 2026",
  "Ditandatangani secara elektronik",
  "BUDI CONTOH",
  `(Referensi: ${faktur.reference})`,
  "Pemberitahuan: Faktur Pajak ini telah dilaporkan ke Direktorat Jenderal Pajak.",
  "1 dari 1",
];

type Doc = InstanceType<typeof PDFDocument>;
type Code = ReturnType<typeof qrcode>;

const SIDE = 90;

function drawCodes(doc: Doc, left: string, as: "image" | "drawn" | "mask"): void {
  const top = doc.page.height - SIDE - 45;
  for (const [text, x] of [[left, 50] as const, [LINK, 400] as const]) {
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    if (as === "drawn") drawModules(doc, code, x, top);
    else doc.image(pngOf(code, as === "mask" ? 1 : 4), x, top, { width: SIDE });
  }
}

function drawModules(doc: Doc, code: Code, left: number, top: number): void {
  const count = code.getModuleCount();
  const size = SIDE / count;
  for (let row = 0; row < count; row += 1)
    for (let column = 0; column < count; column += 1)
      if (code.isDark(row, column)) doc.rect(left + column * size, top + row * size, size, size);
  doc.fill("black");
}

/** A PNG in shades of grey, `scale` points for each module and no border where it is 1. */
function pngOf(code: Code, scale: number): Buffer {
  const border = scale === 1 ? 0 : 4;
  const count = code.getModuleCount();
  const side = (count + 2 * border) * scale;
  const rows = Array.from({ length: side }, (_, y) => {
    const row = Buffer.alloc(1 + side, 255);
    row[0] = 0;
    const module = Math.floor(y / scale) - border;
    for (let x = 0; x < side; x += 1) {
      const column = Math.floor(x / scale) - border;
      const inside = module >= 0 && module < count && column >= 0 && column < count;
      if (inside && code.isDark(module, column)) row[1 + x] = 0;
    }
    return row;
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head[8] = 8;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
