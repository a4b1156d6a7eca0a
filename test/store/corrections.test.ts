/**
 * The constraints behind corrections, on both engines: one replacement of a faktur at a time, one open outage and one
 * pause a seller, one digest a day, and case changes only as they were read. Real databases.
 */
import { changeCase, caseById, openCase } from "../../src/store/cases";
import { insertDigest } from "../../src/store/digests";
import { fakturById, insertFaktur, moveFaktur } from "../../src/store/fakturs";
import { listOutages, noteFailure, noteSuccess, OUTAGE_FROM } from "../../src/store/outages";
import { deletePause, insertPause, pauseOf } from "../../src/store/pauses";
import { liveReplacement, standingInPlaceOf, takePlace } from "../../src/store/replacements";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, fakturRow, invoiceRow, NOW, seed } from "../support/rows";
import { insertInvoice } from "../../src/store/invoices";

describeEngines("corrections", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(() => store.close());
  const knex = () => store.db.knex;

  test("a faktur has one replacement at a time, which takes its key when it is given up", async () => {
    const old = await addFaktur(store.db, "old", { state: "replacing", nsfp: "04002600000000001" });
    const next = fakturRow("next", old.invoice_id, {
      ...{ live_key: `${old.live_key}~`, replaces_id: "old", state: "approved", revision: 2 },
    });
    expect(await insertFaktur(knex(), next)).toBe(true);
    expect(await insertFaktur(knex(), { ...next, id: "other", reference: "other" })).toBe(false);
    expect((await liveReplacement(knex(), old))?.id).toBe("next");
    await store.db.transaction(async (tx) => {
      await moveFaktur(tx, old, "replace", AT);
      await takePlace(tx, "next", old.live_key ?? "", AT);
    });
    expect((await fakturById(knex(), "next"))?.live_key).toBe(old.live_key);
    const replaced = await fakturById(knex(), "old");
    expect(replaced?.live_key).toBeNull();
    if (replaced !== undefined) expect((await standingInPlaceOf(knex(), replaced)).id).toBe("next");
  });

  test("failures in a row make one outage, which the first success ends; fewer leave nothing", async () => {
    const failure = { seller: "utama", channel_kind: "pajakio", cause: "channel_timeout" };
    await noteFailure(knex(), { id: "o1", ...failure }, AT);
    expect(await noteSuccess(knex(), "utama", AT)).toBeNull();
    const counts: number[] = [];
    for (let count = 0; count < OUTAGE_FROM; count += 1) {
      counts.push(await noteFailure(knex(), { id: `o2${count}`, ...failure }, AT));
    }
    expect(counts).toEqual([1, 2, 3]);
    expect(await listOutages(knex(), {}, null, 10)).toMatchObject([{ to_at: null, failures: 3 }]);
    expect(await noteSuccess(knex(), "utama", AT)).toMatchObject({ to_at: NOW, failures: 3 });
    expect(await noteSuccess(knex(), "utama", AT)).toBeNull();
    expect(await listOutages(knex(), { seller: "utama" }, null, 10)).toHaveLength(1);
  });

  test("failures at the same time are all counted in one outage", async () => {
    const failure = { seller: "ramai", channel_kind: "pajakio", cause: "channel_failed" };
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => noteFailure(knex(), { id: `p${index}`, ...failure }, AT)),
    );
    expect(await listOutages(knex(), { seller: "ramai" }, null, 10)).toMatchObject([{ failures: 8 }]);
  });

  test("a channel is paused once and resumed once", async () => {
    const pause = {
      ...{ seller: "utama", cause: "unauthorized" as const, says: null, since: NOW },
      ...{ trial_faktur: null, tried_at: null },
    };
    const tries = await Promise.all([1, 2, 3].map(() => insertPause(knex(), pause)));
    expect(tries.filter(Boolean)).toHaveLength(1);
    expect(await pauseOf(knex(), "utama")).toMatchObject({ cause: "unauthorized" });
    expect([await deletePause(knex(), "utama"), await deletePause(knex(), "utama")]).toEqual([true, false]);
  });

  test("a seller's digest of a day stands once, however many workers make it", async () => {
    const row = {
      ...{ seller: "utama", day: "2026-12-16", edition: "daily" },
      ...{ state: "queued" as const, detail: null, at: NOW },
    };
    const made = await Promise.all(["a", "b", "c"].map((id) => insertDigest(knex(), { ...row, id })));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await insertDigest(knex(), { ...row, id: "d", day: "2026-12-17" })).toBe(true);
  });

  test("a case is changed only as it was read", async () => {
    await insertInvoice(knex(), invoiceRow("with-case"));
    const opened = {
      ...{ id: "case", invoice_id: "with-case", faktur_id: null, kind: "refund" as const },
      ...{ state: "open" as const, detail: "{}", cause: "refund:1", opened_at: NOW, closed_at: null },
    };
    expect(await openCase(knex(), opened)).toBe(true);
    const row = await caseById(knex(), "case");
    if (row === undefined) throw new Error("the case is not there");
    expect(await changeCase(knex(), row, { state: "working", steps: "[]" }, AT)).toBe(true);
    expect(await changeCase(knex(), row, { state: "closed" }, AT)).toBe(false);
  });
});
