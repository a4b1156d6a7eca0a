import type { ChannelDocument } from "../faktur/channels/channel";
import { FILE_CHANNEL, isLive, type FakturEvent, type FakturState } from "../faktur/faktur";
import type { FakturDeps } from "../faktur/flow";
import { codeOf } from "../faktur/keys";
import { noteReplacedByUnknown, recordStanding } from "../faktur/standing";
import { KEPT_BACK } from "../store/clearances";
import { importedBefore, lastExportedAt } from "../store/coretax";
import type { Tx } from "../store/db";
import {
  addTimeline,
  fakturById,
  keptStatus,
  moveFaktur,
  noteFaktur,
  type FakturRow,
} from "../store/fakturs";
import type { ListRow } from "./readback/excel-rows";
import type { LeftCode } from "./report";

/** What became of a row or PDF that belongs to a faktur. */
export type Recorded = "approved" | "changed" | "known" | LeftCode;

/** How a faktur that the portal knows, but that was never exported from here, comes to where the portal has it. */
const ROAD: Partial<Record<FakturState, readonly FakturEvent[]>> = {
  draft: ["release", "submit"],
  ready: ["submit"],
  rejected: ["redraft", "submit"],
};

/** Problems of the export: what the portal has needs none. */
const KEPT_FROM_EXPORT: readonly string[] = ["export_faulty", KEPT_BACK];

async function asHandedOver(tx: Tx, d: FakturDeps, row: FakturRow): Promise<FakturRow> {
  let state = row.state;
  for (const event of ROAD[row.state] ?? []) {
    state = await moveFaktur(tx, { id: row.id, state }, event, d.clock.now(), {
      channel_kind: FILE_CHANNEL,
      channel_message: null,
      ...(KEPT_FROM_EXPORT.includes(row.problem ?? "") ? { problem: null } : {}),
    });
  }
  return { ...row, state };
}

const isOnItsWay = (state: FakturState): boolean =>
  state === "submitting" || state === "pending" || state === "unknown";

/** What the portal says of a document, as channels say it. */
export const documentOf = (
  standing: Pick<ChannelDocument, "state" | "status" | "nsfp">,
): ChannelDocument => ({
  ...standing,
  ...{ externalId: "", message: null, buyerNumber: null, totals: null, simulated: false },
});

/** The portal has approved it under this number. Does nothing when that stands already. */
export async function recordApproval(
  tx: Tx,
  d: FakturDeps,
  before: FakturRow,
  nsfp: string,
  status: string,
): Promise<Recorded> {
  if (before.nsfp !== null && !isLive(before.state)) return "stands_otherwise";
  if (before.nsfp !== null) return before.nsfp === nsfp ? "known" : "contradiction";
  if (codeOf(nsfp) !== before.transaction_code) return "contradiction";
  const row = await asHandedOver(tx, d, before);
  if (!isOnItsWay(row.state)) return "stands_otherwise";
  await recordStanding(tx, d, row, documentOf({ state: "approved", status, nsfp }));
  return (await fakturById(tx, row.id))?.state === "approved" ? "approved" : "nsfp_taken";
}

/** Writes down what a row of the portal's list says of its faktur; `list` is the SHA-256 of that list. */
export async function recordRow(
  tx: Tx,
  d: FakturDeps,
  row: FakturRow,
  item: ListRow,
  list: string,
): Promise<Recorded> {
  switch (item.standing) {
    case "approved":
      return item.nsfp === null
        ? recordWaiting(tx, d, row, item)
        : recordApproval(tx, d, row, item.nsfp, item.statusWord);
    case "pending":
    case "draft":
      return recordWaiting(tx, d, row, item);
    case "cancelling":
      return noteStatus(tx, d, row, item);
    case "rejected":
      return recordRejection(tx, d, row, item, list);
    case "cancelled":
      return recordEnd(tx, d, row, item, ["cancel"]);
    case "replaced":
      return recordEnd(tx, d, row, item, row.state === "replacing" ? ["replace"] : ["askReplace", "replace"]);
    case "unknown":
      return "status_unknown";
    default:
      return item.standing satisfies never;
  }
}

async function noteStatus(tx: Tx, d: FakturDeps, row: FakturRow, item: ListRow): Promise<Recorded> {
  const channel_status = keptStatus(item.statusWord);
  if (row.channel_status === channel_status) return "known";
  await noteFaktur(tx, row.id, { channel_status }, d.clock.now());
  return "changed";
}

/** In the portal, but not decided: a draft there, or being signed. */
async function recordWaiting(tx: Tx, d: FakturDeps, before: FakturRow, item: ListRow): Promise<Recorded> {
  if (before.nsfp !== null || before.state === "pending") return noteStatus(tx, d, before, item);
  const row = await asHandedOver(tx, d, before);
  if (!isOnItsWay(row.state)) return "stands_otherwise";
  await recordStanding(tx, d, row, documentOf({ state: "pending", status: item.statusWord, nsfp: null }));
  return "changed";
}

async function recordRejection(
  tx: Tx,
  d: FakturDeps,
  before: FakturRow,
  item: ListRow,
  list: string,
): Promise<Recorded> {
  if (before.nsfp !== null) return "stands_otherwise";
  if (before.state === "rejected" || (await wasRetriedSince(tx, before, list))) return "known";
  const row = await asHandedOver(tx, d, before);
  if (!isOnItsWay(row.state)) return "stands_otherwise";
  const held = documentOf({ state: "rejected", status: item.statusWord, nsfp: null });
  await recordStanding(tx, d, row, { ...held, message: item.statusWord });
  return "changed";
}

/**
 * The row is about an upload of before: it waits for its next export, or that came after this list. Refused once more it
 * would be exported a third time, beside the second.
 */
async function wasRetriedSince(tx: Tx, { id, seller, state }: FakturRow, list: string): Promise<boolean> {
  const exportedAt = await lastExportedAt(tx, id);
  if (exportedAt === null) return false;
  return state === "ready" || state === "draft" || importedBefore(tx, seller, list, exportedAt);
}

/** Over at the authority. What was never seen as approved here is shown, and a person says what follows. */
async function recordEnd(
  tx: Tx,
  d: FakturDeps,
  row: FakturRow,
  item: ListRow,
  events: readonly FakturEvent[],
): Promise<Recorded> {
  const now = d.clock.now();
  const status = keptStatus(item.statusWord);
  if (isOnItsWay(row.state)) {
    const state = item.standing;
    await recordStanding(tx, d, row, documentOf({ state, status: item.statusWord, nsfp: item.nsfp }));
    return "changed";
  }
  if (row.state !== "approved" && row.state !== "cancelling" && row.state !== "replacing") {
    return "stands_otherwise";
  }
  let state: FakturState = row.state;
  if (state === "replacing" && events[0] === "cancel") return "stands_otherwise";
  if (state === "cancelling" && events[0] !== "cancel") return "stands_otherwise";
  for (const event of events) {
    state = await moveFaktur(tx, { id: row.id, state }, event, now, { channel_status: status });
  }
  await addTimeline(tx, row.id, { at: now, event: state, by: "authority", detail: status });
  if (state === "replaced") await noteReplacedByUnknown(tx, d, row);
  return "changed";
}
