import { AppError } from "../errors";
import { addTimeline, moveFaktur, type FakturRow } from "../store/fakturs";
import { enqueue } from "../store/jobs";
import { findSeller } from "../store/sellers";
import { text } from "../text";
import { at, type CorrectDeps } from "./asked";
import type { Channel, ChannelDocument, SubmissionKey } from "./channels/channel";
import { recordAlone } from "./exchanges";
import type { FakturEvent, FakturState } from "./faktur";
import { isSameDocument } from "./standing";
import { readFaktur } from "./stored";

/**
 * Makes sure that nothing at the authority can become this faktur once it is dropped here. Throws `wrong_state` when
 * something stands there (it is followed from then on), and the channel's own failure when it cannot be asked.
 */
export async function clearThere(d: CorrectDeps, row: FakturRow): Promise<void> {
  const seller = await findSeller(d.db.knex, row.seller);
  if (seller === undefined || seller.channel_kind !== row.channel_kind) throw elsewhere();
  const channel = d.channelOf(seller, recordAlone(d, row.id));
  const stands = await asked(async () => {
    const held = await living(channel, row);
    if (held === null || !isOpen(held)) return held;
    return isOurs(row, held) ? remove(d, channel, row, held.externalId) : null;
  });
  if (stands === null || isStranger(row, stands)) return;
  await follow(d, row, stands);
  throw standsThere(stands.status);
}

/** A draft or a refused document: no faktur yet, but anybody there can make it one. */
const isOpen = (held: ChannelDocument): boolean => held.state === "draft" || held.state === "rejected";

const isOver = (held: ChannelDocument): boolean => held.state === "cancelled" || held.state === "replaced";

/** What lives there under our id, else under our reference. */
async function living(channel: Channel, row: FakturRow): Promise<ChannelDocument | null> {
  const own = row.external_id === null ? "absent" : await channel.status(row.external_id);
  if (own !== "absent" && !isOver(own)) return own;
  const named = await channel.lookup(row.reference as SubmissionKey);
  return named === "absent" || isOver(named) ? null : named;
}

/** Deletes our document there. One that cannot be deleted, but is no faktur either, is left with a note. */
async function remove(
  d: CorrectDeps,
  channel: Channel,
  row: FakturRow,
  externalId: string,
): Promise<ChannelDocument | null> {
  const reply = await channel.remove(externalId);
  const held = reply.kind === "removed" ? "absent" : await channel.status(externalId);
  if (held !== "absent" && !isOpen(held)) return isOver(held) ? null : held;
  const event = held === "absent" ? "deleted_there" : "left_there";
  const note = { at: at(d), event, by: "authority", detail: reply.kind === "refused" ? reply.message : null };
  await d.db.alone((tx) => addTimeline(tx, row.id, note));
  return null;
}

/** Another document under our reference, of which people have been told before. */
const isStranger = (row: FakturRow, held: ChannelDocument): boolean =>
  row.problem === "duplicate_at_authority" && !isOurs(row, held);

const isOurs = (row: FakturRow, held: ChannelDocument): boolean =>
  held.externalId === row.external_id || isSameDocument(readFaktur(row.document), held);

const TO_UNKNOWN: Partial<Record<FakturState, readonly FakturEvent[]>> = {
  draft: ["release", "submit", "lose"],
  ready: ["submit", "lose"],
  rejected: ["redraft", "submit", "lose"],
};

/** From here on it is in doubt, and doubt has one road: looked up, compared, adopted. */
async function follow(d: CorrectDeps, row: FakturRow, held: ChannelDocument): Promise<void> {
  const events = TO_UNKNOWN[row.state];
  if (events === undefined) return;
  await d.db.transaction(async (tx) => {
    let state = row.state;
    for (const event of events) {
      const changes = { channel_message: null, problem: null };
      state = await moveFaktur(tx, { id: row.id, state }, event, at(d), changes);
    }
    const found = { at: at(d), event: "outcome_unknown", by: "authority", detail: held.status };
    await addTimeline(tx, row.id, found);
    await enqueue(tx, "submit", row.id, at(d), at(d));
  });
  d.wake();
}

/** The same failure, with what it means for who wanted to drop the faktur. */
async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !thrown.code.startsWith("channel_")) throw thrown;
    throw new AppError(
      thrown.code,
      text(
        "Kanal pajak tidak dapat ditanya apakah dokumen ini masih ada di sana, jadi faktur tidak dibatalkan. Coba lagi nanti.",
        "The tax channel cannot be asked whether this document still lies there, so the faktur was not dropped. Try again later.",
      ),
      { cause: thrown, waitMs: thrown.waitMs },
    );
  }
}

const standsThere = (status: string): AppError =>
  new AppError(
    "wrong_state",
    text(
      `Di DJP dokumen ini berstatus "${status}", jadi tidak dibatalkan; fakturnya mengikuti dokumen itu. Muat ulang sebentar lagi.`,
      `The authority shows this document as "${status}", so it was not dropped; the faktur follows it. Read it again in a moment.`,
    ),
  );

const elsewhere = (): AppError =>
  new AppError(
    "wrong_state",
    text(
      "Dokumen ini ada di kanal penjual yang lama dan harus diperiksa di sana. Kembalikan penjual ke kanal itu, lalu batalkan lagi. Bila penjual kini memakai berkas Coretax dan kanal lama tidak ada lagi: sesudah batas unggahnya, impor seluruh daftar portal untuk masa ini (faktur coretax import --whole MASA), lalu batalkan lagi.",
      "This document lies in the seller's former channel and must be looked at there. Set the seller back to it, then drop it again. Where the seller now goes by Coretax files and the former channel is gone: after its upload deadline, import the portal's whole list of this masa (faktur coretax import --whole MASA), then drop it again.",
    ),
  );
