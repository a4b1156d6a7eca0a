import type { Period } from "../clock";
import { AppError } from "../errors";
import { inTurns } from "../portions";
import { turnEnds } from "../sharing";
import { appendAudit } from "../store/audit";
import type { Forgotten } from "../store/clearances";
import { insertCoretaxImport, wasImported } from "../store/coretax";
import { fakturById } from "../store/fakturs";
import { findSeller } from "../store/sellers";
import { text } from "../text";
import { adoptReplacement, noLongerWaiting, reasonNotAdopted } from "./adopt";
import { keepBack } from "./forgotten";
import { faktursMeant } from "./gather";
import { importPdfs } from "./import-pdfs";
import {
  againIfMoved,
  byItself,
  settled,
  toAct,
  type ImportDeps,
  type OnProgress,
  type Run,
} from "./import-run";
import { readPortalList } from "./readback/excel";
import type { ListRow } from "./readback/excel-rows";
import type { Match } from "./readback/match";
import { matchRows } from "./readback/match-rows";
import { bytesOfFile, hashOf, kindOf, type BroughtFile } from "./readback/sources";
import { recordRow } from "./record";
import { faultyOne, left, newTally, type ImportReport, type LeftPlace } from "./report";
import { broughtAt, clearWhole, noLists, noteList, originOf } from "./whole";

export type { ImportDeps };

export interface ImportWish {
  readonly files: readonly BroughtFile[];
  /** What a person has confirmed: the number of a faktur, by its id. */
  readonly confirmed?: ReadonlyMap<string, string>;
  /** Replacements made in the portal that a person takes over: the new number, by the id of the faktur it replaces. */
  readonly adopted?: ReadonlyMap<string, string>;
  /** Masas of which a person says that the lists hold all the portal has. */
  readonly whole?: ReadonlySet<Period>;
  readonly onProgress?: OnProgress;
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
  const { confirmed = new Map<string, string>(), onProgress = () => undefined } = wish;
  const adopted = wish.adopted ?? new Map<string, string>();
  const run: Run = { d, seller, confirmed, adopted, who, tally: newTally(), lists: noLists(), onProgress };
  const since = await keepBack(d, seller);
  const files: ImportReport["files"][number][] = [];
  for (const file of wish.files) {
    const sha256 = await hashOf(file);
    files.push({ name: file.name, sha256, repeated: await wasImported(d.db.knex, slug, sha256) });
  }
  for (const file of wish.files) {
    const kind = kindOf(file.name);
    if (kind === "list") await d.inTurn(() => importList(run, file));
    if (kind === "unknown") run.tally.left.push(left({ file: file.name, at: "" }, "kind_unknown"));
  }
  const pdfFiles = wish.files.filter(({ name }) => kindOf(name) === "pdf" || kindOf(name) === "zip");
  if (pdfFiles.length > 0) await importPdfs(run, pdfFiles);
  await clearWhole(run, wish.whole ?? new Set(), run.lists, since);
  await keep(run, files, since);
  d.wake();
  return { files, ...run.tally };
}

const LONGEST_NAME = 255;

async function keep(run: Run, files: ImportReport["files"], since: Forgotten | null): Promise<void> {
  const { d, seller, tally, who, lists } = run;
  const now = d.clock.now();
  const at = now.toISOString();
  const subject = `seller:${seller.slug}`;
  await d.db.transaction(async (tx) => {
    for (const { name, sha256 } of files) {
      const row = { id: d.newId(now), seller: seller.slug, name: name.slice(0, LONGEST_NAME), sha256 };
      const brought = { imported_by: who.name, at: broughtAt(lists, sha256, since, at) };
      await insertCoretaxImport(tx, { ...row, ...brought });
    }
    const { approved, changed, pdfs, cleared } = tally;
    const done = { files: files.length, approved, changed, pdfs, left: tally.left.length };
    const detail = JSON.stringify(cleared === 0 ? done : { ...done, cleared });
    await appendAudit(tx, { at, actor: who.name, action: "coretax.imported", subject, detail });
  });
  const { approved, changed, pdfs, alreadyKnown } = tally;
  d.log.info("coretax.imported", { seller: seller.slug, approved, changed, pdfs, alreadyKnown });
}

const LIST_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async function importList(run: Run, file: BroughtFile): Promise<void> {
  const bytes = await bytesOfFile(file);
  const read = await readPortalList(bytes, run.seller.npwp);
  if (read.kind === "refused") {
    run.lists.faulty = true;
    run.tally.left.push(faultyOne({ file: file.name, at: "" }, read.faults));
    return;
  }
  const origin = await originOf(run, await hashOf(file), bytes);
  // Kept, so that the ledger can be compared with it again later.
  noteList(run.lists, origin, read.rows, read.refused.length);
  await run.d.documents.put(bytes, LIST_TYPE);
  for (const { line, reference, faults } of read.refused) {
    const place = { file: file.name, at: String(line), reference };
    run.tally.left.push(faultyOne(place, faults));
  }
  const known = new Map<string, ListRow>();
  const meant = await faktursMeant(run.d.db.knex, run.seller.slug, read.rows);
  for (const [index, match] of (await inTurns(matchRows(read.rows, meant))).entries()) {
    if (index % AT_ONCE === 0) await turnEnds();
    const { line, nsfp, reference } = match.item;
    const place = { file: file.name, at: String(line), nsfp, reference };
    if ("fakturId" in match) run.lists.mentioned.add(match.fakturId);
    if (isUnexplained(match)) run.lists.unexplained.push(match.item);
    if (match.kind === "alreadyKnown") known.set(match.fakturId, match.item);
    if (match.kind === "matched" && match.revision === "newer" && run.adopted.get(match.fakturId) === nsfp) {
      await byItself(run, match.fakturId, place, () => adopt(run, match.fakturId, match.item, place));
      continue;
    }
    const fakturId = toAct(run, match, nsfp, place);
    if (fakturId === null) continue;
    await byItself(run, fakturId, place, () => takeRow(run, fakturId, match.item, place, origin.sha256));
  }
  await noLongerWaiting(run.d, known);
}

/** Rows that change nothing are passed over so many at a time. */
const AT_ONCE = 250;

const isUnexplained = ({ kind }: Match<ListRow>): boolean => kind === "stranger" || kind === "contradiction";

/** A replacement that a person takes over: all of it or nothing. */
async function adopt(run: Run, id: string, item: ListRow, place: LeftPlace): Promise<void> {
  const { d, who, tally } = run;
  try {
    const made = await againIfMoved(() => d.db.transaction((tx) => adoptReplacement(tx, d, id, item, who)));
    tally.changed += 1;
    await d.settle(made);
  } catch (thrown) {
    const code = reasonNotAdopted(thrown);
    if (code === null) throw thrown;
    tally.left.push(left(place, code, [id]));
  }
}

async function takeRow(run: Run, id: string, item: ListRow, place: LeftPlace, list: string): Promise<void> {
  const { d } = run;
  const recorded = await againIfMoved(() =>
    d.db.transaction(async (tx) => {
      const row = await fakturById(tx, id);
      return row === undefined ? "stranger" : recordRow(tx, d, row, item, list);
    }),
  );
  await settled(run, id, recorded, place);
}
