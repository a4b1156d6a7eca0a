import type { Clock } from "../clock";
import type { Documents } from "../documents/documents";
import type { NewId } from "../ids";
import type { Log } from "../log";
import type { Db } from "../store/db";
import { addExchange, lastExchange, type FakturRow } from "../store/fakturs";
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

/** Reads repeat by the hundred with the same answer: those are kept only when the answer changed. */
const READS = new Set(["detail", "list", "pdf"]);

/** Keeps the exact bytes of each exchange with the authority beside the faktur. */
export function exchangeRecorder(d: FakturDeps, fakturId: string): RecordExchange {
  return async ({ operation, request, response }) => {
    const keep = (words: string) => d.documents.put(Buffer.from(words), "application/json");
    const [requestHash, responseHash] = await Promise.all([
      keep(request),
      response === null ? null : keep(response),
    ]);
    if (READS.has(operation)) {
      const last = await lastExchange(d.db.knex, fakturId, operation);
      if (last?.request_sha256 === requestHash && last.response_sha256 === responseHash) return;
    }
    const hashes = { request_sha256: requestHash, response_sha256: responseHash };
    const at = d.clock.now().toISOString();
    await d.db.alone((tx) => addExchange(tx, fakturId, { at, operation, ...hashes }));
  };
}
