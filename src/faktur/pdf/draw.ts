import PDFDocument from "pdfkit";
import { sum, type Money } from "../../money";
import type { Paper } from "../paper";
import * as blocks from "./blocks";
import { openFonts, wrap, type Fonts } from "./font";
import { drawMark, MARKS } from "./mark";
import { planPages, type PagePlan } from "./pages";
import { Pen, SHEET } from "./pen";
import * as table from "./table";

type Doc = InstanceType<typeof PDFDocument>;

/** The parts of pdfkit that its types leave out and a signature field needs. */
interface DocInside {
  readonly page: { readonly dictionary: unknown; readonly annotations: unknown[] };
  readonly _root: { readonly data: Record<string, unknown> };
  ref(data: object): { end(): void };
  endAcroForm(): unknown;
}

const TOP = 58;

/**
 * Draws the sheet. The same paper always gives the same bytes.
 * `signatureSpace`: bytes to keep for a signature that `signPdf` then fills in; none is kept when absent or 0.
 */
export async function drawPaper(
  paper: Paper,
  options: { readonly signatureSpace?: number } = {},
): Promise<Buffer> {
  const fonts = openFonts();
  const doc = newDocument(paper, fonts);
  const done = bytesOf(doc);
  drawPages(new Pen(doc, fonts), paper, options.signatureSpace ?? 0);
  doc.end();
  return await done;
}

function newDocument(paper: Paper, fonts: Fonts): Doc {
  const word = MARKS[paper.mark].word;
  const doc = new PDFDocument({
    autoFirstPage: false,
    pdfVersion: "1.7",
    size: "A4",
    margin: 0,
    lang: "id-ID",
    displayTitle: true,
    // No standard font at all: every letter comes from the embedded faces.
    font: null as unknown as string,
    info: {
      Title: `Faktur Pajak ${paper.nsfp ?? paper.reference} (${word})`,
      Author: paper.seller.name,
      Subject: paper.reference,
      Creator: "faktur-otomatis",
      Producer: "faktur-otomatis",
      // The faktur's day and not the clock: the same paper must give the same bytes, and the file id is made of these.
      CreationDate: new Date(`${paper.date}T00:00:00+07:00`),
    },
  });
  doc.registerFont("regular", fonts.regular.source as unknown as string);
  doc.registerFont("bold", fonts.bold.source as unknown as string);
  return doc;
}

function bytesOf(doc: Doc): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    doc.on("data", chunks.push.bind(chunks));
    doc.on("end", () => resolve(Buffer.concat(chunks)));
    doc.on("error", reject);
  });
}

function drawPages(pen: Pen, paper: Paper, signatureSpace: number): void {
  startPage(pen, paper);
  if (signatureSpace > 0) addSignatureField(pen.doc as unknown as DocInside, signatureSpace);
  const head = drawHead(pen, paper);
  const rows = table.rowsOf(pen, paper);
  const plans = planPages(
    rows.map((row) => row.height),
    {
      first: SHEET.bottom - head,
      next: SHEET.bottom - TOP - CONTINUED,
      header: table.TABLE_HEADER,
      carry: table.CARRY,
      closing: blocks.closingHeight(pen, paper),
    },
  );
  for (const [index, plan] of plans.entries()) {
    if (index > 0) startPage(pen, paper);
    const top = index === 0 ? head : drawContinued(pen, paper);
    drawRows(pen, paper, { rows, plan, isFirst: index === 0 }, top);
    blocks.drawFooter(pen, paper, index + 1, plans.length);
  }
}

interface PageOfRows {
  readonly rows: readonly table.SheetRow[];
  readonly plan: PagePlan;
  readonly isFirst: boolean;
}

/** The part of the table that stands on one page, and on the last one what closes the sheet. */
function drawRows(pen: Pen, paper: Paper, { rows, plan, isFirst }: PageOfRows, top: number): void {
  let y = top;
  if (!isFirst || plan.to > 0 || plan.last) y = table.drawTableHeader(pen, y);
  const before = grossOf(rows.slice(0, plan.from));
  if (plan.from > 0) y = table.drawCarry(pen, "Jumlah pindahan", before, y);
  const shown = rows.slice(plan.from, plan.to);
  for (const row of shown) y = table.drawRow(pen, row, y);
  if (plan.last) blocks.drawClosing(pen, paper, y);
  else if (plan.to > 0) table.drawCarry(pen, "Jumlah dipindahkan", before + grossOf(shown), y);
}

const grossOf = (rows: readonly table.SheetRow[]): Money => sum(rows.map(({ gross }) => gross));

function startPage(pen: Pen, paper: Paper): void {
  pen.doc.addPage();
  drawMark(pen, paper.mark);
}

function drawHead(pen: Pen, paper: Paper): number {
  let y = blocks.drawTitle(pen, paper, TOP);
  y = blocks.drawNumber(pen, paper, y);
  y = blocks.drawSeller(pen, paper, y);
  return blocks.drawBuyer(pen, paper, y);
}

const CONTINUED = 24;

/** Every further page names the document it belongs to. */
function drawContinued(pen: Pen, paper: Paper): number {
  const style = { size: 9.5, bold: true };
  const number = paper.nsfp ?? `(Referensi: ${paper.reference})`;
  const [line = ""] = wrap(
    `Faktur Pajak, lanjutan: ${number}`,
    pen.face(style),
    style.size,
    SHEET.right - SHEET.left,
    1,
  );
  pen.left(line, SHEET.left, TOP + 12, style);
  return TOP + CONTINUED;
}

/** An invisible field on the first page and an empty signature; the object comes before all others that carry free text. */
function addSignatureField(doc: DocInside, space: number): void {
  const signature = doc.ref({
    Type: "Sig",
    Filter: "Adobe.PPKLite",
    SubFilter: "adbe.pkcs7.detached",
    Contents: Buffer.alloc(space),
  });
  signature.end();
  const field = doc.ref({
    Type: "Annot",
    Subtype: "Widget",
    FT: "Sig",
    T: new String("Tandatangan"),
    // Printed and locked, without an appearance of its own.
    F: 132,
    Rect: [0, 0, 0, 0],
    P: doc.page.dictionary,
    V: signature,
  });
  field.end();
  doc.page.annotations.push(field);
  const form = doc.ref({ Fields: [field], SigFlags: 3 });
  form.end();
  doc._root.data["AcroForm"] = form;
  // pdfkit finishes forms by adding fonts for typing into them; this one is complete.
  doc.endAcroForm = () => doc;
}
