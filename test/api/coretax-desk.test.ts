/**
 * What a person has to carry to the tax portal and back, counted from rows as they may stand on both engines: each faktur under
 * one word or under none, and none that another channel, another seller or the portal itself has.
 */
import { coretaxDeskOf, coretaxDesks } from "../../src/api/coretax-desk";
import { FILE_CHANNEL } from "../../src/faktur/faktur";
import type { FakturRow } from "../../src/store/fakturs";
import { saveSeller } from "../../src/store/sellers";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, seed, sellerData } from "../support/rows";

const LATE = "2026-11-02";
const file = { channel_kind: FILE_CHANNEL };

describeEngines("what waits of a seller by files", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    for (const slug of ["utama", "dua"]) await saveSeller(store.db.knex, slug, sellerData(file), AT);
    await saveSeller(store.db.knex, "lain", sellerData(), AT);
    const rows: Partial<FakturRow>[] = [
      { state: "draft" },
      { state: "ready" },
      { state: "ready", deadline: "2026-11-20" },
      { state: "ready", deadline: LATE },
      { state: "ready", problem: "may_be_exported" },
      { state: "ready", problem: "export_faulty" },
      { state: "ready", problem: "export_faulty", deadline: LATE },
      { ...file, state: "pending" },
      { ...file, state: "unknown", deadline: "2026-11-30" },
      { ...file, state: "pending", deadline: LATE },
      // Not carried by a person, or done.
      { state: "pending" },
      { state: "ready", external_id: "SIM-1" },
      { state: "ready", replaces_id: "x" },
      { ...file, state: "pending", nsfp: "04002600000000001" },
      { ...file, state: "approved", nsfp: "04002600000000002" },
      { ...file, state: "rejected" },
      { state: "ready", seller: "lain" },
    ];
    for (const [index, row] of rows.entries()) await addFaktur(store.db, `f${index}`, row);
  });
  afterAll(() => store.close());

  const deps = () => ({ db: store.db, clock: { now: () => AT } });

  test("each faktur is counted once, with the nearest last day of what can still go", async () => {
    expect(await coretaxDeskOf(deps(), "utama")).toEqual({
      ...{ seller: "utama", name: "PT HOSTING CONTOH", drafts: 1 },
      ...{ ready: 2, readyUntil: "2026-11-20", tooLate: 1, keptBack: 1, held: 2 },
      ...{ waiting: 2, waitingUntil: "2026-11-30", overdue: 1 },
    });
  });

  test("every seller by files has a desk, and no other", async () => {
    const desks = await coretaxDesks(deps());
    expect(desks.map(({ seller, ready }) => [seller, ready]).sort()).toEqual([
      ["dua", 0],
      ["utama", 2],
    ]);
    await expect(coretaxDeskOf(deps(), "lain")).rejects.toMatchObject({ code: "refused" });
    await expect(coretaxDeskOf(deps(), "nobody")).rejects.toMatchObject({ code: "not_found" });
  });
});
