import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDb, type Db } from "../../src/store/db";
import { migrate } from "../../src/store/migrate";
import { mariadbInstalled, mariadbUrl, runFolder } from "./mariadb";
import { schemaCopy } from "./schema-copy";

export type EngineName = "SQLite" | "MariaDB";

/** An empty database of its own, gone after `drop`. */
export interface EmptyDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

const here = mariadbInstalled();
const mustBeHere = process.env["CI"] !== undefined;

/** The engines a suite runs on. Without a MariaDB its place stays visible in the report. */
const engines: readonly EngineName[] = here || mustBeHere ? ["SQLite", "MariaDB"] : ["SQLite"];

/** `describe` once for each engine; a missing MariaDB is a skipped suite that says so, in CI it fails. */
export function describeEngines(what: string, body: (engine: EngineName) => void): void {
  describe.each(engines)(`${what} on %s`, body);
  if (!engines.includes("MariaDB")) {
    describe(`${what} on MariaDB`, () => {
      test.skip("MariaDB is not installed: skipped", () => undefined);
    });
  }
}

/** `test` on MariaDB alone. */
export const describeMariadb = (what: string, body: () => void): void =>
  engines.includes("MariaDB")
    ? describe(`${what} on MariaDB`, body)
    : describe(`${what} on MariaDB`, () => test.skip("MariaDB is not installed: skipped", () => undefined));

export const emptyDatabase = (engine: EngineName): Promise<EmptyDatabase> =>
  engine === "SQLite" ? Promise.resolve(emptySqlite()) : emptyMariadb();

function emptySqlite(): EmptyDatabase {
  const folder = mkdtempSync(join(tmpdir(), "faktur-db-"));
  return {
    url: `sqlite:${join(folder, "faktur.db")}`,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function emptyMariadb(): Promise<EmptyDatabase> {
  if (!here) throw new Error("MariaDB is not installed");
  const server = await mariadbUrl();
  const name = `faktur_${randomBytes(6).toString("hex")}`;
  await asRoot(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  return { url: `${server}/${name}`, drop: () => asRoot(server, `DROP DATABASE ${name}`) };
}

async function asRoot(server: string, sql: string): Promise<void> {
  const db = openDb(`${server}/mysql`, 1);
  try {
    await db.knex.raw(sql);
  } finally {
    await db.close();
  }
}

/** Beside a program in a process of its own: bare statements wait for their turn, as the program's own do. */
export async function patient(db: Db): Promise<Db> {
  if (db.engine === "sqlite") await db.knex.raw("PRAGMA busy_timeout = 30000");
  return db;
}

export const MIGRATED_AT = new Date("2026-11-03T00:00:00Z");

/** A database with the present schema, for one suite. */
export interface Store {
  readonly db: Db;
  readonly url: string;
  close(): Promise<void>;
}

/** Migrated the first time, copied from then on. `test/store/migrate.test.ts` migrates. */
async function fillMariadb(url: string, db: Db): Promise<void> {
  const copy = schemaCopy(runFolder());
  if (await copy.fill(url)) return;
  await migrate(db, () => MIGRATED_AT);
  await copy.keep(url);
}

const fileOf = (url: string): string => url.slice("sqlite:".length);

/** The same for a file. */
async function filledSqlite(): Promise<string> {
  const model = join(runFolder(), "schema.db");
  if (existsSync(model)) return model;
  const own = `${model}.${process.pid}`;
  const db = openDb(`sqlite:${own}`, 1);
  await migrate(db, () => MIGRATED_AT);
  await db.close();
  // Whole or not at all: other suites look at any moment.
  renameSync(own, model);
  return model;
}

export async function openStore(engine: EngineName, connections = 24): Promise<Store> {
  const empty = await emptyDatabase(engine);
  if (engine === "SQLite") copyFileSync(await filledSqlite(), fileOf(empty.url));
  const db = openDb(empty.url, connections);
  if (engine === "MariaDB") await fillMariadb(empty.url, db);
  return {
    db,
    url: empty.url,
    close: async () => {
      await db.close();
      await empty.drop();
    },
  };
}
