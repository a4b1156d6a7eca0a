/**
 * A faktur that was replaced by hand, whose replacement is not known here, on the real program over both engines: nothing
 * is issued in its place by itself, whatever the portal says or a person asks for. It ends with the replacement being taken
 * over, or with a person's word that it was cancelled; then, and only then, the invoice is issued anew.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Period } from "../../src/clock";
import { gatherDigest } from "../../src/ops/digest";
import { drawUpSpt } from "../../src/reports/draw-up";
import { channelPurpose } from "../../src/seals";
import { casesOf } from "../../src/store/cases";
import type { FakturRow } from "../../src/store/fakturs";
import { findSeller } from "../../src/store/sellers";
import { list, listed, nsfpOf, sheet } from "../coretax/portal";
import { describeEngines } from "../support/databases";
import {
  addSeller,
  DESK,
  event,
  invoiceId,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

const raised = (nsfp: string): string => `${nsfp.slice(0, 2)}01${nsfp.slice(4)}`;

describeEngines("a faktur replaced by hand", (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine);
  });
  afterEach(() => world.close());

  const one = async (): Promise<FakturRow> => {
    const [first] = (await seen(world, "1")).fakturs;
    if (first === undefined) throw new Error("no faktur");
    return first;
  };
  const rows = async () => (await seen(world, "1")).fakturs.map((row) => [row.reference, row.state]);
  const place = async () => {
    const { outcome, reasons } = await seen(world, "1");
    return [outcome, ...reasons];
  };
  const askToIssue = async () => {
    await world.app.api.corrections.issueAnew(await invoiceId(world, "1"), [], DESK);
    await runToEnd(world);
  };
  const drop = (id: string) => world.app.api.corrections.cancel(id, "pengganti dibatalkan di Coretax", DESK);

  async function brought(
    files: Readonly<Record<string, Buffer>>,
    adopted: readonly (readonly [string, string])[] = [],
  ) {
    const folder = join(world.folder, "portal");
    mkdirSync(folder, { recursive: true });
    const named = Object.entries(files).map(([name, bytes]) => {
      writeFileSync(join(folder, name), bytes);
      return { name, path: join(folder, name) };
    });
    return world.app.api.coretax.import("utama", { files: named, adopted: new Map(adopted) }, DESK);
  }

  describe("in Coretax, read back from its list", () => {
    const nsfp = nsfpOf(1);
    const amended = async () => listed(await one(), nsfp, { "Status Faktur": "AMENDED" });
    beforeEach(async () => {
      const settings = JSON.stringify({ kind: "coretax-file" });
      await addSeller(world, "utama", {
        channel_kind: "coretax-file",
        channel_sealed: world.app.seal.close(settings, channelPurpose("utama")),
      });
      await tell(world, paid("1"));
      await runToEnd(world);
      await world.app.api.coretax.export("utama", null, DESK);
      await brought({
        "a.xlsx": await list([listed(await one(), nsfp)]),
        "a.pdf": await sheet(await one(), nsfp),
      });
      await brought({ "b.xlsx": await list([await amended()]) });
    });

    test("keeps its place when the portal takes the payment back and tells it anew, and when a person asks", async () => {
      expect(await place()).toEqual(["held", "replaced_at_authority"]);
      await tell(world, event("invoice.unpaid", { invoiceId: "1" }));
      await runToEnd(world);
      const [opened] = await casesOf(world.app.db.knex, await invoiceId(world, "1"));
      expect(opened).toMatchObject({ kind: "unpaid_again", faktur_id: (await one()).id, state: "open" });
      await tell(world, paid("1"));
      await runToEnd(world);
      await askToIssue();
      expect(await rows()).toEqual([["INV-1", "replaced"]]);
      expect(await place()).toEqual(["held", "replaced_at_authority"]);
    });

    test("is told every morning until a person has looked at it", async () => {
      const { id } = await one();
      const heldToday = async () => {
        const seller = await findSeller(world.app.db.knex, "utama");
        if (seller === undefined) throw new Error("no seller");
        const { held } = await gatherDigest(
          { db: world.app.db, publicUrl: "https://faktur.example" },
          seller,
          world.clock.now(),
          null,
        );
        return held.map(({ code, ages }) => [code, ages.count]);
      };
      expect(await heldToday()).toEqual([["replaced_at_authority", 1]]);
      await drop(id);
      expect(await heldToday()).toEqual([]);
    });

    test("stands apart in the return until its replacement is known or was cancelled too", async () => {
      const { id } = await one();
      const inReturn = async () => {
        const { rows, counted, replacementUnknown, dropped } = await drawUpSpt(
          world.app.db,
          "utama",
          "2026-11" as Period,
        );
        return [rows.map(({ block }) => block), counted.count, replacementUnknown.count, dropped];
      };
      expect(await inReturn()).toEqual([["replacementUnknown"], 0, 1, { cancelled: 0, replaced: 0 }]);
      await brought({ "d.xlsx": await list([listed(await one(), raised(nsfp))]) }, [[id, raised(nsfp)]]);
      expect(await inReturn()).toEqual([["replaced", "counted"], 1, 0, { cancelled: 0, replaced: 1 }]);
    });

    test("is issued anew once finance has said that the replacement was cancelled too", async () => {
      const { id } = await one();
      await drop(id);
      expect(await place()).toEqual(["held", "faktur_cancelled"]);
      expect(await one()).toMatchObject({ state: "cancelled", nsfp, problem: null });
      const both = [await amended(), listed(await one(), raised(nsfp), { "Status Faktur": "CANCELED" })];
      expect(await brought({ "c.xlsx": await list(both) })).toMatchObject({ changed: 0, left: [] });
      await askToIssue();
      expect(await rows()).toEqual([
        ["INV-1", "cancelled"],
        ["INV-1-R2", "ready"],
      ]);
      await expect(drop(id)).rejects.toMatchObject({ code: "wrong_state" });
    });

    test("is no longer asked about once its replacement was taken over", async () => {
      const { id } = await one();
      await brought({ "d.xlsx": await list([listed(await one(), raised(nsfp))]) }, [[id, raised(nsfp)]]);
      expect((await one()).problem).toBeNull();
      expect((await seen(world, "1")).outcome).toBe("issued");
      await expect(drop(id)).rejects.toMatchObject({ code: "wrong_state" });
      await askToIssue();
      expect(await rows()).toHaveLength(2);
    });
  });

  describe("in the channel, before its approval was seen here", () => {
    let nsfp: string;
    beforeEach(async () => {
      const { state, control } = world.authority.authority;
      control.add([{ operation: "detail", fault: "error-before", times: 2 }]);
      await tell(world, paid("1"));
      await world.app.worker.drain();
      const external = (await one()).external_id ?? "";
      const approved = (id: string) => {
        for (let look = 0; look < 5; look += 1) state.read(id);
        return state.find(id);
      };
      const there = approved(external);
      if (there?.nofa == null) throw new Error("not approved there");
      nsfp = there.nofa;
      const made = state.create({
        ...there.sale,
        noInvoice: "TANGAN-1",
        pengganti: true,
        nofaDiganti: nsfp,
      });
      if (made.kind !== "done") throw new Error(made.message);
      state.upload(made.document.transactionId);
      expect(approved(made.document.transactionId)?.nofa).toBe(raised(nsfp));
      await runToEnd(world);
    });

    test("is written down as replaced under its number, and neither mailed nor made a second time", async () => {
      expect(await one()).toMatchObject({ state: "replaced", nsfp, problem: "replaced_at_authority" });
      expect(await place()).toEqual(["held", "replaced_at_authority"]);
      await askToIssue();
      expect(await rows()).toEqual([["INV-1", "replaced"]]);
      expect(await mailsAbout(world, "INV-1")).toEqual([]);
      expect(world.authority.authority.state.all()).toHaveLength(2);
    });

    test("is taken over from the list of the Coretax portal, or dropped on a person's word", async () => {
      const item = listed(await one(), raised(nsfp));
      const report = await brought({ "x.xlsx": await list([item]) }, [[(await one()).id, raised(nsfp)]]);
      expect(report).toMatchObject({ changed: 1, left: [] });
      expect((await seen(world, "1")).fakturs.map((row) => [row.state, row.nsfp])).toEqual([
        ["replaced", nsfp],
        ["approved", raised(nsfp)],
      ]);
    });

    test("is issued anew once finance has said that the replacement was cancelled too", async () => {
      await drop((await one()).id);
      await askToIssue();
      expect(await rows()).toEqual([
        ["INV-1", "cancelled"],
        ["INV-1-R2", "approved"],
      ]);
    });
  });
});
