import { FILE_CHANNEL } from "../faktur/faktur";
import { turnEnds } from "../sharing";
import { notForgotten, type Forgotten } from "./clearances";
import type { Tx } from "./db";
import type { FakturRow } from "./fakturs";

/** One exported file. Its bytes lie among the documents. */
export interface CoretaxFileRow {
  readonly id: string;
  readonly seller: string;
  readonly name: string;
  readonly fakturs: number;
  readonly sha256: string;
  readonly made_by: string;
  readonly at: string;
  /** When it was written where it was asked for; null after a crash in between. */
  readonly written_at: string | null;
}

const ready = (tx: Tx, seller: string) =>
  tx<FakturRow>("fakturs").where({
    seller,
    state: "ready",
    problem: null,
    external_id: null,
    replaces_id: null,
  });

/** Ready fakturs that may still be handed over on this day, by date and reference; none that a restore has forgotten. */
export function exportable(
  tx: Tx,
  seller: string,
  today: string,
  since: Forgotten | null,
  limit: number,
): Promise<FakturRow[]> {
  const query = ready(tx, seller).where("deadline", ">=", today);
  if (since !== null) notForgotten(query, since);
  return query.orderBy(["date", "reference", "id"]).limit(limit);
}

/** Ready fakturs whose last day is over. */
export async function countTooLate(tx: Tx, seller: string, today: string): Promise<number> {
  const [row] = await ready(tx, seller).where("deadline", "<", today).count({ count: "*" });
  return Number(row?.["count"] ?? 0);
}

interface OfMasa {
  readonly seller: string;
  readonly period: string;
  readonly today: string;
}

const unanswered = (tx: Tx, { seller, period, today }: OfMasa, after: string, limit: number) =>
  tx<FakturRow>("fakturs")
    .where({ seller, period, nsfp: null })
    .where("deadline", "<", today)
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit);

/** Exported fakturs of a seller and masa of which nothing came back until their last day was over; behind this id. */
export const exportedUnanswered = (
  tx: Tx,
  masa: OfMasa,
  after: string,
  limit: number,
): Promise<FakturRow[]> =>
  unanswered(tx, masa, after, limit)
    .where({ channel_kind: FILE_CHANNEL, problem: null })
    .whereIn("state", ["pending", "unknown"]);

/** The same for what has an id at a channel that its seller has left for files. */
export const leftUnanswered = (tx: Tx, masa: OfMasa, after: string, limit: number): Promise<FakturRow[]> =>
  unanswered(tx, masa, after, limit)
    .whereNotNull("external_id")
    .whereNot({ channel_kind: FILE_CHANNEL })
    .whereIn("state", ["draft", "ready", "rejected", "submitting", "unknown", "pending"])
    .where((open) => void open.whereNull("problem").orWhereNotIn("problem", [...ENDED_THERE]));

/** Problems of what the authority knows in a state that a person must confirm. */
const ENDED_THERE = ["cancelled_at_authority", "replaced_at_authority", "duplicate_at_authority"] as const;

const BATCH = 200;

/** Throws the driver's duplicate error when the name is taken. */
export async function insertCoretaxFile(tx: Tx, row: CoretaxFileRow, ids: readonly string[]): Promise<void> {
  await tx<CoretaxFileRow>("coretax_files").insert(row);
  for (let from = 0; from < ids.length; from += BATCH) {
    const items = ids.slice(from, from + BATCH).map((faktur_id, index) => ({
      ...{ file_id: row.id, place: from + index + 1, faktur_id },
    }));
    await tx("coretax_file_items").insert(items);
  }
}

/** How many files of this seller bear names that begin so. */
export async function countNamed(tx: Tx, seller: string, beginning: string): Promise<number> {
  const names: string[] = await tx<CoretaxFileRow>("coretax_files").where({ seller }).pluck("name");
  return names.filter((name) => name.startsWith(beginning)).length;
}

export const coretaxFileById = (tx: Tx, id: string): Promise<CoretaxFileRow | undefined> =>
  tx<CoretaxFileRow>("coretax_files").where({ id }).first();

export const coretaxFileNamed = (tx: Tx, seller: string, name: string): Promise<CoretaxFileRow | undefined> =>
  tx<CoretaxFileRow>("coretax_files").where({ seller, name }).first();

/** Reserved after `since`, but not written yet: the process died in between. */
export const unwrittenFiles = (
  tx: Tx,
  seller: string,
  since: string,
  before: Date,
): Promise<CoretaxFileRow[]> =>
  tx<CoretaxFileRow>("coretax_files")
    .where({ seller, written_at: null })
    .where("at", ">", since)
    .where("at", "<=", before.toISOString())
    .orderBy("id");

export interface UnwrittenRow {
  readonly seller: string;
  readonly name: string;
  readonly fakturs: number;
  readonly at: string;
}

/** Files of sellers that use them, reserved up to this moment and never written, oldest first. */
export const longUnwritten = (tx: Tx, before: Date): Promise<UnwrittenRow[]> =>
  tx("sellers")
    // Crossed, SQLite begins with the few sellers and does not walk every file.
    .crossJoin("coretax_files", "coretax_files.seller", "sellers.slug")
    .where("sellers.channel_kind", FILE_CHANNEL)
    .whereNull("coretax_files.written_at")
    .where("coretax_files.at", "<=", before.toISOString())
    .orderBy("coretax_files.at")
    .select(
      "sellers.slug as seller",
      ...["name", "fakturs", "at"].map((name) => `coretax_files.${name} as ${name}`),
    );

export async function markWritten(tx: Tx, id: string, at: Date): Promise<void> {
  await tx<CoretaxFileRow>("coretax_files").where({ id }).update({ written_at: at.toISOString() });
}

/** Newest first; `before` is the id the page starts under. */
export function listCoretaxFiles(
  tx: Tx,
  seller: string | undefined,
  before: string | null,
  limit: number,
): Promise<CoretaxFileRow[]> {
  const query = tx<CoretaxFileRow>("coretax_files").orderBy("id", "desc").limit(limit);
  if (seller !== undefined) query.where({ seller });
  if (before !== null) query.where("id", "<", before);
  return query;
}

/** The fakturs in a file, in its order. */
export const fakturIdsOf = (tx: Tx, fileId: string): Promise<string[]> =>
  tx<{ file_id: string; place: number; faktur_id: string }>("coretax_file_items")
    .where({ file_id: fileId })
    .orderBy("place")
    .pluck("faktur_id");

/** Whether a faktur has ever been in a file. */
export const wasExported = async (tx: Tx, fakturId: string): Promise<boolean> =>
  (await tx("coretax_file_items").where({ faktur_id: fakturId }).first("file_id")) !== undefined;

/** When a faktur was last put into a file; null when it never was. */
export async function lastExportedAt(tx: Tx, fakturId: string): Promise<string | null> {
  const files = tx("coretax_file_items")
    .join("coretax_files", "coretax_files.id", "coretax_file_items.file_id")
    .where("coretax_file_items.faktur_id", fakturId);
  const last: { at: string } | undefined = await files.orderBy("coretax_files.at", "desc").first("at");
  return last?.at ?? null;
}

export type KnownFaktur = Pick<FakturRow, "id" | "state" | "nsfp" | "document" | "pdf_sha256">;

const known = (tx: Tx, seller: string) =>
  tx<FakturRow>("fakturs").where({ seller }).select("id", "state", "nsfp", "document", "pdf_sha256");

/** Fakturs of a seller with one of these references (as `keyOf` in fakturs.ts writes them) or serials; each once. */
export async function faktursWithKeys(
  tx: Tx,
  seller: string,
  references: readonly string[],
  serials: readonly string[],
): Promise<KnownFaktur[]> {
  const found = new Map<string, KnownFaktur>();
  const keys = [
    ["reference_key", references],
    ["serial", serials],
  ] as const;
  for (const [column, values] of keys) {
    for (const some of batches(values)) {
      for (const row of await known(tx, seller).whereIn(column as "id", some)) found.set(row.id, row);
      // SQLite answers within the turn, and there may be hundreds of such questions.
      await turnEnds();
    }
  }
  return [...found.values()];
}

/** Fakturs of a seller of one day for one of these buyers (16 digits) that have no number yet. */
export async function faktursWithoutNumber(
  tx: Tx,
  seller: string,
  date: string,
  buyers: readonly string[],
): Promise<KnownFaktur[]> {
  const found: KnownFaktur[] = [];
  for (const some of batches(buyers)) {
    // Asked for in the query, the missing number would lead SQLite through all that have none.
    const rows = await known(tx, seller).where({ date }).whereIn("buyer_npwp", some);
    found.push(...rows.filter(({ nsfp }) => nsfp === null));
    await turnEnds();
  }
  return found;
}

function* batches(values: readonly string[]): Generator<string[]> {
  const different = [...new Set(values)];
  for (let from = 0; from < different.length; from += BATCH) yield different.slice(from, from + BATCH);
}

export interface CoretaxImportRow {
  readonly id: string;
  readonly seller: string;
  readonly name: string;
  readonly sha256: string;
  readonly imported_by: string;
  readonly at: string;
}

export const wasImported = async (tx: Tx, seller: string, sha256: string): Promise<boolean> =>
  (await tx<CoretaxImportRow>("coretax_imports").where({ seller, sha256 }).first("id")) !== undefined;

/** Whether this very file was imported up to this moment. */
export const importedBefore = async (tx: Tx, seller: string, sha256: string, at: string): Promise<boolean> =>
  (await tx<CoretaxImportRow>("coretax_imports")
    .where({ seller, sha256 })
    .where("at", "<=", at)
    .first("id")) !== undefined;

export async function insertCoretaxImport(tx: Tx, row: CoretaxImportRow): Promise<void> {
  await tx<CoretaxImportRow>("coretax_imports").insert(row);
}

/** The name under which a file was last brought; null when it never was. */
export async function nameOfImport(tx: Tx, seller: string, sha256: string): Promise<string | null> {
  const query = tx<CoretaxImportRow>("coretax_imports").where({ seller, sha256 }).orderBy("id", "desc");
  return (await query.first("name"))?.name ?? null;
}
