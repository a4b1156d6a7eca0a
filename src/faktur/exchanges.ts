import type { Tx } from "../store/db";
import type { Work } from "../store/fence";
import { addExchange, lastExchange, type ExchangeRow } from "../store/exchanges";
import type { Exchange, RecordExchange } from "./channels/channel";
import { documentOf, hashesOf } from "./exchange-document";
import type { FakturDeps } from "./flow";

/** Reads repeat by the hundred with the same answer: those are kept only when the answer changed. */
const READS = new Set(["detail", "list", "pdf"]);

/** A job whose writes carry what was exchanged with the authority, and what keeps each exchange. */
export interface Recorded {
  readonly work: Work;
  readonly record: RecordExchange;
}

/**
 * Runs a step of a faktur and keeps the exact bytes of each exchange with the authority beside it: the bytes are stored
 * before the answer is used, the row that names them is written with the step's next write, and by itself where none
 * follows.
 */
export async function withExchanges<T>(
  d: FakturDeps,
  job: Work,
  fakturId: string,
  step: (recorded: Recorded) => Promise<T>,
): Promise<T> {
  let waiting: readonly ExchangeRow[] = [];
  /** Taken off once they are committed: a write that failed, or is run again, leaves them waiting. */
  async function along<R>(
    run: (write: (tx: Tx) => Promise<R>) => Promise<R>,
    write: (tx: Tx) => Promise<R>,
  ): Promise<R> {
    const taken = waiting;
    const written = await run(
      async (tx) => (await Promise.all([write(tx), writeAll(tx, fakturId, taken)]))[0],
    );
    waiting = waiting.filter((one) => !taken.includes(one));
    return written;
  }
  const work: Work = {
    ...job,
    transaction: (write) => along(job.transaction, write),
    conclude: (write) => along(job.conclude, write),
  };
  const record: RecordExchange = async (exchange) => {
    const row = await stored(d, fakturId, exchange, waiting);
    if (row !== null) waiting = [...waiting, row];
  };
  try {
    return await step({ work, record });
  } finally {
    if (waiting.length > 0) await d.db.alone((tx) => writeAll(tx, fakturId, waiting));
  }
}

/** Keeps each exchange by itself: for a question that a person waits for, which belongs to no job. */
export const recordAlone =
  (d: FakturDeps, fakturId: string): RecordExchange =>
  async (exchange) => {
    const row = await stored(d, fakturId, exchange, []);
    if (row !== null) await d.db.alone((tx) => addExchange(tx, fakturId, row));
  };

/** Stores the bytes; null when the same question had the same answer the last time. */
async function stored(
  d: FakturDeps,
  fakturId: string,
  exchange: Exchange,
  waiting: readonly ExchangeRow[],
): Promise<ExchangeRow | null> {
  const { operation } = exchange;
  const hashes = hashesOf(exchange);
  if (READS.has(operation)) {
    const last =
      waiting.findLast((one) => one.operation === operation) ??
      (await lastExchange(d.db.knex, fakturId, operation));
    const { request_sha256, response_sha256 } = hashes;
    if (last?.request_sha256 === request_sha256 && last.response_sha256 === response_sha256) return null;
  }
  const { bytes, requestBytes } = documentOf(exchange);
  const document_sha256 = await d.documents.put(bytes, "text/plain");
  return {
    ...{ at: d.clock.now().toISOString(), operation },
    ...{ ...hashes, document_sha256, request_bytes: requestBytes },
  };
}

async function writeAll(tx: Tx, fakturId: string, rows: readonly ExchangeRow[]): Promise<void> {
  await Promise.all(rows.map((row) => addExchange(tx, fakturId, row)));
}
