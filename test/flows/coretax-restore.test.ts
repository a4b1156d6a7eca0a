/**
 * A database that is put back from a copy has forgotten which files it made since. Proves on both engines, with the real
 * tools, that nothing which may have been exported is exported a second time: it is kept back, says so, and goes only
 * after the portal's whole list or a person has said that it is not there; what is paid later goes as ever.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coretaxDeskOf } from "../../src/api/coretax-desk";
import type { Period } from "../../src/clock";
import { channelPurpose } from "../../src/seals";
import { findAudit } from "../../src/store/audit";
import { timelineOf, type FakturRow } from "../../src/store/fakturs";
import { gatherHome } from "../../src/ops/home";
import { list, listed, nsfpOf } from "../coretax/portal";
import { TITLES, xlsxOf, type TestCell } from "../coretax/readback/workbooks";
import { command, settingsOf } from "../support/command";
import { describeEngines } from "../support/databases";
import { copiesIn, testWithTools } from "../support/put-back";
import {
  addCompany,
  addPortal,
  addSeller,
  DESK,
  line,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

const MASA = "2026-11" as Period;
const LATER = "2026-11-06T10:00:00+07:00";

describeEngines("files for the portal after a restore", (engine) => {
  const test = testWithTools(engine);
  let world: World;
  let folder: string;
  const copies = copiesIn(engine, () => folder);
  const copied = () => copies.copy(world);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "faktur-again-"));
    world = await startWorld(engine);
    const channel_sealed = world.app.seal.close('{"kind":"coretax-file"}', channelPurpose("utama"));
    await addSeller(world, "utama", { channel_kind: "coretax-file", channel_sealed });
  });
  afterEach(async () => {
    await copies.close();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function invoices(there: World, ...ids: string[]): Promise<void> {
    for (const id of ids) expect((await tell(there, paid(id))).status).toBe(202);
    await runToEnd(there);
  }
  const row = async (there: World, id: string): Promise<FakturRow> => (await seen(there, id)).fakturs[0]!;
  let runs = 0;
  /** The references in the files of one export. */
  async function exported(there: World): Promise<{ references: string[]; keptBack: number }> {
    const out = join(folder, `out-${(runs += 1)}`);
    mkdirSync(out);
    const { keptBack } = await there.app.api.coretax.export("utama", out, DESK);
    const xml = readdirSync(out).map((name) => readFileSync(join(out, name), "utf8"));
    const found = xml.flatMap((text) => [...text.matchAll(/<RefDesc>([^<]+)</g)].map((one) => one[1]!));
    return { references: found.sort(), keptBack };
  }
  type Confirmed = ReadonlyMap<string, string>;
  const NONE: Confirmed = new Map();
  async function brought(there: World, rows: TestCell[][], whole: readonly Period[] = [], confirmed = NONE) {
    return broughtFile(there, await list(rows), whole, confirmed);
  }
  async function broughtFile(there: World, bytes: Buffer, whole: readonly Period[] = [], confirmed = NONE) {
    const path = join(folder, "daftar.xlsx");
    writeFileSync(path, bytes);
    const wish = { files: [{ name: "daftar.xlsx", path }], whole: new Set(whole), confirmed };
    return there.app.api.coretax.import("utama", wish, DESK);
  }
  const KEPT = { outcome: "held", reasons: ["may_be_exported"] };

  test("export, backup, export, restore: nothing goes twice, the rest goes when it was looked up", async () => {
    await invoices(world, "1");
    expect(await exported(world)).toEqual({ references: ["INV-1"], keptBack: 0 });
    await invoices(world, "2", "3");
    const putBack = await copied();
    await invoices(world, "4");
    expect((await exported(world)).references).toEqual(["INV-2", "INV-3", "INV-4"]);
    world.clock.pass(3600);

    const there = await putBack();
    // The portal tells what is forgotten; one more is paid days after.
    await invoices(there, "4", "5");
    there.clock.pass(3 * 86_400);
    await tell(there, { ...paid("6", { paidAt: LATER }), timestamp: LATER });
    await runToEnd(there);
    // The page of the day says the same before anything is marked.
    const desk = () => coretaxDeskOf(there.app.api, "utama");
    expect(await desk()).toMatchObject({ ready: 1, waiting: 1, keptBack: 4, tooLate: 0, held: 0 });
    expect(await exported(there)).toEqual({ references: ["INV-6"], keptBack: 4 });
    expect(await desk()).toMatchObject({ ready: 0, waiting: 2, keptBack: 4 });
    expect(await exported(there)).toEqual({ references: [], keptBack: 4 });
    for (const id of ["2", "3", "4", "5"]) expect(await seen(there, id)).toMatchObject(KEPT);
    const dropped = there.app.api.corrections.cancel((await row(there, "2")).id, "x", DESK);
    await expect(dropped).rejects.toMatchObject({ code: "wrong_state" });
    expect((await gatherHome(there.app)).counts).toMatchObject({ problem: 4 });
    expect(await seen(there, "1")).toMatchObject({ reasons: ["exported_waiting_readback"] });
    const asked = ["coretax", "export", "--seller", "utama", "--out", folder];
    const told = await command(asked, {
      ...settingsOf(there),
      FAKTUR_DATABASE_URL: there.app.config.databaseUrl,
    });
    expect([told.code, told.out.includes("kept back since the restore: 4")]).toEqual([1, true]);

    // What the list shows is taken over, in whatever state; the rest is not let go by it alone.
    const shown = [
      listed(await row(there, "1"), nsfpOf(1)),
      listed(await row(there, "2"), nsfpOf(2)),
      listed(await row(there, "4"), "", {
        "Nomor Faktur Pajak": null,
        "Status Faktur": "CREATED",
        ESignStatus: null,
      }),
    ];
    expect(await brought(there, shown)).toMatchObject({ approved: 2, changed: 1, cleared: 0, left: [] });
    expect(await row(there, "2")).toMatchObject({ state: "approved", nsfp: nsfpOf(2), problem: null });
    expect(await seen(there, "4")).toMatchObject({
      outcome: "waiting",
      reasons: ["exported_waiting_readback"],
    });
    expect(await exported(there)).toEqual({ references: [], keptBack: 2 });

    expect(await brought(there, shown, [MASA])).toMatchObject({ cleared: 2, left: [] });
    expect(await seen(there, "3")).toMatchObject({ outcome: "waiting", reasons: ["ready_for_export"] });
    expect(await exported(there)).toEqual({ references: ["INV-3", "INV-5"], keptBack: 0 });
    const events = (await timelineOf(there.app.db.knex, (await row(there, "5")).id)).map((one) => one.event);
    expect(events.slice(-3)).toEqual(["kept_back", "cleared", "exported"]);
  });

  test("a list that is not whole lets nothing go, nor a whole one what was left for a person", async () => {
    await invoices(world, "1", "2", "3");
    await exported(world);
    const old = await list([listed(await row(world, "1"), nsfpOf(1))]);
    expect(await broughtFile(world, old)).toMatchObject({ approved: 1, left: [] });
    await invoices(world, "4", "5");
    const putBack = await copied();
    world.clock.pass(3600);
    const there = await putBack();

    const refused = { cleared: 0, left: [{ code: "not_whole", at: MASA }] };
    expect(await broughtFile(there, old, [MASA])).toMatchObject(refused);
    const [one, two, four] = [await row(there, "1"), await row(there, "2"), await row(there, "4")];
    expect(await brought(there, [listed(two, nsfpOf(2))], [MASA])).toMatchObject(refused);
    const broken = listed(two, nsfpOf(2), { "Status Faktur": null });
    const half = await brought(there, [listed(one, nsfpOf(1)), broken], [MASA]);
    expect([half.cleared, half.left.map(({ code }) => code)]).toEqual([0, ["faulty", "not_whole"]]);
    expect(
      (await there.app.api.coretax.import("utama", { files: [], whole: new Set([MASA]) }, DESK)).left,
    ).toMatchObject([{ code: "not_whole" }]);
    expect(await exported(there)).toEqual({ references: [], keptBack: 2 });

    const gone = listed(four, nsfpOf(4), { "Status Faktur": "CANCELED" });
    const whole = await brought(there, [listed(one, nsfpOf(1)), listed(two, nsfpOf(2)), gone], [MASA]);
    expect([whole.cleared, whole.left.map(({ code }) => code)]).toEqual([1, ["stands_otherwise"]]);
    expect(await exported(there)).toEqual({ references: ["INV-5"], keptBack: 1 });
    expect(await seen(there, "4")).toMatchObject(KEPT);
  });

  test("a list that was imported between copy and restore lets nothing go, however often it is tried", async () => {
    await invoices(world, "1");
    await exported(world);
    await invoices(world, "2");
    const putBack = await copied();
    const old = await list([listed(await row(world, "1"), nsfpOf(1))]);
    expect(await broughtFile(world, old)).toMatchObject({ approved: 1, left: [] });
    expect((await exported(world)).references).toEqual(["INV-2"]);
    world.clock.pass(3600);
    const there = await putBack();
    there.clock.pass(60);
    expect(await broughtFile(there, old)).toMatchObject({ approved: 1, left: [] });
    for (let tries = 0; tries < 2; tries += 1)
      expect(await broughtFile(there, old, [MASA])).toMatchObject({
        cleared: 0,
        left: [{ code: "not_whole" }],
      });
    expect(await exported(there)).toEqual({ references: [], keptBack: 1 });
  });

  test("nor does one that says itself that it was made before the restore", async () => {
    await invoices(world, "1", "2");
    await exported(world);
    const approved = listed(await row(world, "1"), nsfpOf(1));
    await brought(world, [approved]);
    await invoices(world, "3");
    const putBack = await copied();
    world.clock.pass(3600);
    const there = await putBack();
    const core = (at: string) =>
      `<?xml version="1.0"?><cp:coreProperties><dcterms:created>${at}</dcterms:created></cp:coreProperties>`;
    const made = async (at: string) =>
      broughtFile(
        there,
        await xlsxOf([[...TITLES], approved], { parts: { "docProps/core.xml": core(at) } }),
        [MASA],
      );
    // The restore is at 10:10 in Jakarta.
    for (const at of ["2026-11-03T03:09:00Z", "2026-11-03T10:09:00"])
      expect(await made(at)).toMatchObject({ cleared: 0, left: [{ code: "not_whole" }] });
    expect(await exported(there)).toEqual({ references: [], keptBack: 1 });
    // Some writers put one date everywhere; others none that can be read.
    for (const at of ["2006-09-16T00:00:00Z", "kemarin", "2026-11-03T03:11:00Z"]) {
      there.clock.pass(60);
      await invoices(there, `of ${at.slice(0, 4)}`);
      expect(await made(at)).toMatchObject({ left: [] });
      expect((await exported(there)).keptBack).toBe(0);
    }
  });

  test("a person's word lets it go, stands in the trail, and holds until the next restore", async () => {
    await invoices(world, "1", "2");
    const putBack = await copied();
    await exported(world);
    const there = await putBack();
    const settings = { ...settingsOf(there), FAKTUR_DATABASE_URL: there.app.config.databaseUrl };
    // Nobody was told yet of anything that is kept back.
    expect(await there.app.api.coretax.release("utama", "terlalu dini", DESK)).toBe(0);
    expect(await exported(there)).toEqual({ references: [], keptBack: 2 });
    const words = ["coretax", "release", "--seller", "utama", "--reason", "Pajak Keluaran kosong"];
    expect(await command(words, settings)).toMatchObject({
      code: 0,
      out: "Dilepas / released: 2\n",
      err: "",
    });
    const [entry] = await findAudit(there.app.db.knex, { action: "coretax.released" }, "newest", null, 5);
    expect(entry).toMatchObject({ actor: "cli", subject: "seller:utama", detail: "Pajak Keluaran kosong" });
    expect(await there.app.api.coretax.release("utama", "lagi", DESK)).toBe(0);

    await there.app.db.knex("restores").insert({ at: "2026-11-03T12:00:00.000Z", source: "once more" });
    expect(await exported(there)).toEqual({ references: [], keptBack: 2 });
    expect(await there.app.api.coretax.release("utama", "lagi", DESK)).toBe(2);
    expect(await exported(there)).toEqual({ references: ["INV-1", "INV-2"], keptBack: 0 });
  });

  describe("with one number in two portals", () => {
    const OTHER = { portal: "lapak", npwp: "0023456789012000", name: "PT LAIN SEJAHTERA" };
    beforeEach(async () => {
      await addPortal(world, "lapak");
      await addCompany(world, "77", OTHER);
    });
    const both = async (there: World, ...portals: string[]) => {
      for (const portal of portals) {
        await tell(there, paid("1"), { portal });
        await runToEnd(there);
      }
    };
    const rowOf = async (there: World, portal: string) => (await seen(there, "1", portal)).fakturs[0]!;

    test("a whole list lets neither go that it shows under the other's reference", async () => {
      const putBack = await copied();
      await both(world, "toko", "lapak");
      expect((await exported(world)).references).toEqual(["INV-1", "INV-1/lapak"]);
      const [a, b] = [await rowOf(world, "toko"), await rowOf(world, "lapak")];
      world.clock.pass(3600);
      const there = await putBack();
      there.clock.pass(60);
      await both(there, "lapak", "toko");
      const shown = [listed(a, nsfpOf(1)), listed(b, nsfpOf(2))];
      const whole = await brought(there, shown, [MASA]);
      expect(whole).toMatchObject({ approved: 0, cleared: 0 });
      expect(whole.left.map(({ code }) => code)).toEqual(["needs_confirmation", "needs_confirmation"]);
      expect(await exported(there)).toEqual({ references: [], keptBack: 2 });
      const confirmed = new Map([
        [(await rowOf(there, "toko")).id, nsfpOf(1)],
        [(await rowOf(there, "lapak")).id, nsfpOf(2)],
      ]);
      expect(await brought(there, shown, [MASA], confirmed)).toMatchObject({ approved: 2, left: [] });
      expect(await rowOf(there, "toko")).toMatchObject({ state: "approved", nsfp: nsfpOf(1) });
      expect(await rowOf(there, "lapak")).toMatchObject({ state: "approved", nsfp: nsfpOf(2) });
    });

    test("nor one of the same buyer and amounts that it shows as nobody's, on another day", async () => {
      const putBack = await copied();
      await both(world, "toko", "lapak");
      const [a, b] = [await rowOf(world, "toko"), await rowOf(world, "lapak")];
      const there = await putBack();
      await both(there, "lapak", "toko");
      const free = { amount: "500000.00" };
      const cheap = { subtotal: "500000.00", tax: "55000.00", total: "555000.00", lines: [line(free)] };
      await tell(there, paid("2", cheap));
      await runToEnd(there);
      const other = { "Tanggal Faktur Pajak": "2026-11-09" };
      const whole = await brought(there, [listed(a, nsfpOf(1), other), listed(b, nsfpOf(2), other)], [MASA]);
      expect(whole.left.map(({ code }) => code)).toEqual(["contradiction", "stranger"]);
      expect(await exported(there)).toEqual({ references: ["INV-2"], keptBack: 2 });
    });
  });

  test("a file that was reserved before the copy is not written by itself afterwards", async () => {
    await invoices(world, "1");
    const blocked = join(folder, "blocked");
    writeFileSync(blocked, "not a folder");
    await expect(world.app.api.coretax.export("utama", blocked, DESK)).rejects.toMatchObject({
      code: "storage_failed",
    });
    const putBack = await copied();
    world.clock.pass(3600);
    expect((await exported(world)).references).toEqual(["INV-1"]);
    const there = await putBack();
    there.clock.pass(3600);
    expect((await exported(there)).references).toEqual([]);
    expect(await seen(there, "1")).toMatchObject({ reasons: ["exported_waiting_readback"] });
    await there.app.exportAgain("utama", "faktur-utama-20261103-001.xml", folder);
    expect(readdirSync(folder)).toContain("faktur-utama-20261103-001.xml");
  });
});
