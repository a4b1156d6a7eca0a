// Proves that every invoice known as not paid is looked at in its turn, however many there are whose look changes nothing:
// bills of collectors, and invoices that are gone in the portal.
import { newId } from "../../src/ids";
import { pollPortal } from "../../src/hooks/poll";
import type { Portal } from "../../src/hooks/portal";
import { silentLog } from "../../src/log";
import { fencedWork } from "../../src/store/fence";
import { claimJob, enqueue } from "../../src/store/jobs";
import { describeEngines, openStore, type Store } from "../support/databases";
import { insertAll } from "../support/insert-all";
import { invoiceRow, seed } from "../support/rows";
import { connectionOf } from "../support/sign-webhook";
import { testClock } from "../support/test-clock";

describeEngines("the look at unpaid invoices", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(() => store.close());

  test("450 whose look changes nothing keep none from being looked at within three polls", async () => {
    const { db } = store;
    const rows = Array.from({ length: 450 }, (_, index) =>
      invoiceRow(`u-${index}`, { portal_state: index % 2 === 0 ? "billed" : "unpaid", decision: "issuing" }),
    );
    await insertAll(db.knex, "invoices", rows, 50);
    const clock = testClock();
    const connection = connectionOf("generic", { slug: "toko" });
    const portal: Portal = {
      kind: "generic",
      receive: () => ({ kind: "malformed", faults: [] }),
      async *listPaid() {
        // Nothing was paid.
      },
    };
    const deps = {
      ...{ db, clock, newId, log: silentLog, pollSeconds: 300 },
      intake: () => Promise.resolve(null),
      portalNamed: () => Promise.resolve({ connection, portal }),
    };
    await enqueue(db.knex, "poll", "toko", clock.now(), clock.now());
    const job = await claimJob(db, clock.now(), new Date(clock.now().getTime() + 3_600_000), "lease");
    const work = fencedWork({ db, clock, leaseSeconds: 3600, nextHand: () => null }, job!);
    for (let polls = 1; polls <= 3; polls += 1) {
      clock.pass(300);
      await pollPortal(deps, work);
      const asked = await db.knex("jobs").where({ kind: "read" }).select("subject");
      expect(asked).toHaveLength(Math.min(450, polls * 200));
    }
  });
});
