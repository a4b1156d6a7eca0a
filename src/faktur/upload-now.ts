import { dayInJakarta, type Clock } from "../clock";
import { AppError } from "../errors";
import type { NewId } from "../ids";
import { appendAudit } from "../store/audit";
import type { Db } from "../store/db";
import { addTimeline, fakturById, moveFaktur } from "../store/fakturs";
import { enqueue } from "../store/jobs";
import type { SellerRow } from "../store/sellers";
import { insertUploadAsked, waitingForUpload } from "../store/uploads";
import { text } from "../text";
import { FILE_CHANNEL } from "./faktur";

export interface UploadNowDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  wake(): void;
}

/** So many in one go: the answer comes within seconds, and a person sees what happens before the next. */
export const MOST_AT_ONCE = 1000;
/** Short transactions: others write in between. */
const AT_A_TIME = 100;

/**
 * A person wants everything of a seller that waits to be uploaded now: drafts are released, the hours of the automatic
 * upload do not hold for these. Where a person carries files to the portal, drafts are released for the next export and
 * nothing goes up by itself. What is past its last day stays. Returns how many were taken. Throws `refused` when nothing
 * waits.
 */
export async function uploadNow(
  d: UploadNowDeps,
  { slug: seller, channel_kind }: Pick<SellerRow, "slug" | "channel_kind">,
  who: { readonly name: string },
): Promise<number> {
  const now = d.clock.now();
  const run = d.newId(now);
  const at = now.toISOString();
  const byFile = channel_kind === FILE_CHANNEL;
  const states = byFile ? (["draft"] as const) : (["draft", "ready"] as const);
  const waiting = await waitingForUpload(d.db.knex, seller, states, dayInJakarta(now), MOST_AT_ONCE);
  if (waiting.length === 0) throw new AppError("refused", byFile ? NO_DRAFT_WAITS : NOTHING_WAITS);
  for (let from = 0; from < waiting.length; from += AT_A_TIME) {
    const ids = waiting.slice(from, from + AT_A_TIME).map((row) => row.id);
    await d.db.transaction(async (tx) => {
      for (const id of ids) {
        const row = await fakturById(tx, id);
        if (row === undefined || row.problem !== null) continue;
        if (row.state !== "draft" && row.state !== "ready") continue;
        if (row.state === "draft") {
          await moveFaktur(tx, row, "release", now);
          await addTimeline(tx, id, { at: now, event: "released", by: who.name });
        }
        if (byFile) continue;
        await insertUploadAsked(tx, { faktur_id: id, seller, run, by: who.name, at });
        await enqueue(tx, "submit", id, now, now);
      }
    });
  }
  const action = byFile ? "seller.drafts_released" : "seller.upload_asked";
  const entry = { at, actor: who.name, action, subject: `seller:${seller}` };
  await d.db.transaction((tx) => appendAudit(tx, { ...entry, detail: String(waiting.length) }));
  d.wake();
  return waiting.length;
}

const NO_DRAFT_WAITS = text(
  "Tidak ada draf yang menunggu. Yang siap ikut ekspor berikutnya.",
  "No draft waits. What is ready goes with the next export.",
);
const NOTHING_WAITS = text(
  "Tidak ada draf atau faktur yang menunggu diunggah.",
  "No draft or faktur waits to be uploaded.",
);
