import { AppError, asAppError, type Outcome } from "../errors";
import { text } from "../text";
import { announceFaktur } from "../webhooks/announce";
import type { Work } from "../store/fence";
import { addTimeline, fakturById, moveFaktur, noteFaktur, type FakturRow } from "../store/fakturs";
import { findSeller, type SellerRow } from "../store/sellers";
import { isUploadAsked } from "../store/uploads";
import type { Channel, ChannelDocument, SubmissionKey, SubmitReply } from "./channels/channel";
import { withExchanges } from "./exchanges";
import { FILE_CHANNEL } from "./faktur";
import { keysOf, type FakturDeps } from "./flow";
import { callBy, lookForForgotten, otherReference } from "./forgotten-documents";
import { isLeftBehind, leaveToPeople, leftForFiles } from "./left-behind";
import { mayBeForgotten } from "./may-be-forgotten";
import { uploadRules } from "./seller";
import { stoppedBySeller } from "./seller-changed";
import { adopt, followSoon, isSameDocument, recordStanding } from "./standing";
import { readFaktur } from "./stored";
import { uploadPause } from "./upload-window";

interface Road {
  readonly d: FakturDeps;
  readonly work: Work;
  readonly seller: SellerRow;
  readonly channel: Channel;
  readonly key: SubmissionKey;
}

/**
 * Job `submit`: brings a ready faktur to the authority. A faktur found in `submitting` or `unknown` was interrupted:
 * it is looked up by its key and never sent again before the authority has said that it holds nothing.
 */
export async function submitFaktur(d: FakturDeps, job: Work, row: FakturRow): Promise<Outcome> {
  if (row.problem !== null) return { kind: "done" };
  if (row.state !== "ready" && row.state !== "submitting" && row.state !== "unknown") return { kind: "done" };
  const seller = await findSeller(d.db.knex, row.seller);
  if (seller === undefined) return { kind: "done" };
  if (row.state === "ready" && (await stoppedBySeller(d, job, row, seller))) return { kind: "done" };
  if (isCarriedByHand(row, seller)) return leaveToPeople(d, job, row);
  if (isLeftBehind(row, seller)) return leftForFiles(d, job, row);
  const waits = row.state === "ready" && !row.upload_now;
  const pause = waits ? uploadPause(uploadRules(seller), d.clock.now()) : null;
  if (pause !== null && !(await isUploadAsked(d.db.knex, row.id))) return { kind: "wait", until: pause };
  return withExchanges(d, job, row.id, async ({ work, record }) => {
    const channel = d.channelOf(seller, record);
    const road: Road = { d, work, seller, channel, key: row.reference as SubmissionKey };
    try {
      return row.state === "ready" ? await send(road, row) : await resume(road, row);
    } catch (thrown) {
      return await doubt(road, row.id, asAppError(thrown));
    }
  });
}

/** Waits for its export, or was exported: then only the portal's own list says what became of it. */
const isCarriedByHand = (row: FakturRow, seller: SellerRow): boolean =>
  row.state === "ready" ? seller.channel_kind === FILE_CHANNEL : row.channel_kind === FILE_CHANNEL;

/** First reserve, then act: the state says `submitting` before the first byte leaves. */
async function send(road: Road, row: FakturRow): Promise<Outcome> {
  const { d, work, seller, channel, key } = road;
  const { channel_kind } = seller;
  const now = d.clock.now();
  await work.transaction(async (tx) => {
    await Promise.all([
      moveFaktur(tx, row, "submit", now, { channel_kind, upload_now: false }),
      addTimeline(tx, row.id, { at: now, event: "submitting", by: "system" }),
    ]);
  });
  const sending = { ...row, state: "submitting" as const };
  const remembered = await remember(road, sending);
  if (remembered !== null) return remembered;
  if (row.external_id !== null) return update(road, sending, row.external_id);
  work.mayAct();
  return afterCreate(road, sending, await channel.create(readFaktur(row.document), key));
}

/** Takes up what a database that was put back has forgotten; null when the authority holds nothing of it. */
async function remember(road: Road, row: FakturRow): Promise<Outcome | null> {
  const { d, work, channel } = road;
  if (!(await mayBeForgotten(d, row))) return null;
  const there = await lookForForgotten(d, channel, row);
  switch (there.kind) {
    case "nothing":
      return null;
    case "doubtful":
      return leave(road, row, there.found.held);
    case "ours": {
      const { reference, held } = there.found;
      const called = await work.transaction((tx) => callBy(tx, d, row, reference));
      return judge({ ...road, key: called.reference as SubmissionKey }, called, held);
    }
    case "taken": {
      const other = await otherReference(d.db.knex, row);
      if (other === row.reference) return leave(road, row, there.found.held);
      await work.transaction((tx) => callBy(tx, d, row, other));
      return sendAgain(road, row);
    }
    default:
      return there satisfies never;
  }
}

/** Puts our present data into our own document there; repeating it does no harm. */
async function update(road: Road, row: FakturRow, externalId: string): Promise<Outcome> {
  if (await stoppedBySeller(road.d, road.work, row, road.seller)) return { kind: "done" };
  road.work.mayAct();
  const reply = await road.channel.update(externalId, readFaktur(row.document), road.key);
  return afterCreate(road, row, reply);
}

async function afterCreate(road: Road, row: FakturRow, reply: SubmitReply): Promise<Outcome> {
  const { d, work, seller } = road;
  switch (reply.kind) {
    case "created": {
      const made = { ...reply, nsfp: null, status: "" };
      if (!(await work.transaction((tx) => adopt(tx, d, { row, seller }, made))))
        return leave(road, row, made);
      d.log.info("faktur.created_at_authority", { ...keysOf(row), external: reply.externalId });
      return upload(road, { ...row, external_id: reply.externalId });
    }
    case "duplicate":
      d.log.warn("faktur.duplicate_reply", keysOf(row));
      return resume(road, row, "held");
    case "wrongState":
      return reread(road, row, reply.message);
    case "refused":
      await refuse(road, row, reply.message);
      return { kind: "done" };
    default:
      return reply satisfies never;
  }
}

/** Our own document was handed over, changed or deleted there by somebody else: what it shows now is what counts. */
async function reread(road: Road, row: FakturRow, message: string): Promise<Outcome> {
  const held = await road.channel.status(row.external_id ?? "");
  if (held === "absent") return resume(road, row);
  if (held.state !== "draft" && held.state !== "rejected") return judge(road, row, held);
  await refuse(road, row, message);
  return { kind: "done" };
}

async function refuse({ d, work }: Road, row: FakturRow, message: string): Promise<void> {
  const now = d.clock.now();
  await work.transaction(async (tx) => {
    await moveFaktur(tx, row, "reject", now, { channel_message: message });
    await addTimeline(tx, row.id, { at: now, event: "rejected", by: "authority", detail: message });
    await announceFaktur(tx, d, "faktur.rejected", row, { state: "rejected", message });
  });
  d.log.warn("faktur.rejected", keysOf(row));
}

/** After doubt: what does the authority hold under our key? Adopted only when it is ours to the cent. */
async function resume(road: Road, row: FakturRow, said: "nothing" | "held" = "nothing"): Promise<Outcome> {
  const { channel, key } = road;
  const remembered = await remember(road, row);
  if (remembered !== null) return remembered;
  const named = await channel.lookup(key);
  // Its reference may have been changed there: it is gone only when nobody knows our id either.
  const held = named === "absent" && row.external_id !== null ? await channel.status(row.external_id) : named;
  if (held === "absent" && said === "held") throw contradiction("duplicate, absent");
  return held === "absent" ? sendAgain(road, row) : judge(road, row, held);
}

async function sendAgain({ d, work }: Road, row: FakturRow): Promise<Outcome> {
  const now = d.clock.now();
  await work.transaction(async (tx) => {
    await moveFaktur(tx, row, "absent", now, { external_id: null, outdated_there: false });
    await addTimeline(tx, row.id, { at: now, event: "absent_at_authority", by: "authority" });
  });
  d.log.info("faktur.absent_at_authority", keysOf(row));
  return { kind: "wait", until: now };
}

/** What the authority holds under our key: updated where it is outdated, adopted where it is ours, else left alone. */
async function judge(road: Road, row: FakturRow, held: ChannelDocument): Promise<Outcome> {
  const { d, work, seller } = road;
  const now = d.clock.now();
  // The answer to an update was lost: our own document may still show what was corrected since.
  const mayBeUpdated = held.state === "draft" || held.state === "rejected";
  if (row.outdated_there && held.externalId === row.external_id && mayBeUpdated) {
    return update(road, row, held.externalId);
  }
  if (!isSameDocument(readFaktur(row.document), held)) return leave(road, row, held);
  const adopted = await work.transaction(async (tx) => {
    const done = await adopt(tx, d, { row, seller }, held);
    if (done)
      await addTimeline(tx, row.id, { at: now, event: "adopted", by: "system", detail: held.externalId });
    return done;
  });
  if (!adopted) return leave(road, row, held);
  d.log.info("faktur.adopted", { ...keysOf(row), external: held.externalId });
  return proceed(road, { ...row, external_id: held.externalId }, held);
}

/** Somebody else's document, another faktur's, or other data than ours: a person looks at it first. */
async function leave(
  { d, work }: Road,
  row: FakturRow,
  held: Pick<ChannelDocument, "externalId" | "status">,
): Promise<Outcome> {
  const now = d.clock.now();
  await work.transaction(async (tx) => {
    await noteFaktur(tx, row.id, { problem: "duplicate_at_authority", channel_status: held.status }, now);
    await addTimeline(tx, row.id, { at: now, event: "not_adopted", by: "system", detail: held.externalId });
  });
  d.log.error("faktur.duplicate_at_authority", { ...keysOf(row), external: held.externalId });
  return { kind: "done" };
}

async function proceed(road: Road, row: FakturRow, held: ChannelDocument): Promise<Outcome> {
  return held.state === "draft" ? upload(road, row) : settle(road, row, held);
}

function settle({ d, work }: Road, row: FakturRow, held: ChannelDocument): Promise<Outcome> {
  return work.conclude(async (tx) => {
    const next = await recordStanding(tx, d, row, held);
    return { kind: "done", goOn: next === "follow" ? await followSoon(tx, d, row) : undefined };
  });
}

async function upload(road: Road, row: FakturRow): Promise<Outcome> {
  const { d, work, channel } = road;
  const externalId = row.external_id ?? "";
  work.mayAct();
  const reply = await channel.upload(externalId);
  switch (reply.kind) {
    case "accepted": {
      const pending = { state: "pending" as const, status: "", nsfp: null, message: null };
      const held = {
        ...pending,
        externalId,
        buyerNumber: null,
        totals: null,
        simulated: Boolean(row.simulated),
      };
      d.log.info("faktur.uploaded", { ...keysOf(row), external: externalId });
      return settle(road, row, held);
    }
    case "wrongState": {
      const held = await channel.status(externalId);
      if (held === "absent" || held.state === "draft") throw contradiction(reply.message);
      return settle(road, row, held);
    }
    case "refused":
      await refuse(road, row, reply.message);
      return { kind: "done" };
    default:
      return reply satisfies never;
  }
}

const contradiction = (message: string): AppError =>
  new AppError(
    "channel_nonsense",
    text(`Jawaban kanal tidak konsisten: ${message}`, `The channel contradicts itself: ${message}`),
  );

/** Whatever failed after `submitting` was written leaves doubt: the next try looks before it sends. */
async function doubt({ d, work }: Road, fakturId: string, because: AppError): Promise<Outcome> {
  if (because.code === "lease_lost" || because.code === "wrong_state") throw because;
  const row = await fakturById(d.db.knex, fakturId);
  if (row?.state === "submitting") {
    const now = d.clock.now();
    await work.transaction(async (tx) => {
      await moveFaktur(tx, row, "lose", now);
      await addTimeline(tx, row.id, {
        at: now,
        event: "outcome_unknown",
        by: "system",
        detail: because.code,
      });
    });
    d.log.warn("faktur.outcome_unknown", { ...keysOf(row), code: because.code });
  }
  return { kind: "retry", because };
}
