import { dayInJakarta, type Period } from "../clock";
import { FILE_CHANNEL } from "../faktur/faktur";
import { exportedUnanswered, leftUnanswered } from "../store/coretax";
import type { Tx } from "../store/db";
import { addTimeline, fakturById, moveFaktur, noteFaktur, type FakturRow } from "../store/fakturs";
import type { Run } from "./import-run";

const AT_A_TIME = 500;

/**
 * What was exported, is in no row of the portal's whole list and may not be uploaded any more: its file never went up.
 * So with what has an id at a channel that its seller has left for files: nobody can be asked about it there. It stands
 * as it would without that, past its last day, where finance issues a late one in its place. How many these are.
 */
export async function takeBackNeverUploaded(
  run: Run,
  period: Period,
  stays: (row: FakturRow) => boolean,
): Promise<number> {
  const exported = await eachAbsent(run, period, stays, exportedUnanswered, takeBack);
  return exported + (await eachAbsent(run, period, stays, leftUnanswered, takeFromThere));
}

async function eachAbsent(
  { d, seller, lists }: Run,
  period: Period,
  stays: (row: FakturRow) => boolean,
  unanswered: typeof exportedUnanswered,
  take: (tx: Tx, row: FakturRow, now: Date) => Promise<void>,
): Promise<number> {
  const masa = { seller: seller.slug, period, today: dayInJakarta(d.clock.now()) };
  let count = 0;
  for (let after = ""; ;) {
    const rows = await unanswered(d.db.knex, masa, after, AT_A_TIME);
    const absent = rows.filter((row) => !lists.mentioned.has(row.id) && !stays(row));
    for (const row of absent) {
      await d.db.transaction((tx) => take(tx, row, d.clock.now()));
      d.log.info("coretax.never_uploaded", { faktur: row.id, trace: row.invoice_id });
    }
    count += absent.length;
    after = rows.at(-1)?.id ?? after;
    if (rows.length < AT_A_TIME) return count;
  }
}

async function takeBack(tx: Tx, row: FakturRow, now: Date): Promise<void> {
  const state = row.state === "pending" ? await moveFaktur(tx, row, "lose", now) : row.state;
  const changes = { channel_status: null, channel_message: null };
  await moveFaktur(tx, { id: row.id, state }, "absent", now, changes);
  await addTimeline(tx, row.id, { at: now, event: "never_uploaded", by: "authority" });
}

/** Its id leads nowhere any more. What was refused stays refused, and a draft a draft. */
async function takeFromThere(tx: Tx, { id, state, external_id }: FakturRow, now: Date): Promise<void> {
  const row = await fakturById(tx, id);
  // Another hand was quicker.
  if (row?.state !== state || row.external_id !== external_id) return;
  const gone = { external_id: null, outdated_there: false, problem: null };
  const byFiles = { ...gone, channel_kind: FILE_CHANNEL, channel_status: null, channel_message: null };
  switch (state) {
    case "draft":
    case "rejected":
      await noteFaktur(tx, id, gone, now);
      break;
    case "ready":
      await noteFaktur(tx, id, byFiles, now);
      break;
    case "pending":
      await moveFaktur(tx, { id, state: await moveFaktur(tx, row, "lose", now) }, "absent", now, byFiles);
      break;
    case "submitting":
    case "unknown":
      await moveFaktur(tx, row, "absent", now, byFiles);
      break;
    case "approved":
    case "cancelling":
    case "cancelled":
    case "replacing":
    case "replaced":
      return;
    default:
      state satisfies never;
  }
  await addTimeline(tx, id, { at: now, event: "never_approved", by: "authority", detail: external_id });
}
