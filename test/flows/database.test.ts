// Proves what the program does while its database is killed and started again under load, takes no writes, is full, or
// clashes: a webhook is answered 503 whenever its row is not durable, `/readyz` says so, nothing is lost or doubled, and
// everything goes on by itself, in the same process, as soon as the database does.
import { mailsOf } from "../../src/store/mails";
import { openDb, type Db } from "../../src/store/db";
import { migrate } from "../../src/store/migrate";
import { describeMariadb, MIGRATED_AT, type Store } from "../support/databases";
import { startOwnMariadb, type OwnMariadb } from "../support/mariadb";
import { tinyPdf } from "../support/tiny-pdf";
import { until } from "../support/until";
import { atAuthority, paid, runToEnd, seen, startWorld, tellAt, withWeb, type World } from "../support/world";

const START = "2026-11-03T09:10:00+07:00";

/** One document, one faktur, one mail for each, and no work left behind. */
async function allEndWell(world: World, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { outcome, reasons, fakturs } = await seen(world, id);
    expect({ id, outcome, reasons }).toEqual({ id, outcome: "issued", reasons: [] });
    expect(fakturs).toHaveLength(1);
    const documents = atAuthority(world, `INV-${id}`).filter(({ sale }) => sale.noInvoice === `INV-${id}`);
    expect(documents).toMatchObject([{ status: "APPROVAL_SUKSES", nofa: fakturs[0]?.nsfp }]);
    expect(await mailsOf(world.app.db.knex, fakturs[0]?.id ?? "")).toMatchObject([{ state: "sent" }]);
  }
  expect(await world.app.db.knex("jobs").whereNotIn("kind", ["poll"])).toEqual([]);
}

const readyz = async (url: string): Promise<{ status: number; checks: string[] }> => {
  const response = await fetch(`${url}/readyz`, { headers: { connection: "close" } });
  const body = (await response.json()) as { reasons: { check: string }[] };
  return { status: response.status, checks: body.reasons.map(({ check }) => check) };
};

const recorded = async (db: Db, id: string): Promise<number> =>
  (await db.knex("invoices").where({ external_id: id })).length;

describeMariadb("a server of its own", () => {
  let server: OwnMariadb;
  let admin: Db;
  beforeAll(async () => {
    server = await startOwnMariadb(["--innodb-lock-wait-timeout=1"]);
  }, 120_000);
  beforeEach(() => {
    admin = openDb(server.adminUrl, 4);
  });
  afterEach(async () => {
    await admin.close();
  });
  afterAll(() => server.drop());

  async function store(): Promise<Store> {
    await admin.knex.raw("DROP DATABASE IF EXISTS faktur");
    await admin.knex.raw("CREATE DATABASE faktur CHARACTER SET utf8mb4");
    const db = openDb(server.url, 8);
    await migrate(db, () => MIGRATED_AT);
    return { db, url: server.url, close: () => db.close() };
  }

  test("killed and started again under load: what was answered 2xx is there, the rest is 503, all end well", async () => {
    const world = await startWorld("MariaDB", { drawPdf: tinyPdf, store: await store() });
    world.clock.set(START);
    const ids = Array.from({ length: 24 }, (_, index) => `k${index}`);
    const answers: number[] = [];
    await withWeb(world.app, async (url) => {
      world.app.worker.start();
      const told = async (id: string): Promise<true | null> => {
        const { status } = await tellAt(url, world.clock.now(), paid(id), { id: `msg_${id}` });
        answers.push(status);
        return status < 300 ? true : null;
      };
      // Portals repeat what was not taken; the server dies while they and the workers are at it, and they go on.
      const tell = (some: readonly string[]) =>
        some.map((id) => until(`${id} is taken`, () => told(id), 120));
      const asking = tell(ids.slice(0, 8));
      await until("some are taken", () => (answers.length >= 6 ? true : null));
      asking.push(...tell(ids.slice(8, 16)));
      await server.kill();
      asking.push(...tell(ids.slice(16)));
      await until("refusals", () => (answers.includes(503) ? true : null));
      expect(await readyz(url)).toMatchObject({ status: 503, checks: ["database", "schema"] });
      await server.start();
      await Promise.all(asking);
      await until("ready again", async () => ((await readyz(url)).status === 200 ? true : null));
      await until(
        "all are issued",
        async () => {
          world.clock.pass(20);
          return Number((await world.app.db.knex("jobs").count({ n: "*" }))[0]?.["n"]) === 0 ? true : null;
        },
        60,
      );
      await world.app.worker.stop(5000);
    });
    expect(new Set(answers.filter((status) => status >= 300))).toEqual(new Set([503]));
    await allEndWell(world, ids);
    await world.close();
  });

  test("that takes no writes: 503, not ready, and everything goes on when it does again", async () => {
    const world = await startWorld("MariaDB", { drawPdf: tinyPdf, store: await store() });
    world.clock.set(START);
    await withWeb(world.app, async (url) => {
      const told = async (id: string) =>
        (await tellAt(url, world.clock.now(), paid(id), { id: `msg_${id}` })).status;
      expect(await told("before")).toBe(202);
      await admin.knex.raw("SET GLOBAL read_only = 1");
      expect(await told("during")).toBe(503);
      expect(await recorded(world.app.db, "during")).toBe(0);
      await expect(world.app.worker.drain()).rejects.toMatchObject({ code: "database_unavailable" });
      expect(await readyz(url)).toEqual({ status: 503, checks: ["database"] });
      await admin.knex.raw("SET GLOBAL read_only = 0");
      expect(await readyz(url)).toEqual({ status: 200, checks: [] });
      expect(await told("during")).toBe(202);
      expect(await told("before")).toBe(200);
    });
    await runToEnd(world);
    await allEndWell(world, ["before", "during"]);
    await world.close();
  });

  test("that turns read-only in the middle of a job: the authority's answer is found again, nothing is sent twice", async () => {
    const world = await startWorld("MariaDB", { drawPdf: tinyPdf, store: await store() });
    world.clock.set(START);
    let shut = false;
    // The authority has created the document; from then on nothing can be written.
    await world.restart({
      fetch: async (url, init) => {
        const answer = await globalThis.fetch(url, init);
        if (!shut && String(url).endsWith("/penjualan")) {
          shut = true;
          await admin.knex.raw("SET GLOBAL read_only = 1");
        }
        return answer;
      },
    });
    await withWeb(world.app, (url) => tellAt(url, world.clock.now(), paid("middle")));
    await expect(world.app.worker.drain()).rejects.toMatchObject({ code: "database_unavailable" });
    expect(atAuthority(world, "INV-middle")).toHaveLength(1);
    await admin.knex.raw("SET GLOBAL read_only = 0");
    await runToEnd(world);
    await allEndWell(world, ["middle"]);
    await world.close();
  });

  test("where two writers deadlock: one is run again, both stand", async () => {
    const own = await store();
    await own.db.knex("write_probe").insert([
      { id: 1, filler: "" },
      { id: 2, filler: "" },
    ]);
    let tries = 0;
    const arrived: (() => void)[] = [];
    /** Both hold their first row before either asks for its second; whoever comes again passes. */
    const both = () =>
      new Promise<void>((resolve) => {
        arrived.push(resolve);
        if (arrived.length >= 2) for (const one of arrived) one();
      });
    const write = (letter: string, first: number, second: number) =>
      own.db.transaction(async (tx) => {
        tries += 1;
        const add = (id: number) =>
          tx("write_probe")
            .where({ id })
            .update({ filler: tx.raw("concat(filler, ?)", [letter]) });
        await add(first);
        await both();
        await add(second);
      });
    await Promise.all([write("a", 1, 2), write("b", 2, 1)]);
    expect(tries).toBe(3);
    const rows: { filler: string }[] = await own.db.knex("write_probe").orderBy("id");
    expect(rows.map(({ filler }) => [...filler].toSorted().join(""))).toEqual(["ab", "ab"]);
    await own.close();
  });

  test("where a row is locked for longer than a writer waits: the webhook waits, and is taken once", async () => {
    const world = await startWorld("MariaDB", { drawPdf: tinyPdf, store: await store() });
    world.clock.set(START);
    const hold = await admin.knex.transaction();
    // Every account of the portal: the intake writes to one of them.
    await hold.raw("SELECT * FROM faktur.accounts FOR UPDATE");
    let answer: number | null = null;
    const waits = async () => {
      const sql = "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_waits'";
      const [[row]] = (await admin.knex.raw(sql)) as [[{ Value: string }]];
      return Number(row.Value);
    };
    const before = await waits();
    try {
      await withWeb(world.app, async (url) => {
        const telling = tellAt(url, world.clock.now(), paid("lock")).then(({ status }) => (answer = status));
        // One whole wait of the engine (1 s) has failed by then, and is tried again.
        await until("a wait has run out", async () => ((await waits()) >= before + 2 ? true : null));
        expect(answer).toBeNull();
        await hold.rollback();
        await telling;
      });
    } finally {
      if (!hold.isCompleted()) await hold.rollback();
    }
    expect(answer).toBe(202);
    await runToEnd(world);
    await allEndWell(world, ["lock"]);
    await world.close();
  });
});

describe("a database in a file", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld("SQLite", { drawPdf: tinyPdf });
    world.clock.set(START);
  });
  afterEach(() => world.close());

  const pragma = (words: string) => world.app.db.knex.raw<Record<string, number>[]>(`PRAGMA ${words}`);
  const tellAll = async (url: string, ids: readonly string[]): Promise<Map<string, number>> => {
    const answers = new Map<string, number>();
    for (const id of ids) {
      const told = await tellAt(url, world.clock.now(), paid(id), { id: `msg_${id}` });
      answers.set(id, told.status);
    }
    return answers;
  };

  test.each([
    {
      what: "that is full",
      shut: async () => {
        const [pages] = await pragma("page_count");
        await pragma(`max_page_count = ${(pages?.["page_count"] ?? 0) + 8}`);
      },
      open: () => pragma("max_page_count = 1000000"),
    },
    {
      what: "that takes no writes",
      shut: () => pragma("query_only = 1"),
      open: () => pragma("query_only = 0"),
    },
  ])(
    "$what: 503 for what is not kept, not ready, and all goes on when it is mended",
    async ({ shut, open }) => {
      const ids = Array.from({ length: 30 }, (_, index) => `v${index}`);
      await withWeb(world.app, async (url) => {
        await shut();
        const answers = await tellAll(url, ids);
        expect([...answers.values()].filter((status) => status !== 202 && status !== 503)).toEqual([]);
        expect([...answers.values()]).toContain(503);
        for (const [id, status] of answers) {
          expect(await recorded(world.app.db, id)).toBe(status === 202 ? 1 : 0);
        }
        const large = world.app.db.transaction((tx) =>
          tx("write_probe").insert({ filler: "x".repeat(100_000) }),
        );
        await expect(large).rejects.toMatchObject({ code: "database_unavailable" });
        // What the workers meet they meet again later.
        await world.app.worker.drain().catch(() => undefined);
        expect(await readyz(url)).toEqual({ status: 503, checks: ["database"] });
        await open();
        expect(await readyz(url)).toEqual({ status: 200, checks: [] });
        const again = await tellAll(url, ids);
        for (const [id, status] of again) expect(status).toBe(answers.get(id) === 202 ? 200 : 202);
      });
      await runToEnd(world);
      await allEndWell(world, ids);
    },
  );
});
