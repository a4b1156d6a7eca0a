// Proves what a clock that steps does to work under way: leases, follow times, deadlines and signatures are judged by
// it, so a step may delay, hold or hand work over, but never doubles, loses, redates or believes anything; and once it
// is right again everything ends as if it had never been wrong.
import { buildApp } from "../../src/app";
import { plusMs } from "../../src/clock";
import { silentLog } from "../../src/log";
import { verifyAudit } from "../../src/store/audit";
import { enqueue } from "../../src/store/jobs";
import { mailsOf } from "../../src/store/mails";
import { describeEngines } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import { until } from "../support/until";
import {
  atAuthority,
  DESK,
  invoiceId,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  tellAt,
  withWeb,
  type World,
} from "../support/world";

const START = new Date("2026-11-03T09:10:00+07:00");
const HOUR = 3600;
const DAY = 24 * HOUR;

describeEngines("a clock that steps", (engine) => {
  let world: World;
  let count = 0;
  let id: string;
  beforeAll(async () => {
    world = await startWorld(engine, { drawPdf: tinyPdf });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.clock.set(START);
    id = `t${(count += 1)}x`;
  });

  async function endsWell(): Promise<void> {
    const { outcome, reasons, fakturs } = await seen(world, id);
    expect({ outcome, reasons }).toEqual({ outcome: "issued", reasons: [] });
    expect(fakturs).toMatchObject([{ state: "approved", date: "2026-11-03" }]);
    expect(atAuthority(world, `INV-${id}`)).toMatchObject([
      { status: "APPROVAL_SUKSES", nofa: fakturs[0]?.nsfp, sale: { tanggalFaktur: "2026-11-03" } },
    ]);
    expect(await mailsOf(world.app.db.knex, fakturs[0]?.id ?? "")).toMatchObject([{ state: "sent" }]);
  }

  test.each([
    ["an hour on", HOUR],
    ["a day on", DAY],
    ["an hour back", -HOUR],
    ["a day back", -DAY],
  ])("%s between any two steps: one document, one mail, the same date", async (_, seconds) => {
    await tell(world, paid(id));
    // What is due runs, then the clock steps; every second time it steps back to where it was.
    for (let step = 0; step < 12; step += 1) {
      await world.app.worker.drain();
      world.clock.pass(step % 2 === 0 ? seconds : -seconds);
      world.clock.pass(60);
    }
    await runToEnd(world);
    await endsWell();
  });

  test.each(["/penjualan", "/upload"])(
    "on, past the lease, while the authority answers %s: another worker takes over, the first writes nothing more",
    async (ending) => {
      let stepped = false;
      let meanwhile: Promise<unknown> | null = null;
      const other = buildApp(world.app.config, { clock: world.clock, log: silentLog });
      await world.restart({
        fetch: async (url, init) => {
          const answer = await globalThis.fetch(url, init);
          if (!stepped && String(url).endsWith(ending)) {
            stepped = true;
            world.clock.pass(DAY);
            meanwhile = other.worker.drain();
            await meanwhile;
          }
          return answer;
        },
      });
      await tell(world, paid(id));
      await runToEnd(world);
      expect(meanwhile).not.toBeNull();
      await endsWell();
      await other.close();
      await world.restart();
    },
  );

  test("back by an hour while a holder sleeps: its work is taken up an hour later, not never, and it writes nothing more", async () => {
    let wakeUp = (): void => undefined;
    let called = false;
    const asleep = new Promise<Response>((_, reject) => {
      wakeUp = () => reject(new TypeError("the line is dead"));
    });
    const fetch = () => {
      called = true;
      return asleep;
    };
    await world.restart({ fetch });
    await tell(world, paid(id));
    // It hangs in the call to the authority, as if its machine slept.
    const sleeper = world.app;
    const slept = sleeper.worker.drain();
    const { knex } = world.store.db;
    const held = async () => (await knex("jobs").where({ kind: "submit", state: "running" })).length;
    await until("the job is held", async () => (called && (await held()) === 1 ? true : null));
    world.app = buildApp(world.app.config, { clock: world.clock, log: silentLog });
    world.clock.pass(-HOUR);
    await world.app.worker.drain();
    expect(await held()).toBe(1);
    world.clock.pass(HOUR + 2 * 60);
    await world.app.worker.drain();
    expect(await held()).toBe(0);
    await runToEnd(world);
    await endsWell();
    // It wakes up much later, and may write nothing.
    wakeUp();
    await slept;
    await sleeper.close();
    await endsWell();
  });

  test("on past the last day to upload: held, never redated, and issued as it was once the clock is right", async () => {
    world.clock.set("2026-12-25T09:10:00+07:00");
    await withWeb(world.app, (url) => tellAt(url, world.clock.now(), paid(id)));
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["past_deadline"], fakturs: [] });
    expect(atAuthority(world, `INV-${id}`)).toEqual([]);
    world.clock.set(START);
    await world.app.api.corrections.issueAnew(await invoiceId(world, id), [], DESK);
    await runToEnd(world);
    await endsWell();
  });

  test.each([
    ["on", 301],
    ["back", -301],
  ])(
    "%s by more than five minutes: webhooks are refused, nothing is kept, and taken when it is right",
    async (_, by) => {
      const told = () => withWeb(world.app, (url) => tellAt(url, START, paid(id), { id: `msg_${id}` }));
      world.clock.pass(by);
      expect(await told()).toMatchObject({ status: 401, body: { code: "signature_wrong" } });
      expect(await world.app.db.knex("invoices").where({ external_id: id })).toEqual([]);
      world.clock.set(START);
      expect(await told()).toMatchObject({ status: 202 });
      await runToEnd(world);
      await endsWell();
    },
  );

  test("years on and back again: what follows the day is planned for the next one by the next start", async () => {
    const planned = async () =>
      (await world.app.db.knex("jobs").whereIn("kind", ["digest", "reconcile"]).orderBy("kind")).map(
        (job: { kind: string; run_at: string }) => [job.kind, job.run_at.slice(0, 10)],
      );
    world.clock.set("2036-11-03T09:10:00+07:00");
    await world.app.scheduleUpkeep();
    expect((await planned()).map(([, day]) => day?.slice(0, 4))).toEqual(["2036", "2036"]);
    world.clock.set(START);
    await world.app.scheduleUpkeep();
    const next = [
      ["digest", "2026-11-04"],
      ["reconcile", "2026-11-03"],
    ];
    expect(await planned()).toEqual(next);
    await world.app.scheduleUpkeep();
    expect(await planned()).toEqual(next);
  });

  test("years on and back again: what was planned meanwhile is taken up, with no start between", async () => {
    const planned = async () =>
      (await world.app.db.knex("jobs").whereNot({ kind: "services" }).orderBy("kind")).map(
        ({ kind, run_at }: { kind: string; run_at: string }) => [kind, run_at.slice(0, 4)],
      );
    await world.app.scheduleUpkeep();
    world.clock.set("2036-11-03T09:10:00+07:00");
    await world.app.worker.drain();
    const now = world.clock.now();
    await enqueue(world.app.db.knex, "read", "nobody", plusMs(now, 60_000), now);
    expect(await planned()).toEqual([
      ["digest", "2036"],
      ["read", "2036"],
      ["reconcile", "2036"],
      ["upkeep", "2036"],
    ]);
    world.clock.set(START);
    await world.app.worker.drain();
    expect(await planned()).toEqual([
      ["digest", "2026"],
      ["reconcile", "2026"],
      ["upkeep", "2026"],
    ]);
  });

  test("whatever it did, the trail of who did what is whole", async () => {
    expect(await verifyAudit(world.app.db.knex)).toMatchObject({ kind: "whole" });
  });
});
