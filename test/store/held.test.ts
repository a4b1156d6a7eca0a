/**
 * A SQLite file that another process writes in: whoever must write waits without holding up the process, also when it has
 * read before; who has waited long enough is told so as a database that cannot be used, never as an internal error.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { asAppError } from "../../src/errors";
import { openDb, type Db, type Tx } from "../../src/store/db";
import { joinProcesses, migrate } from "../../src/store/migrate";
import { LOOK_MS, retrying } from "../../src/store/retrying";

const NOW = new Date("2026-11-03T02:00:00.000Z");

let folder: string;
let db: Db;
let other: Database.Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "faktur-held-"));
  const file = join(folder, "held.db");
  db = openDb(`sqlite:${file}`, 1);
  await migrate(db, () => NOW);
  other = new Database(file);
});
afterEach(async () => {
  other.close();
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

const hold = () => other.exec("BEGIN IMMEDIATE; insert into buyer_names (name) values ('theirs')");
const names = (tx: Tx): Promise<string[]> => tx("buyer_names").orderBy("name").pluck("name");

let begun = 0;

/** Reads first, as most do, then writes. */
const readThenWrite = (): Promise<string[]> =>
  db.transaction(async (tx) => {
    begun += 1;
    const before = await names(tx);
    await tx("buyer_names").insert({ name: "ours" });
    return before;
  });

/** Turns of the event loop until something has ended. */
async function turnsUntil(done: Promise<unknown>, meanwhile: (turn: number) => void): Promise<void> {
  let ended = false;
  const end = done.finally(() => (ended = true));
  for (let turn = 1; !ended; turn += 1) {
    meanwhile(turn);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await end;
}

test("a transaction waits for the other's end, sees what it wrote, and the process lives on", async () => {
  hold();
  const written = readThenWrite();
  await turnsUntil(written, (turn) => {
    if (turn === 1_000) other.exec("COMMIT");
  });
  expect([await written, begun]).toEqual([["theirs"], 1]);
  expect(await names(db.knex)).toEqual(["ours", "theirs"]);
});

test("many small writes of another keep nobody out", async () => {
  const all = Promise.all(Array.from({ length: 20 }, (_, index) => saved(`ours ${index}`)));
  await turnsUntil(all, (turn) => {
    if (turn <= 200) other.exec(`insert into buyer_names (name) values ('theirs ${turn}')`);
  });
  expect((await names(db.knex)).filter((name) => name.startsWith("ours"))).toHaveLength(20);
});

const saved = (name: string): Promise<unknown> =>
  db.transaction(async (tx) => {
    await names(tx);
    return tx("buyer_names").insert({ name });
  });

test("a program that starts meanwhile waits as well", async () => {
  hold();
  const me = { id: "p1", host: "a", pid: 1, version: "1" };
  await turnsUntil(joinProcesses(db, me), (turn) => {
    if (turn === 1_000) other.exec("COMMIT");
  });
  expect(await db.knex("processes").pluck("id")).toEqual(["p1"]);
});

test("however many wait, the process stands still for one look at a time", async () => {
  hold();
  const looks = jest.spyOn(Database.prototype, "exec");
  const began = performance.now();
  const all = Promise.all(Array.from({ length: 30 }, (_, index) => saved(`ours ${index}`)));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const most = 1 + (performance.now() - began) / LOOK_MS;
  expect(looks.mock.calls.filter(([sql]) => sql === "BEGIN IMMEDIATE").length).toBeLessThanOrEqual(most);
  looks.mockRestore();
  other.exec("COMMIT");
  await all;
  expect(await names(db.knex)).toHaveLength(31);
});

test("who has waited long enough is told what holds it up, however long each look has taken", async () => {
  hold();
  let now = 0;
  let pauses = 0;
  const pause = async () => {
    pauses += 1;
    now += 400;
  };
  const write = async () => {
    now += 100;
    return db.knex("buyer_names").insert({ name: "ours" });
  };
  const refused = await retrying(write, { ms: 1_000, now: () => now, pause }).catch(asAppError);
  expect(refused).toMatchObject({ code: "database_unavailable" });
  expect(String(refused)).toContain("sqlite3");
  expect(pauses).toBe(2);
});
