import type { FakturState } from "../faktur/faktur";
import { BY_ITSELF } from "../mail/settled";
import type { Tx } from "./db";
import { countOf, type Oldest } from "./home";
import type { MailState } from "./mails";

export interface RefusedRow {
  readonly faktur_id: string;
  readonly reference: string;
  readonly recipient: string;
  readonly state: "refused" | "bounced";
  readonly detail: string | null;
  readonly at: string;
}

/**
 * Mails `m` that were refused or came back, and that no later one has made good, as `unsettled` of mail/settled says. A faktur
 * that is over is not mailed again, so nothing of it waits.
 */
export function undelivered(tx: Tx) {
  const others = (which: string) =>
    tx("mails as b").whereRaw("b.faktur_id = m.faktur_id").whereRaw(which).select(tx.raw("1"));
  const before = others("b.recipient = l.recipient and b.sequence <= m.sequence");
  const own = others(`b.recipient = m.recipient and b.sequence = ${BY_ITSELF}`);
  const later = tx("mails as l")
    .whereRaw("l.faktur_id = m.faktur_id")
    .whereRaw("l.sequence > m.sequence")
    // The plus keeps SQLite from walking every sent mail by its state: there are few of one faktur.
    .whereRaw("+l.state = 'sent'")
    .where(
      (one) => void one.whereRaw("l.recipient = m.recipient").orWhereNotExists(before).orWhereNotExists(own),
    )
    .select(tx.raw("1"));
  return tx("mails as m")
    .join("fakturs as f", "f.id", "m.faktur_id")
    .whereIn("m.state", ["refused", "bounced"])
    .whereNotIn("f.state", ["cancelled", "replaced"] satisfies FakturState[])
    .whereNotExists(later);
}

/** The oldest of them. */
export async function oldestRefused(tx: Tx, limit: number): Promise<Oldest<RefusedRow>> {
  const rows: RefusedRow[] = await undelivered(tx)
    .orderBy("m.at")
    .limit(limit)
    .select(
      "m.faktur_id as faktur_id",
      "f.reference as reference",
      "m.recipient as recipient",
      "m.state as state",
      "m.detail as detail",
      "m.at as at",
    );
  return { rows, count: await countOf(undelivered(tx)) };
}

/** How many there are, by state. */
export async function countUndelivered(tx: Tx): Promise<{ state: MailState; count: number }[]> {
  const rows: { state: MailState; count: number | string }[] = await undelivered(tx)
    .groupBy("m.state")
    .select("m.state as state")
    .count({ count: "*" });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
