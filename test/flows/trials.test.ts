/**
 * The trials of a paused channel on both engines: a trial that will never be handed over (cancelled, or past its last day)
 * is followed by another within the hour, the oldest that can still go is chosen, and a passphrase that was found wrong is
 * not tried again because the faktur that showed it was given up.
 */
import { pauseOf } from "../../src/store/pauses";
import type { FakturRow } from "../../src/store/fakturs";
import { describeEngines } from "../support/databases";
import { addSeller, DESK, paid, seen, startWorld, tell, type World } from "../support/world";

const BLOCKED = "Akses pembuatan faktur pajak dinonaktifkan (PER-19/PJ/2025)";
const WRONG = "Saved Invalid: passphrase penandatangan salah";

describeEngines("the trials of a paused channel", (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine, { config: { followSeconds: [2] } });
  });
  afterEach(() => world.close());

  const rules = (...list: object[]) => world.authority.authority.control.add(list as never);
  const refuses = (message: string, times: number) =>
    rules({ operation: "upload", fault: "reject", message, times });
  const row = async (id: string): Promise<FakturRow> => (await seen(world, id)).fakturs[0]!;
  const paused = async () => (await pauseOf(world.app.db.knex, "utama")) ?? null;
  const uploads = () =>
    world.authority.authority.control.calls().filter(({ operation }) => operation === "upload").length;
  async function goOn(): Promise<void> {
    for (let step = 0; step < 10; step += 1) {
      await world.app.worker.drain();
      world.clock.pass(3);
    }
  }
  async function paidOn(day: string, ...ids: string[]): Promise<void> {
    const paidAt = `${day}T09:10:00+07:00`;
    if (new Date(paidAt) > world.clock.now()) world.clock.set(new Date(paidAt));
    for (const id of ids) await tell(world, paid(id, { paidAt }));
    await goOn();
  }
  async function hours(count: number): Promise<void> {
    for (let hour = 0; hour < count; hour += 1) {
      world.clock.pass(3600);
      await goOn();
    }
  }

  /** One faktur has shown that the channel is blocked, another waits behind it. */
  async function blocked(times: number): Promise<void> {
    refuses(BLOCKED, times);
    await paidOn("2026-11-03", "1");
    await paidOn("2026-11-03", "2");
    expect([(await row("1")).state, (await row("2")).state]).toEqual(["rejected", "ready"]);
  }
  /** As it is while the trial's own job has not run yet. */
  const letThrough = async (id: string) =>
    world.app.db
      .knex("channel_pauses")
      .update({ trial_faktur: (await row(id)).id, tried_at: world.clock.now().toISOString() });

  test("a trial that was refused again and given up is followed by another", async () => {
    await blocked(2);
    await hours(1);
    expect(await paused()).toMatchObject({ trial_faktur: (await row("1")).id });
    await world.app.api.corrections.cancel((await row("1")).id, "uji", DESK);
    await hours(1);
    expect([(await row("2")).state, await paused()]).toEqual(["approved", null]);
  });

  test("a trial that was cancelled before it went is followed by another", async () => {
    await blocked(1);
    await letThrough("2");
    await world.app.api.corrections.cancel((await row("2")).id, "uji", DESK);
    await hours(1);
    expect([(await row("1")).state, await paused()]).toEqual(["approved", null]);
  });

  test("what is past its last day is no trial: the oldest that can still go is", async () => {
    await blocked(1);
    await world.app.api.corrections.cancel((await row("1")).id, "uji", DESK);
    await world.app.db.knex("fakturs").where({ reference: "INV-2" }).update({ deadline: "2026-11-02" });
    await paidOn("2026-11-03", "3");
    await hours(1);
    expect([(await row("3")).state, await paused()]).toEqual(["approved", null]);
    expect((await row("2")).state).toBe("ready");
  });

  test("a trial that waited past its last day is followed by another", async () => {
    await blocked(1);
    await letThrough("2");
    await world.app.db.knex("fakturs").where({ reference: "INV-2" }).update({ deadline: "2026-11-02" });
    await hours(1);
    expect([(await row("1")).state, await paused()]).toEqual(["approved", null]);
  });

  test("a passphrase that was wrong is not tried again when its faktur is given up", async () => {
    refuses(WRONG, 1);
    await paidOn("2026-11-03", "1");
    await paidOn("2026-11-03", "2");
    expect(await paused()).toMatchObject({ cause: "passphrase_wrong" });
    world.clock.pass(60);
    await addSeller(world, "utama");
    refuses(WRONG, 1);
    await hours(1);
    const tried = uploads();
    await world.app.api.corrections.cancel((await row("1")).id, "uji", DESK);
    await hours(3);
    expect([uploads(), (await row("2")).state]).toEqual([tried, "ready"]);
    await addSeller(world, "utama");
    await hours(1);
    expect([(await row("2")).state, await paused()]).toEqual(["approved", null]);
  });
});
