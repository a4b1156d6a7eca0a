/**
 * The road of the channel `coretax-file` on the real program over both engines: paid invoices, export, what the portal
 * would give back (a real .xlsx, real PDFs, a real ZIP), import, approved, mailed. Proves that a faktur is exported and
 * mailed once however often either is done, that a faulty one holds up no other, and that what is not certain is left.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkXml } from "../../src/coretax/check/check";
import type { ImportReport } from "../../src/coretax/report";
import type { TaxDay } from "../../src/clock";
import { paperOfFaktur } from "../../src/faktur/paper";
import { drawPaper } from "../../src/faktur/pdf/draw";
import { readFaktur, writeFaktur } from "../../src/faktur/stored";
import { channelPurpose } from "../../src/seals";
import { insertFaktur, timelineOf, type FakturRow } from "../../src/store/fakturs";
import { insertInvoice } from "../../src/store/invoices";
import { list, listed, nsfpOf, SELLER_NPWP, sheet } from "../coretax/portal";
import { zipOf } from "../coretax/readback/workbooks";
import { describeEngines, type EngineName } from "../support/databases";
import { fakturRow, invoiceRow } from "../support/rows";
import {
  addSeller,
  attachmentOf,
  DESK,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

/** A seller whose files are carried by hand, in place of the one that sends by itself. */
async function fileWorld(engine: EngineName, more: { dir?: string } = {}): Promise<World> {
  const world = await startWorld(engine);
  const settings = { kind: "coretax-file", ...(more.dir === undefined ? {} : { dir: more.dir }) };
  await addSeller(world, "utama", {
    channel_kind: "coretax-file",
    channel_sealed: world.app.seal.close(JSON.stringify(settings), channelPurpose("utama")),
  });
  return world;
}

const row = async (world: World, invoice: string): Promise<FakturRow> => {
  const [first] = (await seen(world, invoice)).fakturs;
  if (first === undefined) throw new Error(`invoice ${invoice} has no faktur`);
  return first;
};

async function brought(
  world: World,
  files: Readonly<Record<string, Buffer>>,
  confirmed = new Map<string, string>(),
): Promise<ImportReport> {
  const folder = join(world.folder, "portal");
  mkdirSync(folder, { recursive: true });
  const named = Object.entries(files).map(([name, bytes]) => {
    writeFileSync(join(folder, name), bytes);
    return { name, path: join(folder, name) };
  });
  return world.app.api.coretax.import("utama", { files: named, confirmed }, DESK);
}

const xmls = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".xml"));
const codes = (report: ImportReport): string[] => report.left.map((one) => one.code).sort();

describeEngines("the channel coretax-file", (engine) => {
  let world: World;
  let out: string;
  beforeEach(async () => {
    world = await fileWorld(engine);
    out = join(world.folder, "out");
  });
  afterEach(() => world.close());

  async function invoices(...ids: string[]): Promise<void> {
    for (const id of ids) await tell(world, paid(id));
    await runToEnd(world);
  }
  const exported = () => world.app.api.coretax.export("utama", out, DESK);

  test("paid, exported, approved by the list, mailed with the official PDF: each once, however often", async () => {
    await invoices("1", "2");
    expect(await seen(world, "1")).toMatchObject({ outcome: "waiting", reasons: ["ready_for_export"] });
    const first = await exported();
    expect(first).toMatchObject({ leftOut: [], tooLate: 0, files: [{ fakturs: 2 }] });
    expect(xmls(out)).toEqual(["faktur-utama-20261103-001.xml"]);
    const bytes = readFileSync(join(out, "faktur-utama-20261103-001.xml"));
    expect([...checkXml(bytes, "2026-11-03" as TaxDay)].filter((one) => one.severity === "error")).toEqual(
      [],
    );
    expect(await seen(world, "1")).toMatchObject({ reasons: ["exported_waiting_readback"] });
    expect((await exported()).files).toEqual([]);

    const [one, two] = [await row(world, "1"), await row(world, "2")];
    const xlsx = await list([listed(one, nsfpOf(1)), listed(two, nsfpOf(2))]);
    expect(await brought(world, { "daftar.xlsx": xlsx })).toMatchObject({ approved: 2, pdfs: 0, left: [] });
    await runToEnd(world);
    expect(await seen(world, "1")).toMatchObject({ outcome: "issued", reasons: ["pdf_to_import"] });
    expect(await mailsAbout(world, "INV-")).toEqual([]);

    const pdf = await sheet(one, nsfpOf(1));
    const zip = await zipOf([
      { name: "a.pdf", bytes: pdf },
      { name: "b.pdf", bytes: await sheet(two, nsfpOf(2)) },
    ]);
    expect(await brought(world, { "pdf.zip": zip })).toMatchObject({ approved: 0, pdfs: 2, left: [] });
    await runToEnd(world);
    const mails = await mailsAbout(world, "INV-1");
    expect(mails).toHaveLength(1);
    expect(mails.map((mail) => attachmentOf(mail).equals(pdf))).toEqual([true]);
    expect(await seen(world, "1")).toMatchObject({ outcome: "issued", reasons: [] });

    const again = await brought(world, { "daftar.xlsx": xlsx, "pdf.zip": zip });
    expect(again).toMatchObject({ approved: 0, changed: 0, pdfs: 0, alreadyKnown: 4, left: [] });
    expect(again.files.map((file) => file.repeated)).toEqual([true, true]);
    await runToEnd(world);
    expect(await mailsAbout(world, "INV-")).toHaveLength(2);
  });

  test("a number of another transaction code approves nothing, by list or PDF; cancelled there it can be issued anew", async () => {
    await invoices("1");
    await exported();
    const one = await row(world, "1");
    const other = `02${nsfpOf(1).slice(2)}`;
    const listedAs = (more = {}) => listed(one, other, { "Kode Transaksi": "02", ...more });
    const files = { "a.xlsx": await list([listedAs()]), "a.pdf": await sheet(one, other) };
    for (const confirmed of [[], [[one.id, other]]] as [string, string][][]) {
      const report = await brought(world, files, new Map(confirmed));
      expect(report).toMatchObject({ approved: 0, changed: 0, pdfs: 0 });
      expect(
        report.left.map(({ code, fakturs, message }) => [code, fakturs, /code/.test(message.en)]),
      ).toEqual([
        ["contradiction", [one.id], true],
        ["contradiction", [one.id], true],
      ]);
    }
    expect(await row(world, "1")).toMatchObject({ state: "pending", nsfp: null });
    const cancelled = await list([listedAs({ "Status Faktur": "CANCELED" })]);
    expect(await brought(world, { "b.xlsx": cancelled })).toMatchObject({ changed: 1, left: [] });
    expect(await seen(world, "1")).toMatchObject({ outcome: "held", reasons: ["cancelled_at_authority"] });
  });

  test("list and PDFs in one run, and a PDF alone, approve and mail", async () => {
    await invoices("1", "2");
    await exported();
    const [one, two] = [await row(world, "1"), await row(world, "2")];
    const both = { "x.xlsx": await list([listed(one, nsfpOf(1))]), "1.pdf": await sheet(one, nsfpOf(1)) };
    expect(await brought(world, both)).toMatchObject({ approved: 1, pdfs: 1, left: [] });
    const alone = await brought(world, { "2.pdf": await sheet(two, nsfpOf(2)) });
    expect(alone).toMatchObject({ approved: 1, pdfs: 1, left: [] });
    await runToEnd(world);
    expect(await row(world, "2")).toMatchObject({ state: "approved", nsfp: nsfpOf(2), pdf_kind: "official" });
    expect(await mailsAbout(world, "INV-")).toHaveLength(2);
  });

  test("a faulty faktur is left out and held, the others go; a file is repeated byte for byte", async () => {
    await invoices("1", "2");
    const bad = await row(world, "1");
    const faktur = readFaktur(bad.document);
    const document = writeFaktur({ ...faktur, lines: faktur.lines.map((line) => ({ ...line, unit: "X" })) });
    await world.app.db.knex("fakturs").where({ id: bad.id }).update({ document });
    const done = await exported();
    expect(done.leftOut.map((one) => one.id)).toEqual([bad.id]);
    expect(done.files.map((file) => file.fakturs)).toEqual([1]);
    expect(await seen(world, "1")).toMatchObject({ outcome: "held", reasons: ["export_faulty"] });
    const [name = ""] = xmls(out);
    const before = readFileSync(join(out, name));
    expect(before.toString("utf8")).not.toContain(bad.reference);
    rmSync(join(out, name));
    await world.app.exportAgain("utama", name, out);
    expect(readFileSync(join(out, name)).equals(before)).toBe(true);
    await expect(world.app.exportAgain("utama", "x.xml", out)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a file that was reserved but never written is written by the next export", async () => {
    await invoices("1");
    writeFileSync(join(world.folder, "out"), "in the way");
    await expect(exported()).rejects.toMatchObject({ code: "storage_failed" });
    expect((await row(world, "1")).state).toBe("pending");
    rmSync(out);
    // Another export could still be at it.
    expect((await exported()).files).toEqual([]);
    world.clock.pass(61);
    expect((await exported()).files.map((file) => file.fakturs)).toEqual([1]);
    expect(xmls(out)).toHaveLength(1);
    expect((await exported()).files).toEqual([]);
  });

  test("two exports at once put each faktur into one file", async () => {
    await invoices("1", "2", "3");
    const done = await Promise.all([exported(), exported(), exported()]);
    const files = done.flatMap(({ files }) => files);
    expect(files.reduce((sum, file) => sum + file.fakturs, 0)).toBe(3);
    expect(await world.app.db.knex("coretax_file_items")).toHaveLength(3);
  });

  test("what is not certain is left and named; what matched is done", async () => {
    await invoices("1", "2", "3", "4", "5");
    await exported();
    const rows = await Promise.all(["1", "2", "3", "4", "5"].map((id) => row(world, id)));
    const [one, two, three, four, five] = rows as [FakturRow, FakturRow, FakturRow, FakturRow, FakturRow];
    const xlsx = await list([
      listed(one, nsfpOf(1)),
      listed(two, nsfpOf(2), { PPN: { n: "999999" } }),
      listed(three, nsfpOf(3), { "Status Faktur": "MYSTERY" }),
      listed(four, "", { "Status Faktur": "CREATED", ESignStatus: "Signing In Progress" }),
      listed(five, "", { "Status Faktur": "CREATED", ESignStatus: "Saved Invalid" }),
      listed(one, nsfpOf(9), { Referensi: "ORANG-LAIN", "NPWP Pembeli / Identitas lainnya": SELLER_NPWP }),
    ]);
    const report = await brought(world, {
      "x.xlsx": xlsx,
      "rusak.pdf": Buffer.from("bukan pdf"),
      "orang.pdf": await sheet({ ...two, reference: "ORANG-LAIN", buyer_npwp: SELLER_NPWP }, nsfpOf(8)),
      "catatan.txt": Buffer.from("?"),
    });
    expect(report).toMatchObject({ approved: 1, changed: 1, alreadyKnown: 1 });
    expect(codes(report)).toEqual(
      ["contradiction", "status_unknown", "stranger", "stranger", "faulty", "kind_unknown"].sort(),
    );
    expect(JSON.stringify(report)).not.toContain(two.buyer_npwp);
    const states = await Promise.all(
      ["1", "2", "3", "4", "5"].map(async (id) => (await row(world, id)).state),
    );
    expect(states).toEqual(["approved", "pending", "pending", "pending", "rejected"]);
    await runToEnd(world);
    expect(await mailsAbout(world, "INV-")).toEqual([]);
  });

  test("without a reference a person confirms, by naming faktur and number", async () => {
    await invoices("1");
    await exported();
    const one = await row(world, "1");
    const xlsx = { "x.xlsx": await list([listed(one, nsfpOf(1), { Referensi: "" })]) };
    expect((await brought(world, xlsx)).left).toMatchObject([
      { code: "needs_confirmation", fakturs: [one.id], nsfp: nsfpOf(1) },
    ]);
    expect(codes(await brought(world, xlsx, new Map([[one.id, nsfpOf(2)]])))).toEqual(["needs_confirmation"]);
    expect(await brought(world, xlsx, new Map([[one.id, nsfpOf(1)]]))).toMatchObject({
      approved: 1,
      left: [],
    });
  });

  test("cancelled in the portal is cancelled here, and its PDF is nobody's mail", async () => {
    await invoices("1");
    await exported();
    const one = await row(world, "1");
    await brought(world, { "x.xlsx": await list([listed(one, nsfpOf(1))]) });
    const gone = listed(one, nsfpOf(1), { "Status Faktur": "CANCELED" });
    expect(await brought(world, { "y.xlsx": await list([gone]) })).toMatchObject({ changed: 1, left: [] });
    const late = await brought(world, { "1.pdf": await sheet(one, nsfpOf(1)) });
    expect(late).toMatchObject({ pdfs: 0 });
    await runToEnd(world);
    expect((await row(world, "1")).state).toBe("cancelled");
    expect(await mailsAbout(world, "INV-1")).toEqual([]);
  });

  test("amended in the portal is replaced here; refused and mended there is approved after all", async () => {
    await invoices("1", "2");
    await exported();
    const [one, two] = [await row(world, "1"), await row(world, "2")];
    const refused = listed(two, "", { "Status Faktur": "SAVED INVALID", ESignStatus: null });
    await brought(world, { "a.xlsx": await list([listed(one, nsfpOf(1)), refused]) });
    expect((await row(world, "2")).state).toBe("rejected");
    const amended = listed(one, nsfpOf(1), { "Status Faktur": "AMENDED" });
    const report = await brought(world, { "b.xlsx": await list([amended, listed(two, nsfpOf(2))]) });
    expect(report).toMatchObject({ approved: 1, changed: 1, left: [] });
    expect([(await row(world, "1")).state, (await row(world, "2")).state]).toEqual(["replaced", "approved"]);
  });

  test("a list read again refuses nothing that was retried since, exported or not", async () => {
    await invoices("1");
    await exported();
    const one = await row(world, "1");
    const old = { "a.xlsx": await list([listed(one, "", { "Status Faktur": "REJECTED" })]) };
    expect(await brought(world, old)).toMatchObject({ changed: 1 });
    world.clock.pass(60);
    await world.app.api.corrections.retry(one.id, DESK);
    expect(await brought(world, old)).toMatchObject({ changed: 0, alreadyKnown: 1, left: [] });
    expect((await row(world, "1")).state).toBe("ready");
    expect((await exported()).files).toMatchObject([{ fakturs: 1 }]);
    expect(await brought(world, old)).toMatchObject({ changed: 0, alreadyKnown: 1, left: [] });
    expect((await row(world, "1")).state).toBe("pending");
    world.clock.pass(60);
    const refused = listed(one, "", { "Status Faktur": "REJECTED", Penandatangan: "Lain" });
    expect(await brought(world, { "b.xlsx": await list([refused]) })).toMatchObject({ changed: 1 });
    expect((await row(world, "1")).state).toBe("rejected");
  });

  test("a number that stands on another faktur, and a PDF of the simulation, are left", async () => {
    await invoices("1", "2");
    await exported();
    const [one, two] = [await row(world, "1"), await row(world, "2")];
    await brought(world, { "a.xlsx": await list([listed(one, nsfpOf(1))]) });
    const taken = await brought(world, { "b.xlsx": await list([listed(two, nsfpOf(1))]) });
    expect(codes(taken)).toEqual(["ambiguous"]);
    const paper = paperOfFaktur(readFaktur(two.document), nsfpOf(2), "simulation", false);
    expect(codes(await brought(world, { "s.pdf": await drawPaper(paper) }))).toEqual(["simulated_pdf"]);
    expect((await row(world, "2")).nsfp).toBeNull();
  });

  test("one that was carried to the portal without an export is taken over, and never exported", async () => {
    await invoices("1");
    const one = await row(world, "1");
    expect(await brought(world, { "x.xlsx": await list([listed(one, nsfpOf(1))]) })).toMatchObject({
      ...{ approved: 1, left: [] },
    });
    expect((await exported()).files).toEqual([]);
  });

  test("retrying or cancelling never sends anything, and says so", async () => {
    await invoices("1");
    await exported();
    const one = await row(world, "1");
    await world.app.api.corrections.retry(one.id, DESK);
    await runToEnd(world);
    expect((await row(world, "1")).state).toBe("pending");
    await brought(world, { "x.xlsx": await list([listed(one, nsfpOf(1))]) });
    await expect(world.app.api.corrections.cancel(one.id, "salah", DESK)).rejects.toMatchObject({
      code: "by_hand",
    });
    expect(world.authority.authority.state.all()).toEqual([]);
    expect((await timelineOf(world.app.db.knex, one.id)).map(({ event }) => event)).toEqual([
      ...["made", "exported", "retried", "approved"],
    ]);
  });

  test("1,001 fakturs make two files, in the order of day and reference", async () => {
    await invoices("1");
    const one = await row(world, "1");
    const faktur = readFaktur(one.document);
    await world.app.db.transaction(async (tx) => {
      for (let index = 1; index <= 1000; index += 1) {
        const id = `n${String(index).padStart(4, "0")}`;
        await insertInvoice(tx, invoiceRow(`i${id}`, { account_id: one.account_id }));
        await insertFaktur(tx, {
          ...fakturRow(id, `i${id}`, { account_id: one.account_id, channel_kind: "coretax-file" }),
          document: writeFaktur({ ...faktur, reference: `A-${id}` }),
          reference: `A-${id}`,
        });
      }
    });
    const { files } = await exported();
    expect(files.map((file) => [file.name, file.fakturs])).toEqual([
      ["faktur-utama-20261103-001.xml", 1000],
      ["faktur-utama-20261103-002.xml", 1],
    ]);
    expect(readFileSync(join(out, files[1]?.name ?? ""), "utf8")).toContain(one.reference);
    const hashes = files.map(({ name }) =>
      createHash("sha256")
        .update(readFileSync(join(out, name)))
        .digest("hex"),
    );
    expect(hashes).toEqual(files.map((file) => file.sha256));
  }, 60_000);

  test("a seller with a folder gets its files by itself", async () => {
    const dir = join(world.folder, "own");
    const settings = JSON.stringify({ kind: "coretax-file", dir });
    await addSeller(world, "utama", {
      channel_kind: "coretax-file",
      channel_sealed: world.app.seal.close(settings, channelPurpose("utama")),
    });
    await tell(world, paid("1"));
    await world.app.scheduleUpkeep();
    await world.app.worker.drain();
    world.clock.pass(900);
    await world.app.worker.drain();
    expect(xmls(dir)).toHaveLength(1);
    expect((await row(world, "1")).state).toBe("pending");
  });
});
