import { createHash } from "node:crypto";
import type { Tx } from "../store/db";
import type { Work } from "../store/fence";
import { addExchange, lastExchange, type ExchangeRow } from "../store/exchanges";
import type { Exchange, RecordExchange } from "./channels/channel";
import type { FakturDeps } from "./flow";

/** Reads repeat by the hundred with the same answer: those are kept only when the answer changed. */
const READS = new Set(["detail", "list", "pdf"]);

/** A job whose writes carry what was exchanged with the authority, and what keeps each exchange. */
export interface Recorded {
  readonly work: Work;
  readonly record: RecordExchange;
}

/**
 * Runs a step of a faktur and keeps the exact bytes of each exchange with the authority beside it: with the step's next
 * write, and by itself where none follows.
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

/** Longer words are a document: such a row would hold up the shared pages of the database. */
const IN_ROW_BYTES = 16 * 1024;

interface Kept {
  readonly sha256: string;
  /** Null where they are a document. */
  readonly words: string | null;
}

async function kept(d: FakturDeps, words: string): Promise<Kept> {
  const bytes = Buffer.from(words);
  if (bytes.length <= IN_ROW_BYTES)
    return { sha256: createHash("sha256").update(bytes).digest("hex"), words };
  return { sha256: await d.documents.put(bytes, "application/json"), words: null };
}

/** Null when the same question had the same answer the last time. */
async function stored(
  d: FakturDeps,
  fakturId: string,
  { operation, request, response }: Exchange,
  waiting: readonly ExchangeRow[],
): Promise<ExchangeRow | null> {
  const [asked, answered] = await Promise.all([
    kept(d, request),
    response === null ? { sha256: null, words: null } : kept(d, response),
  ]);
  const [request_sha256, response_sha256] = [asked.sha256, answered.sha256];
  if (READS.has(operation)) {
    const last =
      waiting.findLast((one) => one.operation === operation) ??
      (await lastExchange(d.db.knex, fakturId, operation));
    if (last?.request_sha256 === request_sha256 && last.response_sha256 === response_sha256) return null;
  }
  return {
    ...{ at: d.clock.now().toISOString(), operation, request_sha256, response_sha256 },
    ...{ request: asked.words, response: answered.words },
  };
}

async function writeAll(tx: Tx, fakturId: string, rows: readonly ExchangeRow[]): Promise<void> {
  await Promise.all(rows.map((row) => addExchange(tx, fakturId, row)));
}
