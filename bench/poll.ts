/*
 * How long the poll of a WHMCS takes: every paid invoice listed over HTTP with 5 ms for each answer and written into the
 * ledger, beside the bare sum of the same calls, with the memory it needed; then how fast they are read back and decided.
 * Goal: 10,000 invoices listed and written within 60 s, memory flat.
 */
import { setTimeout as wait } from "node:timers/promises";
import { pollPortal } from "../src/hooks/poll";
import { WHOLE_LIST } from "../src/store/polls";
import { listPaid } from "../src/hooks/whmcs/list";
import { newId } from "../src/ids";
import { megabytes, startProgram } from "./program";
import { startServer, type BenchServer } from "./whmcs-server";

const LATENCY_MS = 5;
const SIZES = [1_000, 10_000] as const;
const READ_BACK = 1_000;
const GOAL_SECONDS = 60;

const seconds = (since: number): number => (performance.now() - since) / 1000;

/** The same calls and nothing else. */
async function bareCalls(url: string): Promise<{ took: number; calls: number }> {
  const started = performance.now();
  const connection = {
    ...{ slug: "whmcs", kind: "whmcs" as const, seller: "utama", secrets: [], options: {} },
    api: { url, identifier: "bench", secret: "bench" },
  };
  let calls = 0;
  const counting: typeof fetch = (input, init) => {
    calls += 1;
    return fetch(input, init);
  };
  const rows = listPaid(connection, { kind: "all", since: null }, { fetch: counting, timeoutMs: 30_000 });
  for await (const row of rows) if (row.paidAt === null) throw new Error("a row without a day");
  return { took: seconds(started), calls };
}

async function poll(server: BenchServer, size: number): Promise<void> {
  server.resize(size);
  const bare = await bareCalls(server.url);
  const program = await startProgram({ apiUrl: server.url });
  const { app } = program;
  const job = {
    id: 0,
    kind: "poll" as const,
    subject: `whmcs${WHOLE_LIST}`,
    attempts: 0,
    looks: 0,
    lease: "",
    crashes: 0,
    orphaned: false,
    leaseUntil: new Date(),
  };
  const deps = {
    db: app.db,
    clock: app.clock,
    newId,
    log: app.log,
    portalNamed: app.portalNamed,
    pollSeconds: 300,
    intake: async () => null,
  };
  const before = megabytes();
  const started = performance.now();
  // Only the poll: the read-backs it queues wait.
  await pollPortal(deps, {
    job,
    transaction: (write) => app.db.transaction(write),
    conclude: (write) => app.db.transaction(write),
    ending: () => null,
    mayAct: () => undefined,
  });
  const took = seconds(started);
  const [row] = await program.app.db.knex("invoices").count({ count: "*" });
  if (Number(row?.["count"]) !== size)
    throw new Error(`${String(row?.["count"])} of ${size} rows were written`);
  console.log(
    `poll of ${size} paid invoices: ${took.toFixed(1)} s (goal ${GOAL_SECONDS} s for 10,000), ` +
      `${bare.calls} calls alone ${bare.took.toFixed(1)} s, ratio ${(took / bare.took).toFixed(1)}; ` +
      `memory ${before} -> ${megabytes()} MB`,
  );
  await program.close();
}

async function readBack(server: BenchServer): Promise<void> {
  server.resize(READ_BACK);
  const program = await startProgram({ apiUrl: server.url });
  await program.app.schedulePolls();
  const left = async () => {
    const [row] = await program.app.db
      .knex("invoices")
      .whereIn("decision", ["unread", "undecided"])
      .count({ count: "*" });
    return Number(row?.["count"]);
  };
  const started = performance.now();
  program.app.worker.start();
  do await wait(100);
  while ((await left()) > 0 || (await program.app.db.knex("invoices").first()) === undefined);
  const took = seconds(started);
  await program.app.worker.stop(5000);
  // GetInvoice, GetTransactions, GetClientsDetails and GetClientsProducts, one after the other.
  const bare = (READ_BACK * 4 * (LATENCY_MS + 1)) / 1000 / 4;
  console.log(
    `${READ_BACK} of them read back and decided by 4 workers: ${took.toFixed(1)} s, ${(READ_BACK / took).toFixed(0)} a second; ` +
      `their 4 calls each alone ${bare.toFixed(1)} s, ratio ${(took / bare).toFixed(1)}; memory ${megabytes()} MB`,
  );
  await program.close();
}

async function main(): Promise<void> {
  const server = await startServer(LATENCY_MS);
  for (const size of SIZES) await poll(server, size);
  await readBack(server);
  server.stop();
}

void main();
