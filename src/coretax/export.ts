import { join } from "node:path";
import { dayInJakarta, plusMs, type Clock } from "../clock";
import type { Documents } from "../documents/documents";
import { AppError, type Outcome } from "../errors";
import { FILE_CHANNEL } from "../faktur/faktur";
import { uploadRules } from "../faktur/seller";
import { readFaktur } from "../faktur/stored";
import { uploadPause } from "../faktur/upload-window";
import { FAKTURS_PER_FILE } from "../faktur/xml";
import { systemCode, writeDurably } from "../files";
import type { NewId } from "../ids";
import type { Log } from "../log";
import { appendAudit } from "../store/audit";
import { countKeptBack, type Forgotten } from "../store/clearances";
import {
  countNamed,
  countTooLate,
  coretaxFileById,
  coretaxFileNamed,
  exportable,
  insertCoretaxFile,
  markWritten,
  unwrittenFiles,
  type CoretaxFileRow,
} from "../store/coretax";
import { isDuplicate, type Db, type Tx } from "../store/db";
import { addTimeline, moveFaktur, noteFaktur, type FakturRow } from "../store/fakturs";
import type { Work } from "../store/fence";
import { findSeller, type SellerRow } from "../store/sellers";
import { text } from "../text";
import { fileSeller } from "./file-seller";
import { forgottenSince, keepBack } from "./forgotten";
import { sortOut, type ExportFault } from "./sound";

export interface ExportDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly documents: Documents;
}

/** A faktur that was left out, and why. */
export interface LeftOut {
  readonly id: string;
  readonly reference: string;
  readonly faults: readonly ExportFault[];
}

export interface Exported {
  readonly files: readonly CoretaxFileRow[];
  readonly leftOut: readonly LeftOut[];
  /** Ready fakturs whose last day of upload is over. */
  readonly tooLate: number;
  /** Ready fakturs that may have been exported before the database was put back from a copy. */
  readonly keptBack: number;
}

export interface ScheduleDeps extends ExportDeps {
  /** The folder of a seller whose files are written by themselves, or null. */
  folderOf(seller: SellerRow): string | null;
}

const EVERY_MS = 15 * 60_000;
const BROKEN_OFF_MS = 60_000;

/** Job `export`: writes what is ready into the seller's folder, within its upload windows, every quarter of an hour. */
export async function exportDue(d: ScheduleDeps, work: Work): Promise<Outcome> {
  const seller = await findSeller(d.db.knex, work.job.subject);
  const folder = seller === undefined ? null : d.folderOf(seller);
  if (seller === undefined || folder === null || !uploadRules(seller).auto) return { kind: "done" };
  const pause = uploadPause(uploadRules(seller), d.clock.now());
  if (pause !== null) return { kind: "wait", until: pause };
  await exportReady(d, seller.slug, folder, { name: "system" });
  const restoredAt = (await forgottenSince(d.db.knex))?.restoredAt ?? "";
  // Reserved by a try that failed just now: it may be another's still, and is written as soon as that is out of the question.
  const left = await unwrittenFiles(d.db.knex, seller.slug, restoredAt, d.clock.now());
  return { kind: "wait", until: plusMs(d.clock.now(), left.length > 0 ? BROKEN_OFF_MS : EVERY_MS) };
}

interface Actor {
  readonly name: string;
}

const MOST_CLASHES = 5;

/**
 * Puts every ready faktur of a seller into files of at most 1,000. A faktur is reserved with the file it is in before
 * that file is written anywhere, so it is exported once. With a folder the files are written there, also those that an
 * export which broke off had reserved. After a restore what may have gone out before stays. Throws `not_found`,
 * `refused` (another channel), `storage_failed`.
 */
export async function exportReady(
  d: ExportDeps,
  slug: string,
  folder: string | null,
  who: Actor,
): Promise<Exported> {
  const seller = await fileSeller(d.db.knex, slug);
  const since = await keepBack(d, seller);
  const files: CoretaxFileRow[] = folder === null ? [] : await brokenOff(d, slug, since);
  if (folder !== null) for (const file of files) await writeFile(d, file, folder);
  const leftOut: LeftOut[] = [];
  let clashes = 0;
  for (;;) {
    const today = dayInJakarta(d.clock.now());
    const rows = await exportable(d.db.knex, slug, today, since, FAKTURS_PER_FILE);
    if (rows.length === 0) break;
    const items = rows.map((row) => ({ row, faktur: readFaktur(row.document) }));
    const { bytes, sound, faulty } = sortOut(seller.npwp, items, today);
    for (const { item, faults } of faulty) leftOut.push(await leaveOut(d, item.row, faults));
    if (bytes === null) continue;
    const sha256 = await d.documents.put(bytes, "application/xml");
    const made = { sha256, rows: sound.map(({ row }) => row), written: folder === null };
    try {
      const file = await d.db.transaction((tx) => reserve(tx, d, slug, made, who));
      if (folder !== null) await writeFile(d, file, folder);
      files.push(file);
    } catch (thrown) {
      // Another export, or a correction, was faster: what is left is gathered anew.
      clashes += 1;
      if (!isClash(thrown) || clashes > MOST_CLASHES) throw thrown;
    }
  }
  const tooLate = await countTooLate(d.db.knex, slug, dayInJakarta(d.clock.now()));
  return { files, leftOut, tooLate, keptBack: await countKeptBack(d.db.knex, slug) };
}

/**
 * Reserved but not written, for so long that no other export can still be at it. Of those that a restore has brought
 * back nobody knows whether they were written since.
 */
const brokenOff = (d: ExportDeps, seller: string, since: Forgotten | null): Promise<CoretaxFileRow[]> =>
  unwrittenFiles(d.db.knex, seller, since?.restoredAt ?? "", plusMs(d.clock.now(), -BROKEN_OFF_MS));

const isClash = (thrown: unknown): boolean =>
  (thrown instanceof AppError && (thrown.code === "wrong_state" || isDuplicate(thrown.cause))) ||
  isDuplicate(thrown);

interface Made {
  readonly sha256: string;
  readonly rows: readonly FakturRow[];
  readonly written: boolean;
}

async function reserve(
  tx: Tx,
  d: ExportDeps,
  seller: string,
  made: Made,
  who: Actor,
): Promise<CoretaxFileRow> {
  const now = d.clock.now();
  const beginning = `faktur-${seller}-${dayInJakarta(now).replaceAll("-", "")}-`;
  const count = (await countNamed(tx, seller, beginning)) + 1;
  const file: CoretaxFileRow = {
    ...{ id: d.newId(now), seller, name: `${beginning}${String(count).padStart(3, "0")}.xml` },
    ...{ fakturs: made.rows.length, sha256: made.sha256, made_by: who.name, at: now.toISOString() },
    written_at: made.written ? now.toISOString() : null,
  };
  const ids = made.rows.map((row) => row.id);
  await insertCoretaxFile(tx, file, ids);
  for (const row of made.rows) {
    const state = await moveFaktur(tx, row, "submit", now, { channel_kind: FILE_CHANNEL });
    await moveFaktur(tx, { id: row.id, state }, "pend", now);
    await addTimeline(tx, row.id, { at: now, event: "exported", by: who.name, detail: file.name });
    d.log.info("faktur.exported", { faktur: row.id, trace: row.invoice_id, file: file.name });
  }
  await appendAudit(tx, {
    ...{ at: file.at, actor: who.name, action: "coretax.exported", subject: `seller:${seller}` },
    detail: `${file.name}: ${file.fakturs}`,
  });
  d.log.info("coretax.exported", { seller, file: file.name, fakturs: file.fakturs });
  return file;
}

const SHOWN_FAULTS = 5;

async function leaveOut(d: ExportDeps, row: FakturRow, faults: readonly ExportFault[]): Promise<LeftOut> {
  const now = d.clock.now();
  const codes = [...new Set(faults.map((fault) => fault.code))].slice(0, SHOWN_FAULTS).join(", ");
  const says = faults.slice(0, SHOWN_FAULTS).map(({ message }) => message.id);
  await d.db.transaction(async (tx) => {
    await noteFaktur(tx, row.id, { problem: "export_faulty", channel_message: says.join(" ") }, now);
    await addTimeline(tx, row.id, { at: now, event: "left_out", by: "system", detail: codes });
  });
  d.log.warn("coretax.left_out", { faktur: row.id, trace: row.invoice_id, codes });
  return { id: row.id, reference: row.reference, faults };
}

/** Writes an exported file once more, byte for byte; `named` is its id or its name. Throws `not_found`. */
export async function exportAgain(
  d: ExportDeps,
  slug: string,
  named: string,
  folder: string,
): Promise<CoretaxFileRow> {
  await fileSeller(d.db.knex, slug);
  const { knex } = d.db;
  const byId = await coretaxFileById(knex, named);
  const file = byId?.seller === slug ? byId : await coretaxFileNamed(knex, slug, named);
  if (file === undefined) {
    throw new AppError(
      "not_found",
      text(`Berkas ${named} tidak pernah diekspor.`, `The file ${named} was never exported.`),
    );
  }
  await writeFile(d, file, folder);
  return file;
}

async function writeFile(d: ExportDeps, file: CoretaxFileRow, folder: string): Promise<void> {
  const bytes = await d.documents.get(file.sha256);
  try {
    await writeDurably(join(folder, file.name), bytes);
  } catch (cause) {
    const code = systemCode(cause) ?? "?";
    throw new AppError(
      "storage_failed",
      text(
        `Berkas ${file.name} tidak dapat ditulis ke ${folder} (${code}). Periksa foldernya, lalu ekspor lagi.`,
        `The file ${file.name} cannot be written to ${folder} (${code}). Check the folder, then export again.`,
      ),
      { cause },
    );
  }
  if (file.written_at === null) await d.db.alone((tx) => markWritten(tx, file.id, d.clock.now()));
}
