import PDFDocument from "pdfkit";
import type { FakturRow } from "../../src/store/fakturs";
import { sellerData } from "../support/rows";
import { TITLES, xlsxOf, type TestCell, type Title } from "./readback/workbooks";

/** What the Coretax portal gives back of our fakturs: rows of its list, and sheets in its words. */

export const SELLER_NPWP = sellerData().npwp;

export const nsfpOf = (index: number): string => `0400260000000${String(index).padStart(4, "0")}`;

/** What the portal's list says of a faktur. */
export function listed(
  one: FakturRow,
  nsfp: string,
  more: Partial<Record<Title, TestCell>> = {},
): TestCell[] {
  const cells: Partial<Record<Title, TestCell>> = {
    "NPWP Pembeli / Identitas lainnya": one.buyer_npwp,
    "Nama Pembeli": one.buyer_name,
    "Kode Transaksi": one.transaction_code,
    "Nomor Faktur Pajak": nsfp,
    "Tanggal Faktur Pajak": one.date,
    "Masa Pajak": "November",
    Tahun: "2026",
    "Status Faktur": "APPROVED",
    ESignStatus: "Done",
    "Harga Jual/Penggantian/DPP": { n: one.dpp },
    "DPP Nilai Lain/DPP": { n: one.dpp_nilai_lain },
    PPN: { n: one.ppn },
    PPnBM: { n: "0" },
    Penandatangan: "Budi Contoh",
    Referensi: one.reference,
    ...more,
  };
  return TITLES.map((title) => cells[title] ?? null);
}

export const list = (rows: TestCell[][]): Promise<Buffer> => xlsxOf([[...TITLES], ...rows]);

const dotted = (rupiah: string): string => `${String(rupiah).replace(/\B(?=(\d{3})+$)/g, ".")},00`;

/** A sheet in the words of the official one, made by another program than ours. */
export function sheet(one: FakturRow, nsfp: string): Promise<Buffer> {
  const doc = new PDFDocument({ size: "A4" });
  const done = new Promise<Buffer>((resolve) => {
    const chunks: Buffer[] = [];
    doc.on("data", (chunk: Buffer) => chunks.push(chunk));
    doc.on("end", () => resolve(Buffer.concat(chunks)));
  });
  const lines = [
    "Faktur Pajak",
    `Kode dan Nomor Seri Faktur Pajak: ${nsfp}`,
    "Pengusaha Kena Pajak:",
    "Nama : PT HOSTING CONTOH",
    `NPWP : ${SELLER_NPWP}`,
    "Pembeli Barang Kena Pajak/Penerima Jasa Kena Pajak:",
    `Nama : ${one.buyer_name}`,
    `NPWP : ${one.buyer_npwp}`,
    "No.",
    "Nama Barang Kena Pajak / Jasa Kena Pajak",
    "1 160105 Web Hosting Bisnis",
    `Dasar Pengenaan Pajak ${dotted(one.dpp_nilai_lain)}`,
    `Jumlah PPN (Pajak Pertambahan Nilai) ${dotted(one.ppn)}`,
    "KOTA CONTOH, 03 November 2026",
    "Ditandatangani secara elektronik",
    "BUDI CONTOH",
    `(Referensi: ${one.reference})`,
    "1 dari 1",
  ];
  for (const line of lines) doc.text(line);
  doc.end();
  return done;
}
