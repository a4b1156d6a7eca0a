import { isDuplicate, type Tx } from "./db";

/** What people of the console are told about their own account. */
export const NOTICE_KINDS = [
  "passwordChanged",
  "passwordReset",
  "totpOn",
  "totpOff",
  "recoveryUsed",
  "newPlace",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface NoticeRow {
  readonly id: string;
  readonly user_id: string;
  readonly kind: NoticeKind;
  /** The address of whoever has signed in; null where it says nothing. */
  readonly place: string | null;
  readonly state: "queued" | "sent" | "refused";
  readonly detail: string | null;
  readonly at: string;
}

export async function insertNotice(tx: Tx, row: NoticeRow): Promise<void> {
  await tx<NoticeRow>("user_notices").insert(row);
}

export const noticeById = (tx: Tx, id: string): Promise<NoticeRow | undefined> =>
  tx<NoticeRow>("user_notices").where({ id }).first();

export async function endNotice(
  tx: Tx,
  id: string,
  state: NoticeRow["state"],
  detail: string,
): Promise<void> {
  await tx<NoticeRow>("user_notices").where({ id, state: "queued" }).update({ state, detail });
}

export async function forgetNotices(tx: Tx, before: string): Promise<void> {
  await tx<NoticeRow>("user_notices").where("at", "<", before).delete();
}

interface PlaceRow {
  readonly user_id: string;
  readonly place: string;
  readonly seen_at: string;
}

/** How many places somebody has signed in from. */
export async function countPlaces(tx: Tx, userId: string): Promise<number> {
  const row = await tx("sign_in_places").where({ user_id: userId }).count({ places: "*" }).first();
  return Number(row?.["places"] ?? 0);
}

/** Notes that somebody was at a place; true when it is a new one. */
export async function notePlace(tx: Tx, row: PlaceRow): Promise<boolean> {
  const where = { user_id: row.user_id, place: row.place };
  if ((await tx<PlaceRow>("sign_in_places").where(where).update({ seen_at: row.seen_at })) > 0) return false;
  try {
    await tx<PlaceRow>("sign_in_places").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export async function forgetPlaces(tx: Tx, userId: string, before: string): Promise<void> {
  await tx<PlaceRow>("sign_in_places").where({ user_id: userId }).where("seen_at", "<", before).delete();
}
