// Proves that the outage log of a channel misses neither the beginning nor the end of an outage, though a channel that
// works is not looked up at every call: not even when another process began it.
import { silentLog } from "../../src/log";
import { createOutageLog, type ChannelWatch } from "../../src/ops/outages";
import { listOutages, noteFailure, openOutages } from "../../src/store/outages";
import { describeEngines, openStore, type Store } from "../support/databases";
import { NOW } from "../support/rows";
import { testClock, type TestClock } from "../support/test-clock";

const SELLER = { slug: "utama", channel_kind: "pajakio" };

describeEngines("the outage log of a channel", (engine) => {
  let store: Store;
  let clock: TestClock;
  let watch: ChannelWatch;
  let ids = 0;
  const newId = () => `outage-${(ids += 1)}`;
  beforeAll(async () => {
    store = await openStore(engine);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.db.knex("outages").delete();
    clock = testClock(NOW);
    const log = createOutageLog({ db: store.db, clock, newId, log: silentLog, heard: async () => undefined });
    watch = log(SELLER, async () => undefined);
  });
  const lasting = async () => (await openOutages(store.db.knex)).map(({ failures }) => failures);
  const all = async () =>
    (await listOutages(store.db.knex, { seller: SELLER.slug }, null, 10)).map(({ to_at }) => to_at);

  test("begins with the third failure in a row and ends with the first success, at whatever pace", async () => {
    await watch.answered();
    for (let count = 0; count < 3; count += 1) await watch.failed("channel_timeout");
    expect(await lasting()).toEqual([3]);
    await watch.answered();
    expect([await lasting(), await all()]).toEqual([[], [NOW]]);
  });

  test("a success between two failures is never missed", async () => {
    for (let count = 0; count < 6; count += 1) {
      await watch.failed("channel_timeout");
      await watch.answered();
    }
    expect([await lasting(), await all()]).toEqual([[], []]);
  });

  test("what another process began is ended by a success here a second later", async () => {
    await watch.answered();
    const failure = { id: newId(), seller: SELLER.slug, channel_kind: "pajakio", cause: "channel_failed" };
    for (let count = 0; count < 3; count += 1) await noteFailure(store.db.knex, failure, clock.now());
    clock.pass(1);
    await watch.answered();
    expect([await lasting(), await all()]).toEqual([[], [clock.now().toISOString()]]);
  });
});
