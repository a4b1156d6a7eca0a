/*
 * What docs/scaling.md is reckoned from: how many paid invoices one, two and three real processes bring to the mail on one
 * MariaDB (its own defaults, each commit on the disk), with documents in an S3 stand-in; what a faktur takes in rows and
 * documents; how often the channel is asked. Authority, mail server, S3 stand-in and MariaDB run on the same machine, in
 * other processes, and take their part of it: the time of our processes is told beside.
 */
import { execFileSync } from "node:child_process";
import type { Hand } from "../test/support/crew";
import { prepareMariadb, stopMariadb } from "../test/support/mariadb";
import { holdBack, recordBacklog } from "../test/support/pack";
import { startStage, type Stage } from "../test/support/stage";

const INVOICES = 400;
const QUICK = { FAKTUR_FOLLOW_SECONDS: "1", FAKTUR_LEASE_SECONDS: "60" };

interface Measured {
  readonly processes: number;
  readonly workers: number;
  readonly perSecond: number;
  readonly jobsPerSecond: number;
  /** Processor time of our own processes for one invoice. */
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** Whole seconds of processor time. */
function cpuSeconds(hand: Hand): number {
  const told = execFileSync("ps", ["-o", "cputimes=", "-p", String(hand.process.pid)], { encoding: "utf8" });
  return Number(told.trim());
}

const rssMb = (hand: Hand): number =>
  Number(execFileSync("ps", ["-o", "rss=", "-p", String(hand.process.pid)], { encoding: "utf8" })) / 1024;

async function jobsDone(hand: Hand): Promise<number> {
  const text = await (await fetch(`${hand.url}/metrics`)).text();
  const counts = [...text.matchAll(/^faktur_job_seconds_count\{[^}]*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

let series = 0;

async function run(stage: Stage, processes: number, workers: number): Promise<Measured> {
  series += 1;
  const ids = Array.from({ length: INVOICES }, (_, index) => `m${series}x${index}`);
  const settings = { ...QUICK, FAKTUR_WORKERS: String(workers) };
  // Recorded for later, so that every process stands ready when the work begins.
  await recordBacklog(stage, ids);
  const begin = await holdBack(stage);
  const hands = await Promise.all(Array.from({ length: processes }, () => stage.start(settings)));
  const before = hands.map(cpuSeconds);
  const from = performance.now();
  await begin();
  await stage.settle(600);
  const seconds = (performance.now() - from) / 1000;
  const cpu = hands.map((hand, index) => cpuSeconds(hand) - (before[index] ?? 0));
  const jobs = await Promise.all(hands.map(jobsDone));
  const rss = Math.max(...hands.map(rssMb));
  const faults = await stage.judge(ids.slice(0, 20));
  if (faults.length > 0) throw new Error(faults.join("\n"));
  for (const hand of hands) hand.kill("SIGTERM");
  await Promise.all(hands.map((hand) => hand.ended));
  return {
    ...{ processes, workers },
    perSecond: INVOICES / seconds,
    jobsPerSecond: sum(jobs) / seconds,
    cpuMs: (sum(cpu) * 1000) / INVOICES,
    rssMb: rss,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Bytes of rows and indexes for one faktur, by table, as the server estimates them after an analysis. */
async function bytesByTable(stage: Stage, fakturs: number): Promise<[string, number][]> {
  const { knex } = stage.world.store.db;
  const tables: { name: string }[] = await rows(
    stage,
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()",
  );
  for (const { name } of tables) await knex.raw(`ANALYZE TABLE \`${name}\``);
  const sized: { name: string; bytes: number | string }[] = await rows(
    stage,
    `SELECT table_name AS name, data_length + index_length AS bytes FROM information_schema.tables
     WHERE table_schema = DATABASE() ORDER BY bytes DESC`,
  );
  return sized.map(({ name, bytes }) => [name, Number(bytes) / fakturs]);
}

async function rows<Row>(stage: Stage, sql: string): Promise<Row[]> {
  const answer: unknown = await stage.world.store.db.knex.raw(sql);
  return (answer as [Row[]])[0];
}

function channelCalls(stage: Stage): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { operation } of stage.world.authority.authority.control.calls()) {
    counts.set(operation, (counts.get(operation) ?? 0) + 1 / INVOICES);
  }
  return counts;
}

async function main(): Promise<void> {
  prepareMariadb({ durable: true });
  try {
    const stage = await startStage("MariaDB", "s3");
    try {
      const table: Measured[] = [await run(stage, 1, 4)];
      const calls = channelCalls(stage);
      for (const [processes, workers] of [
        [1, 8],
        [2, 4],
        [3, 4],
      ] as const) {
        table.push(await run(stage, processes, workers));
      }
      console.table(
        table.map((one) =>
          Object.fromEntries(
            Object.entries(one).map(([key, value]) => [key, Number(Number(value).toFixed(1))]),
          ),
        ),
      );
      console.log(
        "calls of the channel for one faktur:",
        Object.fromEntries([...calls].map(([name, count]) => [name, Number(count.toFixed(2))])),
      );
      const fakturs = INVOICES * series;
      const bytes = await bytesByTable(stage, fakturs);
      console.log(`bytes in MariaDB for one faktur, over ${fakturs}:`);
      for (const [name, size] of bytes.filter(([, size]) => size >= 40))
        console.log(`  ${name} ${size.toFixed(0)}`);
      console.log(`  in all ${sum(bytes.map(([, size]) => size)).toFixed(0)}`);
      const { objects, total } = stage.documents();
      console.log(
        `documents for one faktur: ${(objects / fakturs).toFixed(1)} objects, ${(total / fakturs).toFixed(0)} bytes`,
      );
    } finally {
      await stage.close();
    }
  } finally {
    await stopMariadb();
  }
}

void main();
