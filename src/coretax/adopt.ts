import { needsFacility } from "../codes/facilities";
import { adoptedFaktur } from "../faktur/adopted";
import { waitsForBuyer } from "../faktur/case-rules";
import { documentColumns } from "../faktur/columns";
import { FILE_CHANNEL } from "../faktur/faktur";
import type { FakturDeps } from "../faktur/flow";
import { codeOf } from "../faktur/keys";
import { uploadDeadline } from "../faktur/law";
import { recordStanding } from "../faktur/standing";
import { readFaktur } from "../faktur/stored";
import { turnEnds } from "../sharing";
import { appendAudit } from "../store/audit";
import type { Tx } from "../store/db";
import {
  addTimeline,
  fakturById,
  faktursOfInvoice,
  insertFaktur,
  moveFaktur,
  noteFaktur,
  referenceTaken,
  type FakturRow,
} from "../store/fakturs";
import { insertKursUse } from "../store/kurs";
import { liveReplacement, statusesOf } from "../store/replacements";
import type { ListRow } from "./readback/excel-rows";
import { documentOf } from "./record";
import type { LeftCode } from "./report";

/** Why nothing was taken over, from what the transaction threw; null for any other failure. */
export function reasonNotAdopted(thrown: unknown): LeftCode | null {
  const cause = thrown instanceof Error ? thrown.cause : null;
  return cause instanceof NotAdopted ? cause.code : null;
}

/** Thrown where nothing is taken over, so that the transaction leaves nothing behind. */
class NotAdopted extends Error {
  constructor(readonly code: LeftCode) {
    super(code);
  }
}

/**
 * Takes over a replacement that was made in the portal, on a person's word: a row of its own with the portal's number,
 * day and amounts. The original is given up when that row is settled. Nothing happens unless the portal shows the
 * replacement as approved and the original stands, or is known to be replaced by something unknown. Returns the id of the
 * new row; throws what `reasonNotAdopted` reads.
 */
export async function adoptReplacement(
  tx: Tx,
  d: FakturDeps,
  originalId: string,
  item: ListRow,
  who: { readonly name: string },
): Promise<string> {
  const original = await fakturById(tx, originalId);
  if (original === undefined) throw new NotAdopted("stranger");
  const { nsfp, date, dppNilaiLain, ppn } = item;
  if (item.standing !== "approved" || nsfp === null || original.nsfp === null)
    throw new NotAdopted("replaced_in_portal");
  if (date === null || dppNilaiLain === null || ppn === null) throw new NotAdopted("replaced_in_portal");
  if (codeOf(nsfp) !== original.transaction_code) throw new NotAdopted("contradiction");
  const stands = original.state === "approved" || original.state === "replaced";
  if (!stands || (await liveReplacement(tx, original)) !== undefined)
    throw new NotAdopted("stands_otherwise");
  const figures = { nsfp, date, dpp: item.price, dppNilaiLain, ppn };
  const reference = await freeReference(tx, original, item.reference);
  const faktur = adoptedFaktur(readFaktur(original.document), original.nsfp, reference, figures);
  const now = d.clock.now();
  if (original.state === "approved") await moveFaktur(tx, original, "askReplace", now);
  // Its replacement is known from here on: nobody is asked any more.
  else await noteFaktur(tx, original.id, { problem: null }, now);
  const row = await inserted(tx, d, original, faktur);
  if (row === null) throw new NotAdopted("stands_otherwise");
  if (faktur.kurs != null) await insertKursUse(tx, row.id, faktur.kurs);
  await written(tx, d, row, original, who, nsfp);
  const state = await moveFaktur(tx, row, "submit", now);
  const standing = documentOf({ state: "approved", status: item.statusWord, nsfp });
  await recordStanding(tx, d, { ...row, state }, standing);
  if ((await fakturById(tx, row.id))?.state !== "approved") throw new NotAdopted("nsfp_taken");
  return row.id;
}

async function inserted(
  tx: Tx,
  d: FakturDeps,
  original: FakturRow,
  faktur: ReturnType<typeof readFaktur>,
): Promise<FakturRow | null> {
  const now = d.clock.now();
  const row: FakturRow = {
    ...original,
    ...documentColumns(faktur),
    ...{ date: faktur.date, period: faktur.period, deadline: uploadDeadline(faktur.date) },
    id: d.newId(now),
    revision: (await faktursOfInvoice(tx, original.invoice_id)).length + 1,
    replaces_id: original.id,
    live_key: original.live_key === null ? keyOfPlace(original) : `${original.live_key}~`,
    ...{ state: "ready", reference: faktur.reference, nsfp: null, channel_kind: FILE_CHANNEL },
    ...{ external_id: null, outdated_there: false, channel_status: null, channel_message: null },
    ...{ problem: null, pdf_kind: null, pdf_sha256: null },
    ...{ created_at: now.toISOString(), updated_at: now.toISOString() },
  };
  return (await insertFaktur(tx, row)) ? row : null;
}

/** The place in its invoice that a faktur has given up; the ordinary part holds the key of the whole. */
const keyOfPlace = ({ invoice_id, part }: FakturRow): string =>
  part != null && needsFacility(part) ? `${invoice_id}#${part}` : invoice_id;

/** The portal's own where it is free; else the original's with its own ending. */
async function freeReference(tx: Tx, original: FakturRow, told: string): Promise<string> {
  if (told !== "" && told.length <= 100 && !(await referenceTaken(tx, original.seller, told))) return told;
  const revisions = (await faktursOfInvoice(tx, original.invoice_id)).length;
  const base = original.reference.replace(/-R\d+$/, "").slice(0, 90);
  for (let count = revisions + 1; ; count += 1) {
    const reference = `${base}-R${count}`;
    if (!(await referenceTaken(tx, original.seller, reference))) return reference;
  }
}

async function written(
  tx: Tx,
  d: FakturDeps,
  row: FakturRow,
  original: FakturRow,
  who: { readonly name: string },
  nsfp: string,
): Promise<void> {
  const at = d.clock.now();
  for (const [id, detail] of [
    [row.id, `${original.nsfp ?? ""} → ${nsfp}`],
    [original.id, nsfp],
  ] as const) {
    await addTimeline(tx, id, { at, event: "replacement_adopted", by: who.name, detail });
    const entry = { actor: who.name, action: "faktur.replacement_adopted", subject: `faktur:${id}`, detail };
    await appendAudit(tx, { at: at.toISOString(), ...entry });
  }
}

/** The portal shows these as they were before: what waited for the buyer there waits no more. */
export async function noLongerWaiting(
  d: Pick<FakturDeps, "db" | "clock">,
  items: ReadonlyMap<string, ListRow>,
): Promise<void> {
  const ids = [...items.keys()];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    await d.db.transaction((tx) => noteThem(tx, d, items, ids.slice(from, from + AT_ONCE)));
    await turnEnds();
  }
}

const AT_ONCE = 500;

async function noteThem(
  tx: Tx,
  d: Pick<FakturDeps, "db" | "clock">,
  items: ReadonlyMap<string, ListRow>,
  ids: readonly string[],
): Promise<void> {
  for (const { id, channel_status } of await statusesOf(tx, ids)) {
    const status = items.get(id)?.statusWord ?? "";
    if (!waitsForBuyer(channel_status) || waitsForBuyer(status)) continue;
    await noteFaktur(tx, id, { channel_status: status }, d.clock.now());
  }
}
