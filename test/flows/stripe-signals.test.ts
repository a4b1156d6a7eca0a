/**
 * Stripe as it really is, on the whole road: the same ledger row from every shape (T50), one record from two events
 * (T51), money given back told once whoever tells it and gone when it fails (T52), what was never delivered found by the
 * poll (T41), and an NPWP in Stripe shown as a proposal that issues nothing (T30). A stand-in of Stripe's API over HTTP,
 * events signed with the official SDK.
 */
import Stripe from "stripe";
import { findInvoice } from "../../src/store/invoices";
import { findAccount, hintsOf } from "../../src/store/accounts";
import { casesOf } from "../../src/store/cases";
import { refundsOf } from "../../src/store/events";
import { findPoll } from "../../src/store/polls";
import { newInvoice, newLine, oldInvoice, PAID_AT } from "../hooks/stripe/shapes";
import { describeEngines } from "../support/databases";
import { startStripe, type StripeStandIn } from "../support/stripe-stand-in";
import {
  addCompany,
  addPortal,
  atAuthority,
  invoiceId,
  runToEnd,
  seen,
  startWorld,
  withWeb,
  type World,
} from "../support/world";

const SECRET = "whsec_stripe_uji";
type Json = Record<string, unknown>;

describeEngines("Stripe", (engine) => {
  let world: World;
  let stripe: StripeStandIn;
  let count = 0;
  let events = 0;
  let id: string;

  beforeAll(async () => {
    stripe = await startStripe();
    world = await startWorld(engine, { config: { portalPollSeconds: 300, channelTimeoutSeconds: 2 } });
    await connect("stripe");
    await addCompany(world, "cus_1", { portal: "stripe" });
  });
  afterAll(async () => {
    await world.close();
    await stripe.close();
  });
  beforeEach(() => {
    world.clock.set("2026-11-03T09:10:00+07:00");
    stripe.reset();
    count += 1;
    id = `in_${count}`;
  });

  const connect = (slug: string) =>
    addPortal(world, slug, {
      kind: "stripe",
      secret: SECRET,
      api: { url: stripe.url, secret: "sk_test_uji" },
    });

  const hold = (more: Json = {}, lines?: Json[]) =>
    stripe.world.invoices.push(newInvoice({ id, number: `STR-${count}`, ...more }, lines));

  async function tell(type: string, object: string | Json, portal = "stripe"): Promise<string> {
    const about = typeof object === "string" ? { id: object } : object;
    const payload = JSON.stringify({
      id: `evt_${(events += 1)}`,
      object: "event",
      type,
      data: { object: about },
    });
    const timestamp = Math.floor(world.clock.now().getTime() / 1000);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, timestamp });
    return withWeb(world.app, async (url) => {
      const response = await fetch(`${url}/hooks/${portal}`, {
        method: "POST",
        headers: { "content-type": "application/json", "stripe-signature": signature, connection: "close" },
        body: payload,
      });
      return ((await response.json()) as { status: string }).status;
    });
  }

  async function issued(): Promise<void> {
    hold();
    await tell("invoice.paid", id);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued" });
  }

  const refund = (more: Json = {}): Json => {
    stripe.world.invoicePayments = [
      { invoice: id, payment: { type: "payment_intent", payment_intent: `pi_${count}` } },
    ];
    const row = {
      ...{ id: `re_${count}`, object: "refund", amount: 5_500_000, currency: "idr", status: "succeeded" },
      ...{ created: PAID_AT, payment_intent: `pi_${count}`, charge: `ch_${count}`, reason: null, ...more },
    };
    stripe.world.refunds = [row];
    return row;
  };
  const note = (refunds: Json[]): Json => {
    const row = {
      ...{
        id: `cn_${count}`,
        object: "credit_note",
        invoice: id,
        amount: 5_500_000,
        currency: "idr",
        refunds,
      },
      ...{ created: PAID_AT, post_payment_amount: 5_500_000, status: "issued", number: `STR-${count}-CN-01` },
    };
    stripe.world.creditNotes = [row];
    return row;
  };
  const caseStates = async () =>
    (await casesOf(world.app.db.knex, await invoiceId(world, id, "stripe"))).map((one) => [
      one.cause,
      one.state,
    ]);

  test("T50: every shape gives the same ledger row", async () => {
    const shapes = [
      oldInvoice({ id }),
      newInvoice({ id }),
      newInvoice({ id, future: [1] }, [newLine({ another: {} })]),
    ];
    const rows = [];
    for (const [index, shape] of shapes.entries()) {
      const slug = `bentuk-${index}`;
      await connect(slug);
      stripe.world.invoices = [shape];
      await tell("invoice.paid", id, slug);
      await runToEnd(world);
      rows.push(await findInvoice(world.app.db.knex, slug, id));
    }
    const told = rows.map((row) => [
      row?.content,
      row?.content_hash,
      row?.tax_day,
      row?.paid_at,
      row?.number,
    ]);
    expect(told[0]?.every((value) => value != null)).toBe(true);
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
  });

  test("T51: invoice.paid and invoice.payment_succeeded are one, in either order", async () => {
    hold();
    expect(await tell("invoice.payment_succeeded", id)).toBe("accepted");
    expect(await tell("invoice.paid", id)).toBe("duplicate");
    await runToEnd(world);
    expect(atAuthority(world, `STR-${count}`)).toHaveLength(1);
  });

  test.each([
    [
      "T4: paid wholly from the customer's balance",
      { starting_balance: -111_000_000, amount_due: 0, charge: null },
    ],
    ["paid out of band", { paid_out_of_band: true, amount_paid: 111_000_000, payment_intent: null }],
    ["whose customer was deleted", { customer: { id: "cus_1", object: "customer", deleted: true } }],
  ])("an invoice %s is issued on its whole", async (_how, more) => {
    hold(more);
    await tell("invoice.paid", id);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued" });
  });

  test("T5: an invoice of nothing is skipped with its reason", async () => {
    hold({ total: 0, subtotal: 0, total_taxes: [] }, [newLine({ amount: 0, taxes: [] })]);
    await tell("invoice.paid", id);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "skipped", reasons: ["zero_total"] });
  });

  test("T52: a refund that fails later leaves no case open", async () => {
    await issued();
    refund({ status: "pending" });
    await tell("refund.created", `re_${count}`);
    await runToEnd(world);
    expect(await caseStates()).toEqual([[`refund:re_${count}`, "open"]]);
    refund({ status: "failed" });
    await tell("refund.failed", `re_${count}`);
    await runToEnd(world);
    expect(await caseStates()).toEqual([[`refund:re_${count}`, "closed"]]);
  });

  test.each([
    ["the refund first", ["refund.created", "credit_note.created", "charge.refunded"]],
    ["the credit note first", ["credit_note.created", "charge.refunded", "refund.created", "refund.updated"]],
    ["the charge alone", ["charge.refunded"]],
  ])("a credit note and its refund open one case: %s", async (_order, types) => {
    await issued();
    refund();
    note([{ refund: `re_${count}`, amount_refunded: 5_500_000, type: "refund" }]);
    for (const type of types) {
      const [kind = ""] = type.split(".");
      await tell(type, `${{ refund: "re", charge: "ch", credit_note: "cn" }[kind]}_${count}`);
      await runToEnd(world);
    }
    expect(await caseStates()).toEqual([[`refund:re_${count}`, "open"]]);
    const standing = (await refundsOf(world.app.db.knex, "stripe", id)).filter(
      (row) => row.state !== "failed",
    );
    expect(standing.map((row) => [row.external_id, row.amount])).toEqual([[`re_${count}`, "55000.00"]]);
  });

  test("a credit note whose refund fails counts for more, and its open case says so", async () => {
    await issued();
    const half = { refund: `re_${count}`, amount_refunded: 2_000_000, type: "refund" };
    refund({ amount: 2_000_000 });
    note([half]);
    const amounts = async () =>
      (await casesOf(world.app.db.knex, await invoiceId(world, id, "stripe")))
        .filter(({ state }) => state === "open")
        .map(({ cause, detail }) => [cause, (JSON.parse(detail) as { amount: string }).amount]);
    for (const [type, object] of [
      ["refund.created", `re_${count}`],
      ["credit_note.created", `cn_${count}`],
    ] as const) {
      await tell(type, object);
      await runToEnd(world);
    }
    expect((await amounts()).toSorted()).toEqual([
      [`refund:cn_${count}`, "35000.00"],
      [`refund:re_${count}`, "20000.00"],
    ]);
    refund({ amount: 2_000_000, status: "failed" });
    await tell("refund.failed", `re_${count}`);
    await runToEnd(world);
    expect(await amounts()).toEqual([[`refund:cn_${count}`, "55000.00"]]);
  });

  test("a credit note without a refund opens a case like a partial refund, and closes it when void", async () => {
    await issued();
    const held = note([]);
    await tell("credit_note.created", `cn_${count}`);
    await runToEnd(world);
    const open = await casesOf(world.app.db.knex, await invoiceId(world, id, "stripe"));
    expect(open).toMatchObject([{ kind: "partial_refund", state: "open", cause: `refund:cn_${count}` }]);
    stripe.world.creditNotes = [{ ...held, status: "void" }];
    await tell("credit_note.voided", `cn_${count}`);
    await runToEnd(world);
    expect(await caseStates()).toEqual([[`refund:cn_${count}`, "closed"]]);
  });

  test("T43, T52: a note whose refund failed speaks again, whichever was heard of first", async () => {
    await issued();
    const row = refund();
    note([{ refund: `re_${count}`, amount_refunded: 5_500_000, type: "refund" }]);
    await tell("refund.created", `re_${count}`);
    await runToEnd(world);
    stripe.world.refunds = [{ ...row, status: "failed" }];
    await tell("refund.failed", `re_${count}`);
    await runToEnd(world);
    expect((await caseStates()).toSorted()).toEqual([
      [`refund:cn_${count}`, "open"],
      [`refund:re_${count}`, "closed"],
    ]);
  });

  test("T41: events that were never delivered are taken in by the poll, once, and their late delivery is a duplicate", async () => {
    await issued();
    refund();
    const created = Math.floor(world.clock.now().getTime() / 1000);
    const event = `evt_${events + 1}`;
    stripe.world.events = [
      {
        ...{ id: event, object: "event", type: "refund.created", created, pending_webhooks: 1 },
        data: { object: { id: `re_${count}` } },
      },
    ];
    await world.app.schedulePolls();
    world.clock.pass(600);
    await runToEnd(world);
    expect(await caseStates()).toEqual([[`refund:re_${count}`, "open"]]);
    expect(await tell("refund.created", `re_${count}`)).toBe("duplicate");
  });

  test("nine days away, wholly credited and refunded meanwhile, no event left: held before a faktur, not issued", async () => {
    const row = refund({ amount: 111_000_000, created: PAID_AT + 60 });
    note([{ refund: row["id"], amount_refunded: 111_000_000, type: "refund" }]);
    Object.assign(stripe.world.creditNotes[0]!, { amount: 111_000_000, post_payment_amount: 111_000_000 });
    hold({ post_payment_credit_notes_amount: 111_000_000 });
    world.clock.set("2026-11-12T09:10:00+07:00");
    await world.app.schedulePolls();
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({
      outcome: "held",
      reasons: ["refunded_before_issue"],
    });
  });

  test("a refund of an issued invoice that no event told is found by the poll, and its failure too", async () => {
    await issued();
    const row = refund({ created: PAID_AT + 60 });
    const poll = async (now: string) => {
      world.clock.set(now);
      await world.app.schedulePolls();
      await runToEnd(world);
    };
    await poll("2026-11-04T09:10:00+07:00");
    expect(await caseStates()).toEqual([[`refund:re_${count}`, "open"]]);
    const asked = () => stripe.asked.filter(({ path }) => path === `/v1/refunds/re_${count}`).length;
    const before = asked();
    await poll("2026-11-04T09:20:00+07:00");
    expect(asked()).toBe(before);
    stripe.world.refunds = [{ ...row, status: "failed" }];
    await poll("2026-11-04T09:30:00+07:00");
    expect(await caseStates()).toEqual([[`refund:re_${count}`, "closed"]]);
  });

  test("eleven weeks away: what was given back in the first of them is found, though its event is kept no more", async () => {
    await issued();
    const poll = async (now: string) => {
      world.clock.set(now);
      await world.app.schedulePolls();
      await runToEnd(world);
    };
    await poll("2026-11-04T09:10:00+07:00");
    refund({ created: Date.parse("2026-11-06T09:10:00+07:00") / 1000 });
    await poll("2027-01-22T09:10:00+07:00");
    expect(await caseStates()).toEqual([[`refund:re_${count}`, "open"]]);
  });

  test("a refund of one payment over two invoices opens a case on each, and none of what was taken off again", async () => {
    await issued();
    const first = id;
    const other = `${id}b`;
    id = other;
    hold({ number: `STR-${count}b` });
    await tell("invoice.paid", other);
    await runToEnd(world);
    refund({ created: PAID_AT + 60 });
    const [{ payment } = { payment: null }] = stripe.world.invoicePayments;
    const paidBy = (invoice: string, status: string) => ({ invoice, status, payment });
    stripe.world.invoicePayments = [
      paidBy(first, "paid"),
      paidBy(other, "paid"),
      paidBy("in_off", "canceled"),
    ];
    await tell("refund.created", `re_${count}`);
    await runToEnd(world);
    expect(await caseStates()).toEqual([[`refund:re_${count}-for-${other}`, "open"]]);
    id = first;
    expect(await caseStates()).toEqual([[`refund:re_${count}-for-${first}`, "open"]]);
    expect(await refundsOf(world.app.db.knex, "stripe", "in_off")).toEqual([]);
    Object.assign(stripe.world.refunds[0]!, { status: "failed" });
    await tell("refund.failed", `re_${count}`);
    await runToEnd(world);
    expect(await caseStates()).toEqual([[`refund:re_${count}-for-${first}`, "closed"]]);
  });

  test("a refund of one payment over two invoices, before a faktur, holds the invoice that is read", async () => {
    hold();
    refund({ created: PAID_AT + 60 });
    const [only] = stripe.world.invoicePayments;
    stripe.world.invoicePayments.push({ ...only, invoice: "in_beside" });
    await tell("invoice.paid", id);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({
      outcome: "held",
      reasons: ["refunded_in_part", "refunded_before_issue"],
    });
  });

  const dispute = (status: string, more: Json = {}): Json => {
    refund();
    stripe.world.refunds = [];
    const row = {
      ...{ id: `du_${count}`, object: "dispute", amount: 111_000_000, currency: "idr", status },
      ...{ created: PAID_AT, payment_intent: `pi_${count}`, charge: `ch_${count}`, reason: "fraudulent" },
      ...more,
    };
    stripe.world.disputes = [row];
    return row;
  };

  test("T14: a chargeback opens a case that proposes no document, and one that is won closes it", async () => {
    await issued();
    const about = dispute("needs_response");
    await tell("charge.dispute.funds_withdrawn", about);
    await runToEnd(world);
    const cases = async () => casesOf(world.app.db.knex, await invoiceId(world, id, "stripe"));
    expect(await cases()).toMatchObject([
      { kind: "unpaid_again", state: "open", cause: `refund:du_${count}`, decision: null },
    ]);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued" });
    dispute("won");
    await tell("charge.dispute.funds_reinstated", about);
    await tell("charge.dispute.closed", about);
    await runToEnd(world);
    expect(await cases()).toMatchObject([{ state: "closed", closed_because: "paid_again" }]);
  });

  test.each([
    ["lost", "unpaid_again"],
    ["a_word_of_tomorrow", "unpaid_again"],
    ["warning_needs_response", undefined],
    ["prevented", undefined],
  ])("T14: a dispute that no event told is found by the poll; %s: %s", async (status, kind) => {
    await issued();
    dispute(status);
    await world.app.schedulePolls();
    await runToEnd(world);
    const [only] = await casesOf(world.app.db.knex, await invoiceId(world, id, "stripe"));
    expect(only?.kind).toBe(kind);
  });

  test("T14, T43: a chargeback before the faktur holds its invoice, and lets it go when it is won", async () => {
    hold();
    const about = dispute("under_review");
    await tell("charge.dispute.funds_withdrawn", about);
    await world.app.worker.drain();
    await tell("invoice.paid", id);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({
      outcome: "held",
      reasons: ["refunded_before_issue"],
    });
    dispute("won");
    await tell("charge.dispute.closed", about);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued" });
  });

  test("a full list that never ends well holds up no quick look: what was paid and what was not delivered is found", async () => {
    await issued();
    refund();
    const returned = `re_${count}`;
    const given = id;
    count += 1;
    id = `in_${count}`;
    hold();
    const created = Math.floor(world.clock.now().getTime() / 1000);
    const missed = {
      id: `evt_${(events += 1)}`,
      object: "event",
      type: "refund.created",
      pending_webhooks: 1,
    };
    stripe.world.events = [{ ...missed, created, data: { object: { id: returned } } }];
    stripe.world.breaks = (path) => path.startsWith("/v1/invoices?") && !path.includes("created");
    const asked = (list: RegExp) => stripe.asked.filter(({ path }) => list.test(path)).length;
    for (let day = 0; day < 3; day += 1) {
      await world.app.schedulePolls();
      await world.app.worker.drain();
      world.clock.pass(86_400);
    }
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued" });
    id = given;
    expect(await caseStates()).toEqual([[`refund:${returned}`, "open"]]);
    // It was tried, and is tried again.
    expect(asked(/^\/v1\/invoices\?(?!.*created)/)).toBeGreaterThan(1);
    stripe.world.breaks = null;
    world.clock.pass(3600);
    await runToEnd(world);
    const poll = await findPoll(world.app.db.knex, "stripe");
    expect(poll?.full_at).not.toBeNull();
  });

  test("a question of the poll that fails keeps none of the others from being asked", async () => {
    const at = async () => (await findPoll(world.app.db.knex, "stripe"))?.quick_at;
    const before = await at();
    hold();
    stripe.world.breaks = (path) => path.startsWith("/v1/refunds?created");
    await world.app.schedulePolls();
    await world.app.worker.drain();
    // Not a look that went through: the next one goes back as far.
    expect(await at()).toBe(before);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued" });
  });

  test("T30: an NPWP in Stripe is shown as a proposal and issues nothing; the tab does", async () => {
    const customer = `cus_usul_${count}`;
    stripe.world.customers = [
      {
        ...{ id: customer, object: "customer", name: "PT Usul", email: "usul@contoh.example" },
        tax_ids: { data: [{ type: "id_npwp", value: "01.234.567.8-901.000" }] },
      },
    ];
    hold({ customer });
    await tell("invoice.paid", id);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "skipped", reasons: ["no_company"] });
    const account = await findAccount(world.app.db.knex, "stripe", customer);
    expect(account && hintsOf(account)).toEqual([{ code: "npwp_proposed", values: ["0012345678901000"] }]);
  });

  test("T30: an NPWP that comes or goes after the invoice changes the proposal at its event", async () => {
    const customer = `cus_ubah_${count}`;
    const about = { id: customer, object: "customer", name: "PT Ubah", email: "ubah@contoh.example" };
    stripe.world.customers = [about];
    hold({ customer });
    await tell("invoice.paid", id);
    await runToEnd(world);
    const hints = async () => {
      const account = await findAccount(world.app.db.knex, "stripe", customer);
      return account && hintsOf(account).map((hint) => hint.code);
    };
    expect(await hints()).toEqual([]);
    stripe.world.customers = [{ ...about, tax_ids: { data: [{ type: "id_npwp", value: "12" }] } }];
    expect(await tell("customer.tax_id.created", { id: "txi_1", customer })).toBe("accepted");
    await runToEnd(world);
    expect(await hints()).toEqual(["npwp_malformed"]);
    expect(await tell("customer.updated", "cus_siapa")).toBe("ignored");
  });
});
