import { createHash } from "node:crypto";
import type { Tx } from "../store/db";
import { addTimeline, fakturById, savePdf } from "../store/fakturs";
import { faktursMeant, ours } from "./gather";
import { againIfMoved, byItself, settled, toAct, type ImportDeps, type Run } from "./import-run";
import { buyerDifferences, type Claim } from "./readback/claims";
import { matchPdfs, type ReadPdf } from "./readback/match-pdfs";
import { countPdfs, pdfsOf, type BroughtFile } from "./readback/sources";
import { recordApproval, type Recorded } from "./record";
import { faultyOne, left, type LeftPlace } from "./report";

const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** A PDF with the file it came in. */
interface Found extends ReadPdf {
  readonly file: string;
}

/** Twice through the files: first only what each PDF says, then the bytes of those that have found their faktur. */
export async function importPdfs(run: Run, files: readonly BroughtFile[]): Promise<void> {
  const read = await readAll(run, files);
  const fileOf = new Map<ReadPdf, string>(read.map((pdf) => [pdf, pdf.file]));
  const wanted = new Map<string, Wanted>();
  const claims = read.map((pdf): Claim => pdf.facts);
  const meant = await faktursMeant(run.d.db.knex, run.seller.slug, claims);
  for (const match of matchPdfs(read, meant)) {
    const { name, sha256, facts } = match.item;
    const { nsfp, reference } = facts;
    const place = { file: fileOf.get(match.item) ?? "", at: name, nsfp, reference };
    const fakturId = toAct(run, match, nsfp, place);
    if (fakturId !== null) wanted.set(sha256, { fakturId, facts, place });
  }
  await takeWanted(run, files, wanted);
}

/** What every PDF says; what cannot be used is left, by name. */
async function readAll(run: Run, files: readonly BroughtFile[]): Promise<Found[]> {
  const { tally, seller, onProgress } = run;
  let total = 0;
  for (const file of files) total += await countPdfs(file);
  let done = 0;
  const read: Found[] = [];
  for (const file of files) {
    for await (const item of pdfsOf(file)) {
      const place = { file: file.name, at: item.name === file.name ? "" : item.name };
      const pdf = item.kind === "pdf" ? await run.d.readPdf(item.bytes, item.name) : null;
      if (item.kind === "fault") tally.left.push(faultyOne(place, [item.fault]));
      else if (pdf?.kind === "faulty") tally.left.push(faultyOne(place, pdf.faults));
      else if (pdf?.kind === "facts") {
        const { facts } = pdf;
        if (facts.mark !== null && !seller.simulated) {
          tally.left.push(left({ ...place, nsfp: facts.nsfp }, "simulated_pdf"));
        } else read.push({ name: item.name, sha256: hash(item.bytes), facts, file: file.name });
      }
      onProgress("read", (done += 1), Math.max(total, done));
    }
  }
  return read;
}

interface Wanted {
  readonly fakturId: string;
  readonly facts: ReadPdf["facts"];
  readonly place: LeftPlace;
}

/** Fetches the bytes of what is wanted, by their hash: what was read is what is stored. */
async function takeWanted(
  run: Run,
  files: readonly BroughtFile[],
  wanted: Map<string, Wanted>,
): Promise<void> {
  const total = wanted.size;
  for (const file of files) {
    if (wanted.size === 0) return;
    for await (const item of pdfsOf(file)) {
      if (item.kind === "fault") continue;
      const sha256 = hash(item.bytes);
      const one = wanted.get(sha256);
      if (one === undefined) continue;
      wanted.delete(sha256);
      await byItself(run, one.fakturId, one.place, () => takePdf(run, one, item.bytes));
      run.onProgress("store", total - wanted.size, total);
      if (wanted.size === 0) return;
    }
  }
}

/** The official PDF proves the approval by itself. Stored, approved and queued in one transaction: all of it or nothing. */
async function takePdf(run: Run, one: Wanted, bytes: Buffer): Promise<void> {
  const { d, tally } = run;
  const sha256 = await d.documents.put(bytes, "application/pdf");
  const recorded = await againIfMoved(() => d.db.transaction((tx) => storePdf(tx, d, one, sha256)));
  if (recorded.stored) tally.pdfs += 1;
  if (recorded.standing !== "known" || !recorded.stored) {
    await settled(run, one.fakturId, recorded.standing, one.place);
  }
}

async function storePdf(
  tx: Tx,
  d: ImportDeps,
  { fakturId: id, facts }: Wanted,
  sha256: string,
): Promise<{ standing: Recorded; stored: boolean }> {
  const row = await fakturById(tx, id);
  if (row === undefined || row.pdf_sha256 !== null) return { standing: "known", stored: false };
  // Corrected since it was matched: then this is another buyer's paper.
  if (buyerDifferences(ours(row), facts).length > 0) return { standing: "contradiction", stored: false };
  const standing = await recordApproval(tx, d, row, facts.nsfp, "PDF");
  if (standing !== "approved" && standing !== "known") return { standing, stored: false };
  const now = d.clock.now();
  await savePdf(tx, id, "official", sha256, now);
  await addTimeline(tx, id, { at: now, event: "pdf_stored", by: "system", detail: sha256 });
  d.log.info("faktur.pdf_stored", { faktur: id, trace: row.invoice_id, kind: "official", sha256 });
  await d.queueMails(tx, row);
  return { standing, stored: true };
}
