// Proves that the schema never changes under a program that does not know the change: with a service running, an upgrade is
// refused by name; a service whose database has become newer stops working and answering, says so in /readyz, and goes on
// when the schema is its own again; one that slept through an upgrade writes nothing when it wakes up. Real processes.
import { systemClock } from "../../src/clock";
import { AppError } from "../../src/errors";
import { databaseNow, openDb, type Db } from "../../src/store/db";
import { migrate, schemaState } from "../../src/store/migrate";
import { MIGRATIONS, type Migration } from "../../migrations";
import { untilStopped, type Hand } from "../support/crew";
import { describeEngines, MIGRATED_AT, patient } from "../support/databases";
import { untilPrinted } from "../support/drill";
import { startFaktur } from "../support/service";
import { startStage, type Stage } from "../support/stage";
import { until } from "../support/until";
import { paid, tellAt } from "../support/world";

const at = () => MIGRATED_AT;

/** What the next version might bring: a change that the present program knows nothing of. */
const later: Migration = {
  name: "9999-later",
  async up(tx) {
    if (await tx.schema.hasColumn("sellers", "later")) return;
    await tx.schema.alterTable("sellers", (table) => void table.string("later", 10).nullable());
  },
};
/** One that stands being run again on either engine. */
const REPEATED = "0025-processes";
const upgrade = (db: Db) => migrate(db, at, [...MIGRATIONS, later]);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
  );

describeEngines("an upgrade", (engine) => {
  let stage: Stage;
  let db: Db;
  let hand: Hand;
  beforeEach(async () => {
    stage = await startStage(engine, "file");
    db = await patient(openDb(stage.world.store.url, 4));
    hand = await stage.start();
  });
  afterEach(async () => {
    await db.close();
    await stage.close();
  });

  /** As somebody could who knows no `faktur migrate`. */
  const upgradeInSecret = () =>
    db.knex("schema_migrations").insert({ name: later.name, applied_at: MIGRATED_AT.toISOString() });
  const takeBack = () => db.knex("schema_migrations").where({ name: later.name }).delete();
  /** As if the process had not been seen for a minute. */
  const forget = () => db.knex("processes").update({ seen_at: "2026-01-01T00:00:00.000Z" });
  const ready = async () => {
    const response = await fetch(`${hand.url}/readyz`);
    return { status: response.status, text: await response.text() };
  };
  const ledger = async () => {
    const [fakturs, timeline, mails] = await Promise.all(
      ["fakturs", "timeline", "mails"].map((table) => db.knex(table)),
    );
    return { fakturs, timeline, mails, jobs: await db.knex("jobs").where({ kind: "submit" }) };
  };

  test("is refused while an older service runs, with its name, and goes through once that has ended", async () => {
    const refused = await upgrade(db).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: "older_running" });
    expect((refused as AppError).message).toContain(`pid ${hand.process.pid}`);
    expect((await schemaState(db)).unknown).toEqual([]);
    hand.kill("SIGTERM");
    expect(await hand.ended).toBe(0);
    expect(await upgrade(db)).toEqual([later.name]);

    const old = startFaktur(["start"], stage.settings);
    expect(await old.ended).toBe(1);
    expect(old.output()).toContain(later.name);
    const command = startFaktur(["token", "create", "--name", "x", "--role", "viewer"], stage.settings);
    expect(await command.ended).toBe(1);
    expect(await db.knex("tokens")).toEqual([]);
  });

  test("by the command is refused likewise; a service that starts waits until the older one has ended", async () => {
    await db.knex("schema_migrations").where({ name: REPEATED }).delete();
    const command = startFaktur(["migrate"], stage.settings);
    expect(await command.ended).toBe(1);
    expect(command.output()).toContain(`pid ${hand.process.pid}`);
    const next = startFaktur(["start"], stage.settings);
    await until("it waits", () => (next.output().includes('"schema.waiting_for_older"') ? true : null));
    expect((await schemaState(db)).missing).toEqual([REPEATED]);
    hand.kill("SIGTERM");
    await until("it starts", () => (next.output().includes('"service.started"') ? true : null));
    expect((await schemaState(db)).missing).toEqual([]);
    next.process.kill("SIGTERM");
    expect(await next.ended).toBe(0);
    expect(await db.knex("processes")).toEqual([]);
  });

  test("is not held up by a service that was killed, once it is forgotten", async () => {
    hand.kill("SIGKILL");
    await hand.ended;
    expect(await codeOf(upgrade(db))).toBe("older_running");
    await forget();
    expect(await upgrade(db)).toEqual([later.name]);
  });

  test("made all the same stops the older service: no work, no webhook, not ready; taken back, it goes on", async () => {
    await stage.customer("a");
    await upgradeInSecret();
    await untilPrinted(hand, '"schema.does_not_fit"');
    expect((await ready()).status).toBe(503);
    expect((await ready()).text).toContain(later.name);
    await db.knex("jobs").insert({
      ...{ kind: "issue", subject: "nobody", state: "ready" },
      ...{ run_at: MIGRATED_AT.toISOString(), created_at: MIGRATED_AT.toISOString() },
    });
    const answer = await tellAt(hand.url, systemClock.now(), paid("a", {}, { id: "a" }));
    expect(answer.status).toBe(503);
    // By its next heartbeat it has looked for work several times.
    const [before] = await db.knex("processes").pluck("seen_at");
    await until("it lives", async () =>
      (await db.knex("processes").whereNot({ seen_at: before })).length === 1 ? true : null,
    );
    expect(await db.knex("jobs").where({ subject: "nobody" })).toMatchObject([
      { state: "ready", lease: null },
    ]);
    expect(await db.knex("invoices")).toEqual([]);

    await takeBack();
    await stage.repeat("a", () => hand);
    await stage.settle();
    expect(await stage.judge(["a"])).toEqual([]);
    expect(hand.output()).toContain('"schema.fits_again"');
  });

  // On SQLite its write lock keeps everyone out until the change is whole.
  if (engine === "MariaDB") {
    test("that is under way when a service wakes up keeps it from working until it is whole", async () => {
      hand.kill("SIGSTOP");
      await untilStopped(hand);
      await forget();
      let enter: () => void = () => undefined;
      let release: () => void = () => undefined;
      const entered = new Promise<void>((resolve) => (enter = resolve));
      const released = new Promise<void>((resolve) => (release = resolve));
      const slow: Migration = {
        name: later.name,
        async up(tx) {
          enter();
          await released;
          await later.up(tx, "mysql");
        },
      };
      const upgrading = migrate(db, at, [...MIGRATIONS, slow]);
      await entered;
      hand.kill("SIGCONT");
      await untilPrinted(hand, '"code":"schema_changing"');
      release();
      expect(await upgrading).toEqual([later.name]);
      await untilPrinted(hand, '"code":"schema_newer"');
    });
  }

  test("that a service slept through finds it writing nothing when it wakes up", async () => {
    await stage.customer("b");
    await hand.arm({ kind: "call", nth: 1, when: "before", signal: "SIGSTOP" });
    await stage.repeat("b", () => hand);
    await untilStopped(hand);
    const asleep = await databaseNow(db);
    await forget();
    expect(await upgrade(db)).toEqual([later.name]);
    await until("three seconds pass", async () =>
      (await databaseNow(db)).getTime() - asleep.getTime() > 3000 ? true : null,
    );
    const before = await ledger();
    hand.kill("SIGCONT");
    for (const event of ["job.not_recorded", "schema.does_not_fit"]) await untilPrinted(hand, `"${event}"`);
    expect(await ledger()).toEqual(before);

    hand.kill("SIGKILL");
    await hand.ended;
    await takeBack();
    await stage.start();
    await stage.settle();
    expect(await stage.judge(["b"])).toEqual([]);
  });
});
