import { plusMs } from "../clock";
import { AppError, type Outcome } from "../errors";
import type { Tx } from "../store/db";
import { KEPT_BACK } from "../store/clearances";
import type { Work } from "../store/fence";
import { faktursOfInvoice, moveFaktur, type FakturRow } from "../store/fakturs";
import { enqueue } from "../store/jobs";
import { isReferenceHeld } from "../store/same-company";
import { findSeller } from "../store/sellers";
import { text } from "../text";
import {
  at,
  existing,
  nothingElse,
  written,
  wrongState,
  type Actor,
  type Alongside,
  type CorrectDeps,
} from "./asked";
import type { CancelReply, Channel, ChannelState } from "./channels/channel";
import { clearThere } from "./drop";
import { withExchanges } from "./exchanges";
import { FILE_CHANNEL } from "./faktur";
import { keysOf, secondsAt } from "./flow";
import { holdersOf } from "./parts";
import { mayBeForgotten } from "./may-be-forgotten";
import { reason } from "./reasons";
import { standAfterRefusal } from "./refused-cancel";
import { wayOut } from "./way-out";

/**
 * Asks the authority to cancel an approved faktur, or drops one that never became one; what lies at the authority is
 * cleared away there first. A person decides this, with a reason; `also` is what hangs on it.
 */
export async function cancelFaktur(
  d: CorrectDeps,
  id: string,
  reason: string,
  who: Actor,
  also: Alongside = nothingElse,
): Promise<void> {
  const before = await existing(d.db.knex, id);
  // What is another invoice's there is not ours to delete.
  if (!(await isAnothers(d.db.knex, before)) && (await mayLieThere(d, before))) await clearThere(d, before);
  await d.db.transaction(async (tx) => {
    const row = await existing(tx, id);
    await also(tx);
    const ended = row.state === "replaced" || (await isAnothers(tx, row));
    const way = ended ? "confirm" : wayOut(row);
    switch (way) {
      case "confirm":
        await confirmOver(tx, d, row);
        break;
      case "drop":
      case "clear_first":
        // What another hand has moved since it was looked at there is looked at anew.
        if (!isUnmoved(before, row)) throw wrongState(row, DROPPED);
        await drop(tx, d, row);
        break;
      case "ask_authority":
        if (!(await canCancel(tx, d, row))) throw cancelByHand();
        await moveFaktur(tx, row, "askCancel", at(d));
        await enqueue(tx, "cancel", row.id, at(d), at(d));
        break;
      case "none":
        throw row.problem === KEPT_BACK ? mayBeExported() : wrongState(row, DROPPED);
      default:
        way satisfies never;
    }
    await written(tx, d, row, who, way === "ask_authority" ? "cancel_asked" : "cancelled", reason);
  });
  d.wake();
}

/** It has an id there, or was sent by what a database that was put back has forgotten. */
async function mayLieThere(d: CorrectDeps, row: FakturRow): Promise<boolean> {
  const way = wayOut(row);
  if (way !== "drop" || row.state === "rejected") return way === "clear_first";
  return row.channel_kind !== FILE_CHANNEL && (await mayBeForgotten(d, row));
}

const DROPPED = { id: "dibatalkan", en: "cancelled" } as const;

const mayBeExported = (): AppError => {
  const { message, fix } = reason("may_be_exported");
  return new AppError("wrong_state", text(`${message.id} ${fix.id}`, `${message.en} ${fix.en}`));
};

const isUnmoved = (before: FakturRow, now: FakturRow): boolean =>
  before.state === now.state && before.external_id === now.external_id && before.problem === now.problem;

/** In doubt until just now: nothing of ours is there, so it goes back to where it can be dropped. */
async function drop(tx: Tx, d: CorrectDeps, row: FakturRow): Promise<void> {
  const doubtful = row.state === "submitting" || row.state === "unknown";
  const changes = { external_id: null, outdated_there: false, problem: null };
  const state = doubtful ? await moveFaktur(tx, row, "absent", at(d), changes) : row.state;
  await moveFaktur(tx, { id: row.id, state }, "cancel", at(d));
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
  const id = row.external_id ?? "";
  // The answer to an earlier try may have been lost: what has begun there is not asked for again.
  const heard = wasTried(work) && BEGUN.includes(await stateThere(channel, id));
  work.mayAct();
  const reply: CancelReply = heard ? { kind: "asked" } : await channel.cancel(id, "");
  // A refusal may mean that it is cancelled already, for the same reason.
  const gone = reply.kind === "refused" && (await stateThere(channel, id)) === "cancelled";
  await work.transaction(async (tx) => {
    if (reply.kind === "asked" || gone) {
      const soon = plusMs(at(d), secondsAt(d.followSeconds, 0) * 1000);
      return enqueue(tx, "follow", row.id, soon, at(d));
    }
    const refusal = { by: "authority", message: reply.message } as const;
    await standAfterRefusal(tx, d, row, refusal, { channel_message: reply.message });
  });
  d.log.info("faktur.cancel_handed_over", { ...keysOf(row), reply: reply.kind });
  return { kind: "done" };
}

const wasTried = ({ job }: Work): boolean => job.attempts + job.crashes > 0;

const BEGUN: readonly (ChannelState | null)[] = ["cancelling", "cancelled"];

/** Null where nothing is known of it there, or nobody can be asked. */
async function stateThere(channel: Channel, id: string): Promise<ChannelState | null> {
  const held = channel.capabilities.automatic ? await channel.status(id) : "absent";
  return held === "absent" ? null : held.state;
}
