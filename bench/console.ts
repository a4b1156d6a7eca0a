/*
 * How fast the console answers over a million fakturs: each page asked for 40 times by somebody who is signed in, over
 * HTTP through the whole program, with other words, days and ids each time. Prints median and p95 beside a bare query of
 * as many rows by their primary key, and how large the page and its scripts are; ends with 1 when one is over its goal.
 * SQLite, and MariaDB: the empty database that FAKTUR_BENCH_DATABASE_URL names, or a throw-away server where one is
 * installed. `URL…` measures those databases instead, and fills only what is empty.
 */
import { once } from "node:events";
import { Agent, createServer, request as call } from "node:http";
import type { AddressInfo } from "node:net";
import { SESSION_COOKIE } from "../src/console/desk";
import { newId } from "../src/ids";
import { openDb } from "../src/store/db";
import { createUser } from "../src/users/manage";
import { openSession } from "../src/users/sign-in";
import { mariadbInstalled, mariadbUrl, prepareMariadb, stopMariadb } from "../test/support/mariadb";
import {
  accountOf,
  companyNameAt,
  FAKTURS,
  fakturIdAt,
  npwpAt,
  nsfpAt,
  numberAt,
  stockConsole,
} from "./console-stock";
import { startProgram, type BenchProgram } from "./program";

const RUNS = 40;
const WARM_UP = 2;
const GOAL_MS = 150;
const GOAL_HTML = 60_000;
const GOAL_SCRIPT = 200_000;

/** Spread over all fakturs but the newest, which have no number yet. */
const some = (run: number): number => (run * 23_456_789 + 4_321) % (FAKTURS - 10_000);
const word = (run: number, at: number): string => companyNameAt(accountOf(some(run))).split(" ")[at] ?? "";
const list = (search: string) => `/faktur${search === "" ? "" : `?${search}`}`;
const without = (search: string) => `/tanpa-faktur${search === "" ? "" : `?${search}`}`;
const STATES = ["draft", "ready", "pending", "rejected", "approved", "cancelled", "replaced", "replacing"];
const REASONS = ["buyer_invalid", "foreign_currency", "seller_invalid", "no_company"];
const period = (run: number): string => `2026-${String((run % 10) + 1).padStart(2, "0")}`;

/** The pages, by what is asked of them. */
const PAGES: Readonly<Record<string, (run: number) => string>> = {
  Beranda: () => "/",
  "Faktur: first page": () => list(""),
  "Faktur: far behind": (run) => list(`cursor=${fakturIdAt(some(run))}`),
  "Faktur: by state": (run) => list(`state=${STATES[run % STATES.length]}`),
  "Faktur: by month": (run) => list(`period=${period(run)}`),
  "Faktur: state in a month": (run) => list(`period=${period(run)}&state=${STATES[run % STATES.length]}`),
  "Faktur: drafts of sixteen months": (run) =>
    list(`state=draft&from=2025-07-0${(run % 9) + 1}&to=2026-11-02`),
  "Faktur: sixteen months": (run) => list(`from=2025-07-0${(run % 9) + 1}&to=2026-10-${10 + (run % 20)}`),
  "Faktur: seller and portal": (run) =>
    list(`seller=utama&portal=whmcs&state=${STATES[run % STATES.length]}`),
  "Faktur: of an account": (run) => list(`account=${accountOf(some(run))}`),
  "Search: NPWP": (run) => list(`q=${npwpAt(accountOf(some(run)))}`),
  "Search: beginning of an NPWP": (run) => list(`q=${npwpAt(accountOf(some(run))).slice(0, 7)}`),
  "Search: NSFP": (run) => list(`q=${nsfpAt(some(run))}`),
  "Search: beginning of an NSFP": () => list("q=040026"),
  "Search: invoice number": (run) => list(`q=${numberAt(some(run))}`),
  "Search: beginning of a number": (run) => list(`q=inv-00${run % 10}`),
  "Search: two words of a name": (run) => list(`q=${word(run, 2)}+${word(run, 1)}`.toLowerCase()),
  "Search: a company": (run) => list(`q=${encodeURIComponent(companyNameAt(accountOf(some(run))))}`),
  "Search: fits nothing": (run) => list(`q=zzzqx${run}`),
  "Search: fits all": () => list("q=pt"),
  "Search: a letter": () => list("q=a"),
  "Search: a word, drafts": (run) => list(`state=draft&q=${word(run, 1)}`.toLowerCase()),
  "Search: fits all, a state without any": () => list("state=replacing&q=pt"),
  "Search: fits all, long ago": (run) => list(`from=2025-07-0${(run % 9) + 1}&to=2025-07-20&q=pt`),
  "Faktur: one": (run) => `/faktur/${fakturIdAt(some(run))}`,
  "Perusahaan: that wait": () => "/perusahaan",
  "Perusahaan: active": () => "/perusahaan?status=active",
  "Perusahaan: all": () => "/perusahaan?status=all",
  "Perusahaan: without NPWP": () => "/perusahaan?status=none",
  "Perusahaan: two words": (run) => `/perusahaan?q=${word(run, 1)}+${word(run, 2)}`.toLowerCase(),
  "Perusahaan: NPWP": (run) => `/perusahaan?q=${npwpAt(accountOf(some(run)))}`,
  "Perusahaan: fits nothing": (run) => `/perusahaan?q=zzzqx${run}`,
  "Perusahaan: one": (run) => `/perusahaan/whmcs/${accountOf(some(run))}`,
  "Tanpa faktur: held": () => without(""),
  "Tanpa faktur: held by a reason": (run) => without(`reason=${REASONS[run % 2]}`),
  "Tanpa faktur: held by a reason none has": () => without("reason=seller_invalid"),
  "Tanpa faktur: waiting": () => without("outcome=waiting"),
  "Tanpa faktur: skipped": () => without("outcome=skipped"),
  "Tanpa faktur: all": (run) => without(`outcome=all&reason=${REASONS[run % REASONS.length]}`),
  "Tanpa faktur: a month, newest": (run) => without(`outcome=all&order=newest&month=${period(run)}`),
  "Tanpa faktur: search": (run) => without(`outcome=all&q=${word(run, 1)}`),
  "Tanpa faktur: search, fits nothing": (run) => without(`outcome=all&q=zzzqx${run}`),
  "Invoice: one": (run) => `/invoice/whmcs/${some(run)}`,
  "Kasus: open": () => "/kasus",
  "Kasus: closed": () => "/kasus?tab=closed",
};

interface Got {
  readonly ms: number;
  readonly body: Buffer;
}

const agent = new Agent({ keepAlive: true });

function get(url: string, cookie: string): Promise<Got> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const sent = call(url, { agent, headers: { cookie } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const ms = performance.now() - started;
        if (response.statusCode === 200) resolve({ ms, body: Buffer.concat(parts) });
        else reject(new Error(`${url}: HTTP ${response.statusCode}`));
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

const at = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;

/** Fifty fakturs by their primary key, as the list reads them when it has found them. */
async function bareQuery({ app }: BenchProgram): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS + WARM_UP; run += 1) {
    const ids = Array.from({ length: 50 }, (_, one) => fakturIdAt(some(run) + one));
    const started = performance.now();
    await app.db.knex("fakturs").whereIn("id", ids).orderBy("id", "desc");
    times.push(performance.now() - started);
  }
  return at(times.slice(WARM_UP), 0.5);
}

async function cookieOf({ app }: BenchProgram): Promise<string> {
  const { db, clock, seal } = app;
  const email = `bench-${process.pid}@hosting.example`;
  const user = await createUser(
    { db, clock, seal, newId },
    { email, role: "admin", password: null },
    "bench",
  );
  const from = { source: "127.0.0.1", agent: null, way: "password" } as const;
  return `${SESSION_COOKIE}=${await openSession({ db, newId }, user, clock.now(), from)}`;
}

/** All scripts that a page loads, in bytes. */
async function scriptsOf(page: Buffer, origin: string, cookie: string): Promise<number> {
  const sources = [...page.toString("utf8").matchAll(/<script[^>]* src="([^"]+)"/g)].map(
    (found) => found[1] ?? "",
  );
  const bodies = await Promise.all(sources.map((source) => get(`${origin}${source}`, cookie)));
  return bodies.reduce((sum, { body }) => sum + body.length, 0);
}

async function measure(engine: string, url: string): Promise<void> {
  const program = await startProgram(url === "" ? {} : { databaseUrl: url });
  const server = createServer(program.app.web).listen(0, "127.0.0.1");
  try {
    await once(server, "listening");
    const started = performance.now();
    if ((await program.app.db.knex("fakturs").first("id")) === undefined) await stockConsole(program.app.db);
    console.log(`${engine}: filled in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    const cookie = await cookieOf(program);
    const bare = await bareQuery(program);
    console.log(`${engine}: 50 fakturs by primary key: ${bare.toFixed(1)} ms`);
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const [name, pathOf] of Object.entries(PAGES))
      await measurePage(engine, name, pathOf, { origin, cookie, bare });
  } finally {
    server.closeAllConnections();
    server.close();
    await program.close();
  }
}

async function measurePage(
  engine: string,
  name: string,
  pathOf: (run: number) => string,
  { origin, cookie, bare }: { origin: string; cookie: string; bare: number },
): Promise<void> {
  const times: number[] = [];
  let largest: Buffer = Buffer.alloc(0);
  for (let run = 0; run < RUNS + WARM_UP; run += 1) {
    const { ms, body } = await get(`${origin}/console${pathOf(run)}`, cookie);
    times.push(ms);
    if (body.length > largest.length) largest = body;
  }
  const counted = times.slice(WARM_UP);
  const [median, p95] = [at(counted, 0.5), at(counted, 0.95)];
  const script = await scriptsOf(largest, origin, cookie);
  const over = p95 > GOAL_MS || largest.length > GOAL_HTML || script > GOAL_SCRIPT;
  if (over) process.exitCode = 1;
  console.log(
    `${engine.padEnd(7)} ${name.padEnd(40)} ${median.toFixed(0).padStart(5)} ${p95.toFixed(0).padStart(5)} ms` +
      ` ${(median / bare).toFixed(1).padStart(6)} x ${(largest.length / 1000).toFixed(0).padStart(4)} kB` +
      ` ${(script / 1000).toFixed(0).padStart(4)} kB script${over ? "  OVER" : ""}`,
  );
}

async function main(): Promise<void> {
  const named = process.argv.slice(2);
  if (named.length > 0) {
    for (const url of named) await measure(url.startsWith("mysql:") ? "MariaDB" : "SQLite", url);
    return;
  }
  await measure("SQLite", "");
  const given = process.env["FAKTUR_BENCH_DATABASE_URL"];
  if (given !== undefined) return measure("MariaDB", given);
  if (!mariadbInstalled()) return console.log("MariaDB is not installed: not measured");
  await onThrowAway((url) => measure("MariaDB", url));
}

/** A server of its own for this run, with the memory that MariaDB takes when nothing is set. */
async function onThrowAway(work: (url: string) => Promise<void>): Promise<void> {
  prepareMariadb();
  try {
    const server = await mariadbUrl();
    const root = openDb(`${server}/mysql`, 1);
    await root.knex.raw("SET GLOBAL innodb_buffer_pool_size = 134217728");
    await root.knex.raw("CREATE DATABASE bench CHARACTER SET utf8mb4");
    await root.close();
    await work(`${server}/bench`);
  } finally {
    await stopMariadb();
  }
}

void main().finally(() => agent.destroy());
