// Proves that the schema can be brought up to date by anyone at any time: twice, by two processes at once, and again
// after a crash half-way; and that a newer database is refused. Real databases, real processes.
import { AppError } from "../../src/errors";
import { openDb, type Db } from "../../src/store/db";
import { migrate, schemaState } from "../../src/store/migrate";
import { MIGRATIONS } from "../../migrations";
import { describeEngines, describeMariadb, emptyDatabase, MIGRATED_AT, type EmptyDatabase } from "../support/databases";
import { insertFaktur } from "../../src/store/fakturs";
import { insertInvoice } from "../../src/store/invoices";
import { fakturRow, invoiceRow, seed } from "../support/rows";

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
  return () => {
    const db = openDb(empty.url, 4);
    open.push(db);
    return db;
  };
}

describeEngines("migrations", (engine) => {
  const database = fresh(engine);

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

  test("four connections that migrate at once agree on who did it", async () => {
    const dbs = [database(), database(), database(), database()];
    const applied = await Promise.all(dbs.map((db) => migrate(db, at)));
    expect(applied.flat()).toEqual(names);
    expect(await schemaState(dbs[0] as Db)).toEqual({ applied: names, missing: [], unknown: [] });
  });
});

describeMariadb("migrations that stopped half-way", () => {
  const database = fresh("MariaDB");

  test.each([1, 2, 7, 23, 40])("after %i statements: the next run ends with every constraint", async (count) => {
    const db = database();
    await expect(stopAfter(db, count)).rejects.toThrow("stopped here");
    const other = database();
    expect(await migrate(other, at)).toEqual(names);
    expect(await shapeOf(other)).toEqual(await wholeShape());
    await seed(other);
    await insertInvoice(other.knex, invoiceRow("a"));
    expect(await insertFaktur(other.knex, fakturRow("f1", "a"))).toBe(true);
    expect(await insertFaktur(other.knex, fakturRow("f2", "a"))).toBe(false);
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

interface Connection {
  query(asked: { sql: string }, done: (error: Error | null) => void): unknown;
}

/** Migrates until so many changes of the schema are made, then fails as a lost connection would. */
async function stopAfter(db: Db, count: number): Promise<void> {
  let left = count;
  const client = db.knex.client as { acquireRawConnection(): Promise<Connection> };
  const acquire = client.acquireRawConnection.bind(client);
  client.acquireRawConnection = async () => {
    const connection = await acquire();
    const query = connection.query.bind(connection);
    connection.query = (asked, done) => {
      if (/^(create table `|alter table)/i.test(asked.sql)) left -= 1;
      return left < 0 ? done(new Error("stopped here")) : query(asked, done);
    };
    return connection;
  };
  await migrate(db, at);
}

/** Every index of every table, as the server has them. */
async function shapeOf(db: Db): Promise<unknown[]> {
  const answer: unknown = await db.knex.raw(
    `SELECT table_name, index_name, non_unique, seq_in_index, column_name FROM information_schema.statistics
     WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index`,
  );
  return (answer as [unknown[]])[0];
}

let whole: Promise<unknown[]> | undefined;

function wholeShape(): Promise<unknown[]> {
  whole ??= (async () => {
    const empty = await emptyDatabase("MariaDB");
    const db = openDb(empty.url, 2);
    await migrate(db, at);
    const shape = await shapeOf(db);
    await db.close();
    await empty.drop();
    return shape;
  })();
  return whole;
}
