import { createHash } from "node:crypto";
import { AppError } from "../errors";
import type { FakturDeps } from "../faktur/flow";
import { readFaktur } from "../faktur/stored";
import { appendAudit } from "../store/audit";
import { faktursAfter, insertCoretaxImport, wasImported } from "../store/coretax";
import type { Tx } from "../store/db";
import { addTimeline, fakturById, savePdf, type FakturRow } from "../store/fakturs";
import { findSeller, type SellerRow } from "../store/sellers";
import { text, type Text } from "../text";
import { ourFaktur, type OurFaktur } from "./readback/claims";
import { readPortalList } from "./readback/excel";
import type { ListRow } from "./readback/excel-rows";
import type { Match } from "./readback/match";
import { matchPdfs, type ReadPdf } from "./readback/match-pdfs";
import { matchRows } from "./readback/match-rows";
import { readPdfFacts } from "./readback/pdf";
import { recordApproval, recordRow, type Recorded } from "./record";
import { left, newTally, wordsOf, type ImportReport, type LeftPlace, type Tally } from "./report";
import { verdictOn } from "./verdict";
import { bytesOfFile, countPdfs, hashOf, kindOf, pdfsOf, type BroughtFile } from "./readback/sources";

export interface ImportDeps extends FakturDeps {
  readonly paper: {
    fault(bytes: Buffer, expect: { nsfp: string; buyerNumber: string }): Promise<Text | null>;
  };
  /** One mail per registered address; each goes out by itself once. */
  queueMails(tx: Tx, row: FakturRow): Promise<void>;
  /** What hangs on a faktur's new state: its cases. */
  settle(fakturId: string): Promise<void>;
  wake(): void;
}

export interface ImportWish {
  readonly files: readonly BroughtFile[];
  /** What a person has confirmed: the number of a faktur, by its id. */
  readonly confirmed?: ReadonlyMap<string, string>;
  readonly onProgress?: (done: number, total: number) => void;
}

interface Run {
  readonly d: ImportDeps;
  readonly seller: SellerRow;
  readonly confirmed: ReadonlyMap<string, string>;
  readonly tally: Tally;
}

/**
 * Reads back what the portal gave: lists first, whose approvals bring the numbers, then official PDFs, which are
 * stored and mailed. What cannot be matched for certain is left and told, everything else is done; doing it twice
 * changes nothing. Throws `not_found` for an unknown seller or a file that cannot be read.
 */
export async function importFiles(
  d: ImportDeps,
  slug: string,
  wish: ImportWish,
  who: { readonly name: string },
): Promise<ImportReport> {
  const seller = await findSeller(d.db.knex, slug);
  if (seller === undefined) {
    throw new AppError("not_found", text("Penjual tidak ditemukan.", "There is no such seller."));
  }
  const run: Run = { d, seller, confirmed: wish.confirmed ?? new Map(), tally: newTally() };
  const files: ImportReport["files"][number][] = [];
  for (const file of wish.files) {
    const sha256 = await hashOf(file);
    files.push({ name: file.name, sha256, repeated: await wasImported(d.db.knex, slug, sha256) });
  }
  for (const file of wish.files) {
    const kind = kindOf(file.name);
    if (kind === "list") await importList(run, file);
    if (kind === "unknown") run.tally.left.push(left({ file: file.name, at: "" }, "kind_unknown"));
  }
  const pdfFiles = wish.files.filter(({ name }) => kindOf(name) === "pdf" || kindOf(name) === "zip");
  if (pdfFiles.length > 0) await importPdfs(run, pdfFiles, wish.onProgress ?? (() => undefined));
  await keep(run, files, who);
  d.wake();
  return { files, ...run.tally };
}

const LONGEST_NAME = 255;

async function keep({ d, seller, tally }: Run, files: ImportReport["files"], who: { name: string }) {
  const now = d.clock.now();
  const at = now.toISOString();
  const subject = `seller:${seller.slug}`;
  await d.db.transaction(async (tx) => {
    for (const { name, sha256 } of files) {
      const row = { id: d.newId(now), seller: seller.slug, name: name.slice(0, LONGEST_NAME), sha256, at };
      await insertCoretaxImport(tx, { ...row, imported_by: who.name });
    }
    const { approved, changed, pdfs } = tally;
    const detail = JSON.stringify({ files: files.length, approved, changed, pdfs, left: tally.left.length });
    await appendAudit(tx, { at, actor: who.name, action: "coretax.imported", subject, detail });
  });
  const { approved, changed, pdfs, alreadyKnown } = tally;
  d.log.info("coretax.imported", { seller: seller.slug, approved, changed, pdfs, alreadyKnown });
}

const PAGE = 1000;

async function ours({ d, seller }: Run): Promise<OurFaktur[]> {
  const known: OurFaktur[] = [];
  for (let after = ""; ;) {
    const rows = await faktursAfter(d.db.knex, seller.slug, after, PAGE);
    for (const { id, state, nsfp, document, pdf_sha256 } of rows) {
      // Whatever went out as this faktur's paper is not replaced by another.
      known.push(ourFaktur({ id, state, nsfp, hasOfficialPdf: pdf_sha256 !== null }, readFaktur(document)));
    }
    const last = rows.at(-1);
    if (rows.length < PAGE || last === undefined) return known;
    after = last.id;
  }
}

const LIST_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async function importList(run: Run, file: BroughtFile): Promise<void> {
  const bytes = await bytesOfFile(file);
  const read = await readPortalList(bytes, run.seller.npwp);
  if (read.kind === "refused") {
    run.tally.left.push(left({ file: file.name, at: "" }, "faulty", [], wordsOf(read.faults)));
    return;
  }
  // Kept, so that the ledger can be compared with it again later.
  await run.d.documents.put(bytes, LIST_TYPE);
  for (const { line, reference, faults } of read.refused) {
    const place = { file: file.name, at: String(line), reference };
    run.tally.left.push(left(place, "faulty", [], wordsOf(faults)));
  }
  for (const match of matchRows(read.rows, await ours(run))) {
    const { line, nsfp, reference } = match.item;
    const place = { file: file.name, at: String(line), nsfp, reference };
    const fakturId = toAct(run, match, nsfp, place);
    if (fakturId !== null) await takeRow(run, fakturId, match.item, place);
  }
}

/** The faktur a match lets us act on; null when it changes nothing or was left for a person. */
function toAct(
  { tally, confirmed }: Run,
  match: Match<ListRow | ReadPdf>,
  nsfp: string | null,
  place: LeftPlace,
): string | null {
  const verdict = verdictOn(match, nsfp, confirmed);
  if (verdict.kind === "act") return verdict.fakturId;
  if (verdict.kind === "known") tally.alreadyKnown += 1;
  else tally.left.push(left(place, verdict.code, verdict.fakturIds, verdict.more));
  return null;
}

/** Another hand may move a faktur between reading and writing it: once more, from where it stands then. */
async function againIfMoved<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== "wrong_state") throw thrown;
    return write();
  }
}

async function takeRow(run: Run, id: string, item: ListRow, place: LeftPlace): Promise<void> {
  const { d } = run;
  const recorded = await againIfMoved(() =>
    d.db.transaction(async (tx) => {
      const row = await fakturById(tx, id);
      return row === undefined ? "stranger" : recordRow(tx, d, row, item);
    }),
  );
  await settled(run, id, recorded, place);
}

async function settled({ d, tally }: Run, id: string, recorded: Recorded, place: LeftPlace): Promise<void> {
  switch (recorded) {
    case "approved":
    case "changed":
      tally[recorded] += 1;
      await d.settle(id);
      return;
    case "known":
      tally.alreadyKnown += 1;
      return;
    default:
      tally.left.push(left(place, recorded, [id]));
  }
}

const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Twice through the files: first only what each PDF says, then the bytes of those that have found their faktur. */
async function importPdfs(
  run: Run,
  files: readonly BroughtFile[],
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  let total = 0;
  for (const file of files) total += await countPdfs(file);
  let done = 0;
  const read: (ReadPdf & { readonly file: string })[] = [];
  for (const file of files) {
    for await (const item of pdfsOf(file)) {
      onProgress((done += 1), Math.max(total, done));
      const place = { file: file.name, at: item.name === file.name ? "" : item.name };
      const pdf = item.kind === "pdf" ? await readPdfFacts(item.bytes, item.name) : null;
      if (item.kind === "fault") run.tally.left.push(left(place, "faulty", [], wordsOf([item.fault])));
      else if (pdf?.kind === "faulty") run.tally.left.push(left(place, "faulty", [], wordsOf(pdf.faults)));
      else if (pdf?.kind === "facts") {
        if (pdf.facts.mark !== null && !run.seller.simulated) {
          run.tally.left.push(left({ ...place, nsfp: pdf.facts.nsfp }, "simulated_pdf"));
        } else read.push({ name: item.name, sha256: hash(item.bytes), facts: pdf.facts, file: file.name });
      }
    }
  }
  const fileOf = new Map<ReadPdf, string>(read.map((pdf) => [pdf, pdf.file]));
  const wanted = new Map<string, { fakturId: string; nsfp: string; place: LeftPlace }>();
  for (const match of matchPdfs(read, await ours(run))) {
    const { name, sha256, facts } = match.item;
    const place = {
      file: fileOf.get(match.item) ?? "",
      at: name,
      nsfp: facts.nsfp,
      reference: facts.reference,
    };
    const fakturId = toAct(run, match, facts.nsfp, place);
    if (fakturId !== null) wanted.set(sha256, { fakturId, nsfp: facts.nsfp, place });
  }
  for (const file of files) {
    if (wanted.size === 0) return;
    for await (const item of pdfsOf(file)) {
      if (item.kind === "fault") continue;
      const sha256 = hash(item.bytes);
      const one = wanted.get(sha256);
      if (one === undefined) continue;
      wanted.delete(sha256);
      await takePdf(run, one.fakturId, one.nsfp, item.bytes, one.place);
    }
  }
}

/** The official PDF proves the approval by itself; it is judged once more before it is anybody's paper. */
async function takePdf(run: Run, id: string, nsfp: string, bytes: Buffer, place: LeftPlace): Promise<void> {
  const { d, tally } = run;
  const before = await fakturById(d.db.knex, id);
  if (before === undefined) return;
  const { buyer } = readFaktur(before.document);
  const buyerNumber = buyer.document === "TIN" ? buyer.npwp : buyer.documentNumber;
  const fault = await d.paper.fault(bytes, { nsfp, buyerNumber });
  if (fault !== null) {
    tally.left.push(left(place, "faulty", [id], fault));
    return;
  }
  const sha256 = await d.documents.put(bytes, "application/pdf");
  const recorded = await againIfMoved(() => d.db.transaction((tx) => storePdf(tx, d, id, nsfp, sha256)));
  if (recorded.stored) tally.pdfs += 1;
  if (recorded.standing !== "known" || !recorded.stored) await settled(run, id, recorded.standing, place);
}

async function storePdf(
  tx: Tx,
  d: ImportDeps,
  id: string,
  nsfp: string,
  sha256: string,
): Promise<{ standing: Recorded; stored: boolean }> {
  const row = await fakturById(tx, id);
  if (row === undefined || row.pdf_sha256 !== null) return { standing: "known", stored: false };
  const standing = await recordApproval(tx, d, row, nsfp, "PDF");
  if (standing !== "approved" && standing !== "known") return { standing, stored: false };
  const now = d.clock.now();
  await savePdf(tx, id, "official", sha256, now);
  await addTimeline(tx, id, { at: now, event: "pdf_stored", by: "system", detail: sha256 });
  await d.queueMails(tx, row);
  return { standing, stored: true };
}
