import { dayInJakarta, type Clock } from "../clock";
import { AppError } from "../errors";
import type { NewId } from "../ids";
import type { Log } from "../log";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import {
  addTimeline,
  fakturById,
  faktursOfInvoice,
  insertFaktur,
  moveFaktur,
  referenceTaken,
  type FakturRow,
} from "../store/fakturs";
import { enqueue } from "../store/jobs";
import { insertKursUse } from "../store/kurs";
import { liveReplacement, redate } from "../store/replacements";
import { findSeller, type SellerRow } from "../store/sellers";
import { text } from "../text";
import { nothingElse, type Alongside } from "./asked";
import type { ChannelCapabilities } from "./channels/channel";
import { FILE_CHANNEL, type Faktur } from "./faktur";
import { documentColumns } from "./columns";
import { uploadDeadline } from "./law";
import { replacementOf, type LineChange } from "./replacement";
import { readFaktur } from "./stored";

export interface ReplaceDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  capabilitiesOf(seller: SellerRow): ChannelCapabilities;
  wake(): void;
}

/**
 * Asks for a replacement of an approved faktur and returns its id. The original stands as `replacing` until the
 * authority has decided. A replacement that was refused before is written anew, since the authority still holds its
 * draft. `also` is what hangs on it. Throws `not_found`, `wrong_state`, `refused` with faults.
 */
export async function replaceFaktur(
  d: ReplaceDeps,
  id: string,
  changes: readonly LineChange[],
  reason: string,
  who: { readonly name: string },
  also: Alongside = nothingElse,
): Promise<string> {
  const made = await d.db.transaction(async (tx) => {
    const original = await fakturById(tx, id);
    if (original === undefined) throw notFound();
    await also(tx);
    if (original.state !== "approved" || original.nsfp === null) throw wrongState(original);
    const seller = await findSeller(tx, original.seller);
    const carried = original.channel_kind === FILE_CHANNEL;
    if (seller === undefined || carried || !d.capabilitiesOf(seller).replace) throw byHand();
    const earlier = await liveReplacement(tx, original);
    const reference = earlier?.reference ?? (await freeReference(tx, original));
    const built = replacementOf(
      readFaktur(original.document),
      original.nsfp,
      reference,
      changes,
      dayInJakarta(d.clock.now()),
    );
    if (built.kind === "faults") throw refused(built.faults);
    await moveFaktur(tx, original, "askReplace", d.clock.now());
    const replacement =
      earlier === undefined
        ? await insertReplacement(tx, d, original, built.faktur)
        : await rewrite(tx, d, earlier, built.faktur);
    await written(tx, d, original.id, "replace_asked", who.name, reason);
    await enqueue(tx, "submit", replacement, d.clock.now(), d.clock.now());
    return replacement;
  });
  d.wake();
  return made;
}

/** The reference of a revision: the original's with its own ending. */
async function freeReference(tx: Tx, original: FakturRow): Promise<string> {
  const revisions = (await faktursOfInvoice(tx, original.invoice_id)).length;
  const base = original.reference.replace(/-R\d+$/, "").slice(0, 90);
  for (let count = revisions + 1; ; count += 1) {
    const reference = `${base}-R${count}`;
    if (!(await referenceTaken(tx, original.seller, reference))) return reference;
  }
}

async function insertReplacement(
  tx: Tx,
  d: ReplaceDeps,
  original: FakturRow,
  faktur: Faktur,
): Promise<string> {
  const now = d.clock.now();
  const id = d.newId(now);
  const inserted = await insertFaktur(tx, {
    ...original,
    ...documentColumns(faktur),
    ...daysOf(faktur),
    id,
    revision: (await faktursOfInvoice(tx, original.invoice_id)).length + 1,
    replaces_id: original.id,
    // The original keeps its own key until it is given up: one replacement at a time, by constraint.
    live_key: `${original.live_key ?? original.invoice_id}~`,
    state: "ready",
    reference: faktur.reference,
    nsfp: null,
    external_id: null,
    outdated_there: false,
    channel_status: null,
    channel_message: null,
    problem: null,
    pdf_kind: null,
    pdf_sha256: null,
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  });
  if (!inserted) throw wrongState(original);
  // The rate of the original's day goes on (tax-rules 7.1), so it stays in use.
  if (faktur.kurs != null) await insertKursUse(tx, id, faktur.kurs);
  await addTimeline(tx, id, { at: now, event: "made", by: "system", detail: faktur.reference });
  return id;
}

async function rewrite(tx: Tx, d: ReplaceDeps, earlier: FakturRow, faktur: Faktur): Promise<string> {
  if (earlier.state !== "rejected") throw wrongState(earlier);
  const outdated_there = earlier.external_id !== null;
  const changes = { ...documentColumns(faktur), channel_message: null, problem: null, outdated_there };
  await moveFaktur(tx, earlier, "redraft", d.clock.now(), changes);
  await redate(tx, earlier.id, daysOf(faktur));
  return earlier.id;
}

/** The deadline of a replacement counts from its own date (PER-11/PJ/2025 art. 48). */
const daysOf = (faktur: Faktur) => ({
  date: faktur.date,
  period: faktur.period,
  deadline: uploadDeadline(faktur.date),
});

async function written(
  tx: Tx,
  d: ReplaceDeps,
  id: string,
  action: string,
  by: string,
  detail: string,
): Promise<void> {
  const at = d.clock.now();
  await addTimeline(tx, id, { at, event: action, by, detail });
  const entry = { actor: by, action: `faktur.${action}`, subject: `faktur:${id}`, detail };
  await appendAudit(tx, { at: at.toISOString(), ...entry });
}

const byHand = (): AppError =>
  new AppError(
    "by_hand",
    text(
      "Kanal penjual ini tidak dapat mengganti faktur. Buka kasus; penggantian dikerjakan di portal dengan daftar langkahnya.",
      "This seller's channel cannot replace a faktur. Open a case; the replacement is made in the portal by its checklist.",
    ),
  );

const notFound = (): AppError =>
  new AppError("not_found", text("Faktur tidak ditemukan.", "There is no such faktur."));

const refused = (faults: AppError["faults"]): AppError =>
  new AppError("refused", text("Faktur pengganti belum benar.", "The replacement is not right yet."), {
    faults,
  });

const wrongState = (row: FakturRow): AppError =>
  new AppError(
    "wrong_state",
    text(
      `Faktur berstatus "${row.state}" tidak dapat diganti. Hanya faktur yang sudah disetujui dapat diganti.`,
      `A faktur in state "${row.state}" cannot be replaced. Only an approved one can.`,
    ),
  );
