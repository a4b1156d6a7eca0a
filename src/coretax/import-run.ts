import { AppError, asAppError } from "../errors";
import type { FakturDeps } from "../faktur/flow";
import { describeCause } from "../log";
import type { InTurn } from "../sharing";
import type { Tx } from "../store/db";
import type { FakturRow } from "../store/fakturs";
import type { SellerRow } from "../store/sellers";
import { text } from "../text";
import type { ListRow } from "./readback/excel-rows";
import type { Match } from "./readback/match";
import type { ReadPdf } from "./readback/match-pdfs";
import type { PdfReading } from "./readback/pdf-facts";
import type { Recorded } from "./record";
import type { ListsRead } from "./whole";
import { left, type LeftPlace, type Tally } from "./report";
import { verdictOn } from "./verdict";

export interface ImportDeps extends FakturDeps {
  /** One mail per registered address; each goes out by itself once. */
  queueMails(tx: Tx, row: FakturRow): Promise<unknown>;
  /** What hangs on a faktur's new state: its cases. */
  settle(fakturId: string): Promise<void>;
  wake(): void;
  /** What one PDF says, or why it says nothing. Never throws for what is in the bytes. */
  readPdf(bytes: Buffer, fileName: string): Promise<PdfReading>;
  /** For lists: one of 100,000 rows takes a hundred megabytes while it is matched. */
  readonly inTurn: InTurn;
}

/** How far an import is: PDFs are read first, then those that found their faktur are stored. */
export type OnProgress = (step: "read" | "store", done: number, total: number) => void;

/** One import while it runs. */
export interface Run {
  readonly d: ImportDeps;
  readonly seller: SellerRow;
  readonly confirmed: ReadonlyMap<string, string>;
  readonly adopted: ReadonlyMap<string, string>;
  readonly who: { readonly name: string };
  readonly tally: Tally;
  readonly lists: ListsRead;
  readonly onProgress: OnProgress;
}

/** The faktur a match lets us act on; null when it changes nothing or was left for a person. */
export function toAct(
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
export async function againIfMoved<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== "wrong_state") throw thrown;
    return write();
  }
}

/**
 * Writes one row or PDF. What fails for it alone is left and named, and the others go on; what would fail for all of them
 * is thrown.
 */
export async function byItself(
  { d, tally }: Run,
  id: string,
  place: LeftPlace,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code !== "internal" && error.code !== "wrong_state") throw thrown;
    d.log.error("coretax.not_taken", { faktur: id, cause: describeCause(error) });
    const code = error.code === "internal" ? "faulty" : "stands_otherwise";
    tally.left.push(left(place, code, [id], code === "faulty" ? NOT_WRITTEN : undefined));
  }
}

const NOT_WRITTEN = text(
  "Gagal dicatat di sini, yang lain tetap dikerjakan. Lihat log, lalu impor lagi.",
  "It could not be written here, the others were done. Look into the log, then import again.",
);

/** Counts what was recorded, or tells why it was not. */
export async function settled(
  { d, tally }: Run,
  id: string,
  recorded: Recorded,
  place: LeftPlace,
): Promise<void> {
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
