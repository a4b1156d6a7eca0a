/**
 * Payments and wake-ups that come at the same time share a commit: proves on both engines that each is answered and recorded
 * as if it had come alone, also where one of them is a repetition, stands already, is of an unknown account or was spoken of
 * before; that a group that fails is told apart and told of; and that nobody waits for the one that takes its time.
 */
import { createTogether, type TogetherDeps } from "../../src/hooks/together";
import { intake } from "../../src/hooks/intake";
import { readGenericEvent } from "../../src/hooks/generic";
import type { Heard } from "../../src/hooks/portal";
import { databaseUnavailable } from "../../src/errors";
import { newId } from "../../src/ids";
import { silentLog, type Keys, type Log } from "../../src/log";
import type { Db } from "../../src/store/db";
import { describeEngines } from "../support/databases";
import { event, paid, seen, startWorld, type World } from "../support/world";

describeEngines("payments at the same time", (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.close());

  const heardOf = (delivery: string, body: unknown): Heard => {
    const heard = readGenericEvent(delivery, body);
    if (heard.kind === "malformed" || heard.kind === "badSignature") throw new Error(heard.kind);
    return heard;
  };

  /** The way in, with what the test changes of it; and how many commits it took. */
  async function wayIn(more: Partial<TogetherDeps> = {}) {
    const { app } = world;
    const counted = { commits: 0 };
    const transaction: typeof app.db.transaction = (work) => {
      counted.commits += 1;
      return app.db.transaction(work);
    };
    const deps = { ...app, db: { ...app.db, transaction }, newId, wake: () => undefined };
    const alone: TogetherDeps["alone"] = (connection, heard) => intake(deps, connection, heard);
    const take = createTogether({ ...deps, alone, ...more });
    const found = await app.portalNamed("toko");
    if (found === null) throw new Error("no portal");
    const { connection } = found;
    return { counted, alone, take: (heard: Heard) => take(connection, heard) };
  }

  /** Takes all in at once; says what was answered, and how many commits it took. */
  async function tellAll(
    told: readonly (readonly [delivery: string, body: unknown])[],
    more: Partial<TogetherDeps> = {},
  ) {
    const { take, counted } = await wayIn(more);
    const answers = await Promise.all(told.map(([delivery, body]) => take(heardOf(delivery, body))));
    return { answers: answers.map(({ status }) => status), ...counted };
  }

  const woken = (delivery: string, invoiceId: string): Heard => ({
    ...{ kind: "wake", deliveryId: delivery, invoiceId },
  });

  async function wakeAll(told: readonly (readonly [delivery: string, invoiceId: string])[]) {
    const { take, counted } = await wayIn();
    const answers = await Promise.all(told.map(([delivery, invoice]) => take(woken(delivery, invoice))));
    return { answers, ...counted };
  }

  const jobsOf = async (ids: readonly string[], kind = "issue") => {
    const rows = await world.store.db
      .knex("invoices")
      .whereIn("external_id", [...ids])
      .select("id");
    const subjects = rows.map((row: { id: string }) => row.id);
    return world.store.db.knex("jobs").where({ kind }).whereIn("subject", subjects);
  };

  test("are recorded in few commits, each with its own job, and become fakturs of their company", async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const { answers, commits } = await tellAll(ids.map((id) => [`d-${id}`, paid(id)] as const));
    expect(new Set(answers)).toEqual(new Set(["accepted"]));
    expect(commits).toBeLessThan(5);
    expect(await jobsOf(ids)).toHaveLength(40);
    await world.app.worker.drain();
    for (const id of ["t0", "t39"]) {
      const { fakturs } = await seen(world, id);
      expect(fakturs).toMatchObject([{ reference: `INV-${id}`, buyer_npwp: "0012345678012000" }]);
    }
  });

  test("a repetition among them is a duplicate, the others are accepted", async () => {
    const { answers } = await tellAll([
      ["e-1", paid("u1")],
      ["e-2", paid("u2")],
      ["e-2", paid("u2")],
      ["e-4", paid("u1")],
      ["e-5", paid("u5")],
    ]);
    expect(answers).toEqual(["accepted", "accepted", "duplicate", "duplicate", "accepted"]);
    expect(await jobsOf(["u1", "u2", "u5"])).toHaveLength(3);
  });

  test("an account nobody knows yet is made, whoever comes beside it", async () => {
    const { answers } = await tellAll([
      ["f-1", paid("v1")],
      ["f-2", paid("v2", {}, { id: "baru" })],
      ["f-3", paid("v3", {}, { id: "77", name: "PT Nama Baru" })],
    ]);
    expect(answers).toEqual(["accepted", "accepted", "accepted"]);
    const names = await world.store.db.knex("accounts").orderBy("external_id").select("external_id", "name");
    expect(names).toEqual([
      { external_id: "77", name: "PT Nama Baru" },
      { external_id: "baru", name: "PT Contoh" },
    ]);
  });

  test("one of which was said before that it is unpaid stays unpaid", async () => {
    const later = {
      ...event("invoice.unpaid", { invoiceId: "w2" }),
      timestamp: "2026-11-03T09:11:00+07:00",
    };
    await tellAll([["g-0", later]]);
    const { answers } = await tellAll([
      ["g-1", paid("w1", {}, { name: "PT Nama Baru" })],
      ["g-2", paid("w2", {}, { name: "PT Nama Baru" })],
      ["g-3", paid("w3", {}, { name: "PT Nama Baru" })],
    ]);
    expect(answers).toEqual(["accepted", "accepted", "accepted"]);
    const states = await world.store.db
      .knex("invoices")
      .whereIn("external_id", ["w1", "w2", "w3"])
      .orderBy("external_id")
      .pluck("portal_state");
    expect(states).toEqual(["paid", "unpaid", "paid"]);
  });

  test("wake-ups are recorded in few commits, each with its own read and with the id that the log tells", async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `x${index}`);
    const { answers, commits } = await wakeAll(ids.map((id) => [`h-${id}`, id] as const));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(["accepted"]));
    expect(commits).toBeLessThan(5);
    const rows: { id: string; external_id: string; decision: string }[] = await world.store.db
      .knex("invoices")
      .whereIn("external_id", ids);
    expect(new Set(rows.map(({ decision }) => decision))).toEqual(new Set(["unread"]));
    const idOf = new Map(rows.map(({ id, external_id }) => [external_id, id]));
    expect(answers.map(({ trace }) => trace)).toEqual(ids.map((id) => idOf.get(id)));
    expect(await jobsOf(ids, "read")).toHaveLength(40);
  });

  test("one that stands already and one that comes twice do not keep the others from sharing", async () => {
    await wakeAll([["i-0", "y0"]]);
    const fresh = Array.from({ length: 20 }, (_, index) => [`i-y${index + 1}`, `y${index + 1}`] as const);
    const { answers, commits } = await wakeAll([
      ...fresh.slice(0, 10),
      ["i-0", "y0"],
      ["i-again", "y0"],
      ["i-twice", "y1"],
      ...fresh.slice(10),
    ]);
    const found = answers.map(({ status }) => status);
    expect([found.slice(0, 10), found.slice(13)].flat()).toEqual(Array(20).fill("accepted"));
    expect(found.slice(10, 13)).toEqual(["duplicate", "duplicate", "duplicate"]);
    expect(commits).toBe(5);
    const deliveries = await world.store.db.knex("hook_deliveries").where("delivery_id", "like", "i-%");
    expect(deliveries).toHaveLength(23);
  });

  test("payments that tell the same news of an account share their commit, another telling comes after", async () => {
    const name = "PT Berganti";
    const { answers, commits } = await tellAll([
      ["k-1", paid("z1", {}, { name })],
      ["k-2", paid("z2", {}, { name })],
      ["k-3", paid("z3", {}, { name: "PT Berganti Lagi" })],
    ]);
    expect({ answers, commits }).toEqual({ answers: ["accepted", "accepted", "accepted"], commits: 2 });
    const account = await world.store.db.knex("accounts").where({ external_id: "77" }).first();
    expect(account).toMatchObject({ name: "PT Berganti Lagi" });
  });

  test("a repetition of what was spoken of before tells no news of its account", async () => {
    const unpaid = event("invoice.unpaid", { invoiceId: "s1" });
    await tellAll([["o-0", { ...unpaid, timestamp: "2026-11-03T09:11:00+07:00" }]]);
    const before = ["o-1", paid("s1", {}, { name: "PT Lama" })] as const;
    await tellAll([before]);
    await tellAll([["o-2", paid("s2", {}, { name: "PT Baru" })]]);
    const { answers } = await tellAll([before, ["o-3", paid("s3", {}, { id: "baru" })]]);
    expect(answers).toEqual(["duplicate", "accepted"]);
    const account = await world.store.db.knex("accounts").where({ external_id: "77" }).first();
    expect(account).toMatchObject({ name: "PT Baru" });
  });

  test("a group that cannot be written is recorded one by one, and the log says why and quotes nothing", async () => {
    const events: [string, unknown][] = [];
    const note = (event: string, keys?: Keys) => void events.push([event, keys?.["cause"]]);
    const log: Log = { ...silentLog, info: note, warn: note };
    const cause = Object.assign(new Error("insert … 'PT Rahasia' - full"), { code: "SQLITE_FULL" });
    const refused = databaseUnavailable(cause);
    const db: Db = { ...world.app.db, transaction: () => Promise.reject(refused) };
    const { answers } = await tellAll(
      [
        ["l-1", paid("q1")],
        ["l-2", paid("q2")],
      ],
      { db, log },
    );
    expect(answers).toEqual(["accepted", "accepted"]);
    expect(await jobsOf(["q1", "q2"])).toHaveLength(2);
    expect(events).toEqual([
      ["hook.group_again", "database_unavailable <- SQLITE_FULL"],
      ["hook.group_apart", "database_unavailable <- SQLITE_FULL"],
    ]);
  });

  test.each([
    ["group", ["h-1", "h-2", "h-3"]],
    ["alone", ["h-4"]],
  ])(
    "a %s does not wait twice for a file that another holds: all are told so, also who came meanwhile",
    async (tried, first) => {
      const cause = Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY" });
      const held = databaseUnavailable(cause);
      const asked: string[] = [];
      let give = (): void => undefined;
      const inVain = new Promise<void>((resolve) => (give = resolve));
      const inVainBy = (who: string) => async (): Promise<never> => {
        asked.push(who);
        await inVain;
        throw held;
      };
      const db = { ...world.app.db, transaction: inVainBy("group") };
      const { take } = await wayIn({ db, alone: inVainBy("alone") });
      const told = first.map((id) => take(heardOf(id, paid(id))));
      while (asked.length === 0) await new Promise((resolve) => void setImmediate(resolve));
      told.push(...["h-8", "h-9"].map((id) => take(heardOf(id, paid(id)))));
      give();
      const ends = await Promise.allSettled(told);
      expect(ends).toEqual(ends.map(() => ({ status: "rejected", reason: held })));
      expect(asked).toEqual([tried]);
    },
  );

  test("who comes next does not wait for what of a group is recorded by itself", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const way = await wayIn();
    const { take } = await wayIn({
      alone: async (connection, heard) => {
        await held;
        return way.alone(connection, heard);
      },
    });
    const first = ["n-1", "n-2"].map((delivery) => take(woken(delivery, "r1")));
    const next = ["n-3", "n-4"].map((delivery) => take(woken(delivery, `r-${delivery}`)));
    await first[0];
    expect((await Promise.all(next)).map(({ status }) => status)).toEqual(["accepted", "accepted"]);
    const later = [take(woken("n-5", "r5")), take(woken("n-6", "r6"))];
    expect((await Promise.all(later)).map(({ status }) => status)).toEqual(["accepted", "accepted"]);
    release();
    expect((await first[1])?.status).toBe("duplicate");
  });
});
