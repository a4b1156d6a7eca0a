/**
 * Looks at a portal that take their time: what one of them says counts only while nothing newer was recorded meanwhile, and
 * what was corrected in the portal is decided anew where it was the content that left it without a faktur.
 */
import { readBack, type ReadDeps } from "../../src/hooks/read";
import type { PaidInvoice } from "../../src/hooks/invoice";
import type { InvoiceRead, Portal } from "../../src/hooks/portal";
import { wakeInvoice } from "../../src/hooks/recorded";
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import type { Work } from "../../src/store/fence";
import { decideInvoice, findInvoice } from "../../src/store/invoices";
import { jobsOf } from "../../src/store/jobs";
import { describeEngines, openStore, type Store } from "../support/databases";
import { seed } from "../support/rows";
import { connectionOf } from "../support/sign-webhook";
import { testClock, type TestClock } from "../support/test-clock";

const paidInvoice = (tax: bigint): PaidInvoice =>
  ({
    ...{ invoiceId: "5", number: "INV-5", account: { id: "77", name: "PT C", email: null } },
    ...{ currency: "IDR", pricesIncludeTax: false, paidAt: new Date("2026-11-03T02:10:00Z") },
    ...{ taxDay: "2026-11-03", subtotal: 100_000_000n, tax, total: 100_000_000n + tax },
    lines: [
      {
        ...{ id: "1", kind: "hosting", description: "Hosting", quantity: 100n, amount: 100_000_000n },
        ...{ taxed: tax > 0n, serviceId: null, periodStart: null, periodEnd: null, appliesTo: null },
      },
    ],
  }) as unknown as PaidInvoice;

describeEngines("a look at a portal", (engine) => {
  let store: Store;
  let clock: TestClock;
  let answer: () => Promise<InvoiceRead>;
  const connection = connectionOf("whmcs", { slug: "toko" });
  const portal = { kind: "whmcs", readInvoice: () => answer() } as unknown as Portal;
  const deps = (): ReadDeps => ({
    ...{ db: store.db, clock, log: silentLog, newId },
    portalNamed: async () => ({ connection, portal }),
  });
  const workOn = (subject: string) =>
    ({
      ...{ job: { subject } },
      conclude: (write: Parameters<Work["conclude"]>[0]) => store.db.transaction(write),
    }) as unknown as Work;
  const row = async () => {
    const found = await findInvoice(store.db.knex, "toko", "5");
    if (found === undefined) throw new Error("the invoice is recorded");
    return found;
  };
  const look = async () => readBack(deps(), workOn((await row()).id));

  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  beforeEach(async () => {
    clock = testClock();
    await store.db.knex("invoices").delete();
    await store.db.knex("jobs").delete();
    await store.db.transaction((tx) => wakeInvoice(tx, deps(), connection, { externalId: "5" }));
  });
  afterAll(() => store.close());

  test("that began before a newer one was recorded changes nothing, and is made again", async () => {
    answer = async () => {
      answer = async () => ({ kind: "notPaid", status: "Unpaid", state: "unpaid" });
      clock.pass(50);
      await look();
      return { kind: "paid", invoice: paidInvoice(11_000_000n) };
    };
    expect(await look()).toMatchObject({ kind: "wait", until: clock.now() });
    expect(await row()).toMatchObject({ decision: "skipped", content: null });
    expect(await look()).toMatchObject({ kind: "done" });
    expect(await row()).toMatchObject({ decision: "skipped", content: null });
  });

  test("that finds what had nothing taxed corrected has it decided anew", async () => {
    answer = async () => ({ kind: "paid", invoice: paidInvoice(0n) });
    await look();
    const reasons = JSON.stringify([{ code: "nothing_taxed" }]);
    const { id } = await row();
    await decideInvoice(store.db.knex, id, "skipped", reasons, clock.now());
    await store.db.knex("jobs").delete();
    clock.pass(3_600);
    expect(await look()).toMatchObject({ kind: "done" });
    expect(await row()).toMatchObject({ decision: "skipped" });
    answer = async () => ({ kind: "paid", invoice: paidInvoice(11_000_000n) });
    expect(await look()).toMatchObject({ kind: "done" });
    expect(await row()).toMatchObject({ decision: "undecided", reasons: "[]" });
    expect((await jobsOf(store.db.knex, [id])).map(({ kind }) => kind)).toEqual(["issue"]);
  });

  test("leaves alone what was skipped for the account's company", async () => {
    answer = async () => ({ kind: "paid", invoice: paidInvoice(0n) });
    await look();
    const reasons = JSON.stringify([{ code: "no_company" }]);
    const { id } = await row();
    await decideInvoice(store.db.knex, id, "skipped", reasons, clock.now());
    await store.db.knex("jobs").delete();
    answer = async () => ({ kind: "paid", invoice: paidInvoice(11_000_000n) });
    await look();
    expect(await row()).toMatchObject({ decision: "skipped" });
    expect(await jobsOf(store.db.knex, [id])).toEqual([]);
  });
});
