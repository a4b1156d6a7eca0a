/** A new SQLite file that several open at once: each gets it, and none is turned away because another is making it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { openDb } from "../../src/store/db";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "faktur-new-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("whoever opens it while another writes in it waits for the other", async () => {
  const file = join(folder, "new.db");
  const other = new Database(file);
  other.exec("create table first (id integer)");
  other.exec("BEGIN IMMEDIATE; insert into first values (1)");
  const db = openDb(`sqlite:${file}`, 1);
  const rows: Promise<unknown> = Promise.resolve(db.knex("first").pluck("id"));
  // It has looked by now, and been turned away.
  await new Promise((resolve) => setImmediate(resolve));
  other.exec("COMMIT");
  other.close();
  expect(await rows).toEqual([1]);
  await db.close();
});
