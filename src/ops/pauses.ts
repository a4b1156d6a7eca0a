import { dayInJakarta, plusMs, type Clock } from "../clock";
import type { Channel, SubmissionKey } from "../faktur/channels/channel";
import { channelWideCause, type ChannelWideCause } from "../faktur/channel-wide";
import type { NewId } from "../ids";
import { describeCause, masked, type Log } from "../log";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import { insertDigest } from "../store/digests";
import { addTimeline, fakturById, moveFaktur, type FakturRow } from "../store/fakturs";
import { enqueue } from "../store/jobs";
import {
  deletePause,
  insertPause,
  oldestReady,
  rejectedOf,
  setTrial,
  wakeSeller,
  type PauseRow,
} from "../store/pauses";
import { findSeller, type SellerRow } from "../store/sellers";

export interface PauseDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** The seller's channel, unwatched: a probe is no outage. */
  channelFor(seller: SellerRow): Channel;
  wake(): void;
}

export const PROBE_MS = 3_600_000;

/** A key that is nobody's: asking for it proves address and token and changes nothing. */
const PROBE = "FAKTUR-OTOMATIS-PROBE" as SubmissionKey;

/** Pauses a seller's channel. The first to see the cause raises the one alarm; nothing that waits is lost. */
export async function pauseChannel(
  d: PauseDeps,
  seller: string,
  cause: ChannelWideCause,
  says: string,
): Promise<void> {
  const now = d.clock.now();
  const since = now.toISOString();
  const fresh = await d.db.transaction(async (tx) => {
    const row = { seller, cause, says: says.slice(0, 1000), since, trial_faktur: null, tried_at: null };
    if (!(await insertPause(tx, row))) return false;
    await written(tx, since, "system", "channel.paused", seller, cause);
    await queueAlarm(tx, d, seller, now);
    await enqueue(tx, "upkeep", "all", plusMs(now, PROBE_MS), now);
    return true;
  });
  if (fresh) d.log.error("channel.paused", { seller, cause });
}

/** The seller is told at once, by the same mail that comes every day. */
async function queueAlarm(tx: Tx, d: PauseDeps, seller: string, now: Date): Promise<void> {
  const at = now.toISOString();
  const id = d.newId(now);
  const edition = `pause:${at}`;
  const day = dayInJakarta(now);
  if (await insertDigest(tx, { id, seller, day, edition, state: "queued", detail: null, at })) {
    await enqueue(tx, "digest", id, now, now);
  }
}

/**
 * Lets a seller's channel go on: what was refused for the pause's cause is sent again as it was, what waited goes on.
 * False when it was not paused.
 */
export async function resumeChannel(
  d: PauseDeps,
  seller: string,
  by: string,
  reason: string | null,
): Promise<boolean> {
  const now = d.clock.now();
  const resumed = await d.db.transaction(async (tx) => {
    if (!(await deletePause(tx, seller))) return false;
    for (const row of await rejectedOf(tx, seller)) {
      if (channelWideCause(row.channel_message) !== null) await sendAgain(tx, row, now);
    }
    await wakeSeller(tx, seller, now);
    await written(tx, now.toISOString(), by, "channel.resumed", seller, reason);
    return true;
  });
  if (resumed) d.log.info("channel.resumed", { seller, by: masked(by) });
  d.wake();
  return resumed;
}

/** The refusal was not about this faktur: the same document goes again, and with it the replacement's claim. */
async function sendAgain(tx: Tx, row: FakturRow, now: Date): Promise<void> {
  const original = row.replaces_id == null ? undefined : await fakturById(tx, row.replaces_id);
  if (original?.state === "approved") await moveFaktur(tx, original, "askReplace", now);
  await moveFaktur(tx, row, "redraft", now, { channel_message: null, problem: null });
  await addTimeline(tx, row.id, { at: now, event: "retried", by: "system", detail: "channel" });
  await enqueue(tx, "submit", row.id, now, now);
}

/**
 * Asks whether a paused channel works again. A token is proved by a question. A blocked access or a wrong passphrase
 * shows only when something is handed over: one faktur is let through, with a wrong passphrase only after the
 * seller's settings were changed, since trying the same one again may lock the signer out.
 */
export async function probe(d: PauseDeps, pause: PauseRow): Promise<void> {
  const seller = await findSeller(d.db.knex, pause.seller);
  if (seller === undefined) return;
  if (pause.cause === "unauthorized") {
    try {
      await d.channelFor(seller).lookup(PROBE);
    } catch (thrown) {
      d.log.info("channel.probe_failed", { seller: seller.slug, cause: describeCause(thrown) });
      return;
    }
    await resumeChannel(d, seller.slug, "system", "probe");
    return;
  }
  if (!(await judgeTrial(d, pause))) await startTrial(d, pause, seller);
}

/** Resumes when the trial went through; true when there is nothing more to do now. */
export async function judgeTrial(d: PauseDeps, pause: PauseRow): Promise<boolean> {
  const trial = pause.trial_faktur === null ? undefined : await fakturById(d.db.knex, pause.trial_faktur);
  if (trial === undefined) return false;
  const refusedAgain = trial.state === "rejected" && channelWideCause(trial.channel_message) !== null;
  if (refusedAgain) return false;
  // Approved, or refused for a reason of its own: either way it was looked at.
  if (trial.state === "approved" || trial.state === "rejected") {
    await resumeChannel(d, pause.seller, "system", "trial");
  }
  return true;
}

async function startTrial(d: PauseDeps, pause: PauseRow, seller: SellerRow): Promise<void> {
  const unchanged = seller.updated_at <= (pause.tried_at ?? pause.since);
  if (pause.cause === "passphrase_wrong" && unchanged) return;
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    const refused = (await rejectedOf(tx, seller.slug)).find(
      (row) => channelWideCause(row.channel_message) !== null,
    );
    const trial = refused ?? (await oldestReady(tx, seller.slug));
    if (trial === undefined) return;
    await setTrial(tx, seller.slug, { trial_faktur: trial.id, tried_at: now.toISOString() });
    if (trial.state === "rejected") await sendAgain(tx, trial, now);
    else await enqueue(tx, "submit", trial.id, now, now);
  });
  d.wake();
}

type Held = "submit" | "follow" | "cancel" | "paper";

/** True when this work must wait for the channel. Reading needs no passphrase and no access, so only a token stops it. */
export async function isPaused(db: Db, kind: Held, row: FakturRow, pause: PauseRow): Promise<boolean> {
  if (pause.trial_faktur === row.id) return false;
  if (pause.cause !== "unauthorized") return kind === "submit" || kind === "cancel";
  return kind !== "paper" || (await findSeller(db.knex, row.seller))?.pdf === "official";
}

const written = (tx: Tx, at: string, actor: string, action: string, seller: string, detail: string | null) =>
  appendAudit(tx, { at, actor, action, subject: `seller:${seller}`, detail });
