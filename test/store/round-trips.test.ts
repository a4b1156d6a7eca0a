/**
 * Statements that a transaction says in one turn go to MySQL in one trip, and each is answered as if it had gone by itself;
 * on SQLite there are no trips, and the answers are the same. A text that holds two statements is never sent.
 */
import { EventEmitter } from "node:events";
import { isDuplicate, type Tx } from "../../src/store/db";
import { inOneTrip, type Wire } from "../../src/store/round-trips";
import { describeEngines, describeMariadb, openStore, type Store } from "../support/databases";

const write = async (tx: Tx, name: string) => await tx("buyer_names").insert({ name });
const names = async (tx: Tx): Promise<string[]> =>
  (await tx("buyer_names").orderBy("name").pluck("name")) as string[];
const unlessThere = (tx: Tx, name: string) =>
  write(tx, name).then(
    () => "new",
    (thrown: unknown) => (isDuplicate(thrown) ? "there" : Promise.reject(thrown as Error)),
  );

describeEngines("what is said in one turn", (engine) => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(engine);
  });
  afterEach(() => store.close());

  test("is done in its order, and each has its own answer", async () => {
    const answers = await store.db.transaction((tx) =>
      Promise.all([
        write(tx, "a;b?'\\"),
        names(tx),
        write(tx, "c"),
        (async () => await tx("buyer_names").where({ name: "c" }).update({ name: "d" }))(),
        names(tx),
        (async (): Promise<unknown> => await tx("buyer_names").where({ name: "nobody" }).first("name"))(),
      ]),
    );
    expect(answers.slice(1)).toEqual([["a;b?'\\"], expect.anything(), 1, ["a;b?'\\", "d"], undefined]);
    expect(await names(store.db.knex)).toEqual(["a;b?'\\", "d"]);
  });

  test("a row that stands already fails its own statement, and those around it stand", async () => {
    const answers = await store.db.transaction((tx) =>
      Promise.all([
        unlessThere(tx, "a"),
        names(tx),
        unlessThere(tx, "a"),
        unlessThere(tx, "b"),
        unlessThere(tx, "b"),
        names(tx),
      ]),
    );
    expect([answers[0], answers[2], answers[3], answers[4]]).toEqual(["new", "there", "new", "there"]);
    expect(answers[1]).toContain("a");
    expect(answers[5]).toEqual(["a", "b"]);
    expect(await names(store.db.knex)).toEqual(["a", "b"]);
  });

  test("any other failure fails the transaction, whole", async () => {
    const failed = store.db.transaction((tx) =>
      Promise.all([write(tx, "a"), tx("nowhere").insert({ name: "b" }), write(tx, "c")]),
    );
    await expect(failed).rejects.toMatchObject({ cause: expect.anything() });
    expect(await names(store.db.knex)).toEqual([]);
  });

  test("a transaction that says nothing leaves nothing open", async () => {
    await store.db.transaction(async () => undefined);
    await store.db.transaction((tx) => write(tx, "a"));
    expect(await names(store.db.knex)).toEqual(["a"]);
  });
});

describeMariadb("a session", () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore("MariaDB");
  });
  afterAll(() => store.close());

  test.each(["in a transaction", "outside"])("takes one statement at a time, %s", async (where) => {
    const two = (tx: Tx) => tx.raw("INSERT INTO buyer_names VALUES ('x'); DELETE FROM buyer_names");
    const said = where === "outside" ? two(store.db.knex) : store.db.transaction(two);
    await expect(Promise.resolve(said)).rejects.toThrow();
    expect(await names(store.db.knex)).toEqual([]);
  });

  test("is strict and quotes by backslash, whatever the server's own mode", async () => {
    const modes: unknown = await store.db.knex.raw("SELECT @@SESSION.sql_mode AS mode");
    const [[row]] = modes as [[{ readonly mode: string }]];
    expect(row.mode.split(",").sort()).toEqual([
      "ERROR_FOR_DIVISION_BY_ZERO",
      "NO_ENGINE_SUBSTITUTION",
      "STRICT_ALL_TABLES",
    ]);
    await expect(store.db.transaction((tx) => write(tx, "x".repeat(10_000)))).rejects.toThrow();
  });
});

describeMariadb("what the server has undone to end a deadlock", () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore("MariaDB");
  });
  afterAll(() => store.close());

  test("takes along what was said behind it", async () => {
    const { db } = store;
    await Promise.all(["p", "q"].map((name) => write(db.knex, name)));
    const touch = async (tx: Tx, name: string) => await tx("buyer_names").where({ name }).update({ name });
    const [holdsP, holdsQ] = [moment(), moment()];
    // The heavier of the two: it is the other one that the server undoes.
    const other = db.transaction(async (tx) => {
      await tx("buyer_names").insert(Array.from({ length: 50 }, (_, at) => ({ name: `other ${at}` })));
      await touch(tx, "p");
      holdsP.tell();
      await holdsQ.told;
      await touch(tx, "q");
    });
    await holdsP.told;
    let tries = 0;
    await db.transaction(async (tx) => {
      tries += 1;
      await touch(tx, "q");
      holdsQ.tell();
      const insists = unlessThere(tx, "q").then(() => (tries === 1 ? write(tx, "undone") : undefined));
      await Promise.all([insists, touch(tx, "p")]);
    });
    await other;
    expect(tries).toBe(2);
    expect(await names(db.knex)).not.toContain("undone");
  });
});

/** A moment that one waits for and another tells. */
function moment() {
  let tell: () => void = () => undefined;
  const told = new Promise<void>((resolve) => (tell = resolve));
  return { told, tell: () => tell() };
}

test("a trip is one text, its beginning before it", async () => {
  const texts: string[] = [];
  const wire: Wire = {
    format: (sql, values) => sql.replace("?", String(values[0])),
    query(sql, done) {
      texts.push(sql);
      process.nextTick(done, null, ["begun", "one", "two"], [undefined, undefined, undefined]);
      return new EventEmitter();
    },
  };
  const said = [{ sql: "first ?", bindings: [1] }, { sql: "second" }];
  expect((await inOneTrip(wire, ["BEGIN"], said)).answers).toEqual([
    ["one", undefined],
    ["two", undefined],
  ]);
  expect(texts).toEqual(["BEGIN;first 1;second"]);
});
