/**
 * Files that were exported and never uploaded, on the real program over both engines. Proves that only the portal's whole
 * list, imported after the last day, takes such a faktur back; that until then nothing makes a late one beside it, and
 * says so; and that what the portal knows in any state is never taken back.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invoiceStanding } from "../../src/api/standings";
import { createToken } from "../../src/api/tokens";
import { dayInJakarta, type Period } from "../../src/clock";
import { channelPurpose } from "../../src/seals";
import type { FakturRow } from "../../src/store/fakturs";
import { findInvoice } from "../../src/store/invoices";
import { list, listed, nsfpOf } from "../coretax/portal";
import type { TestCell } from "../coretax/readback/workbooks";
import { describeEngines } from "../support/databases";
import {
  addSeller,
  DESK,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  withWeb,
  type World,
} from "../support/world";

const MASA = "2026-11" as Period;
const OVER = "2026-12-21T09:00:00+07:00";
const DRAFT = { "Nomor Faktur Pajak": null, "Status Faktur": "CREATED", ESignStatus: null };

describeEngines("exported, and never uploaded", (engine) => {
  let world: World;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "faktur-never-"));
    world = await startWorld(engine);
    const channel_sealed = world.app.seal.close('{"kind":"coretax-file"}', channelPurpose("utama"));
    await addSeller(world, "utama", { channel_kind: "coretax-file", channel_sealed });
    for (const id of ["1", "2"]) await tell(world, paid(id));
    await runToEnd(world);
    await exported();
  });
  afterEach(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const exported = () => world.app.api.coretax.export("utama", folder, DESK);
  const row = async (id: string): Promise<FakturRow> => (await seen(world, id)).fakturs.at(-1)!;
  const standing = async (id: string) => {
    const { db, clock } = world.app;
    const invoice = await findInvoice(db.knex, "toko", id);
    const { outcome, reasons } = await invoiceStanding(db, invoice!, dayInJakarta(clock.now()));
    return [outcome, ...reasons.map(({ code }) => code)];
  };
  async function brought(rows: TestCell[][], whole: readonly Period[] = [MASA]) {
    const path = join(folder, "daftar.xlsx");
    writeFileSync(path, await list(rows));
    const wish = { files: [{ name: "daftar.xlsx", path }], whole: new Set(whole) };
    return world.app.api.coretax.import("utama", wish, DESK);
  }
  /** Asks for the late faktur as finance does; the answer's status and code. */
  async function late(id: string): Promise<readonly [number, unknown]> {
    const { db, clock, api } = world.app;
    const name = api.newId(clock.now());
    const token = await createToken({ db, clock, newId: api.newId }, name, "finance");
    return withWeb(world.app, async (url) => {
      const response = await fetch(`${url}/api/v1/invoices/toko/${id}/issue`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          connection: "close",
        },
        body: JSON.stringify({ accept: ["past_deadline"] }),
      });
      const { code } = (await response.json()) as { code?: string };
      return [response.status, code] as const;
    });
  }

  test("it is taken back by the whole list after its last day, and a late one takes its place", async () => {
    const shown = [listed(await row("1"), nsfpOf(1))];
    expect(await brought(shown)).toMatchObject({ approved: 1, changed: 0, left: [] });
    expect((await row("2")).state).toBe("pending");
    world.clock.set(OVER);
    expect(await standing("2")).toEqual(["waiting", "exported_past_deadline"]);
    expect(await late("2")).toEqual([409, "wrong_state"]);
    expect(await brought(shown, [])).toMatchObject({ changed: 0, left: [] });
    expect((await row("2")).state).toBe("pending");

    expect(await brought(shown)).toMatchObject({ changed: 1, left: [] });
    expect(await standing("2")).toEqual(["held", "past_deadline"]);
    expect((await exported()).files).toEqual([]);
    expect(await late("2")).toEqual([200, undefined]);
    await runToEnd(world);
    const { fakturs } = await seen(world, "2");
    expect(fakturs.map(({ state, reference, date }) => [state, reference, date])).toEqual([
      ["cancelled", "INV-2", "2026-11-03"],
      ["ready", "INV-2-R2", "2026-12-21"],
    ]);
    expect((await row("1")).state).toBe("approved");
  });

  test("what the portal has in any state stays, and so does everything by a list that is not whole", async () => {
    const shown = [listed(await row("1"), nsfpOf(1))];
    await brought(shown);
    world.clock.set(OVER);
    expect(await brought([...shown, listed(await row("2"), "", DRAFT)])).toMatchObject({ left: [] });
    expect((await row("2")).state).toBe("pending");
    const other = listed(
      { ...(await row("2")), reference: "LAIN-9", buyer_npwp: "0099999999999000" },
      nsfpOf(9),
    );
    expect((await brought([other])).left.map(({ code }) => code)).toContain("not_whole");
    expect((await row("2")).state).toBe("pending");
  });

  test("one that the portal shows as approved after all is approved, taken back or not", async () => {
    const shown = [listed(await row("1"), nsfpOf(1))];
    await brought(shown);
    world.clock.set(OVER);
    await brought(shown);
    expect((await row("2")).state).toBe("ready");
    expect(await brought([...shown, listed(await row("2"), nsfpOf(2))])).toMatchObject({ approved: 1 });
    expect(await row("2")).toMatchObject({ state: "approved", nsfp: nsfpOf(2) });
    expect(await late("2")).toEqual([200, undefined]);
    await runToEnd(world);
    expect((await seen(world, "2")).fakturs).toHaveLength(1);
  });
});
