// Proves the comparison of a channel that is carried by hand: with the portal list that was imported last, how old it is
// said each time; what the list holds besides ours, what it shows otherwise, and what it does not show.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addDays, dayInJakarta } from "../../src/clock";
import { channelPurpose } from "../../src/seals";
import type { FakturRow } from "../../src/store/fakturs";
import { list, listed, nsfpOf } from "../coretax/portal";
import { describeEngines } from "../support/databases";
import { addSeller, DESK, paid, runToEnd, seen, startWorld, tell, type World } from "../support/world";

describeEngines("a channel of files", (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine);
    const channel_sealed = world.app.seal.close(
      JSON.stringify({ kind: "coretax-file" }),
      channelPurpose("utama"),
    );
    await addSeller(world, "utama", { channel_kind: "coretax-file", channel_sealed });
    for (const id of ["1", "2"]) await tell(world, paid(id));
    await runToEnd(world);
    await world.app.api.coretax.export("utama", join(world.folder, "out"), DESK);
  });
  afterEach(() => world.close());

  const faktur = async (id: string): Promise<FakturRow> => (await seen(world, id)).fakturs[0]!;

  async function imported(
    name: string,
    bytes: Buffer,
    adopted: [string, string][] = [],
    seller = "utama",
  ): Promise<void> {
    const folder = join(world.folder, "portal");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), bytes);
    const files = [{ name, path: join(folder, name) }];
    await world.app.api.coretax.import(seller, { files, adopted: new Map(adopted) }, DESK);
    await runToEnd(world);
  }

  async function compared() {
    const to = dayInJakarta(world.clock.now());
    const { sources, differences } = await world.app.reconciling.look({ from: addDays(to, -40), to });
    const source = sources.find((one) => one.kind === "channel");
    const codes = differences.map(({ code }) => code).filter((code) => !code.startsWith("approved_without"));
    return { source, codes: codes.sort() };
  }

  const both = async () => {
    const [one, two] = [await faktur("1"), await faktur("2")];
    return { one, two, rows: [listed(one, nsfpOf(1)), listed(two, nsfpOf(2))] };
  };

  test("cannot be compared before a list was imported", async () => {
    expect((await compared()).source).toMatchObject({ state: "cannot", asOf: null });
  });

  test("agrees with the list that approved it, however old that is, and says so", async () => {
    const { rows } = await both();
    await imported("november.xlsx", await list(rows));
    world.clock.pass(5 * 86_400);
    const { source, codes } = await compared();
    expect(codes).toEqual([]);
    expect(source).toMatchObject({
      state: "compared",
      listed: 2,
      recorded: 2,
      asOf: "2026-11-03T02:10:00.000Z",
    });
    expect(source?.says?.en).toContain("november.xlsx, imported 2026-11-03");
  });

  test("finds a document that was made in the portal, and one that is not on a later list", async () => {
    const { one, rows } = await both();
    await imported("november.xlsx", await list(rows));
    world.clock.pass(3600);
    const stranger = listed(one, nsfpOf(9), {
      Referensi: "DIBUAT-DI-PORTAL",
      "NPWP Pembeli / Identitas lainnya": "0099999999012000",
    });
    await imported("lagi.xlsx", await list([rows[0]!, stranger]));
    expect((await compared()).codes).toEqual(["approved_here_not_at_authority", "at_authority_not_here"]);
  });

  test("nothing in what the company has issued under another of its sellers' names", async () => {
    const { rows } = await both();
    const channel_sealed = world.app.seal.close(
      JSON.stringify({ kind: "coretax-file" }),
      channelPurpose("cabang"),
    );
    await addSeller(world, "cabang", { channel_kind: "coretax-file", channel_sealed });
    await imported("november.xlsx", await list(rows));
    expect((await compared()).codes).toEqual([]);
    await imported("cabang.xlsx", await list(rows), [], "cabang");
    expect((await compared()).codes).toEqual([]);
  });

  test("finds another buyer, amount and number on the list", async () => {
    const { one, two, rows } = await both();
    await imported("november.xlsx", await list(rows));
    world.clock.pass(3600);
    const other = [
      listed(one, nsfpOf(1), { "NPWP Pembeli / Identitas lainnya": "0099999999012000" }),
      listed(two, nsfpOf(2), { PPN: { n: "5" } }),
    ];
    await imported("lagi.xlsx", await list(other));
    expect((await compared()).codes).toEqual(["amounts_differ_at_authority", "buyer_differs_at_authority"]);
  });

  test("finds a cancellation in the portal that the ledger has not followed", async () => {
    const { one, rows } = await both();
    await imported("november.xlsx", await list(rows));
    world.clock.pass(3600);
    await imported(
      "lagi.xlsx",
      await list([listed(one, nsfpOf(1), { "Status Faktur": "CANCELLED" }), rows[1]!]),
    );
    expect((await compared()).codes).toEqual([]);
    const before = "2026-11-03T02:20:00.000Z";
    await world.app.db
      .knex("fakturs")
      .where({ id: one.id })
      .update({ state: "approved", updated_at: before });
    expect((await compared()).codes).toEqual(["state_differs"]);
  });

  test("says nothing of what is newer than the list", async () => {
    const { rows } = await both();
    await imported("satu.xlsx", await list([rows[0]!]));
    await world.app.db.knex("fakturs").update({ state: "approved", nsfp: null });
    await world.app.db
      .knex("fakturs")
      .where({ id: (await faktur("1")).id })
      .update({ nsfp: nsfpOf(1) });
    const later = "2026-11-03T09:00:00.000Z";
    const two = { nsfp: nsfpOf(2), updated_at: later };
    await world.app.db
      .knex("fakturs")
      .where({ id: (await faktur("2")).id })
      .update(two);
    const { source, codes } = await compared();
    expect([codes, source?.state]).toEqual([[], "partly"]);
  });

  test("looks for a replacement of a later month in the lists of its masa, with and without that column", async () => {
    const { one, rows } = await both();
    await imported("november.xlsx", await list(rows));
    world.clock.set("2026-12-05T09:00:00+07:00");
    const number = `0401${nsfpOf(1).slice(4)}`;
    const replaced = [
      listed(one, nsfpOf(1), { "Status Faktur": "AMENDED" }),
      listed(one, number, { "Tanggal Faktur Pajak": "2026-12-05" }),
      rows[1]!,
    ];
    await imported("lagi.xlsx", await list(replaced), [[one.id, number]]);
    expect((await seen(world, "1")).fakturs.map(({ state, period }) => [state, period])).toEqual([
      ["replaced", "2026-11"],
      ["approved", "2026-11"],
    ]);
    await tell(world, paid("3", { paidAt: "2026-12-05T09:00:00+07:00" }));
    await runToEnd(world);
    await world.app.api.coretax.export("utama", join(world.folder, "out"), DESK);
    const december = { "Masa Pajak": "Desember" };
    world.clock.pass(3600);
    await imported("desember.xlsx", await list([listed(await faktur("3"), nsfpOf(3), december)]));
    world.clock.pass(3600);
    expect(await compared()).toMatchObject({ codes: [], source: { state: "partly" } });
    const withoutMasa = replaced.map((row) => row.map((cell) => (cell === "November" ? null : cell)));
    await imported("tanpa.xlsx", await list(withoutMasa));
    expect((await compared()).codes).toEqual([]);
  });

  test("lets an earlier list speak where the last one cannot be read", async () => {
    const { rows } = await both();
    await imported("november.xlsx", await list(rows));
    world.clock.pass(3600);
    await imported("rusak.xlsx", Buffer.from("PK\u0003\u0004 not a workbook"));
    const { source, codes } = await compared();
    expect([codes, source?.state]).toEqual([[], "compared"]);
    expect(source?.says?.en).toContain("november.xlsx");
  });
});
