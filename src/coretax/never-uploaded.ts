import { dayInJakarta, type Period } from "../clock";
import { exportedUnanswered } from "../store/coretax";
import type { Tx } from "../store/db";
import { addTimeline, moveFaktur, type FakturRow } from "../store/fakturs";
import type { Run } from "./import-run";

const AT_A_TIME = 500;

/**
 * What was exported, is in no row of the portal's whole list and may not be uploaded any more: its file never went up.
 * It stands as ready again, past its last day, where finance issues a late one in its place. How many these are.
 */
export async function takeBackNeverUploaded(
  { d, seller, lists }: Run,
  period: Period,
  stays: (row: FakturRow) => boolean,
): Promise<number> {
  const wanted = { seller: seller.slug, period, today: dayInJakarta(d.clock.now()) };
  let count = 0;
  for (let after = ""; ;) {
    const rows = await exportedUnanswered(d.db.knex, wanted, after, AT_A_TIME);
    const absent = rows.filter((row) => !lists.mentioned.has(row.id) && !stays(row));
    for (const row of absent) {
      await d.db.transaction((tx) => takeBack(tx, row, d.clock.now()));
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
