// Proves the road of a portal that only wakes the service: the invoice is read back from Stripe, whose answer is the
// truth; what Stripe says later (refunds, not paid after all, absent, away) ends where it should; and the poll finds
// what no webhook told. A stand-in of Stripe's API over HTTP, events signed with the official SDK.
import Stripe from "stripe";
import { casesOf } from "../../src/store/cases";
import { describeEngines } from "../support/databases";
import { send, startStripe, type StripeStandIn } from "../support/stripe-stand-in";
import { newInvoice } from "../hooks/stripe/shapes";
import {
  addCompany,
  addPortal,
  atAuthority,
  invoiceId,
  mailsAbout,
  runToEnd,
  seen,
  startWorld,
  withWeb,
  type World,
} from "../support/world";
import { saveAccount } from "../../src/store/accounts";

const SECRET = "whsec_stripe_uji";

describeEngines("an invoice of Stripe", (engine) => {
  let world: World;
  let stripe: StripeStandIn;
  let count = 0;
  let events = 0;
  let id: string;
  beforeAll(async () => {
    stripe = await startStripe();
    world = await startWorld(engine, { config: { portalPollSeconds: 300, channelTimeoutSeconds: 2 } });
    await addPortal(world, "stripe", {
      kind: "stripe",
      secret: SECRET,
      api: { url: stripe.url, secret: "sk_test_uji" },
    });
    const now = world.clock.now();
    await saveAccount(
      world.app.db.knex,
      "stripe",
      { id: "cus_1", name: "PT", email: null },
      "acc-cus-1",
      now,
    );
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

  const hold = (more: Record<string, unknown> = {}) =>
    stripe.world.invoices.push(newInvoice({ id, number: `STR-${count}`, ...more }));

  async function wake(type: string, object: string, event = `evt_${(events += 1)}`): Promise<string> {
    const payload = JSON.stringify({ id: event, object: "event", type, data: { object: { id: object } } });
    const timestamp = Math.floor(world.clock.now().getTime() / 1000);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, timestamp });
    return withWeb(world.app, async (url) => {
      const response = await fetch(`${url}/hooks/stripe`, {
        method: "POST",
        headers: { "content-type": "application/json", "stripe-signature": signature },
        body: payload,
      });
      return ((await response.json()) as { status: string }).status;
    });
  }

  test("is read back after a wake-up and issued as Stripe says it is", async () => {
    hold();
    expect(await wake("invoice.paid", id)).toBe("accepted");
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "waiting", reasons: ["being_read"] });
    expect(await wake("invoice.payment_succeeded", id)).toBe("duplicate");
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued", reasons: [] });
    expect(atAuthority(world, `STR-${count}`)).toHaveLength(1);
    expect(await mailsAbout(world, `STR-${count}`)).toHaveLength(1);
    expect(await wake("invoice.paid", id)).toBe("duplicate");
  });

  test("that Stripe calls open is skipped, and read again at the next wake-up", async () => {
    hold({ status: "open" });
    await wake("invoice.paid", id);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({
      outcome: "skipped",
      reasons: ["not_paid_in_portal"],
    });
    stripe.reset();
    hold();
    expect(await wake("invoice.paid", id)).toBe("accepted");
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued" });
  });

  test("that Stripe does not know is held", async () => {
    await wake("invoice.paid", id);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "held", reasons: ["absent_in_portal"] });
  });

  test("is read when Stripe is back, after any number of failures", async () => {
    hold();
    let failures = 0;
    stripe.world.fault = (response) => {
      failures += 1;
      if (failures === 3) stripe.world.fault = null;
      send(response, 503, { error: { type: "api_error", message: "away" } });
    };
    await wake("invoice.paid", id);
    await world.app.worker.drain();
    expect(await seen(world, id, "stripe")).toMatchObject({
      outcome: "waiting",
      reasons: ["being_read", "delayed"],
    });
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued", reasons: [] });
  });

  test("with a refund before the issue is held, with one after it gets a case", async () => {
    hold();
    const refund = {
      id: `re_${count}`,
      object: "refund",
      amount: 111_000_000,
      currency: "idr",
      status: "succeeded",
    };
    stripe.world.refunds.push({
      ...refund,
      created: 1_793_671_800,
      payment_intent: `pi_${count}`,
      charge: null,
      reason: null,
    });
    stripe.world.invoicePayments.push({
      id: `inpay_${count}`,
      object: "invoice_payment",
      invoice: id,
      status: "paid",
      payment: { type: "payment_intent", payment_intent: `pi_${count}` },
    });
    await wake("refund.created", `re_${count}`);
    await runToEnd(world);
    await wake("invoice.paid", id);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({
      outcome: "held",
      reasons: ["refunded_before_issue"],
    });
    await world.app.api.corrections.issueAnew(
      await invoiceId(world, id, "stripe"),
      ["refunded_before_issue"],
      {
        name: "finance",
      },
    );
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued" });
    await wake("refund.updated", `re_${count}`);
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued" });
    const cases = await casesOf(world.app.db.knex, await invoiceId(world, id, "stripe"));
    expect(cases).toMatchObject([{ state: "open", cause: `refund:re_${count}` }]);
  });

  test("that no webhook told is found by the poll, once", async () => {
    hold();
    await world.app.schedulePolls();
    await runToEnd(world);
    expect(await seen(world, id, "stripe")).toMatchObject({ outcome: "issued", reasons: [] });
    world.clock.pass(600);
    await runToEnd(world);
    expect(atAuthority(world, `STR-${count}`)).toHaveLength(1);
  });
});
