// Proves that the schema can be brought up to date by anyone at any time: twice, by two processes at once, and again
// after a crash half-way; and that a newer database is refused. Real databases, real processes.
import { AppError } from "../../src/errors";
import { openDb, type Db } from "../../src/store/db";
import { migrate, schemaState } from "../../src/store/migrate";
import { MIGRATIONS } from "../../migrations";
import {
  describeEngines,
  describeMariadb,
  emptyDatabase,
  MIGRATED_AT,
  openStore,
  type EmptyDatabase,
} from "../support/databases";
import { insertFaktur } from "../../src/store/fakturs";
import { insertInvoice } from "../../src/store/invoices";
import { SETTINGS, startFaktur } from "../support/service";
import { fakturRow, invoiceRow, seed } from "../support/rows";
import { schemaWords } from "../support/schema-copy";

const at = () => MIGRATED_AT;
const names = MIGRATIONS.map((migration) => migration.name);

function fresh(engine: "SQLite" | "MariaDB") {
  let empty: EmptyDatabase;
  const open: Db[] = [];
  beforeEach(async () => {
    empty = await emptyDatabase(engine);
  });
  afterEach(async () => {
    for (const db of open.splice(0)) await db.close();
    await empty.drop();
  });
  const database = () => {
    const db = openDb(empty.url, 4);
    open.push(db);
    return db;
  };
  return { database, databaseUrl: () => empty.url };
}

describeEngines("migrations", (engine) => {
  const { database, databaseUrl } = fresh(engine);

  test("the first run applies everything, the second nothing", async () => {
    const db = database();
    expect(await schemaState(db)).toEqual({ applied: [], missing: names, unknown: [] });
    expect(await migrate(db, at)).toEqual(names);
    expect(await migrate(db, at)).toEqual([]);
    expect(await schemaState(db)).toEqual({ applied: names, missing: [], unknown: [] });
  });

  test("a database that knows a later migration is refused and left alone", async () => {
    const db = database();
    await migrate(db, at);
    await db.knex("schema_migrations").insert({ name: "9999-later", applied_at: MIGRATED_AT.toISOString() });
    const refused = await migrate(db, at).catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(AppError);
    expect((refused as AppError).code).toBe("schema_newer");
  });

  test("three processes that migrate at once agree on who did it", async () => {
    const runs = [1, 2, 3].map(() =>
      startFaktur(["migrate"], { ...SETTINGS, FAKTUR_DATABASE_URL: databaseUrl() }),
    );
    const codes = await Promise.all(runs.map((run) => run.ended));
    expect(codes).toEqual([0, 0, 0]);
    expect(runs.filter((run) => run.output().includes(names[0] as string))).toHaveLength(1);
    expect(await schemaState(database())).toEqual({ applied: names, missing: [], unknown: [] });
  });
});

describeMariadb("migrations that stopped half-way", () => {
  const { database } = fresh("MariaDB");

  test.each([1, 2, 7, 23, 40])("after %i changes: the next run ends with every constraint", async (count) => {
    const { changes, shape } = await wholeSchema();
    const db = database();
    for (const change of changes.slice(0, count)) await db.knex.raw(change);
    expect(await migrate(db, at)).toEqual(names);
    expect(await shapeOf(db)).toEqual(shape);
    await seed(db);
    await insertInvoice(db.knex, invoiceRow("a"));
    expect(await insertFaktur(db.knex, fakturRow("f1", "a"))).toBe(true);
    expect(await insertFaktur(db.knex, fakturRow("f2", "a"))).toBe(false);
  });

  test("tables that hold rows without a finished migration are never dropped", async () => {
    const db = database();
    await migrate(db, at);
    await seed(db);
    await db.knex("schema_migrations").delete();
    await expect(migrate(db, at)).rejects.toThrow("sellers");
    expect(await db.knex("sellers").pluck("slug")).toEqual(["utama"]);
  });
});

/** Every index of every table, as the server has them. */
async function shapeOf(db: Db): Promise<unknown[]> {
  const answer: unknown = await db.knex.raw(
    `SELECT table_name, index_name, non_unique, seq_in_index, column_name FROM information_schema.statistics
     WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index`,
  );
  return (answer as [unknown[]])[0];
}

interface Schema {
  /** The statements that make it, in order; MySQL commits each by itself. */
  readonly changes: readonly string[];
  readonly shape: readonly unknown[];
}

let known: Promise<Schema> | undefined;

function wholeSchema(): Promise<Schema> {
  known ??= (async () => {
    const empty = await emptyDatabase("MariaDB");
    const db = openDb(empty.url, 2);
    const changes: string[] = [];
    db.knex.on("query", ({ sql }: { sql: string }) => {
      if (/^(create|alter) table/i.test(sql)) changes.push(sql);
    });
    await migrate(db, at);
    const shape = await shapeOf(db);
    await db.close();
    await empty.drop();
    return { changes, shape };
  })();
  return known;
}

describeMariadb("a database that a suite is given", () => {
  test("is what the migrations make, though it was copied", async () => {
    const empty = await emptyDatabase("MariaDB");
    const db = openDb(empty.url, 1);
    await migrate(db, at);
    const [first, copied] = [await openStore("MariaDB"), await openStore("MariaDB")];
    try {
      const made = await schemaWords(empty.url);
      expect(made.match(/CREATE TABLE/g)?.length).toBeGreaterThan(50);
      expect(made).toContain("FOREIGN KEY");
      expect(await schemaWords(copied.url)).toBe(made);
    } finally {
      await db.close();
      await Promise.all([first.close(), copied.close(), empty.drop()]);
    }
  });
});
