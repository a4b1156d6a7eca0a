/*
 * How fast signed messages become durable rows: beside a bare express handler that does one INSERT with the engine's own
 * driver and the same durability. At saturation with 16 and 32 senders, in alternating rounds so that noise hits both;
 * then at 200 a second, the 99th percentile. SQLite and MariaDB, both syncing at every commit. Messages are signed before
 * the clock runs; nothing is counted that was not answered 202 and is not in the table afterwards.
 */
import { Agent } from "node:http";
import { SERVER_PROGRAM } from "../test/support/mysqld";
import { NOW } from "./program";
import { assertCount, median, quantile, QUICK, report } from "./report";
import { paidMessage, post, postAll, signed, type Message } from "./send";
import { installed, startHelper, startMariadb, type Helper } from "./servers";

const GOAL = 0.7;
const ROUNDS = QUICK ? 3 : 5;
const PER_ROUND = QUICK ? 1_000 : 2_000;
const PER_SECOND = 200;
const PACED_ROUNDS = 2;
const PACED = QUICK ? 400 : 800;
const WARM_UP = 600;

type Kind = "paid" | "wake";

const AT = new Date(NOW);
const ACCOUNTS = 500;
let counter = 0;

function message(kind: Kind): Message {
  counter += 1;
  if (kind === "paid") return paidMessage(counter, AT, ACCOUNTS);
  const wake = { type: "invoice.paid", timestamp: NOW, data: { invoiceId: counter } };
  return signed("/hooks/whmcs", `msg_${counter}`, JSON.stringify(wake), AT);
}

/** Messages a second with so many senders. */
async function saturated(port: number, kind: Kind, senders: number, count: number): Promise<number> {
  const messages = Array.from({ length: count }, () => message(kind));
  const started = performance.now();
  await postAll(port, messages, senders);
  return count / ((performance.now() - started) / 1000);
}

/** Waits of each message when one comes every five milliseconds, whatever became of the one before it. */
async function paced(port: number, count: number): Promise<number[]> {
  const messages = Array.from({ length: count }, () => message("paid"));
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const started = performance.now();
  const waits: Promise<number>[] = [];
  for (const [index, one] of messages.entries()) {
    const early = started + (index * 1000) / PER_SECOND - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    const sent = performance.now();
    waits.push(post(agent, port, one).then(() => performance.now() - sent));
  }
  const all = await Promise.all(waits);
  agent.destroy();
  return all;
}

interface Pair {
  readonly ours: Helper;
  readonly bare: Helper;
}

async function atSaturation(
  engine: string,
  { ours, bare }: Pair,
  kind: Kind,
  senders: number,
): Promise<void> {
  const found: { ours: number; bare: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = round % 2 === 0 ? ours : bare;
    const a = await saturated(first.port, kind, senders, PER_ROUND);
    const b = await saturated((first === ours ? bare : ours).port, kind, senders, PER_ROUND);
    found.push(first === ours ? { ours: a, bare: b } : { ours: b, bare: a });
  }
  const of = (who: "ours" | "bare") => median(found.map((round) => round[who])).toFixed(0);
  report({
    what: `intake, ${engine}, ${kind}, ${senders} senders`,
    value: median(found.map((round) => round.ours / round.bare)),
    ...{ unit: "%", atLeast: GOAL },
    note: `${of("ours")} /s beside ${of("bare")} /s; rounds ${found.map((one) => ((100 * one.ours) / one.bare).toFixed(0)).join(" ")}`,
  });
}

async function atPace(engine: string, { ours, bare }: Pair): Promise<void> {
  const rounds: { ours: number; bare: number; half: number }[] = [];
  for (let round = 0; round < PACED_ROUNDS; round += 1) {
    const one = await paced(ours.port, PACED);
    const other = await paced(bare.port, PACED);
    rounds.push({ ours: quantile(one, 0.99), bare: quantile(other, 0.99), half: quantile(one, 0.5) });
  }
  const p99 = median(rounds.map((round) => round.ours));
  report({
    what: `intake, ${engine}, paid, p99 at ${PER_SECOND} a second`,
    ...{ value: p99, unit: "ms" },
    note: `p50 ${median(rounds.map((round) => round.half)).toFixed(1)} ms; the bare handler's p99 ${median(rounds.map((round) => round.bare)).toFixed(1)} ms`,
  });
}

async function measure(
  engine: string,
  urls: { ours: string; bare: string },
  profile?: string,
): Promise<void> {
  const pair = {
    ours: await startHelper("intake-server.js", ["program", urls.ours], profile),
    bare: await startHelper("intake-server.js", ["bare", urls.bare]),
  };
  try {
    const before = counter;
    for (const kind of ["paid", "wake"] as const) {
      await saturated(pair.ours.port, kind, 16, WARM_UP);
      await saturated(pair.bare.port, kind, 16, WARM_UP);
    }
    for (const senders of QUICK ? [32] : [16, 32]) await atSaturation(engine, pair, "paid", senders);
    await atSaturation(engine, pair, "wake", 32);
    await atPace(engine, pair);
    const kept = (await pair.ours.ask<number>("count")) + (await pair.bare.ask<number>("count"));
    assertCount(`intake, ${engine}: rows in the tables`, kept, counter - before);
  } finally {
    await pair.ours.stop();
    await pair.bare.stop();
  }
}

async function main(): Promise<void> {
  const profile = process.env["FAKTUR_BENCH_PROFILE"];
  const only = process.env["FAKTUR_BENCH_ENGINE"];
  if (only !== "MariaDB") await measure("SQLite", { ours: "", bare: "" }, profile);
  if (only === "SQLite") return;
  if (!installed(SERVER_PROGRAM)) {
    const note = "mariadbd is not installed: apt-get install mariadb-server";
    return report({ what: "intake, MariaDB", value: null, unit: "%", atLeast: GOAL, note });
  }
  const server = await startMariadb();
  try {
    await measure("MariaDB", { ours: await server.fresh("ours"), bare: await server.fresh("bare") }, profile);
  } finally {
    await server.stop();
  }
}

void main();
