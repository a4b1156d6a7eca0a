import type { Clock } from "../clock";
import type { Log } from "../log";
import type { Tx } from "../store/db";
import { addTimeline, fakturById, moveFaktur, type FakturRow } from "../store/fakturs";
import { takePlace } from "../store/replacements";

interface SettleDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Brings the original to where its replacement's state puts it: given up once that is approved, standing again once
 * that is refused or dropped. Does nothing when this has been done, so it may be asked at any time.
 */
export async function settleReplacement(tx: Tx, d: SettleDeps, row: FakturRow): Promise<void> {
  if (row.replaces_id == null) return;
  const original = await fakturById(tx, row.replaces_id);
  if (original === undefined) return;
  const now = d.clock.now();
  // Replaced itself by now: it was approved before that.
  if (row.state === "approved" || row.state === "replaced") await giveUp(tx, d, original, row);
  else if (original.state === "replacing" && (row.state === "rejected" || row.state === "cancelled")) {
    await moveFaktur(tx, original, "keep", now);
    await addTimeline(tx, original.id, {
      ...{ at: now, event: "replacement_refused", by: "authority" },
      detail: row.channel_message,
    });
  }
}

/** At the authority an approved replacement has ended its original, also one that nobody here had asked to end. */
async function giveUp(tx: Tx, d: SettleDeps, before: FakturRow, row: FakturRow): Promise<void> {
  if (before.state !== "replacing" && before.state !== "approved") return;
  const now = d.clock.now();
  const state = before.state === "approved" ? await moveFaktur(tx, before, "askReplace", now) : before.state;
  const original = { ...before, state };
  await moveFaktur(tx, original, "replace", now);
  if (original.live_key !== null && row.state === "approved")
    await takePlace(tx, row.id, original.live_key, now);
  await addTimeline(tx, original.id, { at: now, event: "replaced", by: "authority", detail: row.nsfp });
  // The serial stays and only the status digits rise; anything else is shown, and a person looks at it.
  if (row.nsfp?.slice(4) === original.nsfp?.slice(4)) return;
  d.log.error("faktur.serial_differs", {
    ...{ faktur: row.id, trace: row.invoice_id },
    ...{ nsfp: row.nsfp, replaces: original.nsfp },
  });
  await addTimeline(tx, row.id, { at: now, event: "serial_differs", by: "system", detail: original.nsfp });
}
