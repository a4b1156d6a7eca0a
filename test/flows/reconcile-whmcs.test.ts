// Proves the comparison with a WHMCS portal, whose list is paged without a filter by date: what staff have changed there
// after the payment is found and changes nothing here, what nobody told is found among hundreds, and taken in.
import { addDays, dayInJakarta } from "../../src/clock";
import { describeEngines } from "../support/databases";
import { tinyPdf } from "../support/tiny-pdf";
import { whmcsClient, whmcsInvoice, whmcsProduct } from "../support/whmcs-rows";
import { startWhmcsStage, type WhmcsStage } from "../support/whmcs-stage";
import { WHMCS_API, type WhmcsStandIn } from "../support/whmcs-stand-in";
import { addCompany, event, runToEnd, seen, tell, type World } from "../support/world";

describeEngines("the comparison with WHMCS", (engine) => {
  let stage: WhmcsStage;
  let world: World;
  let whmcs: WhmcsStandIn;
  beforeEach(async () => {
    const options = { drawPdf: tinyPdf, config: { channelTimeoutSeconds: 5 } };
    stage = await startWhmcsStage(engine, options, { dateFormat: "DD/MM/YYYY" });
    ({ world, whmcs } = stage);
    await addCompany(world, "77", { portal: "whmcs" });
    world.clock.set("2026-11-03T09:10:00+07:00");
    whmcs.world.products = [whmcsProduct(12)];
    whmcs.world.invoices.push(whmcsInvoice(100));
    await tell(world, event("invoice.paid", { invoiceId: 100 }), { portal: "whmcs" });
    await runToEnd(world);
    world.clock.pass(12 * 3600);
  });
  afterEach(() => stage.close());

  const days = () => {
    const to = dayInJakarta(world.clock.now());
    return { from: addDays(to, -40), to, portal: "whmcs" };
  };
  const found = async () => (await world.app.reconciling.look(days())).differences;
  const bent = (change: Record<string, unknown>) => Object.assign(whmcs.world.invoices[0] ?? {}, change);

  test("finds nothing where nothing was changed", async () => {
    expect(await seen(world, "100", "whmcs")).toMatchObject({ outcome: "issued" });
    const { sources, differences } = await world.app.reconciling.look(days());
    expect(differences).toEqual([]);
    expect(sources.map(({ state }) => state)).toEqual(["compared", "compared", "compared", "compared"]);
  });

  test.each([
    [
      "T13: an invoice edited after its faktur",
      { subtotal: "500000.00", tax: "55000.00", total: "555000.00" },
      "amount_differs",
    ],
    ["T28: an invoice that went to another client in a merge", { userid: 78 }, "account_differs"],
    ["T9: an invoice that was set back to Unpaid", { status: "Unpaid" }, "in_ledger_not_paid_in_portal"],
    ["T14: a refund that no hook told", { status: "Refunded" }, "in_ledger_not_paid_in_portal"],
    ["a payment day that staff have rewritten", { datepaid: "2026-11-02 09:10:00" }, "paid_day_differs"],
  ])("%s is told, and the ledger stays", async (_what, change, code) => {
    whmcs.world.clients.push(whmcsClient({ id: 78, userid: 78, client_id: 78 }));
    bent(change);
    expect(await found()).toMatchObject([{ code, portal: "whmcs", invoiceId: "100", mended: false }]);
    expect(await seen(world, "100", "whmcs")).toMatchObject({ fakturs: [{ state: "approved" }] });
  });

  test("T42: one untold payment among hundreds is found, taken in once and issued", async () => {
    const old = Array.from({ length: 400 }, (_, at) =>
      whmcsInvoice(1000 + at, { datepaid: "2026-10-20 09:00:00", date: "2026-10-20" }),
    );
    whmcs.world.invoices.push(...old, whmcsInvoice(150, { datepaid: "2026-11-03 10:00:00" }));
    const { differences } = await world.app.reconciling.mend(days());
    expect(differences).toMatchObject([
      { code: "paid_in_portal_not_in_ledger", invoiceId: "150", account: "77", mended: true },
    ]);
    await runToEnd(world);
    expect(await seen(world, "150", "whmcs")).toMatchObject({ outcome: "issued" });
    world.clock.pass(3 * 3600);
    expect(await found()).toEqual([]);
  });

  test("T49: a portal that refuses our address has failed, and nothing is said of its invoices", async () => {
    whmcs.world.addressAllowed = false;
    const { sources, differences } = await world.app.reconciling.look(days());
    expect([sources[0]?.state, differences]).toEqual(["failed", []]);
    expect(sources[0]?.says?.en).not.toContain(WHMCS_API.secret);
  });
});
