/**
 * Proves that a session is what the program needs, whatever the server tells its clients to begin with: every sign is kept
 * as it is, and what is written outside of a transaction stays.
 */
import { openDb, type Db } from "../../src/store/db";
import { describeMariadb } from "../support/databases";
import { startOwnMariadb, type OwnMariadb } from "../support/mariadb";
import { MYSQL } from "../support/mysqld";

/** Of many a guide to MySQL, the last of them of its manual. */
const HABITS = [
  "--character-set-server=utf8mb3",
  // MySQL has given it up.
  ...(MYSQL ? [] : ["--skip-character-set-client-handshake"]),
  "--init-connect=SET NAMES utf8mb3; SET autocommit=0",
];
const NAME = "Toko 😀 Café";

describeMariadb("a server with habits of its own", () => {
  let server: OwnMariadb;
  let db: Db;
  beforeAll(async () => {
    server = await startOwnMariadb(HABITS);
    db = openDb(server.url, 2);
    await db.knex.schema.createTable("words", (table) => {
      table.charset("utf8mb4");
      table.collate("utf8mb4_bin");
      table.string("name", 20).primary();
    });
  }, 120_000);
  afterAll(async () => {
    await db.close();
    await server.drop();
  });

  test("takes every sign, and keeps what is written without a transaction", async () => {
    await db.alone((tx) => tx("words").insert({ name: NAME }));
    await db.transaction((tx) => tx("words").insert({ name: `${NAME} 2` }));
    expect(await db.knex("words").orderBy("name").pluck("name")).toEqual([NAME, `${NAME} 2`]);
    const admin = openDb(server.adminUrl, 1);
    expect(await admin.knex("words").count({ rows: "*" })).toEqual([{ rows: 2 }]);
    await admin.close();
  });
});
