/**
 * What an invoice's decision rests on may change while it is made: proves for each ground, on both engines, that nothing is
 * written on what was so before, and that the invoice is decided anew on what is so now.
 */
import { plusMs, type TaxDay } from "../../src/clock";
import type { Outcome } from "../../src/errors";
import { issueFaktur } from "../../src/faktur/issue";
import { kursWeek } from "../../src/faktur/kurs";
import type { ReasonCode } from "../../src/faktur/reasons";
import { newId } from "../../src/ids";
import { fencedWork, type Work } from "../../src/store/fence";
import { claimJob } from "../../src/store/jobs";
import { describeEngines } from "../support/databases";
import {
  addCompany,
  BUYER,
  DESK,
  enterCompany,
  event,
  invoiceId,
  line,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

const DOLLARS = {
  ...{ currency: "USD", subtotal: "100.00", tax: "11.00", total: "111.00" },
  lines: [line({ amount: "100.00" })],
};

describeEngines("an invoice that is being decided", (engine) => {
  let world: World;
  let count = 0;
  let id = "";
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    world.clock.set("2026-11-03T09:10:00+07:00");
    id = `m${(count += 1)}`;
    // Each has an account of its own: a move or another company is nobody else's.
    await addCompany(world, id);
  });

  const pay = (invoice = {}) => tell(world, paid(id, invoice, { id }));
  const refund = () =>
    tell(world, event("invoice.refunded", { invoiceId: id, refundedAt: "2026-11-03T09:10:00+07:00" }));
  const issueAnew = async (accept: readonly ReasonCode[] = []) =>
    world.app.api.corrections.issueAnew(await invoiceId(world, id), accept, DESK);
  const enterRate = (rate: bigint, day: string) =>
    world.app.api.enterKurs(
      [{ currency: "USD", rate, per: 1n, kmk: "KMK 1", ...kursWeek(day as TaxDay) }],
      DESK,
    );

  /** Runs the job `issue`, and whatever happens meanwhile between its look at the facts and its first write. */
  async function issuedWhile(meanwhile: () => Promise<unknown>): Promise<Outcome["kind"]> {
    const { db } = world.app;
    const { clock } = world;
    const now = clock.now();
    const job = await claimJob(db, now, plusMs(now, 60_000), `lease-${id}`);
    if (job?.kind !== "issue") throw new Error(`not the job that was looked for: ${job?.kind ?? "none"}`);
    const real = fencedWork({ db, clock, leaseSeconds: 60, nextHand: () => null }, job);
    let isOver = false;
    const first = async () => {
      if (!isOver) await meanwhile();
      isOver = true;
    };
    const work: Work = {
      ...real,
      transaction: (write) => first().then(() => real.transaction(write)),
      conclude: (write) => first().then(() => real.conclude(write)),
    };
    const d = { ...world.app, newId, followSeconds: [60], channelOf: world.app.channelFor };
    const outcome = await issueFaktur(d, work);
    if (real.ending() === null) {
      if (outcome.kind === "retry") throw outcome.because;
      await real.conclude(async () => outcome);
    }
    return outcome.kind;
  }

  test.each<[string, () => Promise<unknown>, object]>([
    ["is refunded", refund, { outcome: "held", reasons: ["refunded_before_issue"], fakturs: [] }],
    [
      "is unpaid again",
      () => tell(world, event("invoice.unpaid", { invoiceId: id })),
      { outcome: "held", reasons: ["unpaid_again"], fakturs: [] },
    ],
    [
      "has its service moved away",
      () => tell(world, event("service.moved", { serviceId: "S12", fromAccount: id, toAccount: "77" })),
      { outcome: "held", reasons: ["service_moved"], fakturs: [] },
    ],
    [
      "is told with another line",
      () => pay({ lines: [line({ description: "Web Hosting Besar" })] }),
      { outcome: "issued", fakturs: [{ document: expect.stringContaining("Web Hosting Besar") as string }] },
    ],
    [
      "is asked for with its company as it is now",
      async () => {
        await enterCompany(world, id, { name: "PT NAMA BARU" });
        await issueAnew();
      },
      { outcome: "issued", fakturs: [{ buyer_name: "PT NAMA BARU" }] },
    ],
    [
      "goes on as it was",
      async () => undefined,
      { outcome: "issued", fakturs: [{ buyer_name: BUYER.name }] },
    ],
  ])("and %s", async (what, change, ended) => {
    await pay();
    const outcome = await issuedWhile(change);
    expect([outcome, (await seen(world, id)).fakturs.length]).toEqual(
      what === "goes on as it was" ? ["done", 1] : ["wait", 0],
    );
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject(ended);
  });

  test("and would be held, when finance accepts the reason: it is issued", async () => {
    await pay();
    await refund();
    expect(await issuedWhile(() => issueAnew(["refunded_before_issue"]))).toBe("wait");
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued" });
  });

  test("in dollars, and would be held for want of a rate, when the rate is entered: it is issued", async () => {
    await pay(DOLLARS);
    expect(await issuedWhile(() => enterRate(1_600_000n, "2026-10-28"))).toBe("wait");
    await runToEnd(world);
    expect((await seen(world, id)).fakturs.map((one) => String(one.dpp))).toEqual(["1600000"]);
  });

  test("in dollars, when its rate is corrected: the faktur has the rate that stands", async () => {
    await enterRate(1_600_000n, "2026-10-21");
    await pay({ ...DOLLARS, paidAt: "2026-10-26T09:10:00+07:00" });
    expect(await issuedWhile(() => enterRate(1_700_000n, "2026-10-21"))).toBe("wait");
    await runToEnd(world);
    expect((await seen(world, id)).fakturs.map((one) => String(one.dpp))).toEqual(["1700000"]);
  });
});
