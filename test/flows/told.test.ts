/**
 * What a portal says of an invoice more than once, or in another order than it happened, on the whole program over both
 * engines: a bill that differs from its payment, edits after the issue, paid - unpaid - paid, and words that come before
 * the invoice. No faktur is ever changed or made twice; cases open and close, and everything shows in the outcome.
 */
import { dayInJakarta, isoInJakarta } from "../../src/clock";
import { invoiceView } from "../../src/api/invoice-view";
import { invoiceStanding } from "../../src/api/standings";
import { enterNpwp, switchTab } from "../../src/accounts/tab";
import { headOffice, parseNpwp } from "../../src/accounts/npwp";
import { kursWeek } from "../../src/faktur/kurs";
import { readFaktur } from "../../src/faktur/stored";
import { casesOf, type CaseRow } from "../../src/store/cases";
import { findInvoice } from "../../src/store/invoices";
import { describeEngines } from "../support/databases";
import {
  addCompany,
  addSeller,
  atAuthority,
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

type Json = Record<string, unknown>;

const half = {
  subtotal: "500000.00",
  tax: "55000.00",
  total: "555000.00",
  lines: [line({ amount: "500000.00" })],
};

describeEngines("an invoice that is told again", (engine) => {
  let world: World;
  let count = 0;
  let id = "";
  beforeAll(async () => {
    world = await startWorld(engine);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    id = `t${(count += 1)}`;
  });

  const cases = async (): Promise<CaseRow[]> => casesOf(world.app.db.knex, await invoiceId(world, id));
  const told = async (body: Json) => {
    const answer = await tell(world, body);
    await runToEnd(world);
    return answer.body;
  };
  const at = (body: Json, timestamp: string): Json => ({ ...body, timestamp });
  const onlyOne = () => expect(atAuthority(world, `INV-${id}`)).toHaveLength(1);
  const view = async () => {
    const row = await findInvoice(world.app.db.knex, "toko", id);
    if (row === undefined) throw new Error("not recorded");
    const standing = await invoiceStanding(world.app.db, row);
    return invoiceView({ row, standing }, undefined, "en", dayInJakarta(world.clock.now()));
  };

  test("with other amounts after the issue: the faktur stands, a case opens once, and it shows", async () => {
    await told(paid(id));
    const before = await seen(world, id);
    for (let time = 0; time < 2; time += 1) {
      expect(await told(paid(id, half))).toEqual({ status: "duplicate" });
    }
    const after = await seen(world, id);
    expect(after.fakturs[0]?.document).toBe(before.fakturs[0]?.document);
    expect(after).toMatchObject({ outcome: "issued", reasons: ["differs_from_portal"] });
    expect(await cases()).toMatchObject([
      { kind: "wrong_amount", state: "open", faktur_id: after.fakturs[0]?.id },
    ]);
    expect((await view()).cases).toMatchObject([{ kind: "wrong_amount", state: "open" }]);
    onlyOne();
  });

  test("as it was recorded once more: the case is closed and nothing is left", async () => {
    await told(paid(id));
    await told(paid(id, half));
    await told(paid(id));
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    expect(await cases()).toMatchObject([{ state: "closed", closed_because: "told_otherwise" }]);
    onlyOne();
  });

  test("under another account: a case for the wrong buyer, and issued anew it is the right one", async () => {
    await addCompany(world, "88", { npwp: "0089012345678000", email: "delapan@contoh.example" });
    await told(paid(id));
    await told(paid(id, {}, { id: "88" }));
    const [one] = await cases();
    expect(one).toMatchObject({ kind: "wrong_buyer", state: "open" });
    await world.app.api.cases.decide(
      one?.id ?? "",
      { decision: "cancel_and_new", reason: "dipindah di portal", changes: [] },
      DESK,
    );
    await runToEnd(world);
    await world.app.api.corrections.issueAnew(await invoiceId(world, id), [], DESK);
    await runToEnd(world);
    const { fakturs, outcome, reasons } = await seen(world, id);
    expect(fakturs.map((row) => [row.state, row.buyer_npwp])).toEqual([
      ["cancelled", BUYER.npwp],
      ["approved", "0089012345678000"],
    ]);
    expect([outcome, reasons]).toEqual(["issued", []]);
  });

  test("under another account of the same taxpayer, as after a merge: no case, and for other amounts one about those", async () => {
    await addCompany(world, "87");
    await told(paid(id));
    await told(paid(id, {}, { id: "87" }));
    expect(await cases()).toEqual([]);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: ["differs_from_portal"] });
    await told(paid(id, half, { id: "87" }));
    expect(await cases()).toMatchObject([{ kind: "wrong_amount", state: "open" }]);
    onlyOne();
  });

  test("corrected before it was decided: the faktur is made of what was said last", async () => {
    await addCompany(world, "89", { npwp: "0090123456789000" });
    await tell(world, paid(id));
    expect((await tell(world, paid(id, half, { id: "89" }))).body).toEqual({ status: "duplicate" });
    await runToEnd(world);
    const { fakturs, outcome, reasons } = await seen(world, id);
    expect([outcome, reasons]).toEqual(["issued", []]);
    expect(fakturs.map(({ buyer_npwp, dpp }) => [buyer_npwp, Number(dpp)])).toEqual([
      ["0090123456789000", 500_000],
    ]);
    onlyOne();
  });

  test("corrected before it was decided, the tab changed meanwhile: the company is that of the payment", async () => {
    const [npwp, address] = ["0091234567890000", "JL. PINDAH NO. 9"];
    await addCompany(world, "91", { npwp });
    await tell(world, paid(id, {}, { id: "91" }));
    await enterCompany(world, "91", { npwp, address });
    await tell(world, paid(id, half, { id: "91" }));
    await runToEnd(world);
    const [made] = (await seen(world, id)).fakturs;
    expect(readFaktur(made?.document ?? "")).toMatchObject({
      buyer: { address: "JL. CONTOH NO. 2, JAKARTA" },
      totals: { dpp: 50_000_000n },
    });
  });

  test("less by 2 % of the price while its faktur is on its way: one case, and it is approved all the same", async () => {
    await tell(world, paid(id));
    await world.app.worker.drain();
    expect((await seen(world, id)).fakturs).toMatchObject([{ state: "pending" }]);
    await told(paid(id, { total: "1090000.00" }));
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: ["differs_from_portal"] });
    expect(await cases()).toMatchObject([{ kind: "wrong_amount", state: "open" }]);
    onlyOne();
  });

  test("with other amounts while it waits for its rate: its faktur is not sent before a person has looked", async () => {
    const dollars = (amount: string, tax: string) => {
      const lines = [line({ amount })];
      const total = (Number(amount) + Number(tax)).toFixed(2);
      return { currency: "USD", subtotal: amount, tax, total, lines };
    };
    await told(paid(id, dollars("100.00", "11.00")));
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["foreign_currency"] });
    await told(paid(id, dollars("50.00", "5.50")));
    const week = kursWeek(dayInJakarta(world.clock.now()));
    const kurs = { currency: "USD", rate: 1_600_000n, per: 1n, kmk: "1/MK/2026", ...week };
    await world.app.api.enterKurs([kurs], DESK);
    await world.app.worker.drain();
    const { outcome, reasons, fakturs } = await seen(world, id);
    expect([outcome, reasons]).toEqual(["held", ["case_undecided", "differs_from_portal"]]);
    const [one] = await cases();
    expect(one).toMatchObject({ kind: "wrong_amount", faktur_id: fakturs[0]?.id });
    const decided = { decision: "cancel_and_new", reason: "dikoreksi di portal", changes: [] } as const;
    await world.app.api.cases.decide(one?.id ?? "", decided, DESK);
    await runToEnd(world);
    expect(atAuthority(world, `INV-${id}`)).toEqual([]);
    await world.app.api.corrections.issueAnew(await invoiceId(world, id), [], DESK);
    await runToEnd(world);
    const after = await seen(world, id);
    expect(after.fakturs.map(({ state, dpp }) => [state, Number(dpp)])).toEqual([
      ["cancelled", 1_600_000],
      ["approved", 800_000],
    ]);
  });

  test("less by 2 % of the price: income tax is proposed, never a return; paid from a balance: no case", async () => {
    await told(paid(id));
    await told(paid(id, { total: "1090000.00" }));
    expect(await cases()).toMatchObject([
      { kind: "wrong_amount", detail: expect.stringContaining("20000.00") },
    ]);
    await told(paid(id, { total: "610000.00" }));
    expect((await cases()).filter((row) => row.state === "open")).toEqual([]);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: ["differs_from_portal"] });
  });

  test("with other amounts that a person let stand: a new name of the account asks nobody again", async () => {
    await told(paid(id));
    await told(paid(id, half));
    const [one] = await cases();
    const decided = { decision: "none", reason: "benar begitu", changes: [] } as const;
    await world.app.api.cases.decide(one?.id ?? "", decided, DESK);
    await told(paid(id, half, { name: "PT Berganti Nama", email: "baru@contoh.example" }));
    expect((await cases()).map(({ state }) => state)).toEqual(["closed"]);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued" });
  });

  test("with a new name of the account alone: nothing shows", async () => {
    await told(paid(id));
    await told(paid(id, {}, { name: "PT Berganti Nama", email: "baru@contoh.example" }));
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    expect(await cases()).toEqual([]);
  });

  test("while it is held: the record stays until a person issues it anew, and then the latest telling counts", async () => {
    await told(paid(id, { subtotal: "1.00" }));
    expect((await seen(world, id)).outcome).toBe("held");
    await told(paid(id));
    expect((await seen(world, id)).reasons).toContain("differs_from_portal");
    await world.app.api.corrections.issueAnew(await invoiceId(world, id), [], DESK);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    onlyOne();
  });

  test("otherwise while it is held, then unpaid and paid as at first: what was told in between is forgotten", async () => {
    const wrong = { subtotal: "1.00" };
    await told(paid(id, wrong));
    await told(paid(id, half));
    await told(event("invoice.unpaid", { invoiceId: id }));
    await told(paid(id, wrong));
    expect(await seen(world, id)).toMatchObject({ outcome: "held" });
    await world.app.api.corrections.issueAnew(await invoiceId(world, id), [], DESK);
    await runToEnd(world);
    expect(await seen(world, id)).toMatchObject({ outcome: "held", fakturs: [] });
  });

  test("paid, unpaid, paid, unpaid, paid after the issue: one faktur, every case closed", async () => {
    await told(at(paid(id), "2026-11-03T09:10:00+07:00"));
    for (const hour of ["10", "12"]) {
      await told(at(event("invoice.unpaid", { invoiceId: id }), `2026-11-03T${hour}:00:00+07:00`));
      const again = paid(id, { paidAt: "2026-11-05T09:00:00+07:00" });
      await told(at(again, `2026-11-03T${Number(hour) + 1}:00:00+07:00`));
    }
    expect((await cases()).map((row) => [row.kind, row.closed_because])).toEqual([
      ["unpaid_again", "paid_again"],
      ["unpaid_again", "paid_again"],
    ]);
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    onlyOne();
  });

  test("what a person has decided of a case is not undone by a payment", async () => {
    await told(paid(id));
    await told(event("invoice.cancelled", { invoiceId: id }));
    const [one] = await cases();
    const decided = { decision: "nota_pembatalan_by_buyer" as const, reason: "batal", changes: [] };
    await world.app.api.cases.decide(one?.id ?? "", decided, DESK);
    await told(paid(id));
    expect(await cases()).toMatchObject([{ state: "waiting_buyer", closed_because: null }]);
  });

  test("unpaid before anything left, paid again on another day: the new payment is the invoice", async () => {
    await addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) });
    await told(paid(id, { paidAt: "2026-11-02T09:00:00+07:00" }));
    await told(event("invoice.unpaid", { invoiceId: id }));
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["unpaid_again"] });
    await addSeller(world, "utama");
    await told(paid(id, half));
    const { fakturs } = await seen(world, id);
    expect(fakturs.map((row) => [row.state, row.date, String(row.dpp)])).toEqual([
      ["cancelled", "2026-11-02", "1000000"],
      ["approved", "2026-11-03", "500000"],
    ]);
  });

  test("skipped for want of a company, then unpaid, and paid anew with one: the new payment has its faktur", async () => {
    const owner = { id: `k${count}` };
    await told(paid(id, {}, owner));
    expect(await seen(world, id)).toMatchObject({ outcome: "skipped", reasons: ["no_company"] });
    await told(event("invoice.unpaid", { invoiceId: id }));
    await addCompany(world, owner.id, { npwp: "0092345678901000" });
    // Told as at first it is the same payment, and stays without.
    await told(paid(id, {}, owner));
    expect(await seen(world, id)).toMatchObject({ outcome: "skipped", reasons: ["no_company"] });
    await told(event("invoice.unpaid", { invoiceId: id }));
    const paidAt = isoInJakarta(world.clock.now());
    await told(paid(id, { paidAt }, owner));
    expect(await seen(world, id)).toMatchObject({
      ...{ outcome: "issued", reasons: [] },
      fakturs: [{ buyer_npwp: "0092345678901000", date: paidAt.slice(0, 10) }],
    });
  });

  test.each(["unpaid", "cancelled"])(
    "%s before the invoice is known, and later than its payment: held",
    async (state) => {
      const said = at(event(`invoice.${state}`, { invoiceId: id }), "2026-11-03T09:30:00+07:00");
      expect(await told(said)).toEqual({ status: "accepted" });
      await told(at(paid(id), "2026-11-03T09:10:00+07:00"));
      const reason = state === "unpaid" ? "unpaid_again" : "cancelled_in_portal";
      expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: [reason], fakturs: [] });
      await told(at(paid(id), "2026-11-03T10:00:00+07:00"));
      expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    },
  );

  test("unpaid before the invoice is known, but said before its payment: issued", async () => {
    await told(at(event("invoice.unpaid", { invoiceId: id }), "2026-11-03T08:00:00+07:00"));
    await told(at(paid(id), "2026-11-03T09:10:00+07:00"));
    expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
  });

  test("of two early words the one said last counts, whichever comes first", async () => {
    await told(at(event("invoice.unpaid", { invoiceId: id }), "2026-11-03T11:00:00+07:00"));
    await told(at(event("invoice.cancelled", { invoiceId: id }), "2026-11-03T10:00:00+07:00"));
    await told(at(paid(id), "2026-11-03T09:10:00+07:00"));
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["unpaid_again"] });
  });

  test("unpaid that comes after the payment it was said before changes nothing, and neither does an old payment", async () => {
    await told(at(paid(id), "2026-11-03T09:10:00+07:00"));
    const late = at(event("invoice.unpaid", { invoiceId: id }), "2026-11-03T09:00:00+07:00");
    expect(await told(late)).toEqual({ status: "ignored", reason: "outdated" });
    expect(await cases()).toEqual([]);
    await told(at(event("invoice.unpaid", { invoiceId: id }), "2026-11-03T12:00:00+07:00"));
    await told(at(paid(id), "2026-11-03T11:00:00+07:00"));
    expect(await cases()).toMatchObject([{ kind: "unpaid_again", state: "open" }]);
    onlyOne();
  });

  test("a refund before the invoice is known holds it, and one that failed after all opens and closes nothing", async () => {
    const refund = { invoiceId: id, refundedAt: "2026-11-03T10:00:00+07:00" };
    await told(event("invoice.refunded", refund));
    await told(paid(id));
    expect(await seen(world, id)).toMatchObject({ outcome: "held", reasons: ["refunded_before_issue"] });
  });

  describe("recorded with its bill", () => {
    const npwp = parseNpwp("0090123456789000");
    const created = (more: Json = {}) => {
      const { data } = paid(id, more, { id: "02" }) as { data: { account: Json; invoice: Json } };
      const { paidAt, ...invoice } = data.invoice;
      return event("invoice.created", { account: data.account, invoice: { ...invoice, createdAt: paidAt } });
    };
    beforeAll(async () => {
      await addCompany(world, "02", { status: "requested", npwp });
      await enterNpwp(
        world.app,
        "toko",
        "02",
        {
          ...{
            npwp,
            nitku: headOffice(npwp),
            name: "DINAS CONTOH",
            address: "JL. DINAS 1",
            email: "d@contoh.example",
          },
          ...{ transactionCode: "03", evidence: "PMK 8/2021", issueOn: "bill" },
        },
        "support",
      );
      await switchTab(world.app, "toko", "02", "activate", null, "finance");
    });

    test.each<[string, string, Json]>([
      [
        "cancelled",
        "held, no draft is made",
        { outcome: "held", reasons: ["cancelled_in_portal"], fakturs: [] },
      ],
      ["unpaid", "as every bill is", { outcome: "issued", reasons: [] }],
    ])("after it was said to be %s: %s", async (word, _what, becomes) => {
      const said = at(event(`invoice.${word}`, { invoiceId: id }), "2026-11-03T09:20:00+07:00");
      expect(await told(said)).toEqual({ status: "accepted" });
      expect(await told(created())).toEqual({ status: "accepted" });
      expect(await seen(world, id)).toMatchObject(becomes);
    });

    test("and paid as billed on a later day: nothing opens", async () => {
      expect(await told(created())).toEqual({ status: "accepted" });
      await told(paid(id, { paidAt: "2026-11-20T09:00:00+07:00" }, { id: "02" }));
      expect(await cases()).toEqual([]);
      expect(await seen(world, id)).toMatchObject({ outcome: "issued", reasons: [] });
    });

    test.each<[string, Json, Json]>([
      ["wrong_amount", half, { id: "02" }],
      ["wrong_buyer", {}, { id: "77" }],
    ])("and paid otherwise: %s opens, the faktur of the bill stands", async (kind, invoice, account) => {
      await told(created());
      await told(paid(id, invoice, account));
      expect(await cases()).toMatchObject([{ kind, state: "open" }]);
      const { fakturs, reasons } = await seen(world, id);
      expect([fakturs.map((row) => [row.state, String(row.dpp)]), reasons]).toEqual([
        [["approved", "1000000"]],
        ["differs_from_portal"],
      ]);
      onlyOne();
    });

    const summary = async () => {
      const { outcome, reasons, fakturs } = await seen(world, id);
      const made = fakturs.map((row) => [row.state, row.buyer_npwp, row.date]);
      return { outcome, reasons, made, dpp: fakturs.map((row) => Number(row.dpp)) };
    };

    test.each<[string, () => Json]>([
      ["by its bill", () => created(half)],
      ["by its payment", () => paid(id, { ...half, paidAt: "2026-11-20T09:00:00+07:00" }, { id: "02" })],
    ])(
      "and corrected %s before it was decided: its faktur is what was told last",
      async (_by, correction) => {
        await tell(world, created());
        expect((await tell(world, correction())).body).toEqual({ status: "duplicate" });
        await runToEnd(world);
        expect(await summary()).toEqual({
          ...{ outcome: "issued", reasons: [] },
          ...{ made: [["approved", npwp, "2026-11-03"]], dpp: [500_000] },
        });
      },
    );

    test("and corrected before it was decided, in another order than it was said: the last word counts", async () => {
      await tell(world, at(created(half), "2026-11-03T10:00:00+07:00"));
      await tell(world, at(created(), "2026-11-03T09:10:00+07:00"));
      await tell(world, at(paid(id, half, { id: "02" }), "2026-11-03T09:30:00+07:00"));
      await runToEnd(world);
      expect(await summary()).toMatchObject({ outcome: "issued", dpp: [500_000] });
      expect(await findInvoice(world.app.db.knex, "toko", id)).toMatchObject({ portal_state: "paid" });
    });

    test("and paid without the PPN before it was decided: the supply is that of the bill", async () => {
      await tell(world, created());
      await told(paid(id, { total: "1000000.00" }, { id: "02" }));
      expect(await summary()).toMatchObject({ outcome: "issued", dpp: [1_000_000] });
    });

    test("and paid without the PPN and 2 % before it was decided: the bukti potong is due all the same", async () => {
      await tell(world, created());
      await told(paid(id, { total: "980000.00" }, { id: "02" }));
      expect(await summary()).toMatchObject({
        ...{ outcome: "issued", reasons: ["differs_from_portal"], dpp: [1_000_000] },
        made: [["approved", npwp, "2026-11-03"]],
      });
      expect(await cases()).toMatchObject([
        { kind: "wrong_amount", state: "open", detail: expect.stringContaining("130000.00") },
      ]);
      await told(paid(id, { total: "980000.00" }, { id: "02" }));
      expect(await cases()).toHaveLength(1);
      onlyOne();
    });

    test("and paid so while it was held: issued by a person it is that of the bill, and the bukti potong is due", async () => {
      await tell(world, created());
      await world.app.db.knex("jobs").delete();
      await world.app.db
        .knex("invoices")
        .where({ external_id: id })
        .update({ decision: "held", reason: "buyer_invalid", reasons: '[{"code":"buyer_invalid"}]' });
      await told(paid(id, { total: "980000.00" }, { id: "02" }));
      await world.app.api.corrections.issueAnew(await invoiceId(world, id), [], DESK);
      await runToEnd(world);
      expect(await summary()).toMatchObject({
        ...{ outcome: "issued", reasons: ["differs_from_portal"], dpp: [1_000_000] },
        made: [["approved", npwp, "2026-11-03"]],
      });
      expect(await cases()).toMatchObject([
        { kind: "wrong_amount", state: "open", detail: expect.stringContaining("130000.00") },
      ]);
    });

    test("and moved to a buyer who pays first, before it was decided: its payment makes the faktur", async () => {
      await tell(world, created());
      const { data } = created() as { data: { account: Json; invoice: Json } };
      const moved = { ...data, account: { ...data.account, id: "77" } };
      await told(event("invoice.created", moved));
      expect(await summary()).toEqual({ outcome: "held", reasons: ["unpaid_again"], made: [], dpp: [] });
      world.clock.set("2026-11-04T09:00:00+07:00");
      await told(paid(id, { paidAt: "2026-11-04T08:00:00+07:00" }));
      expect(await summary()).toEqual({
        ...{ outcome: "issued", reasons: [] },
        ...{ made: [["approved", BUYER.npwp, "2026-11-04"]], dpp: [1_000_000] },
      });
      world.clock.set("2026-11-03T09:10:05+07:00");
    });

    test("and corrected by its bill after the issue: a case opens once, and closes when it is as before", async () => {
      await told(created());
      for (let time = 0; time < 2; time += 1) await told(created(half));
      expect(await cases()).toMatchObject([{ kind: "wrong_amount", state: "open" }]);
      expect(await summary()).toMatchObject({ reasons: ["differs_from_portal"], dpp: [1_000_000] });
      await told(created());
      expect(await cases()).toMatchObject([{ state: "closed", closed_because: "told_otherwise" }]);
      onlyOne();
    });

    test("and billed once more after its payment: what was paid is not forgotten", async () => {
      await told(created());
      await told(paid(id, { total: "980000.00" }, { id: "02" }));
      await told(created());
      expect(await cases()).toMatchObject([{ kind: "wrong_amount", state: "open" }]);
    });

    test("and paid without the PPN and 2 %: nothing but the bukti potong is due", async () => {
      await told(created());
      await told(paid(id, { total: "980000.00" }, { id: "02" }));
      expect(await cases()).toMatchObject([
        { kind: "wrong_amount", detail: expect.stringContaining("130000.00") },
      ]);
    });
  });
});
