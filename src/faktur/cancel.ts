import { plusMs } from "../clock";
import { AppError, type Outcome } from "../errors";
import type { Tx } from "../store/db";
import type { Work } from "../store/fence";
import { addTimeline, faktursOfInvoice, moveFaktur, type FakturRow } from "../store/fakturs";
import { enqueue } from "../store/jobs";
import { isReferenceHeld } from "../store/same-company";
import { findSeller } from "../store/sellers";
import { text } from "../text";
import { at, existing, written, wrongState, type Actor, type CorrectDeps } from "./asked";
import type { Channel } from "./channels/channel";
import { withExchanges } from "./exchanges";
import { FILE_CHANNEL } from "./faktur";
import { keysOf, secondsAt } from "./flow";
import { holdersOf } from "./parts";

/** Asks the authority to cancel an approved faktur, or drops one that never left. A person decides this, with a reason. */
export async function cancelFaktur(d: CorrectDeps, id: string, reason: string, who: Actor): Promise<void> {
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    // What the authority refused does not stand there, and what it never saw does not either.
    const unseen = row.external_id === null && (row.state === "draft" || row.state === "ready");
    const gone = isOverThere(row) || (await isAnothers(tx, row));
    const drops = unseen || row.state === "rejected" || gone;
    if (gone) await confirmOver(tx, d, row);
    else if (drops) await moveFaktur(tx, row, "cancel", at(d));
    else if (row.state === "approved") {
      if (!(await canCancel(tx, d, row))) throw cancelByHand();
      await moveFaktur(tx, row, "askCancel", at(d));
      await enqueue(tx, "cancel", row.id, at(d), at(d));
    } else throw wrongState(row, { id: "dibatalkan", en: "cancelled" });
    await written(tx, d, row, who, drops ? "cancelled" : "cancel_asked", reason);
  });
  d.wake();
}

/** What was carried by hand is cancelled by hand, whatever the seller's channel is now. */
async function canCancel(tx: Tx, d: CorrectDeps, row: FakturRow): Promise<boolean> {
  const seller = await findSeller(tx, row.seller);
  if (seller === undefined || row.channel_kind === FILE_CHANNEL) return false;
  return d.channelOf(seller, async () => undefined).capabilities.cancel;
}

const cancelByHand = (): AppError =>
  new AppError(
    "by_hand",
    text(
      "Faktur ini tidak dapat dibatalkan lewat kanal. Buka kasus; pembatalan dikerjakan di portal, lalu impor daftarnya.",
      "This faktur cannot be cancelled through the channel. Open a case; cancel in the portal, then import its list.",
    ),
  );

/** Ended at the authority and not from here; a person says that nothing of it stands any more. */
const isOverThere = ({ state, problem }: FakturRow): boolean =>
  state === "replaced" || problem === "cancelled_at_authority" || problem === "replaced_at_authority";

/** What stands there under its reference is the faktur of another invoice: nothing of this one was ever made. */
const isAnothers = async (tx: Tx, row: FakturRow): Promise<boolean> =>
  row.problem === "duplicate_at_authority" && row.external_id === null && (await isReferenceHeld(tx, row));

/** Only what was approved can be cancelled there: the two moves that this service did not see are made up for. */
async function confirmOver(tx: Tx, d: CorrectDeps, row: FakturRow): Promise<void> {
  if (row.state === "replaced") return dropReplaced(tx, d, row);
  if (row.problem === "duplicate_at_authority") {
    const ready = await moveFaktur(tx, row, "absent", at(d), { problem: null });
    await moveFaktur(tx, { id: row.id, state: ready }, "cancel", at(d));
    return;
  }
  const state = await moveFaktur(tx, row, "approve", at(d));
  await moveFaktur(tx, { id: row.id, state }, "cancel", at(d), { problem: null });
}

/** Its unknown replacement was cancelled too, and the number with it. One that is known is cancelled by itself. */
async function dropReplaced(tx: Tx, d: CorrectDeps, row: FakturRow): Promise<void> {
  const holds = holdersOf(await faktursOfInvoice(tx, row.invoice_id)).some(({ id }) => id === row.id);
  if (!holds) throw wrongState(row, { id: "dibatalkan", en: "cancelled" });
  await moveFaktur(tx, row, "cancel", at(d), { problem: null });
}

/** Job `cancel`: hands the wish over; the authority's own state says when it is cancelled. */
export async function sendCancel(d: CorrectDeps, job: Work, row: FakturRow): Promise<Outcome> {
  if (row.state !== "cancelling") return { kind: "done" };
  const seller = await findSeller(d.db.knex, row.seller);
  if (seller === undefined) return { kind: "done" };
  return withExchanges(d, job, row.id, ({ work, record }) =>
    handOver(d, work, row, d.channelOf(seller, record)),
  );
}

async function handOver(d: CorrectDeps, work: Work, row: FakturRow, channel: Channel): Promise<Outcome> {
  work.mayAct();
  const reply = await channel.cancel(row.external_id ?? "", "");
  // A refusal may mean that it is cancelled already: the answer to an earlier try may have been lost.
  const asks = reply.kind === "refused" && channel.capabilities.automatic;
  const held = asks ? await channel.status(row.external_id ?? "") : null;
  const gone = held !== null && held !== "absent" && held.state === "cancelled";
  await work.transaction(async (tx) => {
    if (reply.kind === "asked" || gone) {
      const soon = plusMs(at(d), secondsAt(d.followSeconds, 0) * 1000);
      return enqueue(tx, "follow", row.id, soon, at(d));
    }
    await moveFaktur(tx, row, "keep", at(d), { channel_message: reply.message });
    await addTimeline(tx, row.id, {
      at: at(d),
      event: "cancel_refused",
      by: "authority",
      detail: reply.message,
    });
  });
  d.log.info("faktur.cancel_handed_over", { ...keysOf(row), reply: reply.kind });
  return { kind: "done" };
}
