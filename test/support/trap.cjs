"use strict";
/*
 * Loaded into the built program by `node --require`: it counts the steps by which the program leaves itself, and at the
 * one it is told of it sends its own process a signal, before the step or after it. The program knows nothing of it.
 * write: a statement that changes the database, or the commit of such. call: a request over HTTP. document: one stored.
 */
const disk = require("node:fs");
const files = require("node:fs/promises");
const http = require("node:http");
const https = require("node:https");
const threads = require("node:worker_threads");

/** Counted over all threads: for each kind how many there were, and at which of them to strike; 0 at none. */
const KINDS = ["write", "call", "document"];
const WHENS = ["before", "after"];
const SIGNALS = ["SIGKILL", "SIGSTOP"];
const [COUNT, NTH, WHEN, SIGNAL] = [0, 3, 6, 7];
const SHARED = "steps of the program";
const shared = threads.isMainThread
  ? new Int32Array(new SharedArrayBuffer(32))
  : threads.getEnvironmentData(SHARED);
threads.setEnvironmentData(SHARED, shared);

/** Whether to strike after this step; strikes at once when that is to be before it. */
function enter(kind) {
  const at = KINDS.indexOf(kind);
  const nth = Atomics.add(shared, COUNT + at, 1) + 1;
  if (Atomics.compareExchange(shared, NTH + at, nth, 0) !== nth) return false;
  if (WHENS[shared[WHEN]] === "after") return true;
  process.kill(process.pid, SIGNALS[shared[SIGNAL]]);
  return false;
}

function leave(mine) {
  if (mine) process.kill(process.pid, SIGNALS[shared[SIGNAL]]);
}

// Documents in a folder are stored in a thread of their own; there is nothing else to count in one.
const { renameSync } = disk;
disk.renameSync = (from, to) => {
  const mine = enter("document");
  renameSync(from, to);
  leave(mine);
};
if (!threads.isMainThread) return;

const Sqlite = require("better-sqlite3");
const { Connection } = require("mysql2");

const CHANGES = /^\s*(?:insert|update|delete)\b/i;
const COMMITS = /^\s*commit\b/i;
const ENDS = /^\s*(?:commit|rollback)\b/i;

/** Commits of transactions that changed nothing are no step. */
const changed = new WeakSet();

function isStep(connection, sql) {
  const step = CHANGES.test(sql) || (COMMITS.test(sql) && changed.has(connection));
  if (CHANGES.test(sql)) changed.add(connection);
  if (ENDS.test(sql)) changed.delete(connection);
  return step;
}

const prepare = Sqlite.prototype.prepare;
Sqlite.prototype.prepare = function prepareCounted(sql) {
  const statement = prepare.call(this, sql);
  for (const verb of ["run", "all"]) {
    const act = statement[verb];
    statement[verb] = (...bindings) => {
      const mine = isStep(this, sql) && enter("write");
      const result = act.apply(statement, bindings);
      leave(mine);
      return result;
    };
  }
  return statement;
};

const query = Connection.prototype.query;
Connection.prototype.query = function queryCounted(...given) {
  const sql = typeof given[0] === "string" ? given[0] : given[0].sql;
  const done = given.at(-1);
  if (!isStep(this, sql) || typeof done !== "function") return query.apply(this, given);
  const mine = enter("write");
  const told = (...answer) => {
    leave(mine);
    done(...answer);
  };
  return query.apply(this, [...given.slice(0, -1), told]);
};

// Channels and portals are called through Node's own client, documents in S3 through fetch.
for (const client of [http, https]) {
  const ask = client.request;
  client.request = (...given) => {
    const mine = enter("call");
    const asked = ask.apply(client, given);
    asked.prependOnceListener("response", () => leave(mine));
    return asked;
  };
}

const request = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  const method = input instanceof Request ? input.method : (init?.method ?? "GET");
  const store = process.env.AWS_ENDPOINT_URL_S3;
  const kind = store === undefined || !url.startsWith(store) ? "call" : method === "PUT" ? "document" : null;
  const mine = kind !== null && enter(kind);
  const answer = await request(input, init);
  leave(mine);
  return answer;
};

const { rename } = files;
files.rename = async (from, to) => {
  const mine = enter("document");
  await rename(from, to);
  leave(mine);
};

process.on("message", (told) => {
  if (told === "counts") {
    return void process.send(Object.fromEntries(KINDS.map((kind, at) => [kind, shared[COUNT + at]])));
  }
  shared.fill(0);
  shared[WHEN] = WHENS.indexOf(told.when);
  shared[SIGNAL] = SIGNALS.indexOf(told.signal);
  Atomics.store(shared, NTH + KINDS.indexOf(told.kind), told.nth);
  process.send("armed");
});
process.channel.unref();
