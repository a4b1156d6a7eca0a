/**
 * Proves on both engines that a faktur which was not handed over by its last day (the channel was away, its hours never came)
 * stands among what needs a person and in the metrics from the next day on: nothing of it goes out by itself any more.
 */
import { gatherHome } from "../../src/ops/home";
import { createMetrics } from "../../src/ops/metrics";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, seed } from "../support/rows";
import { testClock } from "../support/test-clock";

describeEngines("a ready faktur past its last day", (engine) => {
  let store: Store;
  const clock = testClock("2026-12-20T23:59:59+07:00");
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    const ready = { state: "ready", deadline: "2026-12-20" } as const;
    await addFaktur(store.db, "11", ready);
    await addFaktur(store.db, "12", { ...ready, channel_kind: "coretax-file" });
    await addFaktur(store.db, "13", { ...ready, external_id: "trx-13" });
    await addFaktur(store.db, "14", { ...ready, deadline: "2027-01-20" });
    await addFaktur(store.db, "15", { ...ready, problem: "duplicate_at_authority" });
  });
  afterAll(() => store.close());

  const told = async () => {
    const { items, counts } = await gatherHome({ db: store.db, clock });
    const lines = (await createMetrics(store.db, clock).text()).split("\n");
    return {
      items: items
        .filter(({ kind }) => kind === "lapsed")
        .map(({ code, link, deadline }) => [code, link, deadline]),
      count: counts.lapsed,
      held: lines.filter((one) => one.startsWith('faktur_fakturs_held{reason="past_deadline"}')),
    };
  };

  test("is on its way until its last day is over, then told with its last day; files are told by their own desk", async () => {
    expect(await told()).toEqual({ items: [], count: 0, held: [] });
    clock.pass(1);
    expect(await told()).toEqual({
      items: [["past_deadline", "/console/faktur/11", "2026-12-20"]],
      count: 1,
      held: ['faktur_fakturs_held{reason="past_deadline"} 2'],
    });
  });
});
