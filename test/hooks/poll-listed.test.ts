/**
 * What a look at a portal's list of paid invoices makes of it, on both engines: what it calls paid and the ledger does not is
 * read once more, what stands as paid is left alone, and a look that broke off is not noted as one, though what it found is.
 */
import { pollPortal } from "../../src/hooks/poll";
import type { PaidListed, Portal } from "../../src/hooks/portal";
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import { fencedWork } from "../../src/store/fence";
import { findInvoice, insertInvoice } from "../../src/store/invoices";
import { claimJob, enqueue } from "../../src/store/jobs";
import { findPoll } from "../../src/store/polls";
import { describeEngines, openStore, type Store } from "../support/databases";
import { invoiceRow, NOW, seed } from "../support/rows";
import { connectionOf } from "../support/sign-webhook";
import { testClock } from "../support/test-clock";

const listed = (invoiceId: string): PaidListed => ({
  ...{ invoiceId, number: null, paidAt: new Date(NOW) },
  ...{ accountId: "77", gross: null, currency: "IDR" },
});

describeEngines("a look at the list", (engine) => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterEach(() => store.close());

  /** One quick look; what it has thrown, and the invoices that are read next. */
  async function looked(rows: readonly PaidListed[], breaksOff = false) {
    const { db } = store;
    const clock = testClock(NOW);
    const portal: Portal = {
      kind: "generic",
      receive: () => ({ kind: "malformed", faults: [] }),
      async *listPaid() {
        yield* rows;
        if (breaksOff) throw new Error("the line is dead");
      },
    };
    const connection = connectionOf("generic", { slug: "toko" });
    await enqueue(db.knex, "poll", "toko", clock.now(), clock.now());
    const job = await claimJob(db, clock.now(), new Date(clock.now().getTime() + 3_600_000), "lease");
    const work = fencedWork({ db, clock, leaseSeconds: 3600, nextHand: () => null }, job!);
    const deps = {
      ...{ db, clock, newId, log: silentLog, pollSeconds: 300 },
      intake: () => Promise.resolve(null),
      portalNamed: () => Promise.resolve({ connection, portal }),
    };
    const thrown = await pollPortal(deps, work).then(
      () => null,
      (error: Error) => error.message,
    );
    const read: string[] = await db.knex("jobs").where({ kind: "read" }).orderBy("subject").pluck("subject");
    return { thrown, read };
  }

  test("has read again what it calls paid and the ledger does not", async () => {
    for (const state of ["paid", "cancelled"] as const)
      await insertInvoice(store.db.knex, invoiceRow(state, { portal_state: state, decision: "issuing" }));
    expect(await looked([listed("paid"), listed("cancelled")])).toEqual({
      thrown: null,
      read: ["cancelled"],
    });
    expect(await findPoll(store.db.knex, "toko")).toMatchObject({ quick_at: NOW });
  });

  test("that breaks off keeps what it found, and the next one goes back as far", async () => {
    const { thrown, read } = await looked(
      Array.from({ length: 100 }, (_, index) => listed(`n-${index}`)),
      true,
    );
    expect([thrown, read.length]).toEqual(["the line is dead", 100]);
    expect((await findInvoice(store.db.knex, "toko", "n-99"))?.decision).toBe("unread");
    expect((await findPoll(store.db.knex, "toko"))?.quick_at ?? null).toBeNull();
  });
});
