/*
 * How fast wake-ups are accepted: signed messages at 200 a second, each a new invoice, answered only after their commit.
 * Prints p50 and p99, beside a bare express handler that does one INSERT with the same driver at the same pace. SQLite
 * with a full sync; on MariaDB where FAKTUR_BENCH_DATABASE_URL names an empty database of a server that syncs.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request as call, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { signStandardWebhook } from "../src/hooks/signature";
import { NOW, SECRET, startProgram } from "./program";

const PER_SECOND = 200;
const COUNT = 4_000;
const WARM_UP = 400;

const bodyOf = (id: number): string =>
  JSON.stringify({ type: "invoice.paid", timestamp: NOW, data: { invoiceId: id } });

/** One message at a fixed moment, whatever became of the one before it. */
function post(agent: Agent, url: string, id: number): Promise<number> {
  const body = bodyOf(id);
  const signed = signStandardWebhook({ secret: SECRET, id: `msg_${id}`, at: new Date(NOW), body });
  const headers = { "content-type": "application/json", ...signed };
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const sent = call(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 202) resolve(performance.now() - started);
        else reject(new Error(`HTTP ${response.statusCode}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function measure(url: string): Promise<{ p50: number; p99: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const started = performance.now();
  const times: Promise<number>[] = [];
  for (let id = 1; id <= WARM_UP + COUNT; id += 1) {
    const due = started + (id * 1000) / PER_SECOND;
    const early = due - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    times.push(post(agent, url, id));
  }
  const sorted = (await Promise.all(times)).slice(WARM_UP).sort((a, b) => a - b);
  agent.destroy();
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Each server in a process of its own: who measures must not slow what is measured. */
async function measured(
  what: "program" | "bare",
  databaseUrl: string,
): Promise<{ p50: number; p99: number }> {
  const child = fork(__filename, [what, databaseUrl], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [port] = (await once(child, "message")) as [number];
  const path = what === "program" ? "/hooks/whmcs" : "/";
  const result = await measure(`http://127.0.0.1:${port}${path}`);
  child.send("stop");
  await once(child, "exit");
  return result;
}

async function serve(what: string, databaseUrl: string): Promise<void> {
  const program = await startProgram(databaseUrl === "" ? {} : { databaseUrl });
  const { db } = program.app;
  if (what === "bare") {
    await db.knex.schema.dropTableIfExists("bare");
    await db.knex.schema.createTable("bare", (table) => {
      table.increments("id");
      table.text("body");
    });
  }
  const bare = express();
  bare.post(
    "/",
    express.raw({ type: () => true }),
    async (request: express.Request, response: express.Response) => {
      await db.knex("bare").insert({ body: String(request.body) });
      response.status(202).json({ status: "accepted" });
    },
  );
  const server = createServer(what === "program" ? program.app.web : bare).listen(0, "127.0.0.1");
  await once(server, "listening");
  process.send?.((server.address() as AddressInfo).port);
  await once(process, "message");
  server.closeAllConnections();
  server.close();
  await program.close();
  process.disconnect();
}

async function main(): Promise<void> {
  const mysql = process.env["FAKTUR_BENCH_DATABASE_URL"];
  const engines = [["SQLite", ""], ...(mysql === undefined ? [] : [["MariaDB", mysql]])] as const;
  for (const [name = "", url = ""] of engines) {
    const bare = await measured("bare", url);
    const ours = await measured("program", url);
    console.log(
      `wake-ups at ${PER_SECOND}/s on ${name}: p50 ${ours.p50.toFixed(1)} ms, p99 ${ours.p99.toFixed(1)} ms; ` +
        `bare handler with one INSERT: p50 ${bare.p50.toFixed(1)} ms, p99 ${bare.p99.toFixed(1)} ms; ` +
        `ratio ${(ours.p50 / bare.p50).toFixed(1)} and ${(ours.p99 / bare.p99).toFixed(1)}`,
    );
  }
}

const [what, databaseUrl] = process.argv.slice(2);
void (what === undefined ? main() : serve(what, databaseUrl ?? ""));
