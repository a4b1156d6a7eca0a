import { isDuplicate, type Tx } from "./db";

/** One digest to one seller; the day and the edition make it one, however many workers there are. */
export interface DigestRow {
  readonly id: string;
  readonly seller: string;
  readonly day: string;
  /** `daily`, or what it alarms about with the instant: `pause:`, `moves:`, `transfer:`. */
  readonly edition: string;
  readonly state: "queued" | "sent" | "refused" | "withheld";
  readonly detail: string | null;
  readonly at: string;
}

/** False when this edition of the day stands already. */
export async function insertDigest(tx: Tx, row: DigestRow): Promise<boolean> {
  try {
    await tx<DigestRow>("digests").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export const digestById = (tx: Tx, id: string): Promise<DigestRow | undefined> =>
  tx<DigestRow>("digests").where({ id }).first();

/** Whether the seller has the same edition of a later day. */
export const isFollowed = async (tx: Tx, { seller, edition, day }: DigestRow): Promise<boolean> =>
  (await tx<DigestRow>("digests").where({ seller, edition }).where("day", ">", day).first("id")) !==
  undefined;

/** The latest digest of each seller that the mail server refused; none where a later one was taken. */
export const refusedDigests = (tx: Tx): Promise<DigestRow[]> =>
  tx<DigestRow>("digests as d")
    .where("d.state", "refused")
    .whereNotExists(
      tx("digests as l")
        .whereRaw("l.seller = d.seller")
        .whereRaw("l.id > d.id")
        .whereNot("l.state", "queued")
        .select(tx.raw("1")),
    )
    .orderBy("d.id")
    .select("d.*");

/** Records how a queued digest ended. */
export async function endDigest(
  tx: Tx,
  id: string,
  state: Exclude<DigestRow["state"], "queued">,
  detail: string,
): Promise<void> {
  await tx<DigestRow>("digests").where({ id, state: "queued" }).update({ state, detail });
}
