/*
 * Two worker processes instead of one on a MariaDB: how many times as many fakturs they bring to their mail. Once with an
 * authority and a mail server that take their time, as they do in reality, and once with none to wait for, where all that
 * counts is the processor, which MariaDB, authority and mail server share. Alternating rounds; the backlog stands before.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { openDb } from "../src/store/db";
import { SERVER_PROGRAM } from "../test/support/mysqld";
import { until } from "../test/support/until";
import { addFakturInvoice } from "./backlog";
import { assertCount, median, QUICK, report } from "./report";
import { cpuSeconds, installed, startMariadb, type Database } from "./servers";
import { prepare, settingsOf, startFaktur, startOutside, type Running, type Settings } from "./town";

const GOAL = 1.7;
const ROUNDS = QUICK ? 2 : 3;
/** What an authority takes for an answer, and a mail server for a mail. */
const LATENCY_MS = 100;

let made = 0;

interface Place {
  readonly settings: Settings;
  readonly outside: Awaited<ReturnType<typeof startOutside>>;
  readonly server: Database;
}

interface Measured {
  readonly perSecond: number;
  /** Processor seconds of the workers, and of everything else that is ours, per second. */
  readonly workers: number;
  readonly others: number;
}

async function backlog(databaseUrl: string, count: number): Promise<void> {
  const db = openDb(databaseUrl, 1);
  await db.transaction((tx) => addFakturInvoice(tx, made, made + count));
  made += count;
  await db.close();
}

async function work(
  { settings, outside, server }: Place,
  processes: number,
  count: number,
): Promise<Measured> {
  const before = await outside.smtp.ask<number>("count");
  const running: Running[] = await Promise.all(
    Array.from({ length: processes }, () => startFaktur(settings, ["--worker"])),
  );
  const ours = () => running.reduce((sum, one) => sum + cpuSeconds(one.process.pid), 0);
  const rest = () =>
    [server, outside.authority, outside.smtp].reduce((sum, one) => sum + cpuSeconds(one.process.pid), 0);
  await backlog(settings["FAKTUR_DATABASE_URL"] ?? "", count);
  const [cpu, others, started] = [ours(), rest(), performance.now()];
  try {
    const mailed = async () => ((await outside.smtp.ask<number>("count")) - before >= count ? true : null);
    await until(`${count} fakturs are mailed`, mailed, 240);
    const seconds = (performance.now() - started) / 1000;
    return {
      perSecond: count / seconds,
      workers: (ours() - cpu) / seconds,
      others: (rest() - others) / seconds,
    };
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

async function measure(what: string, place: Place, count: number, goal: number | undefined): Promise<void> {
  const found: { one: Measured; two: Measured }[] = [];
  await work(place, 2, 20);
  for (let round = 0; round < ROUNDS; round += 1) {
    found.push({ one: await work(place, 1, count), two: await work(place, 2, count) });
  }
  const of = (which: "one" | "two", name: keyof Measured) => median(found.map((round) => round[which][name]));
  report({
    what: `workers, MariaDB, two processes, ${what}`,
    value: median(found.map((round) => round.two.perSecond / round.one.perSecond)),
    ...{ unit: "x", ...(goal === undefined ? {} : { atLeast: goal }) },
    note:
      `${of("one", "perSecond").toFixed(1)} -> ${of("two", "perSecond").toFixed(1)} fakturs/s; of ${availableParallelism()} cores ` +
      `the workers take ${of("one", "workers").toFixed(2)} -> ${of("two", "workers").toFixed(2)}, MariaDB, authority and mail ` +
      `server ${of("one", "others").toFixed(2)} -> ${of("two", "others").toFixed(2)}`,
  });
}

async function on(server: Database, latencyMs: number, work: (place: Place) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "faktur-bench-"));
  const outside = await startOutside(latencyMs);
  try {
    const url = await server.fresh(`workers_${latencyMs}`);
    const settings = settingsOf(folder, url, outside, { FAKTUR_WORKERS: "4" });
    await prepare(settings, outside.authority, 1);
    await work({ settings, outside, server });
    const db = openDb(url, 1);
    const [row] = await db.knex("mails").where({ state: "sent" }).count({ count: "*" });
    await db.close();
    assertCount(
      "mails of the ledger and of the server",
      Number(row?.["count"]),
      await outside.smtp.ask("count"),
    );
  } finally {
    await outside.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  if (!installed(SERVER_PROGRAM)) {
    const note = "mariadbd is not installed: apt-get install mariadb-server";
    return report({ what: "workers, two processes", value: null, unit: "x", atLeast: GOAL, note });
  }
  const server = await startMariadb();
  try {
    await on(server, LATENCY_MS, (place) =>
      measure(`answers take ${LATENCY_MS} ms`, place, QUICK ? 80 : 120, GOAL),
    );
    await on(server, 0, (place) => measure("nothing to wait for", place, QUICK ? 80 : 150, undefined));
  } finally {
    await server.stop();
  }
}

void main();
