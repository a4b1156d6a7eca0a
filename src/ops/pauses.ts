import { dayInJakarta, plusMs, type Clock, type TaxDay } from "../clock";
import type { Channel, SubmissionKey } from "../faktur/channels/channel";
import { channelWideCause, type ChannelWideCause } from "../faktur/channel-wide";
import { FILE_CHANNEL } from "../faktur/faktur";
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
 * Lets a seller's channel go on: what was refused for the pause's cause is sent again as it was, what waited goes on. A
 * faktur with an undecided case stays refused. False when it was not paused.
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
  // Nobody refuses files: there is nothing to wait for any more.
  if (seller.channel_kind === FILE_CHANNEL) {
    await resumeChannel(d, seller.slug, "system", "files");
    return;
  }
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
  const trial = await judgeTrial(d, pause);
  switch (trial) {
    case "passed":
    case "under_way":
      return;
    case "refused":
      return startTrial(d, seller, pause.cause, pause.tried_at ?? pause.since);
    case "never_went":
      return startTrial(d, seller, pause.cause, pause.since);
    default:
      trial satisfies never;
  }
}

type Trial = "passed" | "under_way" | "refused" | "never_went";

/** Resumes when the trial went through. */
export async function judgeTrial(d: PauseDeps, pause: PauseRow): Promise<Trial> {
  const row = pause.trial_faktur === null ? undefined : await fakturById(d.db.knex, pause.trial_faktur);
  const trial = row === undefined ? "never_went" : trialOf(row, dayInJakarta(d.clock.now()));
  if (trial === "passed") await resumeChannel(d, pause.seller, "system", "trial");
  return trial;
}

/** What became of a faktur that was let through. */
function trialOf(row: FakturRow, today: TaxDay): Trial {
  const refused = channelWideCause(row.channel_message) !== null;
  switch (row.state) {
    case "approved":
    case "cancelling":
    case "replacing":
    case "replaced":
      return "passed";
    case "rejected":
      // Refused for a reason of its own: it was looked at.
      return refused ? "refused" : "passed";
    case "cancelled":
      return refused ? "refused" : "never_went";
    case "draft":
      return "never_went";
    case "ready":
      return row.problem !== null || isTooLateToSend(row, today) ? "never_went" : "under_way";
    case "submitting":
    case "unknown":
    case "pending":
      return row.problem !== null ? "never_went" : "under_way";
    default:
      return row.state satisfies never;
  }
}

/** The authority refuses it after its last day (art. 44): it stays here and finance takes the late road. */
export const isTooLateToSend = (
  row: Pick<FakturRow, "state" | "external_id" | "deadline">,
  today: TaxDay,
): boolean => row.state === "ready" && row.external_id === null && today > row.deadline;

/** With a wrong passphrase only when the settings were changed after `tried`, the moment of the last try. */
async function startTrial(
  d: PauseDeps,
  seller: SellerRow,
  cause: ChannelWideCause,
  tried: string,
): Promise<void> {
  if (cause === "passphrase_wrong" && seller.updated_at <= tried) return;
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    const refused = (await rejectedOf(tx, seller.slug)).find(
      (row) =>
        channelWideCause(row.channel_message) !== null &&
        !isTooLateToSend({ ...row, state: "ready" }, dayInJakarta(now)),
    );
    const trial = refused ?? (await oldestReady(tx, seller.slug, dayInJakarta(now)));
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
