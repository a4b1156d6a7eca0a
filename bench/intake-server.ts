/* One side of the intake bench, in a process of its own: `program URL`, or `bare URL`: one INSERT with the driver itself. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import express from "express";
import { createPool } from "mysql2/promise";
import { addGenericPortal, startProgram } from "./program";

interface Side {
  readonly listener: RequestListener;
  count(): Promise<number>;
  close(): Promise<void>;
}

async function program(databaseUrl: string): Promise<Side> {
  const { app, close } = await startProgram(databaseUrl === "" ? {} : { databaseUrl });
  await addGenericPortal(app);
  const count = async () => {
    const [row] = await app.db.knex("invoices").count({ count: "*" });
    return Number(row?.["count"]);
  };
  return { listener: app.web, count, close };
}

/** The raw bytes, nothing checked, one row. */
function handler(insert: (body: string) => void | Promise<void>): RequestListener {
  const app = express();
  app.post("/hooks/:portal", express.raw({ type: () => true }), async (request, response) => {
    await insert(String(request.body));
    response.status(202).json({ status: "accepted" });
  });
  return app;
}

async function bareSqlite(): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), "faktur-bench-"));
  const db = new Database(join(folder, "bare.db"));
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("create table bare (id integer primary key, body text not null)");
  const insert = db.prepare("insert into bare (body) values (?)");
  return {
    listener: handler((body) => void insert.run(body)),
    count: async () => (db.prepare("select count(*) as n from bare").get() as { n: number }).n,
    async close() {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function bareMariadb(url: string): Promise<Side> {
  const pool = createPool({ uri: url, connectionLimit: 10 });
  await pool.query("create table bare (id bigint auto_increment primary key, body longtext not null)");
  return {
    listener: handler(async (body) => {
      await pool.execute("insert into bare (body) values (?)", [body]);
    }),
    async count() {
      const [rows] = await pool.query("select count(*) as n from bare");
      return Number((rows as { n: number }[])[0]?.n);
    },
    close: () => pool.end(),
  };
}

async function main(): Promise<void> {
  const [what, url = ""] = process.argv.slice(2);
  const side = await (what === "program" ? program(url) : url === "" ? bareSqlite() : bareMariadb(url));
  const server = createServer(side.listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  process.send?.((server.address() as AddressInfo).port);
  process.on("message", (asked) => {
    if (asked === "count") return void side.count().then((found) => process.send?.(found));
    server.closeAllConnections();
    server.close();
    void side.close().then(() => process.disconnect());
  });
}

void main();
