import { AppError } from "../errors";
import { referenceKey, serialOf } from "../faktur/keys";
import { MOVES, isLive, type FakturEvent, type FakturState } from "../faktur/faktur";
import { text } from "../text";
import { closeMailCases } from "./cases";
import { isDuplicate, type Tx } from "./db";
import { noteBuyerName } from "./faktur-list";
import { lapseWithFaktur } from "./lapse";
import { ofSameCompany } from "./sellers";

export interface FakturRow {
  readonly id: string;
  readonly invoice_id: string;
  readonly revision: number;
  /** The faktur that this one replaces (pengganti). */
  readonly replaces_id?: string | null;
  readonly live_key: string | null;
  /** The transaction code, where the faktur is one of several parts of its invoice; null = the whole invoice. */
  readonly part?: string | null;
  readonly seller: string;
  readonly portal: string;
  readonly account_id: string;
  readonly state: FakturState;
  readonly reference: string;
  readonly transaction_code: string;
  readonly date: string;
  readonly period: string;
  readonly deadline: string;
  readonly nsfp: string | null;
  readonly buyer_npwp: string;
  readonly buyer_name: string;
  /** Under which the buyer is searched: the NPWP, or the number of the document that stands in its place. */
  readonly buyer_number?: string | null;
  /** JSON of the Faktur, see faktur/stored.ts. */
  readonly document: string;
  /** Whole rupiah, written as text so that no engine's driver rounds it. */
  readonly dpp: string;
  readonly dpp_nilai_lain: string;
  readonly ppn: string;
  readonly channel_kind: string;
  readonly external_id: string | null;
  readonly channel_status: string | null;
  readonly channel_message: string | null;
  readonly simulated: boolean | number;
  /** The authority still holds older data of this document: it is updated before it is uploaded. */
  readonly outdated_there: boolean | number;
  /** A person has said that it goes up outside the seller's hours. */
  readonly upload_now?: boolean | number;
  /** A reason code that keeps a person busy while the state says nothing of it. */
  readonly problem: string | null;
  readonly pdf_kind: "official" | "rendition" | null;
  readonly pdf_sha256: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export const fakturById = (tx: Tx, id: string): Promise<FakturRow | undefined> =>
  tx<FakturRow>("fakturs").where({ id }).first();

/** Where it stands by now, for who has the rest. */
export const stateOf = async (tx: Tx, id: string): Promise<FakturState | undefined> =>
  (await tx<FakturRow>("fakturs").where({ id }).first("state"))?.state;

/** Oldest first; the parts of one decision by their code. */
export const faktursOfInvoice = (tx: Tx, invoiceId: string): Promise<FakturRow[]> =>
  tx<FakturRow>("fakturs").where({ invoice_id: invoiceId }).orderBy(["revision", "part", "id"]);

/** The same of several invoices at once, each in that order. */
export const faktursOfInvoices = (tx: Tx, invoiceIds: readonly string[]): Promise<FakturRow[]> =>
  tx<FakturRow>("fakturs")
    .whereIn("invoice_id", [...invoiceIds])
    .orderBy(["revision", "part", "id"]);

/** True when a faktur of this seller's company has the reference: the authority finds one document by it. */
export const referenceTaken = async (tx: Tx, seller: string, reference: string): Promise<boolean> =>
  (await tx<FakturRow>("fakturs")
    .where({ reference })
    .whereIn("seller", ofSameCompany(tx, seller))
    .first("id")) !== undefined;

/** Reserves a faktur. False when a live one of the same invoice stands, or its reference was taken meanwhile. */
export async function insertFaktur(tx: Tx, row: FakturRow): Promise<boolean> {
  try {
    await tx("fakturs").insert({ ...row, reference_key: keyOf(row.reference), ...serialIn(row) });
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
  await noteVacancy(tx, row);
  await noteBuyerName(tx, row.buyer_name);
  return true;
}

/** The day under which an invoice is listed again once its faktur was cancelled. */
const vacantDay = (tx: Tx) =>
  tx.raw("(select coalesce(i.tax_day, fakturs.date) from invoices as i where i.id = fakturs.invoice_id)");

/** A new faktur fills the place that a cancelled one has left; one that was cancelled elsewhere leaves it open. */
async function noteVacancy(tx: Tx, row: FakturRow): Promise<void> {
  const { id, invoice_id, revision, part, state, live_key } = row;
  // The first of its invoice finds no place that was left.
  if (live_key !== null && revision > 1) {
    const left = tx("fakturs").where({ invoice_id }).whereNotNull("vacant_day");
    await left.whereRaw("coalesce(part, '') = ?", [part ?? ""]).update({ vacant_day: null });
  } else if (live_key === null && state === "cancelled") {
    await tx("fakturs")
      .where({ id })
      .update({ vacant_day: vacantDay(tx) });
  }
}

export type Changes = Partial<
  Pick<
    FakturRow,
    | "nsfp"
    | "channel_kind"
    | "external_id"
    | "channel_status"
    | "channel_message"
    | "simulated"
    | "outdated_there"
    | "problem"
    | "document"
    | "buyer_npwp"
    | "buyer_name"
    | "buyer_number"
    | "upload_now"
    | "transaction_code"
    | "dpp"
    | "dpp_nilai_lain"
    | "ppn"
  >
>;

const KEY_LENGTH = 100;

/** As long as the column takes: compatibility forms of single letters may be longer than they. */
export const keyOf = (reference: string): string => referenceKey(reference).slice(0, KEY_LENGTH);

/** The column that repeats the serial of a number, wherever a number is written. */
const serialIn = ({ nsfp }: Pick<Changes, "nsfp">): { serial?: string | null } =>
  nsfp === undefined ? {} : { serial: nsfp === null ? null : serialOf(nsfp) };

const STATUS_LENGTH = 100;

/** A provider's word for a state as the column keeps it: nobody promises how long it is. */
export const keptStatus = (word: string): string => word.slice(0, STATUS_LENGTH);

const columnsOf = (changes: Changes) => ({
  ...changes,
  ...serialIn(changes),
  ...(changes.channel_status == null ? {} : { channel_status: keptStatus(changes.channel_status) }),
});

/**
 * Moves a faktur by the one table of moves, only from the state it was read in. Throws `wrong_state` when the table
 * has no such move or another hand has moved it first.
 */
export async function moveFaktur(
  tx: Tx,
  faktur: Pick<FakturRow, "id" | "state">,
  event: FakturEvent,
  now: Date,
  changes: Changes = {},
): Promise<FakturState> {
  const next = MOVES[faktur.state][event];
  if (next === undefined) throw wrongState(faktur.state, event);
  const gone = isLive(next) ? {} : { live_key: null };
  // Given up, it waits for nobody any more, whatever it had stopped for.
  const vacant = next === "cancelled" ? { vacant_day: vacantDay(tx), problem: null } : {};
  const moved: number = await tx("fakturs")
    .where({ id: faktur.id, state: faktur.state })
    .update({
      ...vacant,
      ...columnsOf(changes),
      ...gone,
      state: next,
      updated_at: now.toISOString(),
    });
  if (moved !== 1) throw wrongState(faktur.state, event);
  if (changes.buyer_name !== undefined) await noteBuyerName(tx, changes.buyer_name);
  if (next === "cancelled" || next === "replaced") {
    await lapseWithFaktur(tx, faktur.id, next, now);
    await closeMailCases(tx, faktur.id, now);
  }
  return next;
}

/** Notes something about a faktur without moving it. */
export async function noteFaktur(tx: Tx, id: string, changes: Changes, now: Date): Promise<void> {
  await tx("fakturs")
    .where({ id })
    .update({ ...columnsOf(changes), updated_at: now.toISOString() });
}

export async function savePdf(
  tx: Tx,
  id: string,
  kind: "official" | "rendition",
  sha256: string,
  now: Date,
): Promise<void> {
  await tx<FakturRow>("fakturs")
    .where({ id })
    .update({ pdf_kind: kind, pdf_sha256: sha256, updated_at: now.toISOString() });
}

function wrongState(state: FakturState, event: FakturEvent): AppError {
  return new AppError(
    "wrong_state",
    text(
      `Faktur berstatus "${state}" tidak dapat diproses "${event}". Muat ulang statusnya lalu coba lagi.`,
      `A faktur in state "${state}" cannot "${event}". Read its state again, then try anew.`,
    ),
  );
}

/** For metrics. */
export async function countFakturs(tx: Tx): Promise<{ state: FakturState; count: number }[]> {
  const rows: { state: FakturState; count: number | string }[] = await tx("fakturs")
    .select("state")
    .count({ count: "*" })
    .groupBy("state");
  return rows.map((row) => ({ state: row.state, count: Number(row.count) }));
}

export interface TimelineRow {
  readonly at: string;
  readonly event: string;
  readonly by: string;
  readonly detail: string | null;
}

export async function addTimeline(
  tx: Tx,
  fakturId: string,
  entry: { at: Date; event: string; by: string; detail?: string | null },
): Promise<void> {
  await tx("timeline").insert({
    faktur_id: fakturId,
    at: entry.at.toISOString(),
    event: entry.event,
    by: entry.by,
    detail: entry.detail ?? null,
  });
}

export const timelineOf = (tx: Tx, fakturId: string): Promise<TimelineRow[]> =>
  tx("timeline").where({ faktur_id: fakturId }).orderBy("id").select("at", "event", "by", "detail");

/** Fakturs looked through for their PDFs. */
const LOOKED_THROUGH = 200;

/** The PDFs of the newest fakturs that have one. */
export async function latestPdfs(tx: Tx, limit: number): Promise<readonly string[]> {
  const rows = await tx<FakturRow>("fakturs")
    .orderBy("id", "desc")
    .limit(LOOKED_THROUGH)
    .select("pdf_sha256");
  return rows.flatMap(({ pdf_sha256 }) => (pdf_sha256 === null ? [] : [pdf_sha256])).slice(0, limit);
}
