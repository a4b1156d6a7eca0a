/**
 * Which reference an invoice's faktur bears hangs on what else is known when it is reserved. Proves on both engines, with
 * the real tools, that a database that was put back finds each faktur it has forgotten under whatever reference it bore:
 * nothing is made a second time, and what cannot be told is held until a person has looked.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEngines } from "../support/databases";
import { copiesIn, testWithTools } from "../support/put-back";
import { tinyPdf } from "../support/tiny-pdf";
import {
  addCompany,
  addPortal,
  addSeller,
  DESK,
  invoiceId,
  line,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

const OTHER = { npwp: "0023456789012000", name: "PT LAIN SEJAHTERA", email: "pajak@lain.example" };

describeEngines("a faktur that was forgotten", (engine) => {
  const test = testWithTools(engine);
  let world: World;
  let folder: string;
  const copies = copiesIn(engine, () => folder);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "faktur-restored-"));
    world = await startWorld(engine, { drawPdf: tinyPdf });
    await addPortal(world, "lapak");
  });
  afterEach(async () => {
    await copies.close();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const documents = () =>
    world.authority.authority.state
      .all()
      .map(({ sale, status, kind }) => [sale.noInvoice, kind === "NORMAL" ? status : kind]);
  const calls = () => world.authority.authority.control.calls();
  const handedOver = (since: number) =>
    calls()
      .slice(since)
      .filter(({ operation }) => ["create", "update", "upload"].includes(operation))
      .map(({ operation, noInvoice }) => `${operation} ${noInvoice ?? ""}`);
  async function told(there: World, ...portals: string[]): Promise<void> {
    for (const portal of portals) {
      expect((await tell(there, paid("1"), { portal })).status).toBe(202);
      await runToEnd(there);
    }
  }
  /** Reference, number and state of the invoice's faktur in each portal. */
  const standing = async (there: World, ...portals: string[]) => {
    const found = [];
    for (const portal of portals) {
      const { outcome, fakturs } = await seen(there, "1", portal);
      found.push([portal, outcome, fakturs.at(-1)?.reference, fakturs.at(-1)?.nsfp]);
    }
    return found;
  };
  const DUPLICATE = { outcome: "held", reasons: ["duplicate_at_authority"] };
  const last = async (there: World, portal = "toko") => (await seen(there, "1", portal)).fakturs.at(-1)!;
  const retry = async (there: World, portal: string) => {
    await there.app.api.corrections.retry((await last(there, portal)).id, DESK);
    await runToEnd(there);
  };
  async function dropAndIssueAnew(there: World): Promise<void> {
    await there.app.api.corrections.cancel((await last(there)).id, "keliru", DESK);
    await there.app.api.corrections.issueAnew(await invoiceId(there, "1"), [], DESK);
    await runToEnd(there);
  }

  describe.each([
    ["with two buyers", OTHER],
    ["with one buyer and the same amounts", {}],
  ])("one number in two portals, %s", (_, buyer) => {
    beforeEach(async () => {
      await addCompany(world, "77", { portal: "lapak", ...buyer });
    });

    test("is found by each, whichever is told first", async () => {
      const putBack = await copies.copy(world);
      await told(world, "toko", "lapak");
      const before = await standing(world, "toko", "lapak");
      expect(before.map(([, , reference]) => reference)).toEqual(["INV-1", "INV-1/lapak"]);
      world.clock.pass(3600);
      const since = calls().length;
      const there = await putBack();
      await told(there, "lapak", "toko");
      expect(await standing(there, "toko", "lapak")).toEqual(before);
      expect([handedOver(since), documents().length]).toEqual([[], 2]);
    });

    test("is found by each when both are told before anything is sent", async () => {
      const putBack = await copies.copy(world);
      await told(world, "toko", "lapak");
      const since = calls().length;
      const there = await putBack();
      await tell(there, paid("1"), { portal: "lapak" });
      await tell(there, paid("1"));
      await runToEnd(there);
      for (const portal of ["toko", "lapak"])
        if ((await seen(there, "1", portal)).outcome !== "issued") await retry(there, portal);
      const numbers = (await standing(there, "toko", "lapak")).map(([portal, outcome, , nsfp]) => [
        portal,
        outcome,
        nsfp,
      ]);
      const before = (await standing(world, "toko", "lapak")).map(([portal, outcome, , nsfp]) => [
        portal,
        outcome,
        nsfp,
      ]);
      expect(numbers).toEqual(before);
      expect([handedOver(since), documents().length]).toEqual([[], 2]);
    });
  });

  test("is not taken for the one of another portal that comes first and was never issued", async () => {
    await addCompany(world, "77", { portal: "lapak", ...OTHER });
    const putBack = await copies.copy(world);
    await told(world, "toko");
    const since = calls().length;
    const there = await putBack();
    await told(there, "lapak");
    expect(await seen(there, "1", "lapak")).toMatchObject(DUPLICATE);
    await told(there, "toko");
    expect(await seen(there, "1")).toMatchObject({ outcome: "issued" });
    expect(handedOver(since)).toEqual([]);
    await retry(there, "lapak");
    expect(await seen(there, "1", "lapak")).toMatchObject({ outcome: "issued" });
    expect(handedOver(since)).toEqual(["create INV-1/lapak", "upload INV-1/lapak"]);
    expect(documents()).toEqual([
      ["INV-1", "APPROVAL_SUKSES"],
      ["INV-1/lapak", "APPROVAL_SUKSES"],
    ]);
  });

  describe("that was refused, dropped and issued anew", () => {
    const refuseOnce = () =>
      world.authority.authority.control.add([
        { operation: "upload", fault: "reject", times: 1, message: "Ditolak" },
      ]);
    // The refused one was deleted there when it was dropped.
    const DOCUMENTS = [["INV-1-R2", "APPROVAL_SUKSES"]];

    test("is found in its last revision", async () => {
      const putBack = await copies.copy(world);
      refuseOnce();
      await told(world, "toko");
      await dropAndIssueAnew(world);
      expect(documents()).toEqual(DOCUMENTS);
      const since = calls().length;
      const there = await putBack();
      await told(there, "toko");
      expect(await standing(there, "toko")).toEqual([
        ["toko", "issued", "INV-1-R2", (await last(world)).nsfp],
      ]);
      expect([handedOver(since), documents()]).toEqual([[], DOCUMENTS]);
    });

    test("is found where the copy still knows the refused one, when that is tried again", async () => {
      refuseOnce();
      await told(world, "toko");
      const putBack = await copies.copy(world);
      await dropAndIssueAnew(world);
      const since = calls().length;
      const there = await putBack();
      expect(await seen(there, "1")).toMatchObject({ outcome: "held", reasons: ["rejected_by_djp"] });
      await retry(there, "toko");
      expect(await standing(there, "toko")).toEqual([
        ["toko", "issued", "INV-1-R2", (await last(world)).nsfp],
      ]);
      expect([handedOver(since), documents()]).toEqual([[], DOCUMENTS]);
    });

    test("is held where the later one has other data than are known here", async () => {
      refuseOnce();
      await told(world, "toko");
      const putBack = await copies.copy(world);
      await world.app.api.corrections.cancel((await last(world)).id, "keliru", DESK);
      await world.app.db.knex("companies").update({ npwp: OTHER.npwp, nitku: `${OTHER.npwp}000000` });
      await world.app.api.corrections.issueAnew(await invoiceId(world, "1"), [], DESK);
      await runToEnd(world);
      expect(documents()).toEqual(DOCUMENTS);
      const since = calls().length;
      const there = await putBack();
      for (let tries = 0; tries < 2; tries += 1) {
        await retry(there, "toko");
        expect(await seen(there, "1")).toMatchObject(DUPLICATE);
      }
      expect([handedOver(since), documents()]).toEqual([[], DOCUMENTS]);
    });
  });

  test("whose first draft nobody saw is found in its second revision", async () => {
    await addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) });
    const putBack = await copies.copy(world);
    await told(world, "toko");
    await dropAndIssueAnew(world);
    const upload = async (there: World) => {
      await there.app.api.corrections.release((await last(there)).id, DESK, false);
      await runToEnd(there);
    };
    await upload(world);
    expect(documents()).toEqual([["INV-1-R2", "APPROVAL_SUKSES"]]);
    const there = await putBack();
    await told(there, "toko");
    await upload(there);
    expect(await standing(there, "toko")).toEqual([["toko", "issued", "INV-1-R2", (await last(world)).nsfp]]);
    expect(documents().length).toBe(1);
  });

  test("that was one for the whole invoice is not passed by where the invoice would now be divided", async () => {
    const domain = line({ id: "2", kind: "domain", description: "contoh.example", amount: "500000.00" });
    const sums = { subtotal: "1500000.00", tax: "165000.00", total: "1665000.00" };
    const both = paid("1", { ...sums, lines: [line(), domain] });
    const putBack = await copies.copy(world);
    await tell(world, both);
    await runToEnd(world);
    expect(documents()).toEqual([["INV-1", "APPROVAL_SUKSES"]]);
    const since = calls().length;
    const there = await putBack();
    const facility = {
      ...{ addInfo: "TD.00502", stamp: "TD.01102", documentNumber: "PPBJ-12/2026", documentPeriod: "102026" },
      lineKinds: ["domain"],
    };
    const divided = { transaction_code: "07", evidence: "uji", facility: JSON.stringify(facility) };
    await there.app.db.knex("companies").update(divided);
    const split = { subtotal: "1500000.00", tax: "110000.00", total: "1610000.00" };
    await tell(there, paid("1", { ...split, lines: [line(), { ...domain, taxed: false }] }));
    await runToEnd(there);
    const { outcome, fakturs } = await seen(there, "1");
    expect([outcome, fakturs.map(({ reference, problem }) => [reference, problem])]).toEqual([
      "held",
      [
        ["INV-1-04", "duplicate_at_authority"],
        ["INV-1-07", "duplicate_at_authority"],
      ],
    ]);
    expect(handedOver(since)).toEqual([]);
  });

  test("whose number leaves no room for its portal's name is found", async () => {
    await addCompany(world, "77", { portal: "lapak", ...OTHER });
    const long = paid("1", { number: `INV-${"9".repeat(94)}` });
    const play = async (there: World, ...portals: string[]) => {
      for (const portal of portals) {
        expect((await tell(there, long, { portal })).status).toBe(202);
        await runToEnd(there);
      }
    };
    const putBack = await copies.copy(world);
    await play(world, "toko", "lapak");
    const before = await standing(world, "toko", "lapak");
    expect(before[1]).toEqual([
      "lapak",
      "issued",
      expect.stringMatching(/^lapak\/[0-9a-f]{20}$/),
      expect.any(String),
    ]);
    const there = await putBack();
    await play(there, "lapak", "toko");
    expect(await standing(there, "toko", "lapak")).toEqual(before);
    expect(documents().length).toBe(2);
  });
});
