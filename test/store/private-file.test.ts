/**
 * Who else has an account on the machine reads nothing of the embedded database: the folder, the file, its log, copies and
 * what is put back are their owner's alone, however widely files are made otherwise. What stands keeps the rights it was given.
 */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDb } from "../../src/store/db";
import { run, ENOUGH } from "../cli/run";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faktur-private-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test("folder, database and log are their owner's alone", async () => {
  const file = join(folder, "new", "data", "faktur.db");
  const db = openDb(`sqlite:${file}`, 1);
  await db.knex.raw("create table x (y int)");
  const made = readdirSync(join(folder, "new", "data")).sort();
  expect(made).toEqual(["faktur.db", "faktur.db-shm", "faktur.db-wal"]);
  expect(made.map((name) => mode(join(folder, "new", "data", name)))).toEqual(["600", "600", "600"]);
  expect([mode(join(folder, "new")), mode(join(folder, "new", "data"))]).toEqual(["700", "700"]);
  await db.close();
});

test("what stands keeps its rights", async () => {
  const [shared, file] = [join(folder, "shared"), join(folder, "shared", "faktur.db")];
  mkdirSync(shared);
  chmodSync(shared, 0o750);
  writeFileSync(file, "");
  chmodSync(file, 0o640);
  const db = openDb(`sqlite:${file}`, 1);
  await db.knex.raw("create table x (y int)");
  expect([mode(shared), mode(file), mode(`${file}-wal`)]).toEqual(["750", "640", "640"]);
  await db.close();
});

test("so are a backup, what is put back from it, and what is put back from one that anybody could read", async () => {
  const at = { folder, env: { ...ENOUGH } };
  expect((await run(["migrate"], at)).code).toBe(0);
  expect([mode(join(folder, "data")), mode(join(folder, "data", "faktur.db"))]).toEqual(["700", "600"]);
  expect((await run(["backup", "copy"], at)).code).toBe(0);
  expect([mode(join(folder, "copy")), mode(join(folder, "copy", "faktur.db"))]).toEqual(["700", "600"]);
  chmodSync(join(folder, "copy", "faktur.db"), 0o644);
  const env = {
    ...ENOUGH,
    FAKTUR_DATABASE_URL: "sqlite:again/faktur.db",
    FAKTUR_DOCUMENTS_URL: "file:again/documents",
  };
  expect((await run(["restore", "copy"], { folder, env })).code).toBe(0);
  expect([mode(join(folder, "again")), mode(join(folder, "again", "faktur.db"))]).toEqual(["700", "600"]);
});
