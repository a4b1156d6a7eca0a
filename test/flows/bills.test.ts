/**
 * Bills of a collector, whose faktur is due with the bill, on both engines: one told as a draft, one that nobody told, one of
 * Stripe. Proves that each ends as one faktur dated on the bill, that older bills are left alone, and that a faktur made from
 * a payment whose bill was never told says so.
 */
import Stripe from "stripe";
import type { TaxDay } from "../../src/clock";
import { kursWeek } from "../../src/faktur/kurs";
import { findAccount } from "../../src/store/accounts";
import { casesOf } from "../../src/store/cases";
import { timelineOf } from "../../src/store/fakturs";
import { findInvoice } from "../../src/store/invoices";
import { unpaidInvoices } from "../../src/store/polls";
import { newInvoice, newLine, newTax } from "../hooks/stripe/shapes";
import { describeEngines } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import { startStripe, type StripeStandIn } from "../support/stripe-stand-in";
import { whmcsClient, whmcsInvoice, whmcsItem, whmcsProduct } from "../support/whmcs-rows";
import { startWhmcsStage, type WhmcsStage } from "../support/whmcs-stage";
import type { WhmcsStandIn } from "../support/whmcs-stand-in";
import {
  addCompany,
  addPortal,
  atAuthority,
  DESK,
  event,
  invoiceId,
  runToEnd,
  seen,
  tell,
  withWeb,
  type World,
} from "../support/world";

const STRIPE_SECRET = "whsec_stripe_uji";

describeEngines("the bill of a collector", (engine) => {
  let stage: WhmcsStage;
  let world: World;
  let whmcs: WhmcsStandIn;
  beforeEach(async () => {
    const config = { portalPollSeconds: 300, channelTimeoutSeconds: 5 };
    stage = await startWhmcsStage(engine, { drawPdf: tinyPdf, config });
    ({ world, whmcs } = stage);
    await collects("77", "whmcs", "0012345678012000");
    whmcs.world.products = [whmcsProduct(12)];
    world.clock.set("2026-11-03T09:10:00+07:00");
  });
  afterEach(() => stage.close());

  /** An agency that pays after its faktur, verified on 2 November. */
  async function collects(account: string, portal: string, npwp: string): Promise<void> {
    await addCompany(world, account, { portal, npwp });
    const row = await findAccount(world.app.db.knex, portal, account);
    await world.app.db
      .knex("companies")
      .where({ account_id: row?.id })
      .update({
        ...{ transaction_code: "02", evidence: "SK", issue_on: "bill", code_by: "finance" },
        code_at: "2026-11-02T01:00:00.000Z",
      });
  }

  const BIG = {
    subtotal: "10000000.00",
    tax: "1100000.00",
    items: [whmcsItem({ amount: "10000000.00" })],
  };
  const bill = (id: number, more: Record<string, unknown> = {}) => {
    const row = whmcsInvoice(id, { ...BIG, status: "Unpaid", date: "2026-11-03", ...more });
    whmcs.world.invoices.push(row);
    return row;
  };
  const wake = async (type: string, id: number) => {
    await tell(world, event(type, { invoiceId: id }), { portal: "whmcs" });
    await runToEnd(world);
  };
  async function poll(now: string): Promise<void> {
    world.clock.set(now);
    await world.app.schedulePolls();
    await runToEnd(world);
  }
  const datesOf = (number: string) => atAuthority(world, number).map(({ sale }) => sale.tanggalFaktur);
  const notesOf = async (id: string, portal = "whmcs") => {
    const [faktur] = (await seen(world, id, portal)).fakturs;
    const timeline = faktur === undefined ? [] : await timelineOf(world.app.db.knex, faktur.id);
    return timeline.map((entry) => entry.event).filter((one) => one === "bill_untold");
  };

  test("told as a draft is found the night after it was published, and dated on its day", async () => {
    const row = bill(100, { status: "Draft" });
    await wake("invoice.created", 100);
    await poll("2026-11-04T03:05:00+07:00");
    expect(await findInvoice(world.app.db.knex, "whmcs", "100")).toBeUndefined();
    Object.assign(row, { status: "Unpaid", date: "2026-11-04" });
    await poll("2026-11-05T03:05:00+07:00");
    expect(await seen(world, "100", "whmcs")).toMatchObject({ outcome: "issued" });
    expect(datesOf("INV-100")).toEqual(["2026-11-04"]);
    Object.assign(row, { status: "Paid", datepaid: "2026-11-06 10:00:00" });
    world.clock.set("2026-11-06T10:00:05+07:00");
    await wake("invoice.paid", 100);
    await poll("2026-11-07T03:05:00+07:00");
    expect(datesOf("INV-100")).toEqual(["2026-11-04"]);
    expect(await notesOf("100")).toEqual([]);
  });

  test("published from a draft is recorded at once where the portal says so", async () => {
    const row = bill(100, { status: "Draft" });
    await wake("invoice.created", 100);
    row.status = "Unpaid";
    await wake("invoice.created", 100);
    expect(datesOf("INV-100")).toEqual(["2026-11-03"]);
  });

  test("is a bill also while its payment settles; one from before its code was verified is not", async () => {
    bill(100, { status: "Payment Pending" });
    bill(101, { date: "2026-11-01" });
    bill(102, { subtotal: "1000000.00", tax: "110000.00", items: [whmcsItem()] });
    await poll("2026-11-04T03:05:00+07:00");
    expect(datesOf("INV-100")).toEqual(["2026-11-03"]);
    expect([datesOf("INV-101"), datesOf("INV-102")]).toEqual([[], []]);
  });

  test("keeps nobody's payments from being found where what an account owes cannot be read", async () => {
    const asks = (action: string) => whmcs.asked.filter((one) => one.action === action);
    await poll("2026-11-03T10:00:00+07:00");
    // Older than any quick look asks for: only the whole list, behind the bills, finds it.
    whmcs.world.invoices.push(whmcsInvoice(200, { userid: 77, datepaid: "2026-11-01 09:00:00" }));
    whmcs.world.fault = (action, response) => {
      const last = asks("GetInvoices").at(-1)?.form.get("status");
      if (action !== "GetInvoices" || last === "Paid") return false;
      response.writeHead(500).end();
      return true;
    };
    await poll("2026-11-12T03:05:00+07:00");
    expect(asks("GetInvoices").map(({ form }) => form.get("status"))).toContain("Unpaid");
    expect(await seen(world, "200", "whmcs")).toMatchObject({ outcome: "issued" });
  });

  test("is found at night though the list of an account before it cannot be read", async () => {
    await collects("78", "whmcs", "0023456789012000");
    whmcs.world.clients.push(whmcsClient({ id: 78, userid: 78 }));
    bill(100);
    bill(101, { userid: 78 });
    let broken = "77";
    whmcs.world.fault = (action, response) => {
      const asked = whmcs.asked.at(-1)?.form;
      if (action !== "GetInvoices" || asked?.get("userid") !== broken) return false;
      response.writeHead(500).end();
      return true;
    };
    await poll("2026-11-04T03:05:00+07:00");
    expect([datesOf("INV-100"), datesOf("INV-101")]).toEqual([[], ["2026-11-03"]]);
    broken = "";
    await poll("2026-11-05T03:05:00+07:00");
    expect(datesOf("INV-100")).toEqual(["2026-11-03"]);
  });

  test("is asked for until three accounts in a row have failed; then the portal is left alone till the next night", async () => {
    const others = ["78", "79", "80", "81"];
    for (const [index, account] of others.entries()) {
      await collects(account, "whmcs", `00${3 + index}3456789012000`);
      whmcs.world.clients.push(whmcsClient({ id: Number(account), userid: Number(account) }));
      bill(100 + Number(account), { userid: Number(account) });
    }
    let broken = new Set(["77", "78", "80"]);
    const asked: (string | null | undefined)[] = [];
    whmcs.world.fault = (action, response) => {
      const form = whmcs.asked.at(-1)?.form;
      const account = form?.get("userid");
      if (action !== "GetInvoices" || account == null) return false;
      asked.push(account);
      if (!broken.has(account)) return false;
      response.writeHead(500).end();
      return true;
    };
    await poll("2026-11-04T03:05:00+07:00");
    expect(others.map((one) => datesOf(`INV-1${one}`).length)).toEqual([0, 1, 0, 1]);
    asked.length = 0;
    broken = new Set(["77", "78", "79"]);
    await poll("2026-11-05T03:05:00+07:00");
    expect(asked).toEqual(["77", "78", "79"]);
    broken.clear();
    await poll("2026-11-06T03:05:00+07:00");
    expect(others.map((one) => datesOf(`INV-1${one}`).length)).toEqual([1, 1, 1, 1]);
  });

  const SMALLER = {
    subtotal: "5000000.00",
    tax: "550000.00",
    items: [whmcsItem({ amount: "5000000.00" })],
  };
  const dppOf = async (id: string) =>
    (await seen(world, id, "whmcs")).fakturs.map(({ state, dpp }) => [state, Number(dpp)]);

  test("that is held is issued as it was corrected in the portal, found at night or by whoever decides anew", async () => {
    const rows = [bill(100, { tax: "1.00" }), bill(101, { tax: "1.00" })];
    await wake("invoice.created", 100);
    await wake("invoice.created", 101);
    expect(await seen(world, "100", "whmcs")).toMatchObject({ outcome: "held", fakturs: [] });
    const [first, second] = rows;
    Object.assign(first ?? {}, whmcsInvoice(100, { ...SMALLER, status: "Unpaid", date: "2026-11-03" }));
    await world.app.api.corrections.issueAnew(await invoiceId(world, "100", "whmcs"), [], DESK);
    await runToEnd(world);
    expect(await dppOf("100")).toEqual([["approved", 5_000_000]]);
    expect(await dppOf("101")).toEqual([]);
    Object.assign(second ?? {}, whmcsInvoice(101, { ...SMALLER, status: "Unpaid", date: "2026-11-03" }));
    await poll("2026-11-04T03:05:00+07:00");
    expect(await dppOf("101")).toEqual([["approved", 5_000_000]]);
    expect([datesOf("INV-100"), datesOf("INV-101")]).toEqual([["2026-11-03"], ["2026-11-03"]]);
  });

  test("that is corrected in the portal after the issue opens a case, found at night", async () => {
    const row = bill(100);
    await wake("invoice.created", 100);
    Object.assign(row, whmcsInvoice(100, { ...SMALLER, status: "Unpaid", date: "2026-11-03" }));
    await poll("2026-11-04T03:05:00+07:00");
    expect(await dppOf("100")).toEqual([["approved", 10_000_000]]);
    const cases = await casesOf(world.app.db.knex, await invoiceId(world, "100", "whmcs"));
    expect(cases).toMatchObject([{ kind: "wrong_amount", state: "open" }]);
  });

  describe("in dollars, below Rp 2 million", () => {
    const DOLLARS = {
      ...{ subtotal: "100.00", tax: "11.00" },
      items: [whmcsItem({ amount: "100.00" })],
    };
    beforeEach(() => {
      for (const client of whmcs.world.clients) client["currency_code"] = "USD";
    });
    const rate = (day: string) =>
      world.app.api.enterKurs(
        [{ currency: "USD", rate: 1_677_654n, per: 1n, kmk: "KMK 1", ...kursWeek(day as TaxDay) }],
        DESK,
      );

    test("waits for the rate, and then for its payment: its faktur is 04, of that day", async () => {
      const row = bill(100, DOLLARS);
      await wake("invoice.created", 100);
      expect(await seen(world, "100", "whmcs")).toMatchObject({
        ...{ outcome: "held", reasons: ["foreign_currency"], fakturs: [] },
      });
      await rate("2026-10-28");
      await runToEnd(world);
      expect(await seen(world, "100", "whmcs")).toMatchObject({
        ...{ outcome: "held", reasons: ["unpaid_again"], fakturs: [] },
      });
      Object.assign(row, { status: "Paid", datepaid: "2026-11-06 10:00:00" });
      world.clock.set("2026-11-06T10:00:05+07:00");
      await wake("invoice.paid", 100);
      await rate("2026-11-04");
      await runToEnd(world);
      expect(
        atAuthority(world, "INV-100").map(({ sale }) => [sale.kdJenisTransaksi, sale.tanggalFaktur]),
      ).toEqual([["TD.00304", "2026-11-06"]]);
    });

    test("paid before the rate was known: its faktur is 04, of the day of the payment", async () => {
      const row = bill(100, DOLLARS);
      await wake("invoice.created", 100);
      Object.assign(row, { status: "Paid", datepaid: "2026-11-06 10:00:00" });
      world.clock.set("2026-11-06T10:00:05+07:00");
      await wake("invoice.paid", 100);
      await rate("2026-10-28");
      await rate("2026-11-04");
      await runToEnd(world);
      expect(datesOf("INV-100")).toEqual(["2026-11-06"]);
    });

    test("is not recorded where the rate is known", async () => {
      await rate("2026-10-28");
      bill(100, DOLLARS);
      await wake("invoice.created", 100);
      expect(await findInvoice(world.app.db.knex, "whmcs", "100")).toBeUndefined();
    });
  });

  test("that was never told is said on the faktur of its payment, and on no other", async () => {
    const paid = (id: number, more: Record<string, unknown>) =>
      whmcs.world.invoices.push(whmcsInvoice(id, { ...more, datepaid: "2026-11-05 09:10:00" }));
    paid(100, BIG);
    paid(101, {});
    world.clock.set("2026-11-05T09:11:00+07:00");
    await wake("invoice.paid", 100);
    await wake("invoice.paid", 101);
    expect([datesOf("INV-100"), datesOf("INV-101")]).toEqual([["2026-11-05"], ["2026-11-05"]]);
    expect(await notesOf("100")).toEqual(["bill_untold"]);
    // On a small payment an agency collects nothing: its faktur is due with the payment.
    expect(await notesOf("101")).toEqual([]);
  });

  describe("of Stripe", () => {
    let stripe: StripeStandIn;
    let row: Record<string, unknown>;
    beforeEach(async () => {
      stripe = await startStripe();
      await addPortal(world, "stripe", {
        ...{ kind: "stripe", secret: STRIPE_SECRET },
        api: { url: stripe.url, secret: "sk_test_uji" },
      });
      await collects("cus_1", "stripe", "0023456789012000");
      const line = newLine({ amount: 1_000_000_000, taxes: [newTax(110_000_000)] });
      row = newInvoice(
        {
          ...{ number: "STR-1", status: "open", total: 1_110_000_000, total_taxes: [newTax(110_000_000)] },
          status_transitions: { paid_at: null, finalized_at: seconds("2026-11-03T09:00:00+07:00") },
        },
        [line],
      );
      stripe.world.invoices.push(row);
    });
    afterEach(() => stripe.close());

    const seconds = (at: string) => Date.parse(at) / 1000;
    const say = async (id: string, type: string, object = "in_1") => {
      const payload = JSON.stringify({ id, object: "event", type, data: { object: { id: object } } });
      const timestamp = Math.floor(world.clock.now().getTime() / 1000);
      const secret = STRIPE_SECRET;
      const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
      const headers = {
        "content-type": "application/json",
        "stripe-signature": signature,
        connection: "close",
      };
      await withWeb(world.app, (url) =>
        fetch(`${url}/hooks/stripe`, { method: "POST", headers, body: payload }),
      );
      await runToEnd(world);
    };

    test("is due when it was finalised, and its payment makes no second one", async () => {
      await say("evt_1", "invoice.finalized");
      expect(datesOf("STR-1")).toEqual(["2026-11-03"]);
      Object.assign(row, {
        status: "paid",
        status_transitions: { paid_at: seconds("2026-11-06T09:00:00+07:00"), finalized_at: null },
      });
      world.clock.set("2026-11-06T09:00:05+07:00");
      await say("evt_2", "invoice.paid");
      expect(datesOf("STR-1")).toEqual(["2026-11-03"]);
      expect(await findInvoice(world.app.db.knex, "stripe", "in_1")).toMatchObject({
        ...{ basis: "billed", portal_state: "paid", paid_at: "2026-11-06T02:00:00.000Z" },
      });
    });

    test("and credited before it is paid: a case opens on its faktur, and closes when the note is void", async () => {
      await say("evt_1", "invoice.finalized");
      const note = {
        ...{ id: "cn_1", object: "credit_note", invoice: "in_1", amount: 333_000_000, currency: "idr" },
        ...{ pre_payment_amount: 333_000_000, post_payment_amount: 0, type: "pre_payment", refunds: [] },
        ...{ created: seconds("2026-11-04T09:00:00+07:00"), status: "issued", number: "STR-1-CN-01" },
      };
      stripe.world.creditNotes = [note];
      Object.assign(row, { pre_payment_credit_notes_amount: 333_000_000 });
      await say("evt_2", "credit_note.created", "cn_1");
      const cases = async () => casesOf(world.app.db.knex, await invoiceId(world, "in_1", "stripe"));
      expect(await cases()).toMatchObject([{ kind: "partial_refund", state: "open", cause: "refund:cn_1" }]);
      expect(JSON.parse((await cases())[0]?.detail ?? "")).toMatchObject({ amount: "3330000.00" });
      stripe.world.creditNotes = [{ ...note, status: "void" }];
      await say("evt_3", "credit_note.voided", "cn_1");
      expect(await cases()).toMatchObject([{ state: "closed" }]);
    });

    test("and credited before it is paid: its payment ends the waiting, and the faktur stands", async () => {
      await say("evt_1", "invoice.finalized");
      Object.assign(row, {
        ...{ pre_payment_credit_notes_amount: 333_000_000, status: "paid" },
        status_transitions: { paid_at: seconds("2026-11-06T09:00:00+07:00"), finalized_at: null },
      });
      world.clock.set("2026-11-06T09:00:05+07:00");
      await say("evt_2", "invoice.paid");
      expect(await findInvoice(world.app.db.knex, "stripe", "in_1")).toMatchObject({
        ...{ basis: "billed", portal_state: "paid", paid_at: "2026-11-06T02:00:00.000Z" },
      });
      expect(datesOf("STR-1")).toEqual(["2026-11-03"]);
      // No later look asks for it again.
      expect(await unpaidInvoices(world.app.db.knex, "stripe", { since: new Date(0) }, 10)).toEqual([]);
    });
  });
});
