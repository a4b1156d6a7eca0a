import type { Tx } from "./db";

/**
 * What no law asks to be kept: each takes away at most `limit` rows that ended before a moment and tells how many. Ids
 * begin with their time, so each is the beginning of an index.
 */

const idAt = (at: Date): string => at.getTime().toString(16).padStart(12, "0");

/** Mails to customers that carried no faktur. */
export async function forgetLetters(tx: Tx, before: Date, limit: number): Promise<number> {
  const ids = await tx("customer_letters")
    .where("id", "<", idAt(before))
    .whereNot({ state: "queued" })
    .orderBy("id")
    .limit(limit)
    .pluck("id");
  return tx("customer_letters").whereIn("id", ids).delete();
}

/** Wishes for another address: what became of them stands in the history of the company. */
export async function forgetEmailChanges(tx: Tx, before: Date, limit: number): Promise<number> {
  const ids = await tx("email_changes").where("id", "<", idAt(before)).orderBy("id").limit(limit).pluck("id");
  return tx("email_changes").whereIn("id", ids).delete();
}

/** Messages that a subscriber took or that were given up. */
export async function forgetMessages(tx: Tx, before: Date, limit: number): Promise<number> {
  const ids = await tx("webhook_messages")
    .where("id", "<", `msg_${idAt(before)}`)
    .whereIn("state", ["sent", "failed"])
    .orderBy("id")
    .limit(limit)
    .pluck("id");
  return tx("webhook_messages").whereIn("id", ids).delete();
}

/** Ids of a portal's deliveries: an older one is refused by its timestamp, and the invoice is known by its own id. */
export async function forgetDeliveries(tx: Tx, portal: string, before: Date, limit: number): Promise<number> {
  const ids = await tx("hook_deliveries")
    .where({ portal })
    .where("at", "<", before.toISOString())
    .orderBy("at")
    .limit(limit)
    .pluck("delivery_id");
  return tx("hook_deliveries").where({ portal }).whereIn("delivery_id", ids).delete();
}

/** Who asked for an upload, long after it. */
export async function forgetUploads(tx: Tx, before: Date, limit: number): Promise<number> {
  const ids = await tx("uploads_asked")
    .where("run", "<", idAt(before))
    .orderBy("run")
    .limit(limit)
    .pluck("faktur_id");
  return tx("uploads_asked").whereIn("faktur_id", ids).delete();
}
