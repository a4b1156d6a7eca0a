/**
 * Fakturs with an id at a channel that is gone, after their seller went over to Coretax files: on the real program over
 * both engines. Proves that they are given up only on the word of the portal's whole list, imported after their last day,
 * and that what this list shows is never given up.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Period } from "../../src/clock";
import { channelPurpose } from "../../src/seals";
import type { FakturRow } from "../../src/store/fakturs";
import { list, listed, nsfpOf } from "../coretax/portal";
import type { TestCell } from "../coretax/readback/workbooks";
import { describeEngines } from "../support/databases";
import { addSeller, DESK, paid, runToEnd, seen, startWorld, tell, type World } from "../support/world";

const MASA = "2026-11" as Period;
const BEFORE = "2026-12-10T09:00:00+07:00";
const OVER = "2026-12-21T09:00:00+07:00";

describeEngines("left at a channel that is gone", (engine) => {
  let world: World;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "faktur-left-"));
    world = await startWorld(engine);
    await tell(world, paid("1"));
    await runToEnd(world);
  });
  afterEach(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = async (id: string): Promise<FakturRow> => (await seen(world, id)).fakturs.at(-1)!;
  const corrections = () => world.app.api.corrections;
  const drop = async (id: string) => corrections().cancel((await row(id)).id, "kanal tutup", DESK);

  async function brought(rows: TestCell[][]) {
    const path = join(folder, "daftar.xlsx");
    writeFileSync(path, await list(rows));
    const wish = { files: [{ name: "daftar.xlsx", path }], whole: new Set([MASA]) };
    return world.app.api.coretax.import("utama", wish, DESK);
  }
  const first = async () => listed(await row("1"), (await row("1")).nsfp ?? "");

  /** The provider closes for good, and its seller goes by files. */
  async function leave(): Promise<void> {
    world.authority.authority.control.add([
      ...(["create", "upload", "detail", "list", "cancel"] as const).map((operation) => ({
        ...{ operation, fault: "error-before" as const, times: 1_000 },
      })),
    ]);
    const channel_sealed = world.app.seal.close('{"kind":"coretax-file"}', channelPurpose("utama"));
    await addSeller(world, "utama", { channel_kind: "coretax-file", channel_sealed });
    await world.app.worker.drain();
  }

  const uploadIs = (fault: "reject" | "drop-after") =>
    world.authority.authority.control.add([{ operation: "upload", fault, message: "NITKU tidak valid" }]);

  async function refused(): Promise<void> {
    uploadIs("reject");
    await tell(world, paid("2"));
    await runToEnd(world);
  }

  /** What stands of invoice 2 when its seller has gone. */
  const WAYS: Readonly<Record<string, () => Promise<void>>> = {
    rejected: async () => {
      await refused();
      await leave();
    },
    ready: async () => {
      await refused();
      await corrections().retry((await row("2")).id, DESK);
      await leave();
    },
    unknown: async () => {
      uploadIs("drop-after");
      await tell(world, paid("2"));
      await world.app.worker.drain();
      await leave();
      await runToEnd(world);
    },
    pending: async () => {
      await tell(world, paid("2"));
      await world.app.worker.drain();
      await leave();
    },
  };

  test.each(Object.keys(WAYS))("one that is %s is given up on the word of the whole list", async (state) => {
    await WAYS[state]!();
    const left = await row("2");
    expect(left).toMatchObject({ state, channel_kind: "pajakio" });
    expect(left.external_id).not.toBeNull();
    await expect(drop("2")).rejects.toMatchObject({ code: "wrong_state" });

    world.clock.set(BEFORE);
    expect(await brought([await first()])).toMatchObject({ changed: 0 });
    expect((await row("2")).external_id).toBe(left.external_id);

    world.clock.set(OVER);
    expect(await brought([await first()])).toMatchObject({ changed: 1, left: [] });
    expect(await row("2")).toMatchObject({ external_id: null, problem: null });
    await drop("2");
    expect(await row("2")).toMatchObject({ state: "cancelled" });
    expect(await row("1")).toMatchObject({ state: "approved" });
  });

  test.each(Object.keys(WAYS))("one that is %s and stands in that list is not", async (state) => {
    await WAYS[state]!();
    world.clock.set(OVER);
    const shown = [await first(), listed(await row("2"), nsfpOf(2))];
    expect(await brought(shown)).toMatchObject({ approved: 1, left: [] });
    expect(await row("2")).toMatchObject({ state: "approved", nsfp: nsfpOf(2) });
  });
});
