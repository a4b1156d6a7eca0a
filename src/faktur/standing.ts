import { plusMs } from "../clock";
import type { Tx } from "../store/db";
import { isDuplicate } from "../store/db";
import { addTimeline, faktursOfInvoice, moveFaktur, noteFaktur, type FakturRow } from "../store/fakturs";
import { enqueue, type Queued } from "../store/jobs";
import { heldByAnother, isNumberHeld } from "../store/same-company";
import { toldBeside } from "../store/invoices";
import { markSellerSimulated, type SellerRow } from "../store/sellers";
import { buyerNumberOf } from "./buyer";
import type { ChannelDocument } from "./channels/channel";
import type { Faktur, FakturEvent } from "./faktur";
import { openToldBefore } from "../hooks/differing-case";
import { announceFaktur } from "../webhooks/announce";
import { keysOf, secondsAt, type FakturDeps } from "./flow";
import { codeOf } from "./keys";
import { holdersOf } from "./parts";
import type { ReasonCode } from "./reasons";

/**
 * What is ours at the authority: the same buyer and the same amounts, and no other seller's. Without buyer and amounts
 * told, nothing is adopted.
 */
export function isSameDocument(faktur: Faktur, held: ChannelDocument): boolean {
  if (held.buyerNumber === null || held.totals === null) return false;
  if (held.sellerNpwp !== undefined && held.sellerNpwp !== faktur.seller.npwp) return false;
  return (
    held.buyerNumber === buyerNumberOf(faktur.buyer) &&
    held.totals.dpp === faktur.totals.dpp &&
    held.totals.dppNilaiLain === faktur.totals.dppNilaiLain &&
    held.totals.ppn === faktur.totals.ppn
  );
}

/**
 * Takes over the authority's id of our document, and that it is a simulation when it says so. False, with nothing written,
 * when another faktur of the company has it: one document serves one invoice.
 */
export async function adopt(
  tx: Tx,
  d: FakturDeps,
  { row, seller }: { readonly row: FakturRow; readonly seller: SellerRow },
  held: Pick<ChannelDocument, "externalId" | "nsfp" | "simulated">,
): Promise<boolean> {
  if (await heldByAnother(tx, row, held)) return false;
  const { externalId: external_id, simulated } = held;
  await noteFaktur(tx, row.id, { external_id, simulated, outdated_there: false }, d.clock.now());
  await markSellerSimulated(tx, seller, simulated);
  return true;
}

/** What is left to do after a standing was written down. */
export type Next = "follow" | "settled";

/**
 * Writes down what the authority says of a document on its way. An approval counts only with its number; a word
 * nobody knows is `unknown`, never an approval.
 */
export async function recordStanding(
  tx: Tx,
  d: FakturDeps,
  row: FakturRow,
  held: ChannelDocument,
): Promise<Next> {
  if (isUnderOtherCode(row, held)) return leaveOtherCode(tx, d, row, held);
  switch (held.state) {
    case "approved":
      if (held.nsfp === null) return pend(tx, d, row, held);
      await approve(tx, d, row, held, held.nsfp);
      return "settled";
    case "pending":
      return pend(tx, d, row, held);
    case "rejected":
      await move(tx, d, row, held, "reject", "rejected", held.message);
      d.log.warn("faktur.rejected", keysOf(row));
      await announceFaktur(tx, d, "faktur.rejected", row, { state: "rejected", message: held.message });
      return "settled";
    case "cancelled":
      await noteFaktur(tx, row.id, { ...told(held), problem: "cancelled_at_authority" }, d.clock.now());
      return "settled";
    case "replaced":
      await recordReplaced(tx, d, row, held);
      return "settled";
    case "draft":
    case "cancelling":
    case "unknown":
      if (row.state === "unknown") await noteFaktur(tx, row.id, told(held), d.clock.now());
      else await move(tx, d, row, held, "lose", "status_unknown", held.status);
      return "follow";
    default:
      return held.state satisfies never;
  }
}

/** Approved there under another transaction code than ours: no document of this sale, whatever else fits. */
const isUnderOtherCode = (row: FakturRow, { state, nsfp }: ChannelDocument): boolean =>
  (state === "approved" || state === "replaced") && nsfp !== null && codeOf(nsfp) !== row.transaction_code;

/** It is never taken for our approval; a person looks at it. */
async function leaveOtherCode(tx: Tx, d: FakturDeps, row: FakturRow, held: ChannelDocument): Promise<Next> {
  const now = d.clock.now();
  const changes = { ...told(held), problem: "duplicate_at_authority" };
  if (row.state === "unknown") await noteFaktur(tx, row.id, changes, now);
  else await moveFaktur(tx, row, "lose", now, changes);
  await addTimeline(tx, row.id, { at: now, event: "not_adopted", by: "authority", detail: held.nsfp });
  d.log.error("faktur.duplicate_at_authority", { ...keysOf(row), nsfp: held.nsfp ?? "" });
  return "settled";
}

/** Queues the first look at a document that was just handed over. */
export function followSoon(tx: Tx, d: FakturDeps, row: FakturRow): Promise<Queued> {
  const now = d.clock.now();
  return enqueue(tx, "follow", row.id, plusMs(now, secondsAt(d.followSeconds, 0) * 1000), now);
}

const told = (held: ChannelDocument) => ({
  channel_status: held.status,
  channel_message: held.message,
});

async function pend(tx: Tx, d: FakturDeps, row: FakturRow, held: ChannelDocument): Promise<Next> {
  if (row.state === "pending") await noteFaktur(tx, row.id, told(held), d.clock.now());
  else await move(tx, d, row, held, "pend", "sent", null);
  return "follow";
}

async function move(
  tx: Tx,
  d: FakturDeps,
  row: FakturRow,
  held: ChannelDocument,
  event: FakturEvent,
  what: string,
  detail: string | null,
): Promise<void> {
  const now = d.clock.now();
  await Promise.all([
    moveFaktur(tx, row, event, now, told(held)),
    addTimeline(tx, row.id, { at: now, event: what, by: "authority", detail }),
  ]);
}

/**
 * Approved and replaced there before either was seen here: the number is kept, so that the replacement can be taken over.
 * Nothing is mailed, since this document no longer stands.
 */
async function recordReplaced(tx: Tx, d: FakturDeps, row: FakturRow, held: ChannelDocument): Promise<void> {
  const now = d.clock.now();
  const { nsfp } = held;
  if (nsfp === null) {
    await noteFaktur(tx, row.id, { ...told(held), problem: REPLACED_BY_UNKNOWN }, now);
    return;
  }
  const changes = { ...told(held), nsfp, problem: null };
  if (!(await approvedUnder(tx, d, row, nsfp, changes))) return;
  const state = await moveFaktur(tx, { id: row.id, state: "approved" }, "askReplace", now);
  await moveFaktur(tx, { id: row.id, state }, "replace", now);
  await addTimeline(tx, row.id, { at: now, event: "replaced", by: "authority", detail: nsfp });
  await noteReplacedByUnknown(tx, d, row);
}

/** The column `problem` of a faktur whose replacement is not known here. */
const REPLACED_BY_UNKNOWN: ReasonCode = "replaced_at_authority";

/** Of a faktur that has just been replaced: a person is asked where nothing that is known here has replaced it. */
export async function noteReplacedByUnknown(
  tx: Tx,
  d: FakturDeps,
  row: Pick<FakturRow, "id" | "invoice_id">,
): Promise<void> {
  const holders = holdersOf(await faktursOfInvoice(tx, row.invoice_id));
  if (!holders.some(({ id, state }) => id === row.id && state === "replaced")) return;
  await noteFaktur(tx, row.id, { problem: REPLACED_BY_UNKNOWN }, d.clock.now());
  d.log.error("faktur.replaced_at_authority", keysOf(row));
}

async function approve(
  tx: Tx,
  d: FakturDeps,
  row: FakturRow,
  held: ChannelDocument,
  nsfp: string,
): Promise<void> {
  const now = d.clock.now();
  const changes = { ...told(held), nsfp, problem: null };
  if (!(await approvedUnder(tx, d, row, nsfp, changes))) return;
  await Promise.all([
    addTimeline(tx, row.id, { at: now, event: "approved", by: "authority", detail: nsfp }),
    enqueue(tx, "paper", row.id, now, now),
    announceFaktur(tx, d, "faktur.approved", row, { state: "approved", nsfp }),
    toldBeside(tx, row.invoice_id).then((beside) => openToldBefore(tx, d, beside, row, "approved")),
  ]);
  d.log.info("faktur.approved", { ...keysOf(row), nsfp, reference: row.reference });
}

/** False where the number stands on another faktur: nobody's paper is mailed on that. */
async function approvedUnder(
  tx: Tx,
  d: FakturDeps,
  row: FakturRow,
  nsfp: string,
  changes: Parameters<typeof moveFaktur>[4],
): Promise<boolean> {
  const now = d.clock.now();
  try {
    if (!(await isNumberHeld(tx, row, nsfp))) {
      await moveFaktur(tx, row, "approve", now, changes);
      return true;
    }
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
  }
  await noteFaktur(tx, row.id, { problem: "nsfp_taken", channel_message: nsfp }, now);
  d.log.error("faktur.nsfp_taken", { ...keysOf(row), nsfp });
  return false;
}
