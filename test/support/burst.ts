import { once } from "node:events";
import { createServer, request, Agent } from "node:http";
import type { AddressInfo } from "node:net";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isoInJakarta } from "../../src/clock";
import { signedHeaders } from "./sign-webhook";
import { addCompany, paid, SECRET, type World } from "./world";

/** How a month's end went: every invoice of a portal is paid at once. */
export interface Burst {
  readonly intakeSeconds: number;
  /** From the first webhook until nothing is left to do. */
  readonly seconds: number;
  readonly startMb: number;
  readonly peakMb: number;
}

/** Where everything has ended, counted in the database and among the mails. */
export interface BurstEnd {
  readonly invoices: number;
  readonly approved: number;
  /** Invoices with more than one faktur, or none that is approved. */
  readonly wrong: number;
  readonly mailsSent: number;
  readonly mailFiles: number;
  readonly jobs: number;
}

const BUYERS = 40;
const AT_ONCE = 24;
/** One delivery in so many comes twice. */
const TWICE = 10;
const MOST_SECONDS = 7200;
const MOST_TRIES = 5;
const LOOK_MS = 2000;

/** Tells of so many payments over HTTP, as fast as they are taken, while the workers work; waits until the queue is empty. */
export async function burst(
  world: World,
  count: number,
  says: (words: string) => void = () => undefined,
): Promise<Burst> {
  for (let buyer = 0; buyer < BUYERS; buyer += 1) await addCompany(world, `p${buyer}`);
  const at = isoInJakarta(world.clock.now());
  const server = createServer(world.app.web).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/toko`;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const startMb = megabytes();
  let peakMb = startMb;
  const looking = setInterval(() => (peakMb = Math.max(peakMb, megabytes())), LOOK_MS);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let next = 0;
  const teller = async () => {
    while (next < count) {
      const n = (next += 1);
      const body = JSON.stringify(paid(`m${n}`, { paidAt: at }, { id: `p${n % BUYERS}` }));
      await post(agent, url, world.clock.now(), `msg_${n}`, body, 202);
      if (n % TWICE === 0) await post(agent, url, world.clock.now(), `msg_${n}`, body, 200);
    }
  };
  world.app.worker.start();
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, teller));
    const intakeSeconds = seconds();
    says(`${count} webhooks taken in ${intakeSeconds.toFixed(1)} s`);
    for (let left = await jobsLeft(world); left > 0; left = await jobsLeft(world)) {
      if (seconds() > MOST_SECONDS) throw new Error(`${left} jobs are left`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      world.clock.pass(1);
    }
    return { intakeSeconds, seconds: seconds(), startMb, peakMb };
  } finally {
    clearInterval(looking);
    await world.app.worker.stop(10_000);
    agent.destroy();
    server.closeAllConnections();
    server.close();
  }
}

export async function burstEnd(world: World): Promise<BurstEnd> {
  const { knex } = world.app.db;
  const number = async (query: PromiseLike<unknown>): Promise<number> =>
    Number(((await query) as { n: number | string }[])[0]?.n ?? 0);
  const approvedOnce = knex("fakturs").where({ state: "approved" }).whereNotNull("nsfp");
  // Not asked of each invoice: without statistics all fakturs were gone through for each.
  const approvedAlone = knex("fakturs")
    .where({ state: "approved" })
    .groupBy("invoice_id")
    .havingRaw("count(*) = 1")
    .select("invoice_id");
  const withOneApproved = knex(approvedAlone.as("alone")).count({ n: "*" });
  return {
    invoices: await number(knex("invoices").where({ decision: "issuing" }).count({ n: "*" })),
    approved: await number(approvedOnce.clone().countDistinct({ n: "nsfp" })),
    wrong: (await number(knex("invoices").count({ n: "*" }))) - (await number(withOneApproved)),
    mailsSent: await number(knex("mails").where({ state: "sent" }).countDistinct({ n: "faktur_id" })),
    mailFiles: readdirSync(join(world.folder, "outbox")).filter((name) => name.endsWith(".eml")).length,
    jobs: await jobsLeft(world),
  };
}

async function jobsLeft(world: World): Promise<number> {
  const rows: { n: number | string }[] = await world.app.db.knex("jobs").count({ n: "*" });
  return Number(rows[0]?.n ?? 0);
}

/** What is held; with `--expose-gc` without what only waits to be swept away. */
function megabytes(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1_048_576);
}

/** As a portal does: a connection that breaks is no answer, and the delivery is repeated. */
async function post(
  agent: Agent,
  url: string,
  at: Date,
  id: string,
  body: string,
  expected: number,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const status = await postOnce(agent, url, at, id, body).catch((thrown: unknown) => {
      if (tries === MOST_TRIES) throw thrown;
      return null;
    });
    if (status === expected || (tries > 1 && status === 200)) return;
    if (status !== null) throw new Error(`${id}: HTTP ${status} instead of ${expected}`);
  }
}

function postOnce(agent: Agent, url: string, at: Date, id: string, body: string): Promise<number> {
  const headers = {
    ...signedHeaders({ secret: SECRET, id, at, body }),
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
