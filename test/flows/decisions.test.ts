// Proves that every paid invoice ends somewhere visible: each reason to skip or hold, by its code, through the whole
// program; that what a person mends goes through; and what refunds, unpaid marks and moves do before and after the issue.
import { casesOf } from "../../src/store/cases";
import { findInvoice, type InvoiceRow } from "../../src/store/invoices";
import { describeEngines } from "../support/databases";
import {
  addCompany,
  addSeller,
  atAuthority,
  DESK,
  enterCompany,
  event,
  invoiceId,
  line,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";
import { switchTab } from "../../src/accounts/tab";

type Json = Record<string, unknown>;

const free = { subtotal: "0.00", tax: "0.00", total: "0.00" };
const untaxed = { subtotal: "1000000.00", tax: "0.00", total: "1000000.00" };

describeEngines("decisions", (engine) => {
  let world: World;
  let count = 0;
  let id: string;
  beforeAll(async () => {
    world = await startWorld(engine);
    await addCompany(world, "asked", { npwp: "0023456789012000", status: "requested" });
    await addCompany(world, "off", { npwp: "0034567890123000", status: "suspended" });
    await addCompany(world, "nameless", { npwp: "0045678901234000", name: " " });
    await addCompany(world, "agency", { npwp: "0056789012345000", name: "\u200b" });
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.clock.set("2026-11-03T09:10:00+07:00");
    id = `d${(count += 1)}`;
  });

  async function pay(invoice: Json = {}, account: Json = {}): Promise<void> {
    await tell(world, paid(id, invoice, account));
    await runToEnd(world);
  }
  const anew = async (accept: readonly ("service_moved" | "refunded_before_issue")[] = []) => {
    await world.app.api.corrections.issueAnew(await invoiceId(world, id), accept, DESK);
    await runToEnd(world);
  };
  const issued = async () => {
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    expect(atAuthority(world, `INV-${id}`).filter((one) => one.kind === "NORMAL")).toHaveLength(1);
  };
  const nothingLeft = async () => {
    expect(atAuthority(world, `INV-${id}`)).toEqual([]);
    expect(await mailsAbout(world, `INV-${id}`)).toEqual([]);
  };

  const skips: [string, Json, Json][] = [
    ["no_company", {}, { id: "never-seen" }],
    ["company_requested", {}, { id: "asked" }],
    ["company_suspended", {}, { id: "off" }],
    ["container", { lines: [line({ kind: "invoice" })] }, {}],
    ["deposit", { lines: [line({ kind: "deposit", taxed: false })], ...untaxed }, {}],
    ["zero_total", { lines: [line({ amount: "0.00" })], ...free }, {}],
    ["nothing_taxed", { lines: [line({ taxed: false })], ...untaxed }, {}],
  ];

  test.each(skips)("skipped: %s", async (code, invoice, account) => {
    await pay(invoice, account);
    expect(await seen(world, id)).toMatchObject({ outcome: "skipped", reasons: [code], fakturs: [] });
    await nothingLeft();
    await tell(world, paid(id, invoice, account));
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "skipped", reasons: [code] });
  });

  const credit = (amount: string) => line({ id: "2", kind: "credit", amount, taxed: false });
  const sales: [string, Json][] = [
    ["the subtotal", { lines: [line(), credit("-1110000.00")], subtotal: "-110000.00", total: "0.00" }],
    ["the total", { lines: [line(), credit("-1110000.00")], total: "0.00" }],
    [
      "the subtotal in part",
      { lines: [line(), credit("-1050000.00")], subtotal: "-50000.00", total: "60000.00" },
    ],
    [
      "prices with tax inside",
      {
        ...{ pricesIncludeTax: true, subtotal: "-110000.00", total: "0.00" },
        lines: [line({ amount: "1110000.00" }), credit("-1110000.00")],
      },
    ],
  ];

  test.each(sales)(
    "a sale paid from credit is issued whole, the credit taken off %s",
    async (_what, invoice) => {
      await pay(invoice);
      await issued();
      const [faktur] = (await seen(world, id)).fakturs;
      expect([faktur?.dpp, faktur?.ppn].map(String)).toEqual(["1000000", "110000"]);
    },
  );

  test("a free invoice with credit on it stays skipped", async () => {
    const promotion = line({ id: "3", kind: "discount", amount: "-1000000.00" });
    await pay({ lines: [line(), promotion, credit("-5000.00")], ...free });
    expect(await seen(world, id)).toMatchObject({ outcome: "skipped", reasons: ["zero_total"] });
  });

  const holds: [string, Json, Json][] = [
    ["amounts_do_not_add_up", { tax: "90000.00", total: "1090000.00" }, {}],
    [
      "foreign_currency",
      {
        currency: "USD",
        subtotal: "100.00",
        tax: "11.00",
        total: "111.00",
        lines: [line({ amount: "100.00" })],
      },
      {},
    ],
    ["buyer_invalid", {}, { id: "nameless" }],
    ["past_deadline", { paidAt: "2026-09-30T23:59:59+07:00" }, {}],
    ["law_unknown", { paidAt: "2022-03-31T12:00:00+07:00" }, {}],
  ];

  test.each(holds)("held: %s", async (code, invoice, account) => {
    await pay(invoice, account);
    const { outcome, reasons, fakturs } = await seen(world, id);
    expect({ outcome, fakturs }).toEqual({ outcome: "held", fakturs: [] });
    expect(reasons).toContain(code);
    await nothingLeft();
  });

  test("every reason is told at once", async () => {
    await tell(world, event("invoice.refunded", { invoiceId: id, refundedAt: "2026-11-03T09:00:00+07:00" }));
    await tell(world, event("service.moved", { serviceId: `S-${id}`, fromAccount: "77", toAccount: "78" }));
    await pay({ paidAt: "2026-09-30T12:00:00+07:00", lines: [line({ serviceId: `S-${id}` })] });
    const { reasons } = await seen(world, id);
    expect(reasons.toSorted()).toEqual(["past_deadline", "refunded_before_issue", "service_moved"]);
  });

  test("an invoice of last month is issued until the 20th in Jakarta, to the minute", async () => {
    world.clock.set("2026-11-20T23:59:00+07:00");
    await pay({ paidAt: "2026-10-15T10:00:00+07:00" });
    await issued();
    id = `d${(count += 1)}`;
    world.clock.set("2026-11-21T00:00:00+07:00");
    await pay({ paidAt: "2026-10-15T10:00:00+07:00" });
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["past_deadline"] });
  });

  describe("paid tomorrow, by the portal's clock", () => {
    beforeEach(() => world.clock.set("2026-11-21T23:59:50+07:00"));
    const midnight = "2026-11-22T00:00:30+07:00";

    test("it waits for its day and is issued then, dated by it", async () => {
      await tell(world, paid(id, { paidAt: midnight }));
      await world.app.worker.drain();
      expect(await seen(world, id)).toMatchObject({
        outcome: "waiting",
        reasons: ["being_decided"],
        fakturs: [],
      });
      await runToEnd(world);
      await issued();
      expect((await seen(world, id)).fakturs).toMatchObject([{ date: "2026-11-22" }]);
      expect(world.clock.now() < new Date("2026-11-22T00:02:00+07:00")).toBe(true);
    });

    test("what holds it is told at once, and what has held it does not stay shown while it waits", async () => {
      await tell(world, paid(id, { paidAt: midnight }));
      await tell(world, event("invoice.unpaid", { invoiceId: id }));
      await world.app.worker.drain();
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["unpaid_again"] });
      await tell(world, paid(id, { paidAt: midnight }));
      await world.app.worker.drain();
      expect(await seen(world, id)).toMatchObject({ outcome: "waiting", reasons: ["being_decided"] });
    });

    test("two days ahead is no matter of clocks: held", async () => {
      await pay({ paidAt: "2026-11-23T00:00:00+07:00" });
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["faktur_invalid"] });
      await nothingLeft();
    });
  });

  test("what was skipped for want of a company is issued when finance asks, for the company of that day", async () => {
    await pay({}, { id: "late" });
    expect(await seen(world, id)).toMatchObject({ outcome: "skipped", reasons: ["no_company"] });
    await addCompany(world, "late", { npwp: "0067890123456000", email: "akhir@contoh.example" });
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "skipped" });
    await anew();
    await issued();
    expect((await mailsAbout(world, `INV-${id}`))[0]?.to?.[0]?.address).toBe("akhir@contoh.example");
  });

  test("the company is the one at the moment of payment, whatever happens to the tab before the work is done", async () => {
    await addCompany(world, "frozen", { npwp: "0078901234567000" });
    await tell(world, paid(id, {}, { id: "frozen" }));
    await switchTab(world.app, "toko", "frozen", "suspend", null, "finance");
    await enterCompany(world, "frozen", { npwp: "0089012345678000", email: "lain@contoh.example" });
    await runToEnd(world);
    await issued();
    expect(atAuthority(world, `INV-${id}`)[0]?.sale.lawanTransaksi.identityValue).toBe("0078901234567000");
    expect((await mailsAbout(world, `INV-${id}`))[0]?.to?.[0]?.address).toBe("pajak@contoh.example");
  });

  /** Runs the decision, with this happening between it and its writing. */
  const beforeItIsWritten = async (happens: () => Promise<unknown>): Promise<void> => {
    const { transaction } = world.app.db;
    let turn = 0;
    Object.assign(world.app.db, {
      // The first takes the job, the second would write the faktur down.
      async transaction(work: Parameters<typeof transaction>[0]) {
        turn += 1;
        if (turn === 2) await happens();
        return transaction(work);
      },
    });
    await world.app.worker.drain();
    Object.assign(world.app.db, { transaction });
    await runToEnd(world);
    expect(turn).toBeGreaterThan(2);
  };

  const invoiceNow = async (): Promise<InvoiceRow> =>
    (await findInvoice(world.app.db.knex, "toko", id)) as InvoiceRow;

  describe("refunds", () => {
    const refund = (more: Json = {}) =>
      tell(
        world,
        event("invoice.refunded", { invoiceId: id, refundedAt: "2026-11-03T10:00:00+07:00", ...more }),
      );

    test("before the invoice is known they hold it, until finance accepts", async () => {
      await refund();
      await pay();
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["refunded_before_issue"] });
      await nothingLeft();
      await anew();
      expect(await seen(world, id)).toMatchObject({ outcome: "held" });
      await anew(["refunded_before_issue"]);
      await issued();
    });

    test("after the invoice and before the issue they hold it too", async () => {
      await tell(world, paid(id));
      await refund({ amount: "50000.00" });
      await runToEnd(world);
      const reasons = ["refunded_in_part", "refunded_before_issue"];
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons });
      await nothingLeft();
    });

    test("between the decision and its writing they are seen", async () => {
      await tell(world, paid(id));
      await beforeItIsWritten(refund);
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["refunded_before_issue"] });
      await nothingLeft();
    });

    test.each([
      ["refund", {}],
      ["partial_refund", { amount: "50000.00" }],
    ])("after the issue they open a case (%s) and the faktur stands", async (kind, more) => {
      await pay();
      await refund(more);
      await runToEnd(world);
      await issued();
      const cases = await casesOf(world.app.db.knex, await invoiceId(world, id));
      expect(cases).toMatchObject([{ kind, state: "open" }]);
    });
  });

  describe("unpaid and paid again", () => {
    const say = (type: string, at?: string) =>
      tell(world, event(type, { invoiceId: id }), at ? { id: at } : {});

    test("before the issue: held, and released by the next payment", async () => {
      await tell(world, paid(id));
      await say("invoice.unpaid");
      await runToEnd(world);
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["unpaid_again"] });
      await tell(world, paid(id));
      await runToEnd(world);
      await issued();
    });

    test("after the issue: a case that the next payment closes, and one faktur stands all along", async () => {
      await pay();
      await say("invoice.unpaid", "u".repeat(200));
      const open = await casesOf(world.app.db.knex, await invoiceId(world, id));
      expect(open).toMatchObject([{ kind: "unpaid_again", state: "open" }]);
      await tell(world, paid(id));
      await runToEnd(world);
      await issued();
      const cases = await casesOf(world.app.db.knex, await invoiceId(world, id));
      expect(cases).toMatchObject([
        { kind: "unpaid_again", state: "closed", closed_because: "paid_again", decision: null },
      ]);
      const audit = await world.app.db.knex("audit").where({ action: "case.closed" });
      expect(audit.map((entry: { subject: string }) => entry.subject)).toContain(`case:${cases[0]?.id}`);
    });

    test("cancelled in the portal before the issue: held", async () => {
      await tell(world, paid(id));
      await say("invoice.cancelled");
      await runToEnd(world);
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["cancelled_in_portal"] });
      await nothingLeft();
    });

    test("a draft that never left goes when the payment does, and another is made when it returns", async () => {
      await addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) });
      await pay();
      expect(await seen(world, id)).toMatchObject({ outcome: "waiting", fakturs: [{ state: "draft" }] });
      await say("invoice.unpaid");
      await runToEnd(world);
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["unpaid_again"] });
      await addSeller(world, "utama");
      await tell(world, paid(id));
      await runToEnd(world);
      await issued();
      const { fakturs } = await seen(world, id);
      expect(fakturs.map((one) => [one.state, one.reference])).toEqual([
        ["cancelled", `INV-${id}`],
        ["approved", `INV-${id}-R2`],
      ]);
    });
  });

  test("a moved service holds its invoice until finance accepts", async () => {
    await tell(world, event("service.moved", { serviceId: `S-${id}`, fromAccount: "77", toAccount: "78" }));
    await pay({ lines: [line({ serviceId: `S-${id}` })] });
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["service_moved"] });
    await anew(["service_moved"]);
    await issued();
  });

  test("a move between the decision and its writing holds it too", async () => {
    await tell(world, paid(id, { lines: [line({ serviceId: `S-${id}` })] }));
    const told = { serviceId: `S-${id}`, fromAccount: "77", toAccount: "78" };
    await beforeItIsWritten(() => tell(world, event("service.moved", told)));
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["service_moved"] });
    await nothingLeft();
  });

  test("an invoice that a person has issued anew while it is being skipped is issued", async () => {
    const account = { id: `late-${id}` };
    await tell(world, paid(id, {}, account));
    await beforeItIsWritten(async () => {
      await addCompany(world, account.id);
      await world.app.api.corrections.issueAnew(await invoiceId(world, id), [], DESK);
    });
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
  });

  test("a company that is taken anew between the decision and its writing is the one that gets it", async () => {
    await tell(world, paid(id));
    const company_at_payment = JSON.stringify({
      ...(JSON.parse((await invoiceNow()).company_at_payment ?? "{}") as object),
      name: "PT BARU",
    });
    await beforeItIsWritten(() =>
      world.app.db.knex("invoices").where({ external_id: id }).update({ company_at_payment }),
    );
    const { fakturs } = await seen(world, id);
    expect(fakturs.map(({ buyer_name }) => buyer_name)).toEqual(["PT BARU"]);
  });

  test("different content under the same number changes no faktur and is written down and shown", async () => {
    await pay();
    await tell(
      world,
      paid(id, {
        subtotal: "2000000.00",
        tax: "220000.00",
        total: "2220000.00",
        lines: [line({ amount: "2000000.00" })],
      }),
    );
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: ["differs_from_portal"] });
    expect(atAuthority(world, `INV-${id}`)).toHaveLength(1);
    const noted = await world.app.db.knex("audit").where({ action: "invoice.differs_from_record" });
    expect(noted.map((entry: { subject: string }) => entry.subject)).toContain(`invoice:toko/${id}`);
  });

  test("two invoices with one number become two documents, and a number of 100 letters goes through", async () => {
    await pay({ number: "SAMA-1" });
    const first = id;
    id = `d${(count += 1)}`;
    await pay({ number: "SAMA-1" });
    expect((await seen(world, first)).fakturs[0]?.reference).toBe("SAMA-1");
    expect((await seen(world, id)).fakturs[0]?.reference).toBe("SAMA-1/toko");
    const long = "N".repeat(100);
    for (const _ of [1, 2]) {
      id = `d${(count += 1)}`;
      await pay({ number: long });
      expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    }
    expect((await seen(world, id)).fakturs[0]?.reference).not.toBe(long);
  });
});
