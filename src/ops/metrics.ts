import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Db } from "../store/db";
import { countFakturs } from "../store/fakturs";
import { countInvoices } from "../store/invoices";
import { countJobs } from "../store/jobs";
import { countMoves } from "../store/moves";
import { openOutages } from "../store/outages";
import { listPauses } from "../store/pauses";
import { lastReconciliation } from "../store/reconciliations";
import { countTransfers } from "../store/transfers";
import { countUndelivered } from "../store/undelivered";

export interface Metrics {
  jobEnded(kind: string, ended: string, ms: number): void;
  signatureFailed(portal: string): void;
  /** Prometheus text; the gauges are counted from the database at this moment. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Names and numbers only: never a secret, never an NPWP. */
export function createMetrics(db: Db): Metrics {
  const registers = [new Registry()];
  const jobs = new Histogram({
    name: "faktur_job_seconds",
    help: "Time a job took, by kind and how it ended",
    labelNames: ["kind", "ended"],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers,
  });
  const signatures = new Counter({
    name: "faktur_hook_signature_failures_total",
    help: "Deliveries refused for their signature",
    labelNames: ["portal"],
    registers,
  });
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name, help, labelNames, registers });
  const invoices = gauge("faktur_invoices", "Invoices by decision", "decision");
  const fakturs = gauge("faktur_fakturs", "Fakturs by state", "state");
  const queue = gauge("faktur_jobs", "Jobs by kind and state", "kind", "state");
  const paused = gauge(
    "faktur_channel_paused",
    "1 while a seller's channel is paused, by cause",
    "seller",
    "cause",
  );
  const outages = gauge(
    "faktur_channel_outage",
    "1 while a seller's channel does not answer, by the failure that began it",
    "seller",
    "cause",
  );
  const moves = gauge("faktur_moves", "Services that changed accounts, by state", "state");
  const transfers = gauge("faktur_transfers", "Transfers of services by state", "state");
  const mails = gauge(
    "faktur_mails_undelivered",
    "Mails that were refused or came back, and that no later mail made good",
    "state",
  );
  const fillReconciliation = reconciliationGauges(db, registers);
  return {
    jobEnded: (kind, ended, ms) => jobs.observe({ kind, ended }, ms / 1000),
    signatureFailed: (portal) => signatures.inc({ portal }),
    contentType: registers[0]?.contentType ?? "text/plain",
    async text() {
      await fillReconciliation();
      for (const one of [invoices, fakturs, queue, paused, outages, moves, transfers, mails]) one.reset();
      for (const row of await countMoves(db.knex)) moves.set({ state: row.state }, row.count);
      for (const row of await countTransfers(db.knex)) transfers.set({ state: row.state }, row.count);
      for (const row of await listPauses(db.knex)) paused.set({ seller: row.seller, cause: row.cause }, 1);
      for (const row of await openOutages(db.knex)) outages.set({ seller: row.seller, cause: row.cause }, 1);
      for (const row of await countInvoices(db.knex)) invoices.set({ decision: row.decision }, row.count);
      for (const row of await countUndelivered(db.knex)) mails.set({ state: row.state }, row.count);
      for (const row of await countFakturs(db.knex)) fakturs.set({ state: row.state }, row.count);
      for (const row of await countJobs(db.knex)) queue.set({ kind: row.kind, state: row.state }, row.count);
      return (await Promise.all(registers.map((register) => register.metrics()))).join("");
    },
  };
}

/** What the daily comparison found last, and when each verdict was last given. */
function reconciliationGauges(db: Db, registers: Registry[]): () => Promise<void> {
  const differences = new Gauge({
    name: "faktur_reconciliation_differences",
    help: "Differences that the last daily comparison found, by kind",
    labelNames: ["code"],
    registers,
  });
  const ended = new Gauge({
    name: "faktur_reconciliation_timestamp_seconds",
    help: "When a daily comparison last ended so, in Unix time",
    labelNames: ["verdict"],
    registers,
  });
  return async () => {
    differences.reset();
    ended.reset();
    const last = await lastReconciliation(db.knex);
    const counts = JSON.parse(last?.counts ?? "{}") as Record<string, number>;
    for (const [code, count] of Object.entries(counts)) differences.set({ code }, count);
    for (const verdict of ["clean", "incomplete", "differences"] as const) {
      const run = await lastReconciliation(db.knex, verdict);
      if (run?.ended_at != null) ended.set({ verdict }, Date.parse(run.ended_at) / 1000);
    }
  };
}
