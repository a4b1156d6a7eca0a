import { plusMs } from "../clock";
import type { Outcome } from "../errors";
import type { Tx } from "../store/db";
import type { Conclusion, Work } from "../store/fence";
import { addTimeline, keptStatus, moveFaktur, noteFaktur, type FakturRow } from "../store/fakturs";
import { enqueue } from "../store/jobs";
import { findSeller } from "../store/sellers";
import { waitsForBuyer } from "./case-rules";
import type { ChannelDocument } from "./channels/channel";
import { withExchanges } from "./exchanges";
import { FILE_CHANNEL } from "./faktur";
import { keysOf, secondsAt, type FakturDeps } from "./flow";
import { standAfterRefusal } from "./refused-cancel";
import { recordStanding } from "./standing";

/** Looks after which a document that was handed over and still shows as a draft counts as never handed over. */
const PATIENCE = 2;

const FOLLOWED = new Set(["pending", "unknown", "cancelling"]);

/** Job `follow`: asks the authority how a faktur stands, at growing intervals, until it is decided. */
export async function followFaktur(d: FakturDeps, job: Work, row: FakturRow): Promise<Outcome> {
  if (!FOLLOWED.has(row.state)) return { kind: "done" };
  // The portal's list says what became of it, and it is read when a person brings it.
  if (row.channel_kind === FILE_CHANNEL) return { kind: "done" };
  const seller = await findSeller(d.db.knex, row.seller);
  if (seller === undefined) return { kind: "done" };
  const externalId = row.external_id;
  if (externalId === null) return lookAgain(d, job, row, "no id");
  return withExchanges(d, job, row.id, async ({ work, record }) => {
    const held = await d.channelOf(seller, record).status(externalId);
    return stand(d, work, row, held);
  });
}

async function stand(
  d: FakturDeps,
  work: Work,
  row: FakturRow,
  held: ChannelDocument | "absent",
): Promise<Outcome> {
  if (held === "absent") return lookAgain(d, work, row, "absent");
  if (row.state === "cancelling") return followCancel(d, work, row, held);
  if (held.state === "draft" && work.job.looks >= PATIENCE) return lookAgain(d, work, row, held.status);
  const outcome = await work.conclude(async (tx) => {
    if ((await recordStanding(tx, d, row, held)) === "follow") return later(d, work);
    return { kind: "done", goOn: { kind: "paper", subject: row.id, runAt: d.clock.now() } };
  });
  if (held.status !== row.channel_status) {
    d.log.info("faktur.status", { ...keysOf(row), status: held.status, state: held.state });
  }
  return outcome;
}

function later(d: FakturDeps, work: Work): Conclusion {
  const seconds = secondsAt(d.followSeconds, work.job.looks + 1);
  return { kind: "wait", until: plusMs(d.clock.now(), seconds * 1000) };
}

/** The authority no longer knows the id, or no longer that it was handed over: the key decides, as in every doubt. */
async function lookAgain(d: FakturDeps, work: Work, row: FakturRow, why: string): Promise<Outcome> {
  if (row.state === "cancelling") return later(d, work);
  const now = d.clock.now();
  await work.transaction(async (tx) => {
    if (row.state === "pending") await moveFaktur(tx, row, "lose", now);
    await addTimeline(tx, row.id, { at: now, event: "outcome_unknown", by: "authority", detail: why });
    await enqueue(tx, "submit", row.id, now, now);
  });
  d.log.warn("faktur.outcome_unknown", { ...keysOf(row), code: why });
  return { kind: "done" };
}

async function followCancel(
  d: FakturDeps,
  work: Work,
  row: FakturRow,
  held: ChannelDocument,
): Promise<Outcome> {
  const now = d.clock.now();
  if (held.state !== "cancelled") {
    await work.transaction((tx) => noteCancelling(tx, d, row, held));
    return later(d, work);
  }
  await work.transaction(async (tx) => {
    await moveFaktur(tx, row, "cancel", now, { channel_status: held.status });
    await addTimeline(tx, row.id, { at: now, event: "cancelled", by: "authority" });
  });
  d.log.info("faktur.cancelled", keysOf(row));
  return { kind: "done" };
}

/** The buyer's consent is awaited as long as the authority says so; a buyer who refuses leaves the faktur standing. */
async function noteCancelling(tx: Tx, d: FakturDeps, row: FakturRow, held: ChannelDocument): Promise<void> {
  const channel_status = keptStatus(held.status);
  if (channel_status === row.channel_status) return;
  if (held.state === "approved" && waitsForBuyer(row.channel_status)) {
    return standAfterRefusal(tx, d, row, { by: "buyer", message: held.message }, { channel_status });
  }
  const now = d.clock.now();
  await noteFaktur(tx, row.id, { channel_status }, now);
  await addTimeline(tx, row.id, { at: now, event: "cancelling", by: "authority", detail: held.status });
}
