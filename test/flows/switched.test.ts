/**
 * A seller that changes from Coretax files to a channel that sends by itself. Proves on both engines that what waited for
 * an export goes up once and by itself, also when the process died right after the change, and that nothing goes up which
 * a person must look at first: in a file before, kept back after a restore, or with the automatic upload off.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { UploadRules } from "../../src/faktur/upload-window";
import { channelPurpose } from "../../src/seals";
import { insertRestore } from "../../src/store/restores";
import { timelineOf, type FakturRow } from "../../src/store/fakturs";
import { list, listed } from "../coretax/portal";
import { describeEngines } from "../support/databases";
import {
  addSeller,
  atAuthority,
  DESK,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

const AT_NIGHT = [{ days: [1, 2, 3, 4, 5, 6, 7], from: "03:00", to: "04:00" }];

describeEngines("a seller that leaves files", (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine);
    await byFile();
  });
  afterEach(() => world.close());

  const byFile = () =>
    addSeller(world, "utama", {
      channel_kind: "coretax-file",
      channel_sealed: world.app.seal.close('{"kind":"coretax-file"}', channelPurpose("utama")),
    });
  const row = async (id: string): Promise<FakturRow> => (await seen(world, id)).fakturs[0]!;
  const invoices = async (...ids: string[]) => {
    for (const id of ids) expect((await tell(world, paid(id))).status).toBe(202);
    await runToEnd(world);
  };
  const exported = () => world.app.api.coretax.export("utama", join(world.folder, "out"), DESK);
  /** As PUT /sellers does: stored, then told. */
  async function bySending(upload: UploadRules = { auto: true }): Promise<void> {
    await addSeller(world, "utama", { upload: JSON.stringify(upload) });
    await world.app.api.sellerSaved("utama");
    await world.app.worker.drain();
  }
  /** All that is due but for the hourly work, which plans itself anew for ever. */
  async function goOn(): Promise<void> {
    for (let step = 0; step < 10; step += 1) {
      world.clock.pass(61);
      await world.app.worker.drain();
    }
  }

  test("what waited for an export goes up by itself, once", async () => {
    await invoices("1", "2");
    expect(await seen(world, "1")).toMatchObject({ reasons: ["ready_for_export"] });
    await bySending();
    await world.app.api.sellerSaved("utama");
    await goOn();
    for (const id of ["1", "2"]) {
      expect(await row(id)).toMatchObject({ state: "approved", channel_kind: "pajakio" });
      expect(atAuthority(world, `INV-${id}`)).toHaveLength(1);
    }
  });

  test("it waits for the seller's hours, and says no longer that a file is missing", async () => {
    await invoices("1");
    await bySending({ auto: true, windows: AT_NIGHT });
    await goOn();
    expect(await seen(world, "1")).toMatchObject({ outcome: "waiting", reasons: ["on_its_way"] });
    expect(atAuthority(world, "INV-1")).toEqual([]);
    world.clock.set(new Date("2026-11-04T03:01:00+07:00"));
    await goOn();
    expect((await row("1")).state).toBe("approved");
  });

  test("a process that died after the change was stored: the next start brings it on", async () => {
    await invoices("1");
    await addSeller(world, "utama");
    await world.restart();
    await world.app.scheduleUpkeep();
    await goOn();
    expect((await row("1")).state).toBe("approved");
  });

  test("there and back again before anything was sent: it goes all the same", async () => {
    await addSeller(world, "utama", { upload: JSON.stringify({ auto: true, windows: AT_NIGHT }) });
    await tell(world, paid("1"));
    await world.app.worker.drain();
    await byFile();
    await runToEnd(world);
    expect(await row("1")).toMatchObject({ state: "ready", channel_kind: "coretax-file" });
    await bySending();
    await goOn();
    expect((await row("1")).state).toBe("approved");
  });

  test("with the automatic upload off it waits as a draft for a person", async () => {
    await invoices("1");
    await bySending({ auto: false });
    await goOn();
    expect(await seen(world, "1")).toMatchObject({ outcome: "waiting", reasons: ["upload_off"] });
    expect((await timelineOf(world.app.db.knex, (await row("1")).id)).at(-1)?.event).toBe("withheld");
    await world.app.api.corrections.release((await row("1")).id, DESK, false);
    await goOn();
    expect((await row("1")).state).toBe("approved");
  });

  test("what was in a file is never sent by itself", async () => {
    await invoices("1", "2");
    await exported();
    const one = await row("1");
    const refused = listed(one, "", { "Status Faktur": "SAVED INVALID", ESignStatus: null });
    const path = join(world.folder, "daftar.xlsx");
    writeFileSync(path, await list([refused]));
    await world.app.api.coretax.import("utama", { files: [{ name: "daftar.xlsx", path }] }, DESK);
    await world.app.api.corrections.retry(one.id, DESK);
    await runToEnd(world);
    expect((await row("1")).state).toBe("ready");
    await bySending();
    await goOn();
    expect([(await row("1")).state, (await row("2")).state]).toEqual(["draft", "pending"]);
    expect(atAuthority(world, "INV-")).toEqual([]);
  });

  test("what a restore may have forgotten is kept back", async () => {
    await invoices("1");
    world.clock.pass(60);
    await insertRestore(world.app.db.knex, world.clock.now(), "uji");
    await bySending();
    await goOn();
    expect(await seen(world, "1")).toMatchObject({ outcome: "held", reasons: ["may_be_exported"] });
    expect(atAuthority(world, "INV-")).toEqual([]);
  });
});
