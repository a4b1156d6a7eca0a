// Proves that a statement that fails tells which one it was and none of the values it carried: they are names, addresses
// and NPWPs, and causes are logged. What is wrong with a database that cannot be used is said in a word, and
// how often a clash is tried again.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asAppError } from "../../src/errors";
import { openDb, pingDb, probeDb } from "../../src/store/db";
import { retrying } from "../../src/store/retrying";
import { describeEngines, describeMariadb, openStore, type Store } from "../support/databases";

/** What is said by an error and all its causes, whichever realm of the test they were made in. */
function told(thrown: unknown): string {
  const { message, cause } = thrown as { message?: string; cause?: unknown };
  return cause === undefined ? (message ?? "") : `${message} <- ${told(cause)}`;
}

describeEngines("a statement that fails", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
  });
  afterAll(() => store.close());

  test.each(["outside a transaction", "inside one"])("%s keeps its values to itself", async (where) => {
    const row = { name: "PT RAHASIA SEJAHTERA", nowhere: "pajak@rahasia.example" };
    const failing =
      where === "inside one"
        ? store.db.transaction((tx) => tx("buyer_names").insert(row))
        : store.db.knex("buyer_names").insert(row);
    const cause = await Promise.resolve(failing).then(() => "nothing failed", told);
    expect(cause).toContain("insert into `buyer_names`");
    expect(cause.toLowerCase()).not.toContain("rahasia");
  });
});

describe("a database that cannot be used", () => {
  const folder = mkdtempSync(join(tmpdir(), "faktur-failures-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "catatan.txt");
  writeFileSync(file, "not a database, but a note of what to buy\n".repeat(100));

  test.each([
    ["nobody listens", "mysql://faktur:rahasia@127.0.0.1:1/faktur", "ECONNREFUSED"],
    [
      "nobody listens at an IPv6 address",
      "mysql://faktur:rahasia@[::1]:1/faktur",
      /ECONNREFUSED|EADDRNOTAVAIL/,
    ],
    ["its host has no address", "mysql://faktur:rahasia@nowhere.invalid/faktur", /ENOTFOUND|EAI_AGAIN/],
    ["it is a folder", `sqlite:${folder}`, "SQLITE_CANTOPEN"],
    ["it is another file", `sqlite:${file}`, "no SQLite database"],
  ])("says why: %s", async (_what, url, why) => {
    const refused = await Promise.resolve()
      .then(async () => {
        const db = openDb(url, 1);
        await pingDb(db).finally(() => db.close());
      })
      .catch(asAppError);
    expect(refused).toMatchObject({ code: "database_unavailable" });
    expect(String(refused)).toMatch(why);
    expect(String(refused)).not.toContain("rahasia");
  });
});

describeMariadb("a server", () => {
  test("whose sessions are all taken, or take no writes, is one that cannot be used", async () => {
    const store = await openStore("MariaDB", 1);
    const { pool } = store.db.knex.client as { pool: { acquireTimeoutMillis: number } };
    pool.acquireTimeoutMillis = 200;
    await store.db.transaction(async (tx) => {
      await tx.raw("select 1");
      const failure = await store.db.transaction((other) => other.raw("select 2")).catch(asAppError);
      expect(failure).toMatchObject({ code: "database_unavailable" });
    });
    await store.db.knex.raw("set session transaction read only");
    const failure = await store.db.transaction((tx) => tx("write_probe").delete()).catch(asAppError);
    expect(failure).toMatchObject({ code: "database_unavailable" });
    await expect(probeDb(store.db)).rejects.toThrow("ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION");
    await store.close();
  });

  // Galera without its quorum, MySQL's group replication without its members, and a limit of managed servers.
  test.each([
    [1047, "ER_UNKNOWN_COM_ERROR"],
    [3100, "ER_RUN_HOOK_ERROR"],
    [3024, "ER_QUERY_TIMEOUT"],
    [1969, "ER_1969"],
  ])("that says %d is one that cannot be used, %s", async (number, name) => {
    const store = await openStore("MariaDB", 1);
    const refuse = `signal sqlstate '08S01' set mysql_errno = ${number}, message_text = 'not now'`;
    const failure = await store.db.transaction((tx) => tx.raw(refuse)).catch(asAppError);
    expect(failure).toMatchObject({ code: "database_unavailable" });
    expect(String(failure)).toContain(`(${name})`);
    await store.close();
  });

  test("that undoes a commit for another member's sake is asked again", async () => {
    const store = await openStore("MariaDB", 1);
    const undone = "signal sqlstate '40000' set mysql_errno = 3101, message_text = 'rolled back'";
    let tries = 0;
    const done = await store.db.transaction(async (tx) => {
      tries += 1;
      await tx.raw(tries === 1 ? undone : "select 1");
      return "done";
    });
    expect([done, tries]).toEqual(["done", 2]);
    await store.close();
  });
});

test("a clash of transactions is tried again eight times, and then told", async () => {
  let tries = 0;
  const clash = async (): Promise<never> => {
    tries += 1;
    if (tries > 20) throw new Error("again and again");
    throw Object.assign(new Error("deadlock"), { code: "ER_LOCK_DEADLOCK" });
  };
  const patience = { ms: 60_000, now: () => 0, pause: async () => undefined };
  await expect(retrying(clash, patience)).rejects.toMatchObject({ code: "database_unavailable" });
  expect(tries).toBe(8);
});
