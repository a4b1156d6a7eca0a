/*
 * The same sheet as a first version would draw it: pdfkit as its guide shows it, fonts by their path, and an empty
 * signature for the signer to fill in. Same page, same fonts, same texts and boxes as src/faktur/pdf.
 */
import { join } from "node:path";
import PDFDocument from "pdfkit";
import { dayInWords } from "../src/faktur/day-words";
import type { Paper } from "../src/faktur/paper";
import { MARKS } from "../src/faktur/pdf/mark";
import { formatIndonesian, times } from "../src/money";
import { packageRoot } from "../src/package";

type Doc = InstanceType<typeof PDFDocument>;

const FONTS = join(packageRoot(), "assets", "fonts");
const LEFT = 40;
const WIDTH = 515;

export function drawStraight(paper: Paper, signatureSpace: number): Promise<Buffer> {
  const doc = new PDFDocument({ size: "A4", margin: 0, info: { Title: `Faktur Pajak ${paper.nsfp}` } });
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  doc.registerFont("regular", join(FONTS, "NotoSans-Regular.ttf"));
  doc.registerFont("bold", join(FONTS, "NotoSans-Bold.ttf"));
  addSignature(doc, signatureSpace);
  drawMark(doc, paper);
  drawHead(doc, paper);
  drawTable(doc, paper);
  drawTotals(doc, paper);
  drawFoot(doc, paper);
  const done = new Promise<Buffer>((resolve) => doc.on("end", () => resolve(Buffer.concat(chunks))));
  doc.end();
  return done;
}

function drawMark(doc: Doc, paper: Paper): void {
  const mark = MARKS[paper.mark];
  doc.rect(LEFT, 26, WIDTH, 22).fill(mark.tint);
  doc
    .font("bold", 9)
    .fillColor(mark.color)
    .text(`${mark.word}  ${mark.short}`, LEFT + 8, 32);
  doc
    .save()
    .rotate(-38, { origin: [297, 421] })
    .font("bold", 96)
    .fillOpacity(0.1);
  doc.text(mark.word, 60, 380, { lineBreak: false }).restore().fillOpacity(1);
}

function drawHead(doc: Doc, paper: Paper): void {
  const { seller, buyer } = paper;
  doc.fillColor("#1b1f24").font("bold", 17).text("Faktur Pajak", LEFT, 60, { width: WIDTH, align: "center" });
  doc.font("regular", 8).text(`Nama: ${seller.name}`, 340, 96, { width: 215 });
  doc.text(`Alamat: ${seller.address} #${seller.nitku}`, { width: 215 });
  doc.rect(LEFT, 140, WIDTH, 24).stroke();
  doc.font("bold", 10.5).text(`Kode dan Nomor Seri Faktur Pajak: ${paper.nsfp}`, LEFT + 8, 147);
  const sellerRows = { Nama: seller.name, Alamat: seller.address, NPWP: seller.npwp };
  drawParty(doc, 164, 64, "Pengusaha Kena Pajak:", sellerRows);
  drawParty(doc, 228, 120, "Pembeli Barang Kena Pajak/Penerima Jasa Kena Pajak:", {
    ...{ Nama: buyer.name, Alamat: `${buyer.address} #${buyer.nitku}`, NPWP: buyer.npwp },
    ...{ NIK: buyer.nik || "-", "Nomor Paspor": buyer.passport || "-" },
    ...{ "Identitas Lain": buyer.otherId || "-", Email: buyer.email },
  });
}

function drawParty(doc: Doc, top: number, height: number, title: string, rows: Record<string, string>): void {
  doc.rect(LEFT, top, WIDTH, height).stroke();
  doc.font("bold", 9).text(title, LEFT + 8, top + 6);
  Object.entries(rows).forEach(([label, value], index) => {
    doc.font("regular", 9).text(label, LEFT + 8, top + 20 + index * 12);
    doc.text(`: ${value}`, LEFT + 80, top + 20 + index * 12, { width: WIDTH - 90 });
  });
}

function drawTable(doc: Doc, paper: Paper): void {
  doc.rect(LEFT, 348, WIDTH, 40).stroke();
  doc
    .font("bold", 8.5)
    .text("No.", LEFT + 6, 364)
    .text("Kode Barang/Jasa", LEFT + 32, 358, { width: 56 });
  doc.text("Nama Barang Kena Pajak / Jasa Kena Pajak", LEFT + 98, 364);
  doc.text("Harga Jual / Penggantian / Uang Muka / Termin (Rp)", 424, 354, { width: 128 });
  let y = 393;
  paper.lines.forEach((line, index) => {
    doc
      .font("regular", 9)
      .text(String(index + 1), LEFT + 8, y)
      .text(line.code, LEFT + 36, y);
    doc.text(line.name, LEFT + 98, y, { width: 280 });
    const price = `Rp ${formatIndonesian(line.price)} x ${formatIndonesian(line.quantity)} ${line.unitName}`;
    doc
      .font("regular", 8)
      .text(price)
      .text(`Potongan Harga = Rp ${formatIndonesian(line.discount)}`);
    doc.text("PPnBM (0,00%) = Rp 0,00");
    const gross = formatIndonesian(times(line.price, line.quantity));
    doc.font("regular", 9).text(gross, 424, y, { width: 123, align: "right" });
    doc.rect(LEFT, y - 5, WIDTH, 56).stroke();
    y += 56;
  });
}

function drawTotals(doc: Doc, { totals, seller, ...paper }: Paper): void {
  const rows = {
    "Harga Jual / Penggantian / Uang Muka / Termin": formatIndonesian(totals.price),
    "Dikurangi Potongan Harga": formatIndonesian(totals.discount),
    "Dikurangi Uang Muka yang telah diterima": "",
    "Dasar Pengenaan Pajak": formatIndonesian(totals.dppNilaiLain),
    "Jumlah PPN (Pajak Pertambahan Nilai)": formatIndonesian(totals.ppn),
    "Jumlah PPnBM (Pajak Penjualan atas Barang Mewah)": "0,00",
  };
  let y = 388 + paper.lines.length * 56;
  for (const [label, amount] of Object.entries(rows)) {
    doc.rect(LEFT, y, WIDTH, 17.5).stroke();
    doc.font("regular", 9).text(label, LEFT + 8, y + 4);
    doc.text(amount, 424, y + 4, { width: 123, align: "right" });
    y += 17.5;
  }
  const place = { width: 247, align: "center" } as const;
  doc.text(`${seller.city.toUpperCase()}, ${dayInWords(paper.date)}`, 308, y + 20, place);
  doc.font("regular", 8).text("Ditandatangani secara elektronik", 308, y + 56, place);
  doc.font("bold", 9).text(seller.signer, 308, y + 68, place);
  doc.font("regular", 9).text(`(Referensi: ${paper.reference})`, LEFT, y + 92);
}

function drawFoot(doc: Doc, paper: Paper): void {
  doc
    .moveTo(LEFT, 798)
    .lineTo(LEFT + WIDTH, 798)
    .stroke();
  doc.font("regular", 7).text(MARKS[paper.mark].note, LEFT, 803, { width: WIDTH - 70 });
  doc.font("regular", 8).text("1 dari 1", 424, 803, { width: 131, align: "right" });
}

interface Inside {
  readonly page: { readonly dictionary: unknown; readonly annotations: unknown[] };
  readonly _root: { readonly data: Record<string, unknown> };
  ref(data: object): { end(): void };
  endAcroForm(): unknown;
}

/** As wide as a number of ten digits; @signpdf looks for it. */
const ROOM = "**********";

function addSignature(plain: Doc, space: number): void {
  const doc = plain as unknown as Inside;
  const Contents = Buffer.alloc(space);
  const signature = doc.ref({
    ...{ Type: "Sig", Filter: "Adobe.PPKLite", SubFilter: "adbe.pkcs7.detached" },
    ...{ ByteRange: [0, ROOM, ROOM, ROOM], Contents },
  });
  signature.end();
  const place = { Type: "Annot", Subtype: "Widget", FT: "Sig", F: 132, Rect: [0, 0, 0, 0] };
  const field = doc.ref({ ...place, T: new String("Tandatangan"), P: doc.page.dictionary, V: signature });
  field.end();
  doc.page.annotations.push(field);
  const form = doc.ref({ Fields: [field], SigFlags: 3 });
  form.end();
  doc._root.data["AcroForm"] = form;
  doc.endAcroForm = () => doc;
}
