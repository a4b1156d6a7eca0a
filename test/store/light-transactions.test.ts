/**
 * A transaction stands as a whole or not at all, and nothing of one that has ended runs in another: not what comes late
 * after a sibling has failed, not when many run at a time, not when the session is gone in the middle.
 */
import { openDb, type Tx } from "../../src/store/db";
import { lightTransactions } from "../../src/store/light-transactions";
import { describeEngines, describeMariadb, openStore, type Store } from "../support/databases";

describeEngines("a transaction", (engine) => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(engine);
  });
  afterEach(() => store.close());

  const write = (tx: Tx, name: string) => tx("buyer_names").insert({ name });
  const names = async (): Promise<string[]> =>
    (await store.db.knex("buyer_names").orderBy("name").pluck("name")) as string[];
  const failing = (work: (tx: Tx) => Promise<unknown>): Promise<string> =>
    store.db.transaction(work).then(
      () => "nothing failed",
      (thrown: unknown) => String((thrown as Error).cause ?? thrown),
    );

  test("stands as a whole, or leaves nothing", async () => {
    await store.db.transaction(async (tx) => {
      await write(tx, "a");
      await write(tx, "b");
    });
    const said = await failing(async (tx) => {
      await write(tx, "c");
      throw new Error("after the first");
    });
    expect(said).toContain("after the first");
    expect(await names()).toEqual(["a", "b"]);
  });

  test("what a failed one has left over runs nowhere", async () => {
    const late: Promise<string>[] = [];
    let goOn: () => void = () => undefined;
    const waits = new Promise<void>((resolve) => (goOn = resolve));
    await failing((tx) => {
      const left = waits.then(() => write(tx, "late"));
      late.push(
        left.then(
          () => "written",
          (thrown: unknown) => String(thrown),
        ),
      );
      return Promise.all([left, Promise.reject(new Error("the sibling"))]);
    });
    await store.db.transaction(async (tx) => {
      await write(tx, "next");
      goOn();
      expect(await late[0]).toContain("after the end of its transaction");
    });
    expect(await names()).toEqual(["next"]);
  });

  test("what comes late after a good one is refused while nobody else has begun", async () => {
    const kept: Tx[] = [];
    await store.db.transaction(async (tx) => {
      kept.push(tx);
      await write(tx, "in time");
    });
    const late = await Promise.resolve(write(kept[0] as Tx, "late")).catch(String);
    expect(late).toContain("after the end of its transaction");
    expect(await names()).toEqual(["in time"]);
  });

  test("has none within itself", async () => {
    const said = await failing(async (tx) => tx.batchInsert("buyer_names", [{ name: "inner" }], 1));
    expect(said).toContain("do not nest");
    expect(await names()).toEqual([]);
  });

  test("many at a time keep apart: those that fail take nothing of the others along", async () => {
    const all = Array.from({ length: 40 }, (_, index) => `n${String(index).padStart(2, "0")}`);
    const ended = await Promise.all(
      all.map((name, index) =>
        failing(async (tx) => {
          await write(tx, `${name} first`);
          await write(tx, `${name} second`);
          if (index % 3 === 0) throw new Error("on purpose");
        }),
      ),
    );
    const good = all.filter((_, index) => index % 3 !== 0);
    expect(ended.filter((said) => said === "nothing failed")).toHaveLength(good.length);
    expect(await names()).toEqual(good.flatMap((name) => [`${name} first`, `${name} second`]));
  });
});

describeMariadb("a session that is gone in the middle", () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore("MariaDB", 2);
  });
  afterAll(() => store.close());

  test("is told as such too where its end was noticed before the next statement", async () => {
    const other = openDb(store.url, 1);
    const gone = store.db.transaction(async (tx) => {
      const answer: unknown = await tx.raw("SELECT CONNECTION_ID() AS id");
      const [rows] = answer as [{ readonly id: number }[]];
      await other.knex.raw(`KILL CONNECTION ${rows[0]?.id}`);
      await tx("buyer_names")
        .insert({ name: "noticed" })
        .catch(() => undefined);
      await tx("buyer_names").insert({ name: "after" });
    });
    await expect(gone).rejects.toMatchObject({ code: "database_unavailable" });
    await other.close();
  });

  test("leaves nothing, tells of it, and the next transaction has a session of its own", async () => {
    const other = openDb(store.url, 1);
    const gone = store.db.transaction(async (tx) => {
      await tx("buyer_names").insert({ name: "before" });
      const answer: unknown = await tx.raw("SELECT CONNECTION_ID() AS id");
      const [rows] = answer as [{ readonly id: number }[]];
      await other.knex.raw(`KILL CONNECTION ${rows[0]?.id}`);
      await tx("buyer_names").insert({ name: "after" });
    });
    await expect(gone).rejects.toMatchObject({ code: "database_unavailable" });
    await Promise.all(
      ["a", "b", "c"].map((name) => store.db.transaction((tx) => tx("buyer_names").insert({ name }))),
    );
    expect(await other.knex("buyer_names").orderBy("name").pluck("name")).toEqual(["a", "b", "c"]);
    await other.close();
  });
});

/** Made for its moments and failures, which no engine has at will. */
describe("a statement that has its connection when the transaction ends", () => {
  test("is not sent any more", async () => {
    const sent: unknown[] = [];
    const client = {
      acquireConnection: async () => "c",
      releaseConnection: async () => undefined,
      query: async (_connection: string, statement: unknown) => sent.push(statement),
    };
    const copy = { client: { ...client } };
    const run = lightTransactions<string>({ client } as never, () => copy as never, {
      begin: () => undefined,
      commit: () => undefined,
      rollBack: () => undefined,
    });
    const taken: string[] = [];
    const failed = run(async () => {
      taken.push(await copy.client.acquireConnection());
      await copy.client.query("c", "in time");
      throw new Error("the sibling");
    });
    await expect(failed).rejects.toThrow("the sibling");
    expect(taken).toEqual(["c"]);
    await expect(copy.client.query("c", "late")).rejects.toThrow("after the end of its transaction");
    expect(sent).toEqual(["in time"]);
  });
});

describe("a transaction whose end fails", () => {
  const told: string[] = [];
  const copy = { client: { query: async () => undefined } };
  const pooled = {
    acquireConnection: async () => told.push("lent"),
    releaseConnection: async () => told.push("back"),
  };
  const run = lightTransactions({ client: pooled } as never, () => copy as never, {
    begin: () => told.push("begin"),
    commit: () => Promise.reject(new Error("no room")),
    rollBack: () => told.push("rolled back"),
  });

  test("is rolled back, gives its connection back, and tells why", async () => {
    await expect(run(async () => told.push("work"))).rejects.toThrow("no room");
    expect(told).toEqual(["lent", "begin", "work", "rolled back", "back"]);
  });
});
