/**
 * The road of a WHMCS portal through the whole program, on every engine: small signed messages wake it, the API of a
 * stand-in over HTTP is the truth. Each test is a trap of billing portals; its number stands in its name.
 */
import { switchTab } from "../../src/accounts/tab";
import { portalView } from "../../src/api/portal-view";
import { listAudit } from "../../src/store/audit";
import { casesOf } from "../../src/store/cases";
import { timelineOf } from "../../src/store/fakturs";
import { findInvoice } from "../../src/store/invoices";
import { readFaktur } from "../../src/faktur/stored";
import { formatMoney } from "../../src/money";
import { examine } from "../../src/ops/doctor";
import { describeEngines } from "../support/databases";
import {
  whmcsClient,
  whmcsInvoice,
  whmcsItem,
  whmcsProduct,
  whmcsTransaction,
  type WhmcsInvoiceRow,
} from "../support/whmcs-rows";
import { startWhmcsStage, type WhmcsStage } from "../support/whmcs-stage";
import { sendText, WHMCS_API, type WhmcsStandIn } from "../support/whmcs-stand-in";
import {
  addCompany,
  addPortal,
  atAuthority,
  DESK,
  event,
  invoiceId,
  mailsAbout,
  runToEnd,
  seen,
  tell,
  type World,
} from "../support/world";

const SLUG = "whmcs";

describeEngines("an invoice of WHMCS", (engine) => {
  let stage: WhmcsStage;
  let world: World;
  let whmcs: WhmcsStandIn;
  let number = 100;
  beforeAll(async () => {
    const config = { portalPollSeconds: 300, channelTimeoutSeconds: 2 };
    stage = await startWhmcsStage(engine, { config }, { dateFormat: "DD/MM/YYYY" });
    ({ world, whmcs } = stage);
    await addCompany(world, "77", { portal: SLUG });
  });
  afterAll(() => stage.close());
  beforeEach(() => {
    world.clock.set("2026-11-03T09:10:00+07:00");
    whmcs.reset();
    whmcs.world.products = [whmcsProduct(12)];
    number += 10;
  });

  const hold = (id: number, more: Record<string, unknown> = {}): WhmcsInvoiceRow => {
    const row = whmcsInvoice(id, more);
    whmcs.world.invoices.push(row);
    return row;
  };
  const wake = async (type: string, id: number, more: Record<string, unknown> = {}) =>
    (await tell(world, event(type, { invoiceId: id, ...more }), { portal: SLUG })).body["status"];
  const at = (id: number) => seen(world, String(id), SLUG);
  const issued = (id: number) => atAuthority(world, `INV-${id}`);
  const fakturOf = async (id: number) => {
    const [row] = (await at(id)).fakturs;
    if (row === undefined) throw new Error(`invoice ${id} has no faktur`);
    return readFaktur(row.document);
  };
  const totalsOf = async (id: number) => {
    const { totals } = await fakturOf(id);
    return { dpp: formatMoney(totals.dpp), ppn: formatMoney(totals.ppn) };
  };
  const cases = async (id: number) => casesOf(world.app.db.knex, await invoiceId(world, String(id), SLUG));

  async function pay(id: number, more: Record<string, unknown> = {}): Promise<void> {
    hold(id, more);
    await wake("invoice.paid", id);
    await runToEnd(world);
  }

  test("T7, T10: a renewal without an order is read back, issued and mailed with what the portal says", async () => {
    await pay(number);
    expect(await at(number)).toMatchObject({ outcome: "issued", reasons: [] });
    expect(await totalsOf(number)).toEqual({ dpp: "1000000.00", ppn: "110000.00" });
    const faktur = await fakturOf(number);
    expect(faktur).toMatchObject({ reference: `INV-${number}`, date: "2026-11-03" });
    // One year, from the period in the description.
    expect(faktur.lines).toMatchObject([{ unit: "UM.0023", quantity: 100n, code: "160105" }]);
    expect(await mailsAbout(world, `INV-${number}`)).toHaveLength(1);
  });

  test("a line that does not say its domain gets it from its service, without anything else of it", async () => {
    await pay(number, {
      items: [whmcsItem({ description: "Web Hosting Bisnis (03/11/2026 - 02/11/2027)" })],
    });
    expect((await fakturOf(number)).lines).toMatchObject([
      { name: "Web Hosting Bisnis (03/11/2026 - 02/11/2027) - contoh.example" },
    ]);
    const stored = await findInvoice(world.app.db.knex, SLUG, String(number));
    expect(JSON.stringify(stored)).not.toContain("sandi");
  });

  test.each([
    ["gets", "", "vps1.contoh.example"],
    ["changes", "lama.example", "baru.example"],
    ["loses", "lama.example", ""],
  ])("a service that %s its domain after the payment is no other sale", async (_what, before, after) => {
    const service = { name: "VPS Kecil", domain: before };
    whmcs.world.products = [whmcsProduct(12, service)];
    await pay(number, { items: [whmcsItem({ description: "VPS Kecil (03/11/2026 - 02/12/2026)" })] });
    const name = `VPS Kecil (03/11/2026 - 02/12/2026)${before === "" ? "" : ` - ${before}`}`;
    expect((await fakturOf(number)).lines).toMatchObject([{ name }]);
    whmcs.world.products = [whmcsProduct(12, { ...service, domain: after })];
    await wake("transaction.added", number, { transactionId: number });
    await runToEnd(world);
    expect(whmcs.calls("GetInvoice")).toBe(2);
    expect([(await at(number)).reasons, await cases(number)]).toEqual([[], []]);
    expect((await fakturOf(number)).lines).toMatchObject([{ name }]);
  });

  test("options that translate lines otherwise from now on change nothing of what was sold", async () => {
    const items = [
      whmcsItem({ id: number * 100, type: "Item", relid: 0, description: "Instalasi" }),
      whmcsItem({ id: number * 100 + 1, type: "Item", description: "Kode unik", amount: "3.00", taxed: 0 }),
    ];
    await pay(number, { subtotal: "1000003.00", items });
    const api = { url: whmcs.url, ...WHMCS_API };
    const options = {
      dateFormat: "DD/MM/YYYY",
      lineKinds: { Item: "support" },
      adminFeeNames: ["kode unik"],
    };
    await addPortal(world, SLUG, { kind: "whmcs", api, options });
    await wake("transaction.added", number, { transactionId: number });
    await runToEnd(world);
    await addPortal(world, SLUG, { kind: "whmcs", api, options: { dateFormat: "DD/MM/YYYY" } });
    expect(whmcs.calls("GetInvoice")).toBe(2);
    expect([(await at(number)).reasons, await cases(number)]).toEqual([[], []]);
  });

  describe("T1: a mass payment", () => {
    const container = (id: number, children: readonly number[], more: Record<string, unknown> = {}) =>
      hold(id, {
        subtotal: `${children.length * 1_110_000}.00`,
        tax: "0.00",
        items: children.map((child, index) =>
          whmcsItem({
            ...{ id: id * 100 + index, type: "Invoice", relid: child, amount: "1110000.00", taxed: 0 },
            description: `Invoice #${child}`,
          }),
        ),
        ...more,
      });
    const child = (id: number) => hold(id, { credit: "1110000.00", datepaid: "2026-11-03 09:10:01" });

    test.each([
      ["the container first", [0, 1, 2, 3]],
      ["the container last", [3, 2, 1, 0]],
      ["the container between", [2, 0, 3, 1]],
      ["the container alone", [0]],
      ["everything twice", [1, 0, 2, 0, 3, 3, 1, 2]],
    ])("told with %s makes one faktur for each invoice inside and none for itself", async (_how, order) => {
      const all = [number, number + 1, number + 2, number + 3];
      container(number, all.slice(1));
      for (const id of all.slice(1)) child(id);
      for (const index of order) await wake("invoice.paid", all[index] ?? 0);
      await runToEnd(world);
      expect(await at(number)).toMatchObject({ outcome: "skipped", reasons: ["container"] });
      expect(issued(number)).toHaveLength(0);
      for (const id of all.slice(1)) {
        expect(await at(id)).toMatchObject({ outcome: "issued" });
        expect(issued(id)).toHaveLength(1);
      }
    });

    test("T2: two containers that name one invoice, one of them unpaid, make it once", async () => {
      container(number, [number + 2]);
      container(number + 1, [number + 2], { status: "Unpaid" });
      child(number + 2);
      for (const id of [number + 1, number, number + 2]) await wake("invoice.paid", id);
      await runToEnd(world);
      expect(await at(number + 1)).toMatchObject({ outcome: "skipped", reasons: ["not_paid_in_portal"] });
      expect(issued(number + 2)).toHaveLength(1);
    });

    test("T14: whose money comes back opens a case for a person on each invoice inside", async () => {
      const row = container(number, [number + 1]);
      child(number + 1);
      await wake("invoice.paid", number);
      await runToEnd(world);
      row.status = "Refunded";
      whmcs.world.transactions.push(
        whmcsTransaction(number, number, { amountin: "0.00", amountout: "1110000.00", refundid: "1" }),
      );
      await wake("invoice.refunded", number);
      await runToEnd(world);
      expect(await cases(number + 1)).toMatchObject([{ state: "open", kind: "refund" }]);
      expect(await at(number + 1)).toMatchObject({ outcome: "issued" });
      await wake("invoice.refunded", number);
      await runToEnd(world);
      expect(await cases(number + 1)).toHaveLength(1);
    });
  });

  test("T3: a top-up has no faktur, and what its credit pays for has one", async () => {
    const item = whmcsItem({
      type: "AddFunds",
      relid: 77,
      taxed: 0,
      amount: "1110000.00",
      description: "Isi saldo",
    });
    await pay(number, { subtotal: "1110000.00", tax: "0.00", items: [item] });
    await pay(number + 1, { credit: "1110000.00" });
    expect(await at(number)).toMatchObject({ outcome: "skipped", reasons: ["deposit"] });
    expect(await at(number + 1)).toMatchObject({ outcome: "issued" });
  });

  test("T4: an invoice wholly paid from credit is issued on what was sold, whatever its total says", async () => {
    await pay(number, { credit: "1110000.00" });
    expect(whmcs.world.invoices[0]).toMatchObject({ total: "0.00" });
    expect(await totalsOf(number)).toEqual({ dpp: "1000000.00", ppn: "110000.00" });
    // WHMCS 9 leaves the total whole.
    await pay(number + 1, { credit: "400000.00", total: "1110000.00" });
    expect(await totalsOf(number + 1)).toEqual({ dpp: "1000000.00", ppn: "110000.00" });
  });

  test("T4: a head that adds up in neither way is held with the place, and read anew once it was mended", async () => {
    await pay(number, { total: "999999.00" });
    expect(await at(number)).toMatchObject({ outcome: "held", reasons: ["portal_invoice_unreadable"] });
    Object.assign(whmcs.world.invoices[0]!, { total: "1110000.00" });
    await world.app.api.corrections.issueAnew(await invoiceId(world, String(number), SLUG), [], DESK);
    await runToEnd(world);
    expect(await at(number)).toMatchObject({ outcome: "issued" });
  });

  test("T5: a real zero is not issued, and says so", async () => {
    const promo = whmcsItem({
      id: 2,
      type: "PromoHosting",
      amount: "-1000000.00",
      description: "Promo 100 %",
    });
    await pay(number, { subtotal: "0.00", tax: "0.00", items: [whmcsItem(), promo] });
    expect(await at(number)).toMatchObject({ outcome: "skipped", reasons: ["zero_total"] });
  });

  test("T6: part payments wait until WHMCS says Paid, and the poll finds it without a word more", async () => {
    const row = hold(number, { status: "Unpaid" });
    whmcs.world.transactions.push(whmcsTransaction(number, number, { amountin: "444000.00" }));
    await wake("transaction.added", number, { transactionId: number });
    await runToEnd(world);
    expect(await at(number)).toMatchObject({ outcome: "skipped", reasons: ["not_paid_in_portal"] });
    Object.assign(row, { status: "Paid", datepaid: "2026-11-04 10:00:00" });
    await poll("2026-11-04T10:05:00+07:00");
    expect(await at(number)).toMatchObject({ outcome: "issued" });
    expect(await fakturOf(number)).toMatchObject({ date: "2026-11-04" });
  });

  test("T8: issued with its bill, then paid: the payment is noted and there is no second", async () => {
    whmcs.world.clients.push(
      whmcsClient({ id: 88, userid: 88, companyname: "Dinas Contoh", email: "dinas@contoh.example" }),
    );
    await addCompany(world, "88", { portal: SLUG, npwp: "0023456789012000" });
    await world.app.db
      .knex("companies")
      .where({ account_id: (await accountRow("88")).id })
      .update({
        transaction_code: "02",
        evidence: "SK",
        issue_on: "bill",
        code_by: "finance",
        code_at: "2026-11-01T00:00:00.000Z",
      });
    const big = {
      userid: 88,
      subtotal: "10000000.00",
      tax: "1100000.00",
      items: [whmcsItem({ amount: "10000000.00" })],
    };
    const row = hold(number, { ...big, status: "Unpaid", date: "2026-11-03" });
    expect(await wake("invoice.created", number)).toBe("accepted");
    await runToEnd(world);
    expect(await at(number)).toMatchObject({ outcome: "issued" });
    expect(await fakturOf(number)).toMatchObject({ transactionCode: "02", date: "2026-11-03" });
    Object.assign(row, { status: "Paid", datepaid: "2026-11-05 10:00:00" });
    world.clock.set("2026-11-05T10:00:05+07:00");
    await wake("invoice.paid", number);
    await runToEnd(world);
    expect(issued(number)).toHaveLength(1);
    expect(await findInvoice(world.app.db.knex, SLUG, String(number))).toMatchObject({
      paid_at: "2026-11-05T03:00:00.000Z",
    });
    expect(await differencesOf(number)).toEqual([]);
    // The bill of an account whose faktur is due with the payment leaves no trace.
    hold(number + 1, { status: "Unpaid" });
    await wake("invoice.created", number + 1);
    await runToEnd(world);
    expect(await findInvoice(world.app.db.knex, SLUG, String(number + 1))).toBeUndefined();
    await world.app.db.knex("companies").where({ issue_on: "bill" }).update({ issue_on: "payment" });
    expect(await wake("invoice.created", number + 2)).toBe("ignored");
  });

  test("T9: Paid, Unpaid and Paid again is one faktur and one case", async () => {
    await pay(number);
    const [row] = whmcs.world.invoices;
    Object.assign(row!, { status: "Unpaid", datepaid: "0000-00-00 00:00:00" });
    await wake("invoice.unpaid", number);
    await runToEnd(world);
    expect(await cases(number)).toMatchObject([{ kind: "unpaid_again", state: "open" }]);
    await wake("invoice.unpaid", number);
    await runToEnd(world);
    Object.assign(row!, { status: "Paid", datepaid: "2026-11-03 09:10:00" });
    await wake("invoice.paid", number);
    await runToEnd(world);
    expect(await cases(number)).toHaveLength(1);
    expect(issued(number)).toHaveLength(1);
    expect(await differencesOf(number)).toEqual([]);
  });

  test("T9: unpaid before anything was made, and paid anew on another day: the company is that of the new payment", async () => {
    await addCompany(world, "93", { portal: SLUG, npwp: "0093456789012000" });
    whmcs.world.clients.push(whmcsClient({ id: 93, userid: 93, client_id: 93 }));
    const items = [whmcsItem({ type: "Item", relid: 0 })];
    await pay(number, { userid: 93, tax: "90000.00", items });
    expect(await at(number)).toMatchObject({ outcome: "held", fakturs: [] });
    const [row] = whmcs.world.invoices;
    Object.assign(row!, { status: "Unpaid", datepaid: "0000-00-00 00:00:00" });
    await wake("invoice.unpaid", number);
    await runToEnd(world);
    await switchTab(world.app, SLUG, "93", "suspend", "berganti pemilik", "finance");
    await addCompany(world, "93", { portal: SLUG, npwp: "0094567890123000" });
    world.clock.set("2026-11-05T10:00:00+07:00");
    const anew = whmcsInvoice(number, { userid: 93, datepaid: "2026-11-05 10:00:00", items });
    Object.assign(row!, anew);
    await wake("invoice.paid", number);
    await runToEnd(world);
    expect(await at(number)).toMatchObject({
      ...{ outcome: "issued", reasons: [] },
      fakturs: [{ buyer_npwp: "0094567890123000", date: "2026-11-05" }],
    });
  });

  test("T10: promo, setup, untaxed late fee and unique code: the document matches the portal to the rupiah", async () => {
    const items = [
      whmcsItem({ id: 1, amount: "1110000.00" }),
      whmcsItem({ id: 2, type: "Setup", amount: "55500.00", description: "Biaya setup" }),
      whmcsItem({ id: 3, type: "PromoHosting", amount: "-111000.00", description: "Promo: HEMAT" }),
      whmcsItem({ id: 4, type: "LateFee", amount: "25000.00", taxed: 0, relid: 0, description: "Denda" }),
      whmcsItem({ id: 5, type: "", amount: "3.00", taxed: 0, relid: 0, description: "Kode unik" }),
    ];
    whmcs.world.settings["TaxType"] = "Inclusive";
    // The setting is known for ten minutes.
    world.clock.pass(700);
    await pay(number, { subtotal: "975003.00", tax: "104500.00", items });
    expect(await at(number)).toMatchObject({ outcome: "issued" });
    expect(await totalsOf(number)).toEqual({ dpp: "950000.00", ppn: "104500.00" });
    expect((await fakturOf(number)).lines).toHaveLength(2);
    world.clock.pass(700);
  });

  test("T12: a foreign currency is held, one that came after the issue changes nothing and is told", async () => {
    await pay(number);
    whmcs.world.clients = [whmcsClient({ currency_code: "USD" })];
    await pay(number + 1);
    expect(await at(number + 1)).toMatchObject({ outcome: "held", reasons: ["foreign_currency"] });
    await wake("invoice.paid", number);
    await runToEnd(world);
    expect(await differencesOf(number)).toEqual(["currency"]);
    expect(await at(number)).toMatchObject({ outcome: "issued" });
  });

  test("T13: lines edited, split or merged after the issue are reported once, and the record stands", async () => {
    await pay(number);
    const before = await findInvoice(world.app.db.knex, SLUG, String(number));
    Object.assign(whmcs.world.invoices[0]!, {
      ...{ subtotal: "500000.00", tax: "55000.00", total: "555000.00" },
      items: [whmcsItem({ id: number * 100, amount: "500000.00" })],
    });
    for (let times = 0; times < 2; times += 1) {
      await wake("invoice.paid", number);
      await runToEnd(world);
    }
    expect(await differencesOf(number)).toEqual(["subtotal,tax,lines,total"]);
    expect(await findInvoice(world.app.db.knex, SLUG, String(number))).toMatchObject({
      content: before?.content,
    });
    const [faktur] = (await at(number)).fakturs;
    const events = await timelineOf(world.app.db.knex, faktur?.id ?? "");
    expect(events.filter((one) => one.event === "portal_differs")).toMatchObject([{ by: `portal:${SLUG}` }]);
    whmcs.world.invoices = [];
    await wake("invoice.paid", number);
    await runToEnd(world);
    expect(await differencesOf(number)).toHaveLength(2);
    expect(await at(number)).toMatchObject({ outcome: "issued" });
  });

  test("T13: what was held and is corrected in the portal is read anew when a person asks", async () => {
    await pay(number, { items: [whmcsItem({ amount: "900000.00" })] });
    const held = await at(number);
    expect([held.outcome, new Set(held.reasons)]).toEqual(["held", new Set(["amounts_do_not_add_up"])]);
    whmcs.world.invoices[0]!.items = [whmcsItem()];
    await world.app.api.corrections.issueAnew(await invoiceId(world, String(number), SLUG), [], DESK);
    await runToEnd(world);
    expect(await at(number)).toMatchObject({ outcome: "issued" });
  });

  test("T13: cancelled, corrected in the portal and issued anew, the faktur is of what the portal says now", async () => {
    await pay(number);
    const [first] = (await at(number)).fakturs;
    await world.app.api.corrections.cancel(first?.id ?? "", "harga salah", DESK);
    await runToEnd(world);
    const half = { subtotal: "500000.00", tax: "55000.00", total: "555000.00" };
    Object.assign(whmcs.world.invoices[0]!, { ...half, items: [whmcsItem({ amount: "500000.00" })] });
    await world.app.api.corrections.issueAnew(await invoiceId(world, String(number), SLUG), [], DESK);
    await runToEnd(world);
    const { outcome, reasons, fakturs } = await at(number);
    expect([outcome, reasons, fakturs.map(({ state, dpp }) => [state, Number(dpp)])]).toEqual([
      ...["issued", []],
      [
        ["cancelled", 1_000_000],
        ["approved", 500_000],
      ],
    ]);
  });

  describe("T14: a refund", () => {
    const refund = (id: number, amount: string) =>
      whmcs.world.transactions.push(
        whmcsTransaction(id, id, {
          amountin: "0.00",
          amountout: amount,
          description: "Refund of Transaction",
        }),
      );

    test("of the whole opens one case, told by transaction and status alike", async () => {
      await pay(number);
      refund(number, "1110000.00");
      await wake("transaction.added", number, { transactionId: number });
      await runToEnd(world);
      whmcs.world.invoices[0]!.status = "Refunded";
      await wake("invoice.refunded", number);
      await runToEnd(world);
      expect(await cases(number)).toMatchObject([
        { kind: "refund", state: "open", cause: `refund:transaction-${number}` },
      ]);
    });

    test("into the client's balance shows in no transaction and is a refund all the same", async () => {
      await pay(number);
      whmcs.world.invoices[0]!.status = "Refunded";
      await wake("invoice.refunded", number);
      await runToEnd(world);
      expect(await cases(number)).toMatchObject([{ kind: "refund", cause: `refund:invoice-${number}` }]);
    });

    test("of a part opens a case with its amount; a chargeback likewise, for a person", async () => {
      await pay(number);
      refund(number, "555000.00");
      await wake("transaction.added", number, { transactionId: number });
      await runToEnd(world);
      expect(await cases(number)).toMatchObject([
        { kind: "partial_refund", detail: expect.stringContaining("555000.00") as string },
      ]);
      whmcs.world.invoices[0]!.status = "Collections";
      await wake("invoice.unpaid", number);
      await runToEnd(world);
      expect(await cases(number)).toMatchObject([{ kind: "partial_refund" }, { kind: "unpaid_again" }]);
      expect(issued(number)).toHaveLength(1);
    });

    test("of a payment that a gateway told twice touches neither the issue nor the faktur", async () => {
      const twice = (id: number) => [
        whmcsTransaction(id, id),
        whmcsTransaction(id + 1000, id, { date: "2026-11-03 09:10:05" }),
        whmcsTransaction(id + 2000, id, { amountin: "0.00", amountout: "1110000.00" }),
      ];
      whmcs.world.transactions.push(...twice(number));
      await pay(number);
      expect(await at(number)).toMatchObject({ outcome: "issued" });
      await pay(number + 1);
      whmcs.world.transactions.push(...twice(number + 1));
      await wake("invoice.refunded", number + 1);
      await runToEnd(world);
      expect([await cases(number), await cases(number + 1)]).toEqual([[], []]);
      // What is given back on top of it is a refund.
      whmcs.world.transactions.push(
        whmcsTransaction(number + 3000, number, { amountin: "0.00", amountout: "300000.00" }),
      );
      await wake("invoice.refunded", number);
      await runToEnd(world);
      expect(await cases(number)).toMatchObject([
        { kind: "partial_refund", detail: expect.stringContaining("300000.00") as string },
      ]);
    });

    test("of the whole is none any more once it is paid again; what is given back of that is one of its own", async () => {
      await pay(number);
      refund(number, "1110000.00");
      whmcs.world.invoices[0]!.status = "Refunded";
      await wake("invoice.refunded", number);
      await runToEnd(world);
      expect(await cases(number)).toMatchObject([{ kind: "refund", state: "open" }]);
      whmcs.world.invoices[0]!.status = "Paid";
      whmcs.world.transactions.push(
        whmcsTransaction(number - 1, number),
        whmcsTransaction(number + 1000, number, { date: "2026-11-04 09:10:05" }),
      );
      await wake("invoice.paid", number);
      await runToEnd(world);
      expect(await cases(number)).toMatchObject([
        { kind: "refund", state: "closed", closed_because: "paid_again" },
      ]);
      whmcs.world.transactions.push(
        whmcsTransaction(number + 2000, number, { amountin: "0.00", amountout: "300000.00" }),
      );
      for (let time = 0; time < 2; time += 1) {
        await wake("invoice.refunded", number);
        await runToEnd(world);
      }
      expect(await cases(number)).toMatchObject([
        { kind: "refund", state: "closed" },
        { kind: "partial_refund", state: "open", detail: expect.stringContaining("300000.00") as string },
      ]);
      expect(await at(number)).toMatchObject({ outcome: "issued", reasons: [] });
      expect(issued(number)).toHaveLength(1);
    });

    test("that was taken for withheld tax and is the whole in the end is told to a person again", async () => {
      await pay(number);
      refund(number, "20000.00");
      await wake("transaction.added", number, { transactionId: number });
      await runToEnd(world);
      const [first] = await cases(number);
      const decided = { decision: "none_pph23", reason: "bukti potong", changes: [] } as const;
      await world.app.api.cases.decide(first?.id ?? "", decided, DESK);
      whmcs.world.invoices[0]!.status = "Refunded";
      for (let time = 0; time < 2; time += 1) {
        await wake("invoice.refunded", number);
        await runToEnd(world);
      }
      expect(await cases(number)).toMatchObject([
        { kind: "partial_refund", state: "closed" },
        { kind: "refund", state: "open" },
      ]);
    });

    test("T43: before its payment is known holds the invoice", async () => {
      hold(number);
      refund(number, "555000.00");
      await wake("invoice.refunded", number);
      await wake("invoice.paid", number);
      await runToEnd(world);
      expect(await at(number)).toMatchObject({
        outcome: "held",
        reasons: ["refunded_in_part", "refunded_before_issue"],
      });
    });
  });

  test("T15: withheld tax, as a short payment with credit or as 2 % paid back, leaves the whole sale", async () => {
    whmcs.world.transactions.push(whmcsTransaction(number, number, { amountin: "1090000.00" }));
    await pay(number, { credit: "20000.00" });
    expect(await totalsOf(number)).toEqual({ dpp: "1000000.00", ppn: "110000.00" });
    whmcs.world.transactions.push(
      whmcsTransaction(number + 1, number, { amountin: "0.00", amountout: "20000.00" }),
    );
    await wake("transaction.added", number, { transactionId: number + 1 });
    await runToEnd(world);
    expect(await cases(number)).toMatchObject([{ kind: "partial_refund", state: "open" }]);
    expect(await at(number)).toMatchObject({ outcome: "issued" });
  });

  test("T16: a cancellation that WHMCS has not saved yet is decided on what it says half a minute later", async () => {
    await pay(number);
    const [row] = whmcs.world.invoices;
    await wake("invoice.cancelled", number);
    await world.app.worker.drain();
    expect(await cases(number)).toEqual([]);
    row!.status = "Cancelled";
    world.clock.pass(31);
    await runToEnd(world);
    expect(await cases(number)).toMatchObject([{ kind: "cancelled_in_portal", state: "open" }]);
    expect(await wake("invoice.cancelled", 99_999)).toBe("ignored");
  });

  test("T20: the bill-to is the client on the invoice, and a service that has left it stops the issue", async () => {
    whmcs.world.products = [whmcsProduct(4711, { clientid: "78" })];
    await pay(number, { items: [whmcsItem({ relid: 4711 })] });
    expect(await at(number)).toMatchObject({ outcome: "held", reasons: ["service_moved"] });
    await world.app.api.corrections.issueAnew(
      await invoiceId(world, String(number), SLUG),
      ["service_moved"],
      DESK,
    );
    await runToEnd(world);
    expect(await fakturOf(number)).toMatchObject({ buyer: { npwp: "0012345678012000" } });
  });

  describe("T28: a client", () => {
    test("merged, closed or deleted after the payment leaves the document standing and reachable", async () => {
      await pay(number);
      whmcs.world.clients = [];
      await wake("invoice.paid", number);
      await runToEnd(world);
      expect(await at(number)).toMatchObject({ outcome: "issued" });
      expect(await differencesOf(number)).toEqual([expect.stringMatching(/^unreadable /)]);
      whmcs.world.clients = [whmcsClient({ id: 79, userid: 79 })];
      whmcs.world.invoices[0]!.userid = 79;
      await wake("invoice.paid", number);
      await runToEnd(world);
      expect((await differencesOf(number)).at(-1)).toBe("buyer");
      expect(await mailsAbout(world, `INV-${number}`)).toHaveLength(1);
    });

    test("merged while its invoice is held leaves the faktur to the company of the one who has it now", async () => {
      await addCompany(world, "80", {
        portal: SLUG,
        npwp: "0034567890123000",
        email: "pajak@delapan.example",
      });
      await pay(number, { items: [whmcsItem({ amount: "900000.00" })] });
      expect(await at(number)).toMatchObject({ outcome: "held" });
      whmcs.world.clients.push(whmcsClient({ id: 80, userid: 80, client_id: 80 }));
      whmcs.world.products = [whmcsProduct(12, { clientid: "80" })];
      Object.assign(whmcs.world.invoices[0]!, { userid: 80, items: [whmcsItem()] });
      await wake("invoice.paid", number);
      await runToEnd(world);
      const { outcome, fakturs } = await at(number);
      expect([outcome, fakturs.map(({ buyer_npwp }) => buyer_npwp)]).toEqual([
        "issued",
        ["0034567890123000"],
      ]);
      expect(await mailsAbout(world, `INV-${number}`)).toMatchObject([
        { to: [{ address: "pajak@delapan.example" }] },
      ]);
    });

    test.each([
      ["whose company is active: its faktur is for that one", 81, "issued"],
      ["whose company is asked for only: it is skipped with that word", 82, "skipped company_requested"],
      ["without a company: it stays skipped", 83, "skipped no_company"],
    ])("merged after its invoice was skipped, into one %s", async (_what, client, ends) => {
      const [alone, merged] = [client + 100, client];
      const npwp = `00${client}567890123000`;
      if (client < 83)
        await addCompany(world, String(merged), {
          ...{ portal: SLUG, npwp, email: `pajak@c${client}.example` },
          status: client === 81 ? "active" : "requested",
        });
      whmcs.world.clients.push(whmcsClient({ id: alone, userid: alone, client_id: alone }));
      await pay(number, { userid: alone });
      expect(await at(number)).toMatchObject({ outcome: "skipped", reasons: ["no_company"] });
      whmcs.world.clients.push(whmcsClient({ id: merged, userid: merged, client_id: merged }));
      whmcs.world.products = [whmcsProduct(12, { clientid: String(merged) })];
      whmcs.world.invoices[0]!.userid = merged;
      // No message tells of a merge: the nightly list shows it.
      world.clock.set("2026-11-04T03:05:00+07:00");
      await world.app.schedulePolls();
      await runToEnd(world);
      const { outcome, reasons, fakturs } = await at(number);
      expect([outcome, ...reasons].join(" ")).toBe(ends);
      expect(fakturs.map(({ buyer_npwp }) => buyer_npwp)).toEqual(client === 81 ? [npwp] : []);
    });

    test("deleted before it was read is held with the reason", async () => {
      whmcs.world.clients = [];
      await pay(number);
      expect(await at(number)).toMatchObject({ outcome: "held", reasons: ["portal_invoice_unreadable"] });
    });

    test("that is renamed is renamed here, without touching an invoice", async () => {
      await pay(number);
      whmcs.world.clients = [
        whmcsClient({ companyname: "PT Baru &amp; Jaya", email: "baru@contoh.example" }),
      ];
      const told = (data: Record<string, unknown>) =>
        tell(world, event("client.updated", data), { portal: SLUG });
      expect((await told({ clientId: 77 })).body["status"]).toBe("accepted");
      expect((await told({ clientId: 4711 })).body).toMatchObject({
        status: "ignored",
        reason: "account_unknown",
      });
      await runToEnd(world);
      expect(await accountRow("77")).toMatchObject({ name: "PT Baru & Jaya", email: "baru@contoh.example" });
      await wake("invoice.paid", number);
      await runToEnd(world);
      expect(await differencesOf(number)).toEqual([]);
    });
  });

  test("T40: the same message five times at once, and the poll, make one faktur", async () => {
    hold(number);
    const body = event("invoice.paid", { invoiceId: number });
    const told = await Promise.all(
      Array.from({ length: 5 }, () => tell(world, body, { portal: SLUG, id: `msg_five_${number}` })),
    );
    const words = told.map((one) => one.body["status"]).sort();
    expect(words).toEqual(["accepted", "duplicate", "duplicate", "duplicate", "duplicate"]);
    await poll("2026-11-03T09:20:00+07:00");
    expect(issued(number)).toHaveLength(1);
  });

  test("T41: invoices that no message told, set to Paid past WHMCS, are found days later", async () => {
    const old = hold(number, { status: "Unpaid", date: "2024-11-01" });
    for (let id = number + 1; id < number + 4; id += 1) hold(id, { datepaid: "2026-11-04 08:00:00" });
    Object.assign(old, { status: "Paid", datepaid: "0000-00-00 00:00:00" });
    whmcs.world.transactions.push(whmcsTransaction(number, number, { date: "2026-11-04 07:00:00" }));
    await poll("2026-11-07T04:00:00+07:00");
    for (let id = number; id < number + 4; id += 1) expect(await at(id)).toMatchObject({ outcome: "issued" });
    expect(await fakturOf(number)).toMatchObject({ date: "2026-11-04" });
    await poll("2026-11-07T04:10:00+07:00");
    expect(issued(number)).toHaveLength(1);
  });

  test.each([
    ["2026-11-30 23:59:59", "2026-12-01T00:10:00+07:00", "2026-11-30", "2026-11"],
    ["2026-12-01 00:00:01", "2026-12-01T00:10:00+07:00", "2026-12-01", "2026-12"],
  ])("T47: paid at %s is of the right day and period", async (datepaid, now, date, period) => {
    world.clock.set(now);
    await pay(number, { datepaid });
    expect(await fakturOf(number)).toMatchObject({ date, period });
  });

  test("T48: the number that comes with the payment is the reference, the id stays the key", async () => {
    const row = hold(number, { status: "Unpaid", invoicenum: "" });
    await wake("invoice.paid", number);
    await runToEnd(world);
    Object.assign(row, { status: "Paid", datepaid: "2026-11-03 09:10:00", invoicenum: `F/2026/${number}` });
    await wake("invoice.paid", number);
    await runToEnd(world);
    expect(await fakturOf(number)).toMatchObject({ reference: `F/2026/${number}` });
    await pay(number + 1, { invoicenum: "" });
    expect(await fakturOf(number + 1)).toMatchObject({ reference: String(number + 1) });
  });

  test("T49: a portal that is away, refuses us or answers with a page delays the invoice and says why", async () => {
    hold(number);
    const faults = [
      () => (whmcs.world.addressAllowed = false),
      () => (whmcs.world.addressAllowed = true),
      () => (whmcs.world.allowedActions = new Set(["getinvoices"])),
      () => (whmcs.world.allowedActions = null),
    ];
    faults[0]?.();
    // The payment itself is never held up: the message is taken at once.
    expect(await wake("invoice.paid", number)).toBe("accepted");
    await world.app.worker.drain();
    expect(await at(number)).toMatchObject({ outcome: "waiting", reasons: ["being_read", "delayed"] });
    const [job] = await world.app.db
      .knex<{ last_error: string; kind: string }>("jobs")
      .where({ kind: "read" });
    expect(job?.last_error).toContain("API IP Access Restriction");
    faults[1]?.();
    whmcs.world.fault = (_action, response) => {
      sendText(response, 200, "<html>maintenance</html>");
      whmcs.world.fault = null;
      faults[2]?.();
      return true;
    };
    world.clock.pass(10);
    await world.app.worker.drain();
    world.clock.pass(60);
    await world.app.worker.drain();
    expect(await at(number)).toMatchObject({ outcome: "waiting" });
    faults[3]?.();
    await runToEnd(world);
    expect(await at(number)).toMatchObject({ outcome: "issued", reasons: [] });
  });

  describe("doctor", () => {
    const line = async () =>
      (await examine(world.app)).find((check) => check.name === `portal ${SLUG} (whmcs)`);

    test("says that the portal answers, having tried every call an invoice needs", async () => {
      hold(number);
      expect(await line()).toMatchObject({
        ok: true,
        says: { en: expect.stringContaining("takes the API key") as string },
      });
      for (const action of ["GetInvoice", "GetInvoices", "GetTransactions", "GetClientsDetails"]) {
        expect(whmcs.calls(action)).toBeGreaterThan(0);
      }
    });

    test.each([
      "getinvoice",
      "gettransactions",
      "getclientsdetails",
      "getclientsproducts",
      "getconfigurationvalue",
    ])("says which call the role forbids: %s", async (forbidden) => {
      const all = ["getinvoices", "getinvoice", "gettransactions", "getclientsdetails", "getclientsaddons"];
      const more = ["getclientsproducts", "getclientsdomains", "getticket", "getconfigurationvalue"];
      whmcs.world.allowedActions = new Set([...all, ...more].filter((one) => one !== forbidden));
      const check = await line();
      expect(check).toMatchObject({ ok: false });
      expect(check?.says.en.toLowerCase()).toContain(forbidden);
      expect(check?.says.en).toContain("API Roles");
    });
  });

  test("T72: neither keys nor passwords of the portal reach the log, the ledger or an answer", async () => {
    const lines: string[] = [];
    const write = (event: string, keys: object = {}) => void lines.push(JSON.stringify([event, keys]));
    const log = { debug: write, info: write, warn: write, error: write, child: () => log };
    await world.restart({ log });
    hold(number, { items: [whmcsItem({ type: "Teleport" })] });
    whmcs.world.fault = (_action, response) => {
      sendText(response, 200, `{"result":"error","message":"Denied ${WHMCS_API.secret}"}`);
      whmcs.world.fault = null;
      return true;
    };
    await wake("invoice.paid", number);
    await runToEnd(world);
    await world.restart();
    const stored = JSON.stringify([
      await world.app.db.knex("invoices"),
      await world.app.db.knex("audit"),
      await world.app.db.knex("accounts"),
    ]);
    const told = lines.join("\n");
    expect(told).toContain("whmcs.line_type_unknown");
    expect(told).toContain("job.will_retry");
    for (const secret of [WHMCS_API.secret, WHMCS_API.identifier, "Rahasia", "sandi-yang"]) {
      expect(told).not.toContain(secret);
      expect(stored).not.toContain(secret);
    }
  });

  describe("T71: what was paid before the portal was connected", () => {
    test("is recorded by the nightly list without being read, and issued when a person asks", async () => {
      for (let id = number; id < number + 5; id += 1) hold(id, { datepaid: "2026-10-31 23:59:59" });
      hold(number + 5, { datepaid: "2026-11-01 00:00:00" });
      await poll("2026-11-08T04:00:00+07:00");
      const read = whmcs.asked.map(
        ({ action, form }) => action === "GetInvoice" && Number(form.get("invoiceid")),
      );
      expect(read.filter((id) => Number(id) >= number)).toEqual([number + 5]);
      expect(await at(number)).toMatchObject({ outcome: "skipped", reasons: ["before_start"] });
      expect(await at(number + 5)).toMatchObject({ outcome: "issued" });
      await world.app.api.corrections.issueAnew(await invoiceId(world, String(number), SLUG), [], DESK);
      await runToEnd(world);
      expect(await at(number)).toMatchObject({ outcome: "issued" });
      expect(await at(number + 1)).toMatchObject({ outcome: "skipped" });
    });

    test("is issued when the portal tells of the payment now, also where the list was first with it", async () => {
      await pay(number, { datepaid: "2026-10-20 10:00:00" });
      expect(await at(number)).toMatchObject({ outcome: "issued" });
      hold(number + 1, { datepaid: "2026-10-20 10:00:00" });
      await poll("2026-11-11T04:00:00+07:00");
      expect(await at(number + 1)).toMatchObject({ outcome: "skipped", reasons: ["before_start"] });
      expect(await wake("invoice.paid", number + 1)).toBe("accepted");
      await runToEnd(world);
      expect(await at(number + 1)).toMatchObject({ outcome: "issued" });
    });

    test("is skipped when a message of another kind names it, and a person may issue it then", async () => {
      hold(number, { datepaid: "2026-10-20 10:00:00" });
      await wake("invoice.refunded", number);
      world.clock.pass(60);
      await runToEnd(world);
      expect(await at(number)).toMatchObject({ outcome: "skipped", reasons: ["before_start"] });
      await world.app.api.corrections.issueAnew(await invoiceId(world, String(number), SLUG), [], DESK);
      await runToEnd(world);
      expect(await at(number)).toMatchObject({ outcome: "issued" });
    });

    test("is issued from the day the option names", async () => {
      const set = (options: Record<string, unknown>) =>
        world.app.db
          .knex("portals")
          .where({ slug: SLUG })
          .update({ options: JSON.stringify(options) });
      hold(number, { datepaid: "2026-10-25 10:00:00" });
      await poll("2026-11-09T04:00:00+07:00");
      expect(await at(number)).toMatchObject({ outcome: "skipped", reasons: ["before_start"] });
      await set({ dateFormat: "DD/MM/YYYY", issueFrom: "2026-10-25" });
      await poll("2026-11-10T04:00:00+07:00");
      expect(await at(number)).toMatchObject({ outcome: "issued" });
      // A day that was chosen holds for what the portal tells, too.
      await pay(number + 1, { datepaid: "2026-10-24 10:00:00" });
      expect(await at(number + 1)).toMatchObject({ outcome: "skipped", reasons: ["before_start"] });
      await set({ dateFormat: "DD/MM/YYYY" });
    });
  });

  test("T3: with taxed top-ups the top-up has the faktur and what it pays for has none", async () => {
    const row = world.app.db.knex("portals").where({ slug: SLUG });
    await row.clone().update({ options: JSON.stringify({ addFunds: "tax-topup" }) });
    const item = whmcsItem({ type: "AddFunds", relid: 77, description: "Isi saldo" });
    await pay(number, { items: [item] });
    await pay(number + 1, { credit: "1110000.00", datepaid: "2026-11-03 12:00:00" });
    await pay(number + 2, { credit: "110000.00", datepaid: "2026-11-03 15:00:00" });
    // Credit of a mass payment is its own money, none of a top-up.
    hold(number + 3, { credit: "1110000.00", datepaid: "2026-11-03 18:00:00" });
    const inside = whmcsItem({ type: "Invoice", relid: number + 3, amount: "1110000.00", taxed: 0 });
    await pay(number + 4, {
      subtotal: "1110000.00",
      tax: "0.00",
      datepaid: "2026-11-03 18:00:00",
      items: [inside],
    });
    expect(await at(number)).toMatchObject({ outcome: "issued" });
    expect(await at(number + 1)).toMatchObject({ outcome: "skipped", reasons: ["paid_from_taxed_balance"] });
    expect(await at(number + 2)).toMatchObject({ outcome: "held", reasons: ["portal_invoice_unreadable"] });
    expect(await at(number + 3)).toMatchObject({ outcome: "issued" });
    await row.clone().update({ options: JSON.stringify({ dateFormat: "DD/MM/YYYY" }) });
  });

  test("its connection shows when it was last asked", async () => {
    await poll("2026-11-12T10:05:00+07:00");
    const { lastPoll } = await portalView(world.app.api, SLUG);
    expect(lastPoll?.slice(0, 16)).toBe("2026-11-12T10:05");
  });

  async function poll(now: string): Promise<void> {
    world.clock.set(now);
    await world.app.schedulePolls();
    await runToEnd(world);
  }

  const accountRow = async (
    external_id: string,
  ): Promise<{ id: string; name: string; email: string | null }> =>
    world.app.db.knex("accounts").where({ portal: SLUG, external_id }).first() as Promise<{
      id: string;
      name: string;
      email: string | null;
    }>;

  const differencesOf = async (id: number): Promise<(string | null)[]> =>
    (await listAudit(world.app.db.knex, 0, 1000, `invoice:${SLUG}/${id}`))
      .filter((entry) => entry.action === "invoice.differs_from_record")
      .map((entry) => entry.detail);
});
