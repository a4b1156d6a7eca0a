import { createHash } from "node:crypto";
import { plusMs } from "../clock";
import type { NewId } from "../ids";
import type { Tx } from "../store/db";
import { enqueue } from "../store/jobs";
import {
  countPlaces,
  forgetNotices,
  forgetPlaces,
  insertNotice,
  notePlace,
  type NoticeKind,
} from "../store/notices";

const DAY_MS = 86_400_000;
/** A place nobody came from for so long is a new one again. */
const PLACE_DAYS = 180;
/** What was told is kept for so long; the trail keeps what happened. */
const NOTICE_DAYS = 180;

/** Queues a mail to a person about their own account, in the transaction of what it tells of. */
export async function tell(
  tx: Tx,
  d: { readonly newId: NewId },
  now: Date,
  about: { readonly userId: string; readonly kind: NoticeKind; readonly place?: string },
): Promise<void> {
  const id = d.newId(now);
  const at = now.toISOString();
  await forgetNotices(tx, plusMs(now, -NOTICE_DAYS * DAY_MS).toISOString());
  const { userId, kind, place = null } = about;
  await insertNotice(tx, { id, user_id: userId, kind, place, state: "queued", detail: null, at });
  await enqueue(tx, "notice", id, now, now);
}

/** Remembers where somebody came from, and tells them of a place that is new; the very first one is no news. */
export async function tellOfPlace(
  tx: Tx,
  d: { readonly newId: NewId },
  now: Date,
  who: { readonly userId: string; readonly place: string },
): Promise<void> {
  await forgetPlaces(tx, who.userId, plusMs(now, -PLACE_DAYS * DAY_MS).toISOString());
  const first = (await countPlaces(tx, who.userId)) === 0;
  const place = createHash("sha256").update(`${who.userId} ${who.place}`).digest("hex");
  const isNew = await notePlace(tx, { user_id: who.userId, place, seen_at: now.toISOString() });
  if (isNew && !first) await tell(tx, d, now, { ...who, kind: "newPlace" });
}
