import type { Clock } from "../clock";
import type { Documents } from "../documents/documents";
import type { NewId } from "../ids";
import type { Log } from "../log";
import type { Db } from "../store/db";
import type { FakturRow } from "../store/fakturs";
import type { SellerRow } from "../store/sellers";
import type { Channel, RecordExchange } from "./channels/channel";

/** What every step of a faktur's road is given. */
export interface FakturDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly documents: Documents;
  /** The channel of a seller; throws `config_invalid` when its settings cannot be opened. */
  channelOf(seller: SellerRow, record: RecordExchange): Channel;
  /** Waits between status reads; the last repeats. */
  readonly followSeconds: readonly number[];
}

/** What every event about a faktur carries: itself, and the invoice by which its whole story is found. */
export const keysOf = (row: Pick<FakturRow, "id" | "invoice_id">): { faktur: string; trace: string } => ({
  faktur: row.id,
  trace: row.invoice_id,
});

export const secondsAt = (waits: readonly number[], count: number): number =>
  waits[Math.min(count, waits.length - 1)] ?? 60;
