import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Db } from "../store/db";
import { countFakturs } from "../store/fakturs";
import { countInvoices } from "../store/invoices";
import { countJobs } from "../store/jobs";
import { openOutages } from "../store/outages";
import { listPauses } from "../store/pauses";

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
  const invoices = new Gauge({
    name: "faktur_invoices",
    help: "Invoices by decision",
    labelNames: ["decision"],
    registers,
  });
  const fakturs = new Gauge({
    name: "faktur_fakturs",
    help: "Fakturs by state",
    labelNames: ["state"],
    registers,
  });
  const queue = new Gauge({
    name: "faktur_jobs",
    help: "Jobs by kind and state",
    labelNames: ["kind", "state"],
    registers,
  });
  const paused = new Gauge({
    name: "faktur_channel_paused",
    help: "1 while a seller's channel is paused, by cause",
    labelNames: ["seller", "cause"],
    registers,
  });
  const outages = new Gauge({
    name: "faktur_channel_outage",
    help: "1 while a seller's channel does not answer, by the failure that began it",
    labelNames: ["seller", "cause"],
    registers,
  });
  return {
    jobEnded: (kind, ended, ms) => jobs.observe({ kind, ended }, ms / 1000),
    signatureFailed: (portal) => signatures.inc({ portal }),
    contentType: registers[0]?.contentType ?? "text/plain",
    async text() {
      for (const gauge of [invoices, fakturs, queue, paused, outages]) gauge.reset();
      for (const row of await listPauses(db.knex)) paused.set({ seller: row.seller, cause: row.cause }, 1);
      for (const row of await openOutages(db.knex)) outages.set({ seller: row.seller, cause: row.cause }, 1);
      for (const row of await countInvoices(db.knex)) invoices.set({ decision: row.decision }, row.count);
      for (const row of await countFakturs(db.knex)) fakturs.set({ state: row.state }, row.count);
      for (const row of await countJobs(db.knex)) queue.set({ kind: row.kind, state: row.state }, row.count);
      return (await Promise.all(registers.map((register) => register.metrics()))).join("");
    },
  };
}
