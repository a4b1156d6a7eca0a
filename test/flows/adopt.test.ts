/**
 * Replacements and cancellations that were made by hand in the Coretax portal and come back in its list, on the real
 * program over both engines: nothing is taken over without a person's word; with it the replacement stands here with
 * the portal's figures and number, its official PDF is mailed, and its case is closed. Waiting for the buyer shows.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImportReport } from "../../src/coretax/report";
import { readFaktur } from "../../src/faktur/stored";
import { channelPurpose } from "../../src/seals";
import { gatherDigest } from "../../src/ops/digest";
import { casesOf } from "../../src/store/cases";
import type { Engine } from "../../src/store/db";
import { fakturById, type FakturRow } from "../../src/store/fakturs";
import { findSeller } from "../../src/store/sellers";
import { list, listed, nsfpOf, sheet } from "../coretax/portal";
import { describeEngines } from "../support/databases";
import {
  addSeller,
  attachmentOf,
  DESK,
  invoiceId,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

/** A fault of the database about one faktur alone, whatever is written of it. */
const refusing = (engine: Engine, nsfp: string): string =>
  engine === "sqlite"
    ? `CREATE TRIGGER refusing BEFORE UPDATE ON fakturs WHEN NEW.nsfp = '${nsfp}' BEGIN SELECT RAISE(ABORT, 'no'); END`
    : `CREATE TRIGGER refusing BEFORE UPDATE ON fakturs FOR EACH ROW SET NEW.nsfp = IF(NEW.nsfp = '${nsfp}', (SELECT 1 UNION SELECT 2), NEW.nsfp)`;

const raised = (nsfp: string, by = 1): string => `${nsfp.slice(0, 2)}0${by}${nsfp.slice(4)}`;

describeEngines("a replacement made in the portal", (engine) => {
  let world: World;
  let original: FakturRow;
  const nsfp = nsfpOf(1);
  beforeEach(async () => {
    world = await startWorld(engine);
    const settings = JSON.stringify({ kind: "coretax-file" });
    await addSeller(world, "utama", {
      channel_kind: "coretax-file",
      channel_sealed: world.app.seal.close(settings, channelPurpose("utama")),
    });
    await tell(world, paid("1"));
    await runToEnd(world);
    await world.app.api.coretax.export("utama", null, DESK);
    const [first] = (await seen(world, "1")).fakturs;
    if (first === undefined) throw new Error("no faktur");
    original = first;
    await brought({ "a.xlsx": await list([listed(original, nsfp)]), "a.pdf": await sheet(original, nsfp) });
    await runToEnd(world);
  });
  afterEach(() => world.close());

  async function brought(
    files: Readonly<Record<string, Buffer>>,
    adopted: readonly (readonly [string, string])[] = [],
  ): Promise<ImportReport> {
    const folder = join(world.folder, "portal");
    mkdirSync(folder, { recursive: true });
    const named = Object.entries(files).map(([name, bytes]) => {
      writeFileSync(join(folder, name), bytes);
      return { name, path: join(folder, name) };
    });
    return world.app.api.coretax.import("utama", { files: named, adopted: new Map(adopted) }, DESK);
  }

  /** As the portal shows it after the price was halved there on the 10th. */
  const halved = (number = raised(nsfp), more = {}) => {
    const figures = { ...original, dpp: "500000", dpp_nilai_lain: "458333", ppn: "55000" };
    return listed(figures, number, { "Tanggal Faktur Pajak": "2026-11-10", ...more });
  };
  const amended = (more = {}) => listed(original, nsfp, { "Status Faktur": "AMENDED", ...more });
  const both = async () => ({ "b.xlsx": await list([amended(), halved()]) });
  const states = async () => (await seen(world, "1")).fakturs.map((row) => [row.state, row.nsfp]);

  test("is left and named without a person's word, and with a word about another number", async () => {
    for (const word of [[], [[original.id, raised(nsfp, 2)]], [["x", raised(nsfp)]]] as [
      string,
      string,
    ][][]) {
      const { left, changed } = await brought(await both(), word);
      expect([changed, left.map((one) => [one.code, one.fakturs, one.nsfp])]).toEqual([
        0,
        [["replaced_in_portal", [original.id], raised(nsfp)]],
      ]);
    }
    expect(await states()).toEqual([["approved", nsfp]]);
    expect(await mailsAbout(world, "INV-1")).toHaveLength(1);
  });

  test("is taken over on a person's word, with the portal's figures; its official PDF is stored and mailed", async () => {
    world.clock.set(new Date("2026-11-11T09:00:00+07:00"));
    const pdf = await sheet(
      { ...original, dpp: "500000", dpp_nilai_lain: "458333", ppn: "55000" },
      raised(nsfp),
    );
    const report = await brought({ ...(await both()), "b.pdf": pdf }, [[original.id, raised(nsfp)]]);
    expect(report).toMatchObject({ changed: 1, pdfs: 1, left: [] });
    await runToEnd(world);
    expect(await states()).toEqual([
      ["replaced", nsfp],
      ["approved", raised(nsfp)],
    ]);
    const { outcome, reasons, fakturs } = await seen(world, "1");
    expect([outcome, reasons]).toEqual(["issued", []]);
    const next = fakturs[1] as FakturRow;
    expect([next.replaces_id, next.date, next.period, next.deadline, next.live_key]).toEqual([
      original.id,
      "2026-11-10",
      original.period,
      "2026-12-20",
      original.invoice_id,
    ]);
    const faktur = readFaktur(next.document);
    expect(faktur).toMatchObject({
      replaces: nsfp,
      adopted: true,
      totals: { dpp: 50000000n, ppn: 5500000n },
    });
    expect(faktur.lines).toHaveLength(1);
    expect(faktur.buyer).toEqual(readFaktur(original.document).buyer);
    const mails = await mailsAbout(world, raised(nsfp));
    expect(mails.map((mail) => attachmentOf(mail).equals(pdf))).toEqual([true]);
    const audit: { actor: string }[] = await world.app.db
      .knex("audit")
      .where({ action: "faktur.replacement_adopted" });
    expect(audit.map(({ actor }) => actor)).toEqual(["finance", "finance"]);

    const again = await brought({ ...(await both()), "b.pdf": pdf }, [[original.id, raised(nsfp)]]);
    expect(again).toMatchObject({ changed: 0, pdfs: 0, alreadyKnown: 3, left: [] });
    expect(await states()).toHaveLength(2);
  });

  test("comes after the original was read back as amended alone, and can itself be replaced", async () => {
    await brought({ "x.xlsx": await list([amended()]) });
    expect(await seen(world, "1")).toMatchObject({ outcome: "held", reasons: ["replaced_at_authority"] });
    await brought({ "y.xlsx": await list([halved()]) }, [[original.id, raised(nsfp)]]);
    const [, next] = (await seen(world, "1")).fakturs;
    const rows = [amended(), halved(raised(nsfp), { "Status Faktur": "AMENDED" }), halved(raised(nsfp, 2))];
    const left = await brought({ "z.xlsx": await list(rows) });
    expect(left.left.map((one) => [one.code, one.fakturs])).toEqual([["replaced_in_portal", [next?.id]]]);
    await brought({ "z.xlsx": await list(rows) }, [[next?.id ?? "", raised(nsfp, 2)]]);
    expect(await states()).toEqual([
      ["replaced", nsfp],
      ["replaced", raised(nsfp)],
      ["approved", raised(nsfp, 2)],
    ]);
    expect((await seen(world, "1")).outcome).toBe("issued");
  });

  test("with the original's amounts keeps the original's lines", async () => {
    const same = listed(original, raised(nsfp), { "Tanggal Faktur Pajak": "2026-11-10" });
    await brought({ "s.xlsx": await list([amended(), same]) }, [[original.id, raised(nsfp)]]);
    const next = (await seen(world, "1")).fakturs[1] as FakturRow;
    expect(readFaktur(next.document).lines).toEqual(readFaktur(original.document).lines);
  });

  const cents = [
    ["every figure", "900000.5", "825000.46", "99000.06", ["900001", "825000", "99000"]],
    ["nilai lain alone", "1000000", "916666.67", "110000", ["1000000", "916667", "110000"]],
    ["no price, and nilai lain with cents", null, "916666.67", "110000", ["1000000", "916667", "110000"]],
    ["a half", "500000.5", "458333.79", "54999.5", ["500001", "458334", "55000"]],
  ] as const;

  test.each(cents)("with cents (%s) stands here in whole rupiah", async (_what, price, base, ppn, whole) => {
    const row = halved(raised(nsfp), {
      "Harga Jual/Penggantian/DPP": price === null ? null : { n: price },
      "DPP Nilai Lain/DPP": { n: base },
      PPN: { n: ppn },
    });
    const report = await brought({ "c.xlsx": await list([amended(), row]) }, [[original.id, raised(nsfp)]]);
    expect(report).toMatchObject({ changed: 1, left: [] });
    const next = (await seen(world, "1")).fakturs[1] as FakturRow;
    expect([next.dpp, next.dpp_nilai_lain, next.ppn].map(String)).toEqual(whole);
    const { totals, lines } = readFaktur(next.document);
    expect(lines.map((line) => [line.taxBase, line.otherTaxBase, line.vat])).toEqual(
      whole[0] === original.dpp.toString()
        ? readFaktur(original.document).lines.map((line) => [line.taxBase, line.otherTaxBase, line.vat])
        : [[totals.dpp, totals.dppNilaiLain, totals.ppn]],
    );
  });

  test("is not taken over while the portal waits for the buyer, and the case that waits shows it", async () => {
    const asked = { kind: "wrong_amount" as const, note: "harga", amount: null };
    const id = await world.app.api.cases.open(original.id, asked, DESK);
    await world.app.api.cases.decide(id, { decision: "replace", reason: "harga", changes: [] }, DESK);
    const waits = listed(original, nsfp, { "Status Faktur": "WAITING FOR AMENDMENT" });
    const next = halved(raised(nsfp), { "Status Faktur": "WAITING FOR AMENDMENT" });
    const report = await brought({ "w.xlsx": await list([next]) }, [[original.id, raised(nsfp)]]);
    expect(report.left.map((one) => one.code)).toEqual(["replaced_in_portal"]);
    await brought({ "v.xlsx": await list([waits]) });
    expect(await seen(world, "1")).toMatchObject({ outcome: "issued", reasons: ["waiting_for_buyer"] });
    await brought(await both(), [[original.id, raised(nsfp)]]);
    const [closed] = await casesOf(world.app.db.knex, await invoiceId(world, "1"));
    expect(closed).toMatchObject({ state: "closed" });
    expect(JSON.parse(closed?.steps ?? "[]")).toMatchObject([
      { code: "replace_in_portal", doneBy: "authority" },
      { code: "replacement_confirmed", doneBy: "authority" },
    ]);
  });

  test("a cancellation asked for in the portal waits visibly, until the buyer refuses or consents", async () => {
    const waits = listed(original, nsfp, { "Status Faktur": "WAITING FOR CANCELLATION" });
    await brought({ "w.xlsx": await list([waits]) });
    expect(await seen(world, "1")).toMatchObject({ outcome: "issued", reasons: ["waiting_for_buyer"] });
    await brought({ "n.xlsx": await list([listed(original, nsfp)]) });
    expect(await seen(world, "1")).toMatchObject({ outcome: "issued", reasons: [] });
    await brought({ "c.xlsx": await list([listed(original, nsfp, { "Status Faktur": "CANCELED" })]) });
    expect((await fakturById(world.app.db.knex, original.id))?.state).toBe("cancelled");
  });

  test("a number that stands on another faktur is not taken over, and leaves nothing behind", async () => {
    await world.app.db.knex("fakturs").where({ id: original.id }).update({ nsfp: null, serial: null });
    await tell(world, paid("2"));
    await runToEnd(world);
    const other = (await seen(world, "2")).fakturs[0] as FakturRow;
    await world.app.db
      .knex("fakturs")
      .where({ id: original.id })
      .update({ nsfp, serial: nsfp.slice(-13) });
    await world.app.db
      .knex("fakturs")
      .where({ id: other.id })
      .update({ nsfp: raised(nsfp) });
    const { left } = await brought({ "b.xlsx": await list([halved()]) }, [[original.id, raised(nsfp)]]);
    expect(left.map((one) => one.code)).toEqual(["nsfp_taken"]);
    expect(await states()).toEqual([["approved", nsfp]]);
  });

  test("a row that cannot be written is left and named, and all others are done", async () => {
    for (const id of ["2", "3"]) await tell(world, paid(id));
    await runToEnd(world);
    await world.app.api.coretax.export("utama", null, DESK);
    const [bad, good] = await Promise.all(
      ["2", "3"].map(async (id) => (await seen(world, id)).fakturs[0] as FakturRow),
    );
    if (bad === undefined || good === undefined) throw new Error("no fakturs");
    await world.app.db.knex.raw(refusing(world.app.db.engine, nsfpOf(2)));
    const report = await brought({
      "r.xlsx": await list([listed(bad, nsfpOf(2)), listed(good, nsfpOf(3))]),
      "bad.pdf": await sheet(bad, nsfpOf(2)),
      "good.pdf": await sheet(good, nsfpOf(3)),
    });
    expect(report).toMatchObject({ approved: 1, pdfs: 1 });
    expect(report.left.map(({ code, at, fakturs, nsfp }) => [code, at, fakturs, nsfp])).toEqual([
      ["faulty", "2", [bad.id], nsfpOf(2)],
      ["faulty", "bad.pdf", [bad.id], nsfpOf(2)],
    ]);
    expect((await fakturById(world.app.db.knex, bad.id))?.state).toBe("pending");
    expect(await world.app.db.knex("coretax_imports").where({ name: "r.xlsx" })).toHaveLength(1);
    await world.app.db.knex.raw("DROP TRIGGER refusing");
    expect(await brought({ "r.xlsx": await list([listed(bad, nsfpOf(2))]) })).toMatchObject({
      approved: 1,
      left: [],
    });
  });

  test("open cases stand in the digest with their age", async () => {
    await world.app.api.cases.open(original.id, { kind: "duplicate", note: "ganda", amount: null }, DESK);
    world.clock.pass(3 * 86_400);
    const seller = await findSeller(world.app.db.knex, "utama");
    if (seller === undefined) throw new Error("no seller");
    const { cases } = await gatherDigest(
      { db: world.app.db, publicUrl: "https://faktur.example" },
      seller,
      world.clock.now(),
      null,
    );
    expect(cases).toEqual([{ kind: "duplicate", state: "open", count: 1, oldestDays: 3 }]);
  });
});
