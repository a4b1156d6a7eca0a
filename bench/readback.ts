/*
 * How fast official PDFs come back: a ZIP of sheets in the official layout is made, read entry by entry, its facts taken
 * and matched against as many fakturs. Prints PDFs per second of one core, beside the bare reading of their text.
 * Goal: at least 50 PDFs a second and core.
 */
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";
import type { OurFaktur } from "../src/coretax/readback/claims";
import { matchPdfs, type ReadPdf } from "../src/coretax/readback/match-pdfs";
import { readPdfFacts } from "../src/coretax/readback/pdf";
import { readPdfZip } from "../src/coretax/readback/zip";
import type { Paper } from "../src/faktur/paper";
import { drawPaper } from "../src/faktur/pdf/draw";
import { readPdfText } from "../src/faktur/pdf/text";
import { makePaper } from "../test/support/papers";

const COUNT = 2_000;
const GOAL = 50;

const paperAt = (index: number): Paper => {
  const serial = String(index).padStart(11, "0");
  const buyer = makePaper().buyer;
  const npwp = `0${String(100_000_000 + index).padStart(12, "0")}000`;
  return makePaper({
    mark: "simulation",
    nsfp: `040026${serial}`,
    reference: `INV-2026-(${index})`,
    count: 1 + (index % 5),
    buyer: { ...buyer, npwp, nitku: `${npwp}000000` },
  });
};

const fakturOfPaper = (paper: Paper, index: number): OurFaktur => ({
  id: String(index),
  sellerNpwp: paper.seller.npwp,
  reference: paper.reference,
  state: "approved",
  nsfp: paper.nsfp,
  buyerNumbers: [paper.buyer.npwp],
  date: paper.date,
  dppNilaiLain: paper.totals.dppNilaiLain,
  ppn: paper.totals.ppn,
  lineCount: paper.lines.length,
  hasOfficialPdf: false,
});

const nameOf = (paper: Paper): string =>
  `OutputTaxInvoice-3f2504e0-4f89-41d3-9a0c-0305e82c3301-${paper.seller.npwp}-${paper.nsfp}-${paper.buyer.npwp}.pdf`;

/** Work per second of processor time, all threads together. */
async function perCoreSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return count / ((user + system) / 1_000_000);
}

async function makeZip(papers: readonly Paper[]): Promise<{ zip: Buffer; pdfs: Buffer[] }> {
  const zip = new ZipFile();
  const pdfs: Buffer[] = [];
  for (const paper of papers) {
    const bytes = await drawPaper(paper);
    pdfs.push(bytes);
    zip.addBuffer(bytes, nameOf(paper));
  }
  zip.end();
  return { zip: await buffer(zip.outputStream), pdfs };
}

async function readAndMatch(zip: Buffer, ours: readonly OurFaktur[]): Promise<number> {
  const read: ReadPdf[] = [];
  for await (const item of readPdfZip(zip, zip.length)) {
    if (item.kind === "fault") throw new Error(item.fault.code);
    const reading = await readPdfFacts(item.bytes, item.name);
    if (reading.kind === "faulty") throw new Error(reading.faults.map((fault) => fault.code).join());
    const sha256 = createHash("sha256").update(item.bytes).digest("hex");
    read.push({ name: item.name, sha256, facts: reading.facts });
  }
  return matchPdfs(read, ours).filter((match) => match.kind === "matched").length;
}

async function main(): Promise<void> {
  const papers = Array.from({ length: COUNT }, (_, index) => paperAt(index));
  const { zip, pdfs } = await makeZip(papers);
  console.log(`${COUNT} PDFs, ZIP of ${(zip.length / 1_000_000).toFixed(1)} MB`);
  // Both once before they are measured, so that neither pays for the start of the reader.
  for (const bytes of pdfs.slice(0, 100)) await readPdfText(bytes);
  const started = performance.now();
  let matched = 0;
  const whole = await perCoreSecond(COUNT, async () => {
    matched = await readAndMatch(zip, papers.map(fakturOfPaper));
  });
  const seconds = (performance.now() - started) / 1_000;
  const bare = await perCoreSecond(COUNT, async () => {
    for (const bytes of pdfs) await readPdfText(bytes);
  });
  const peak = Math.round(process.resourceUsage().maxRSS / 1_000);
  console.log(`read and matched ${matched} of ${COUNT} in ${seconds.toFixed(1)} s, peak memory ${peak} MB`);
  console.log(
    `${whole.toFixed(0)} PDF/s per core; bare text ${bare.toFixed(0)} PDF/s; ratio ${(whole / bare).toFixed(2)}`,
  );
  if (matched !== COUNT || whole < GOAL) process.exitCode = 1;
}

void main();
