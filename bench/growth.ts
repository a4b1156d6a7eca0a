/*
 * What one piece of work costs while the ledger grows from a thousand to a million fakturs: claiming and ending a job,
 * taking a payment in, a page of the list, following a faktur, comparing a day. Both ledgers stand side by side and are
 * asked in turns. Then the service itself, as it is started, on the million with a backlog of 100,000 jobs: how much
 * memory it needs at most. SQLite and MariaDB.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakturSummaries } from "../src/api/views";
import { addDays, type TaxDay } from "../src/clock";
import type { Channel, ListedFaktur } from "../src/faktur/channels/channel";
import { readGenericEvent } from "../src/hooks/generic";
import { intake } from "../src/hooks/intake";
import type { PaidListed, Portal } from "../src/hooks/portal";
import { reconcile } from "../src/reconcile/reconcile";
import { channelPurpose } from "../src/seals";
import { listFakturs } from "../src/store/faktur-list";
import { completeJob } from "../src/store/job-endings";
import { claimJob, enqueue } from "../src/store/jobs";
import { saveSeller } from "../src/store/sellers";
import { fakturAt } from "../test/coretax/stock";
import { SERVER_PROGRAM } from "../test/support/mysqld";
import { sellerData } from "../test/support/rows";
import { paid } from "../test/support/world";
import {
  accountOf,
  fakturIdAt,
  LAST_DAY,
  npwpAt,
  nsfpAt,
  numberAt,
  PER_DAY,
  stockFakturs,
} from "./console-stock";
import { measureMemory } from "./memory";
import { addGenericPortal, startProgram, type BenchProgram } from "./program";
import { assertCount, median, QUICK, report } from "./report";
import { installed, startMariadb } from "./servers";

const SMALL = 1_000;
const LARGE = QUICK ? 100_000 : 1_000_000;
/** Not at their end, on a ledger of any size: what is open does not grow with what is done. */
const OPEN = 60;
const ROUNDS = QUICK ? 7 : 11;
const GOAL = 1.3;

interface Ledger {
  readonly program: BenchProgram;
  readonly size: number;
}

/** An authority that always says: it still waits. */
async function waitingAuthority(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    const transactionId = request.url?.split("/").at(-1) ?? "";
    const data = { transactionId, status: "MENUNGGU_VERIFIKASI_DJP", jenisFaktur: "NORMAL", nofa: null };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ code: 200, status: "OK", message: "Berhasil", data }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function openLedger(url: string, size: number, authority: Server): Promise<Ledger> {
  const program = await startProgram(url === "" ? {} : { databaseUrl: url });
  const { db, seal, clock } = program.app;
  const started = performance.now();
  await stockFakturs(db, size, OPEN);
  await addGenericPortal(program.app);
  const { port } = authority.address() as AddressInfo;
  const channel = { kind: "pajakio", baseUrl: `http://127.0.0.1:${port}`, token: "token-uji" };
  const channel_sealed = seal.close(JSON.stringify(channel), channelPurpose("utama"));
  await saveSeller(db.knex, "utama", sellerData({ channel_sealed }), clock.now());
  if (db.engine === "mysql") await db.knex.raw("ANALYZE TABLE fakturs, invoices, mails, timeline, jobs");
  console.log(`   filled ${size} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return { program, size };
}

/** Milliseconds for one piece of each kind of work; it does the same amount of it on a ledger of any size. */
const WORK: Readonly<Record<string, (ledger: Ledger) => Promise<number>>> = {
  claim: claimAndEnd,
  intake: takeIn,
  list: listPages,
  follow: followPending,
  reconcile: compareDay,
};

async function timed(pieces: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / pieces;
}

async function claimAndEnd({ program }: Ledger): Promise<number> {
  const { db, clock } = program.app;
  const count = 100;
  const now = clock.now();
  await db.transaction(async (tx) => {
    for (let at = 0; at < count; at += 1) await enqueue(tx, "ticket", `bench-${at}`, now, now);
  });
  let claimed = 0;
  const took = await timed(count, async () => {
    for (; claimed < count; claimed += 1) {
      const job = await claimJob(db, now, new Date(now.getTime() + 60_000), `lease-${claimed}`);
      if (job === null) break;
      await db.alone((tx) => completeJob(tx, job, now));
    }
  });
  assertCount("jobs claimed", claimed, count);
  return took;
}

let payments = 0;

async function takeIn({ program }: Ledger): Promise<number> {
  const { app } = program;
  const found = await app.portalNamed("toko");
  if (found === null) throw new Error("no portal");
  const count = 50;
  const answers: string[] = [];
  const took = await timed(count, async () => {
    for (let at = 0; at < count; at += 1) {
      payments += 1;
      const heard = readGenericEvent(`msg_${payments}`, paid(`baru-${payments}`, {}, { id: "1" }));
      if (heard.kind !== "paid") throw new Error(heard.kind);
      const told = await intake(
        { ...app, newId: app.api.newId, wake: () => undefined },
        found.connection,
        heard,
      );
      answers.push(told.status);
    }
  });
  assertCount("payments taken in", answers.filter((one) => one === "accepted").length, count);
  await app.db.knex("jobs").where({ kind: "issue" }).delete();
  return took;
}

async function listPages({ program, size }: Ledger): Promise<number> {
  const { db } = program.app;
  const filters = [
    {},
    { state: "approved" as const },
    { seller: "utama", portal: "whmcs" },
    { period: "2026-11" },
  ];
  const cursors = [null, fakturIdAt(Math.floor(size / 2)), fakturIdAt(200)];
  let rows = 0;
  const took = await timed(filters.length * cursors.length, async () => {
    for (const filter of filters) {
      for (const cursor of cursors) {
        const page = await listFakturs(db.knex, filter, "period" in filter ? null : cursor, 51);
        rows += (await fakturSummaries(db, page.slice(0, 50))).length;
      }
    }
  });
  assertCount("fakturs listed", rows, filters.length * cursors.length * 50);
  return took;
}

async function followPending({ program }: Ledger): Promise<number> {
  const { db, clock, worker } = program.app;
  const pending: { id: string }[] = await db
    .knex("fakturs")
    .where({ state: "pending" })
    .limit(10)
    .select("id");
  const now = clock.now();
  for (const { id } of pending) await enqueue(db.knex, "follow", id, now, now);
  let followed = 0;
  const took = await timed(pending.length, async () => {
    followed = await worker.drain();
  });
  assertCount("fakturs followed", followed, 10);
  await db.knex("jobs").delete();
  return took;
}

/** Of the million a day in the middle, of the thousand its only one. */
async function compareDay({ program, size }: Ledger): Promise<number> {
  const { app } = program;
  const days = Math.ceil(size / PER_DAY);
  const back = Math.floor(days / 2);
  const day = addDays(LAST_DAY, -back);
  const from = (days - 1 - back) * PER_DAY;
  const to = Math.min(from + PER_DAY, size);
  const found = await app.portalNamed("whmcs");
  if (found === null) throw new Error("no portal");
  const portal = { kind: "whmcs", listPaid: () => paidOf(from, to, day) } as unknown as Portal;
  const channel = { kind: "pajakio", listFakturs: () => heldOf(from, to, day) } as unknown as Channel;
  const portalNamed = async (slug: string) =>
    slug === "whmcs" ? { ...found, portal } : app.portalNamed(slug);
  let compared = 0;
  const took = await timed(to - from, async () => {
    const { report: told } = await reconcile(
      { ...app, portalNamed, channelFor: () => channel },
      { from: day, to: day, portal: "whmcs" },
    );
    compared = Math.max(...told.sources.map((source) => source.recorded));
  });
  if (compared < to - from) throw new Error(`compared ${compared} of ${to - from}`);
  return took;
}

const paidAt = (day: TaxDay): Date => new Date(`${day}T02:10:00.000Z`);

async function* paidOf(from: number, to: number, day: TaxDay): AsyncGenerator<PaidListed> {
  for (let n = to - 1; n >= from; n -= 1) {
    const account = { accountId: String(accountOf(n)), currency: "IDR", gross: 111_000_000n };
    yield { invoiceId: String(n), number: numberAt(n), paidAt: paidAt(day), ...account };
  }
}

async function* heldOf(from: number, to: number, day: TaxDay): AsyncGenerator<ListedFaktur> {
  const { totals } = fakturAt(1);
  for (let n = to - 1; n >= from; n -= 1) {
    yield {
      ...{ externalId: fakturIdAt(n).replace("f", "e"), state: "approved", status: "APPROVAL_SUKSES" },
      ...{ nsfp: nsfpAt(n), message: null, buyerNumber: npwpAt(accountOf(n)), simulated: false, totals },
      ...{ reference: numberAt(n), date: day },
    };
  }
}

async function compare(engine: string, small: Ledger, large: Ledger): Promise<void> {
  for (const [name, work] of Object.entries(WORK)) {
    const found: { small: number; large: number }[] = [];
    await work(small);
    await work(large);
    for (let round = 0; round < ROUNDS; round += 1) {
      const one = await work(small);
      found.push({ small: one, large: await work(large) });
    }
    const of = (which: "small" | "large") => median(found.map((round) => round[which])).toFixed(2);
    report({
      what: `growth, ${engine}, ${name}: ${SMALL} -> ${LARGE}`,
      value: median(found.map((round) => round.large / round.small)),
      ...{ unit: "x", atMost: GOAL },
      note: `${of("small")} -> ${of("large")} ms each`,
    });
  }
}

async function measure(engine: string, urls: { small: string; large: string }): Promise<void> {
  const authority = await waitingAuthority();
  const small = await openLedger(urls.small, SMALL, authority);
  const large = await openLedger(urls.large, LARGE, authority);
  try {
    await compare(engine, small, large);
    await measureMemory(engine, large.program);
  } finally {
    await small.program.close();
    await large.program.close();
    authority.close();
  }
}

async function main(): Promise<void> {
  const only = process.env["FAKTUR_BENCH_ENGINE"];
  const folder = mkdtempSync(join(tmpdir(), "faktur-bench-"));
  try {
    if (only !== "MariaDB") {
      const url = (name: string) => `sqlite:${join(folder, `${name}.db`)}`;
      await measure("SQLite", { small: url("small"), large: url("large") });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (only === "SQLite") return;
  if (!installed(SERVER_PROGRAM)) {
    const note = "mariadbd is not installed: apt-get install mariadb-server";
    return report({ what: "growth, MariaDB", value: null, unit: "x", atMost: GOAL, note });
  }
  const server = await startMariadb();
  try {
    await measure("MariaDB", { small: await server.fresh("small"), large: await server.fresh("large") });
  } finally {
    await server.stop();
  }
}

void main();
