// Proves that a worker which slept past its lease sends nothing when it wakes up: no document to the authority, no mail. It
// stops at the moment between what it has written down and what it is about to do; another then does it, once.
import { describeEngines } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import { mailsAbout, paid, runToEnd, seen, startWorld, tell, type World } from "../support/world";

const LEASE_SECONDS = 60;

describeEngines("a worker that sleeps past its lease", (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine, { drawPdf: tinyPdf });
  });
  afterEach(() => world.close());

  const asked = (operation: string) =>
    world.authority.authority.control.calls().filter((call) => call.operation === operation).length;
  const endings = async () => {
    const text = await world.app.metrics.text();
    const lost = text.matchAll(/^faktur_job_seconds_count\{kind="(\w+)",ended="lost"\} ([1-9]\d*)$/gm);
    return [...lost].map(([, kind, count]) => [kind, Number(count)]);
  };

  test("after writing that it submits: nothing is created but by who comes after", async () => {
    const { transaction } = world.app.db;
    let slept = false;
    Object.assign(world.app.db, {
      async transaction(work: Parameters<typeof transaction>[0]) {
        const result = await transaction(work);
        const [faktur] = await world.store.db.knex("fakturs").where({ state: "submitting" });
        if (faktur !== undefined && !slept) {
          slept = true;
          world.clock.pass(LEASE_SECONDS + 1);
          await world.store.db.knex("jobs").where({ kind: "submit" }).update({ lease: "another" });
        }
        return result;
      },
    });
    await tell(world, paid("1"));
    await world.app.worker.drain();
    expect(slept).toBe(true);
    expect(await endings()).toEqual([["submit", 1]]);
    await runToEnd(world);
    expect(await seen(world, "1")).toMatchObject({ outcome: "issued", reasons: [] });
    expect(asked("create")).toBe(1);
    const events: string[] = await world.store.db.knex("timeline").pluck("event");
    expect(events).toContain("absent_at_authority");
  });

  test("with a mail in hand: it is left to who comes after", async () => {
    const { get } = world.app.documents;
    let slept = false;
    Object.assign(world.app.documents, {
      async get(sha256: string) {
        const [mail] = await world.store.db.knex("jobs").where({ kind: "mail", state: "running" });
        if (mail !== undefined && !slept) {
          slept = true;
          world.clock.pass(LEASE_SECONDS + 1);
          await world.store.db.knex("jobs").where({ kind: "mail" }).update({ lease: "another" });
          sentBefore = (await mailsAbout(world, "INV-2")).length;
        }
        return get(sha256);
      },
    });
    let sentBefore = -1;
    const { send } = world.app.mailer;
    let sends = 0;
    Object.assign(world.app.mailer, {
      send: (mail: Parameters<typeof send>[0]) => {
        sends += 1;
        return send(mail);
      },
    });
    await tell(world, paid("2"));
    await runToEnd(world);
    expect(slept).toBe(true);
    expect(sentBefore).toBe(0);
    expect(await endings()).toEqual([["mail", 1]]);
    expect(sends).toBe(1);
    expect(await mailsAbout(world, "INV-2")).toHaveLength(1);
  });
});
