/**
 * Money that WHMCS gave back and of which no message came, on both engines: its API lists no transactions by their day. Proves
 * that the nightly look at paid invoices opens the same case as the message would have, once; that what is looked at keeps to
 * its turn and its bounds; and that the comparison tells of what is undecided and of what nobody has looked at.
 */
import { addDays, dayInJakarta } from "../../src/clock";
import { casesOf } from "../../src/store/cases";
import { describeEngines } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import { whmcsInvoice, whmcsItem, whmcsProduct, whmcsTransaction } from "../support/whmcs-rows";
import { startWhmcsStage, type WhmcsStage } from "../support/whmcs-stage";
import type { WhmcsStandIn } from "../support/whmcs-stand-in";
import {
  addCompany,
  atAuthority,
  event,
  invoiceId,
  paid,
  runToEnd,
  seen,
  tell,
  type World,
} from "../support/world";

const SLUG = "whmcs";

describeEngines("money that WHMCS gave back without a word", (engine) => {
  let stage: WhmcsStage;
  let world: World;
  let whmcs: WhmcsStandIn;
  beforeEach(async () => {
    const config = { portalPollSeconds: 300, channelTimeoutSeconds: 5 };
    stage = await startWhmcsStage(engine, { drawPdf: tinyPdf, config });
    ({ world, whmcs } = stage);
    await addCompany(world, "77", { portal: SLUG });
    world.clock.set("2026-11-03T09:10:00+07:00");
    whmcs.world.products = [whmcsProduct(12)];
    whmcs.world.invoices.push(whmcsInvoice(100));
    await tell(world, event("invoice.paid", { invoiceId: 100 }), { portal: SLUG });
    await runToEnd(world);
  });
  afterEach(() => stage.close());

  const out = (id: number, invoice: number, amountout: string) =>
    whmcs.world.transactions.push(
      whmcsTransaction(id, invoice, { date: "2026-11-04 10:00:00", amountin: "0.00", amountout }),
    );
  const cases = async (id = "100") => casesOf(world.app.db.knex, await invoiceId(world, id, SLUG));
  const readsOf = (id: string) =>
    whmcs.asked.filter(({ action, form }) => action === "GetInvoice" && form.get("invoiceid") === id).length;
  async function poll(now: string): Promise<void> {
    world.clock.set(now);
    await world.app.schedulePolls();
    await runToEnd(world);
  }
  const compare = async () => {
    const to = dayInJakarta(world.clock.now());
    const { sources, differences } = await world.app.reconciling.look({
      from: addDays(to, -40),
      to,
      portal: SLUG,
    });
    return { portal: sources.find(({ kind }) => kind === "portal"), differences };
  };

  test("opens its case in the night that follows, once, and the comparison tells it until it is decided", async () => {
    out(5, 100, "300000.00");
    await poll("2026-11-04T12:00:00+07:00");
    await poll("2026-11-05T03:05:00+07:00");
    expect(await cases()).toMatchObject([
      { kind: "partial_refund", state: "open", cause: "refund:transaction-5" },
    ]);
    expect(atAuthority(world, "INV-100")).toHaveLength(1);
    await poll("2026-11-06T03:05:00+07:00");
    expect(await cases()).toHaveLength(1);
    const { portal, differences } = await compare();
    expect(portal).toMatchObject({ state: "compared" });
    expect(differences).toMatchObject([
      { code: "given_back_undecided", invoiceId: "100", ours: "partial_refund", theirs: "300000.00" },
    ]);
    await world.app.db.knex("cases").update({ state: "closed", decision: "none" });
    expect((await compare()).differences).toEqual([]);
  });

  test("is found where WHMCS calls the whole invoice Refunded, and no list of paid ones shows it any more", async () => {
    Object.assign(whmcs.world.invoices[0]!, { status: "Refunded" });
    await poll("2026-11-05T03:05:00+07:00");
    expect(await cases()).toMatchObject([{ kind: "refund", state: "open" }]);
  });

  test("in two parts is one refund of the whole, also once WHMCS calls it Refunded", async () => {
    out(5, 100, "300000.00");
    await poll("2026-11-05T03:05:00+07:00");
    out(6, 100, "810000.00");
    await poll("2026-11-06T03:05:00+07:00");
    const whole = [
      { kind: "partial_refund", state: "closed", closed_because: "told_otherwise" },
      { kind: "refund", state: "open", cause: "refund:invoice-100" },
    ];
    expect(await cases()).toMatchObject(whole);
    expect((await compare()).differences).toMatchObject([{ code: "given_back_undecided", ours: "refund" }]);
    Object.assign(whmcs.world.invoices[0]!, { status: "Refunded" });
    await poll("2026-11-07T03:05:00+07:00");
    expect(await cases()).toHaveLength(2);
  });

  test("of a mass payment opens a case on the invoice inside", async () => {
    const inside = whmcsItem({ type: "Invoice", relid: 102, amount: "1110000.00", taxed: 0 });
    whmcs.world.invoices.push(
      whmcsInvoice(101, { subtotal: "1110000.00", tax: "0.00", items: [inside] }),
      whmcsInvoice(102, { credit: "1110000.00" }),
    );
    await tell(world, event("invoice.paid", { invoiceId: 101 }), { portal: SLUG });
    await runToEnd(world);
    out(6, 101, "300000.00");
    await poll("2026-11-05T03:05:00+07:00");
    expect(await cases("102")).toMatchObject([{ kind: "partial_refund", state: "open" }]);
  });

  test("is looked for once a night while the masa's return is not due, and once a month for a year after", async () => {
    await poll("2026-11-04T03:05:00+07:00");
    const first = readsOf("100");
    expect(first).toBe(2);
    // Quick polls of the same day ask nothing of it.
    await poll("2026-11-04T09:00:00+07:00");
    await poll("2026-11-04T21:00:00+07:00");
    expect(readsOf("100")).toBe(first);
    await poll("2026-12-31T03:05:00+07:00");
    expect(readsOf("100")).toBe(first + 1);
    // From the first day of 2027 its masa is closed.
    await poll("2027-01-05T03:05:00+07:00");
    expect(readsOf("100")).toBe(first + 1);
    await poll("2027-02-05T03:05:00+07:00");
    expect(readsOf("100")).toBe(first + 2);
    await poll("2027-12-05T03:05:00+07:00");
    expect(readsOf("100")).toBe(first + 2);
    expect(await seen(world, "100", SLUG)).toMatchObject({ outcome: "issued" });
  });

  test("is looked for as seldom where the portal has lost the invoice", async () => {
    whmcs.world.invoices.length = 0;
    await poll("2027-01-05T03:05:00+07:00");
    const first = readsOf("100");
    await poll("2027-01-06T03:05:00+07:00");
    expect(readsOf("100")).toBe(first);
    await poll("2027-02-05T03:05:00+07:00");
    expect(readsOf("100")).toBe(first + 1);
  });

  test("of a portal that cannot be listed is told by the comparison too, until it is decided", async () => {
    await tell(world, paid("9"));
    await runToEnd(world);
    const back = { invoiceId: "9", amount: "5000.00", refundedAt: "2026-11-04T09:10:00+07:00" };
    await tell(world, event("invoice.refunded", back));
    await runToEnd(world);
    const to = dayInJakarta(world.clock.now());
    const { differences } = await world.app.reconciling.look({ from: addDays(to, -40), to });
    expect(differences).toMatchObject([
      { code: "given_back_undecided", portal: "toko", invoiceId: "9", account: "77", theirs: "5000.00" },
    ]);
  });

  test("is what the comparison cannot see where nobody has looked, and it says so", async () => {
    out(5, 100, "300000.00");
    world.clock.set("2026-11-04T12:00:00+07:00");
    expect((await compare()).portal).toMatchObject({ state: "compared", says: null });
    world.clock.set("2026-11-05T12:00:00+07:00");
    const { portal, differences } = await compare();
    expect(portal).toMatchObject({ state: "partly" });
    expect(portal?.says?.en).toMatch(/^1 invoices have not been read again/);
    expect(differences).toEqual([]);
  });
});
