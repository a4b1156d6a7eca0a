import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Clock } from "../clock";
import { asAppError } from "../errors";
import type { Db } from "../store/db";
import { JOB_KINDS, type JobKind } from "../store/jobs";
import { listPortals } from "../store/portals";
import { gaugesOfLedger, gaugesOfOutside, type Measured } from "./measures";

export interface Metrics {
  jobEnded(kind: string, ended: string, ms: number): void;
  signatureFailed(portal: string): void;
  /** One answer over HTTP: which part of the service gave it, and of which hundred its status was. */
  answered(area: Area, status: number, ms: number): void;
  /** Prometheus text; the gauges are counted from the database at this moment, and left out while it is away. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** The parts of the service that answer over HTTP. */
export const AREAS = ["hooks", "api", "console", "customers", "other"] as const;
export type Area = (typeof AREAS)[number];

/** Names and numbers only: never a secret, never an NPWP. */
export function createMetrics(db: Db, clock: Clock): Metrics {
  const registers = [new Registry()];
  const counted = new Registry();
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
  const answers = new Histogram({
    name: "faktur_http_seconds",
    help: "Time an answer over HTTP took, by part of the service and hundred of its status",
    labelNames: ["area", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  // From nothing on: of a series that begins with its first event Prometheus sees no growth.
  for (const area of AREAS) answers.zero({ area, status: "5xx" });
  for (const kind of ["paper", "mail"] satisfies JobKind[]) jobs.zero({ kind, ended: "done" });
  for (const kind of JOB_KINDS) jobs.zero({ kind, ended: "lost" });
  const measured = [...gaugesOfLedger, ...gaugesOfOutside].map((one) => ({
    one,
    gauge: new Gauge({ name: one.name, help: one.help, labelNames: [...one.labels], registers: [counted] }),
  }));
  return {
    jobEnded: (kind, ended, ms) => jobs.observe({ kind, ended }, ms / 1000),
    signatureFailed: (portal) => signatures.inc({ portal }),
    answered: (area, status, ms) =>
      answers.observe({ area, status: `${Math.floor(status / 100)}xx` }, ms / 1000),
    contentType: registers[0]?.contentType ?? "text/plain",
    async text() {
      const own = async () => (await Promise.all(registers.map((register) => register.metrics()))).join("");
      try {
        for (const { slug } of await listPortals(db.knex)) signatures.inc({ portal: slug }, 0);
        for (const { one, gauge } of measured) await fill(gauge, one, db, clock.now());
      } catch (thrown) {
        // The process's own numbers stay; what cannot be counted is absent, which is an alarm, and never an old number.
        if (asAppError(thrown).code === "database_unavailable") return own();
        throw thrown;
      }
      return (await own()) + (await counted.metrics());
    },
  };
}

async function fill(gauge: Gauge, one: Measured, db: Db, now: Date): Promise<void> {
  const found = await one.measure(db.knex, now);
  gauge.reset();
  for (const { value, ...labels } of found) gauge.set(labels, value);
}
