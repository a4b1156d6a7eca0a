// Proves that what a portal or finance has taken back does not go out by itself: not when a paused channel goes on, not
// after a doubt has cleared, not under an acceptance that was given for something else, and not by another payment.
import type { ReasonCode } from "../../src/faktur/reasons";
import { recordRefund } from "../../src/hooks/cases";
import type { Rule } from "../../src/simulator/control";
import { casesOf, type CaseRow } from "../../src/store/cases";
import { placesAfter } from "../../src/store/invoice-list";
import type { RefundRow } from "../../src/store/events";
import { findInvoice } from "../../src/store/invoices";
import { describeEngines } from "../support/databases";
import {
  addSeller,
  atAuthority,
  DESK,
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

type Json = Record<string, unknown>;

const BLOCKED = "Akses pembuatan faktur pajak Anda dinonaktifkan (PER-19/PJ/2025)";

describeEngines("taken back", (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine);
  });
  afterEach(() => world.close());

  const rule = (one: Partial<Rule>): void => world.authority.authority.control.add([one as Rule]);
  const cases = async (): Promise<CaseRow[]> => casesOf(world.app.db.knex, await invoiceId(world, "1"));
  const only = async (): Promise<CaseRow> => (await cases())[0] as CaseRow;
  /** What falls due within so many minutes: a paused channel is tried every hour for ever. */
  const minutes = async (count: number): Promise<void> => {
    for (let step = 0; step < count * 6; step += 1) {
      await world.app.worker.drain();
      world.clock.pass(10);
    }
  };
  const resume = async (): Promise<void> => {
    await world.app.api.resumeChannel("utama", DESK, "klarifikasi diterima");
    await minutes(3);
  };
  const decide = (id: string, decision: "none" | "cancel") =>
    world.app.api.cases.decide(id, { decision, reason: "uji", changes: [] }, DESK);
  const refund = (more: Json = {}) =>
    tell(
      world,
      event("invoice.refunded", { invoiceId: "1", refundedAt: "2026-11-03T10:00:00+07:00", ...more }),
    );

  describe("while the channel is paused", () => {
    test.each([
      ["a refund", refund, "refunded_before_issue"],
      ["unpaid again", () => tell(world, event("invoice.unpaid", { invoiceId: "1" })), "unpaid_again"],
      [
        "a move of its service",
        () => tell(world, event("service.moved", { serviceId: "S12", fromAccount: "77", toAccount: "78" })),
        "service_moved",
      ],
    ])("%s: what was refused at its creation is decided anew, and held", async (_what, happens, code) => {
      rule({ operation: "create", fault: "reject", message: BLOCKED });
      await tell(world, paid("1"));
      await minutes(2);
      expect((await seen(world, "1")).fakturs).toMatchObject([{ state: "rejected", external_id: null }]);
      await happens();
      await minutes(2);
      await resume();
      expect(await seen(world, "1")).toMatchObject({
        ...{ outcome: "held", reasons: [code] },
        fakturs: [{ state: "cancelled" }],
      });
      expect([await cases(), atAuthority(world, "INV-1"), await mailsAbout(world, "INV-1")]).toEqual([
        [],
        [],
        [],
      ]);
    });

    test("a refund after the upload was refused: it waits for its case, and goes when a person sends it", async () => {
      rule({ operation: "upload", fault: "reject", message: BLOCKED });
      await tell(world, paid("1"));
      await minutes(2);
      await refund();
      await minutes(2);
      expect(await seen(world, "1")).toMatchObject({ reasons: ["channel_access_blocked"] });
      await resume();
      expect(await seen(world, "1")).toMatchObject({
        ...{ outcome: "held", reasons: ["rejected_by_djp"] },
        fakturs: [{ state: "rejected" }],
      });
      expect(await mailsAbout(world, "INV-1")).toEqual([]);
      await decide((await only()).id, "none");
      await world.app.api.corrections.retry((await seen(world, "1")).fakturs[0]?.id ?? "", DESK);
      await minutes(3);
      expect(await seen(world, "1")).toMatchObject({ outcome: "issued", fakturs: [{ state: "approved" }] });
    });

    test("an unfinished case keeps a faktur from being the one that is tried, and a trial taken back is followed by another", async () => {
      rule({ operation: "upload", fault: "reject", message: BLOCKED });
      await tell(world, paid("1"));
      await minutes(2);
      await refund();
      await tell(world, paid("2"));
      await minutes(2);
      world.clock.pass(3600);
      await world.app.scheduleUpkeep();
      rule({ operation: "create", fault: "reject", message: BLOCKED });
      await minutes(2);
      expect((await seen(world, "1")).fakturs).toMatchObject([{ state: "rejected" }]);
      expect((await seen(world, "2")).fakturs).toMatchObject([{ state: "rejected", external_id: null }]);
      await tell(world, event("invoice.unpaid", { invoiceId: "2" }));
      await tell(world, paid("3"));
      await minutes(2);
      world.clock.pass(3600);
      await minutes(2);
      expect((await seen(world, "2")).fakturs).toMatchObject([{ state: "cancelled" }]);
      expect(await seen(world, "3")).toMatchObject({ outcome: "issued" });
      expect((await seen(world, "1")).fakturs).toMatchObject([{ state: "rejected" }]);
    });
  });

  describe("a doubt that clears while its case is open", () => {
    beforeEach(async () => {
      rule({ operation: "create", fault: "drop-before" });
      rule({ operation: "list", fault: "error-before" });
      await tell(world, paid("1"));
      await world.app.worker.drain();
      expect((await seen(world, "1")).fakturs).toMatchObject([{ state: "unknown" }]);
      await refund();
      await minutes(3);
    });

    test("nothing is sent, and a cancellation drops it", async () => {
      expect((await seen(world, "1")).fakturs).toMatchObject([{ state: "ready", external_id: null }]);
      await decide((await only()).id, "cancel");
      await runToEnd(world);
      expect((await seen(world, "1")).fakturs).toMatchObject([{ state: "cancelled" }]);
      expect([await only(), atAuthority(world, "INV-1")]).toMatchObject([{ state: "closed" }, []]);
    });

    test("its invoice is held for the decision, and a faktur that stands is on its way a minute after it", async () => {
      expect(await seen(world, "1")).toMatchObject({ outcome: "held", reasons: ["case_undecided"] });
      const listed = { decisions: new Set(["issuing"] as const), today: "2026-11-03", newestFirst: false };
      const stopped = { ...listed, pace: "stopped" as const };
      expect(await placesAfter(world.app.db.knex, stopped, null, 10)).toHaveLength(1);
      await decide((await only()).id, "none");
      await minutes(2);
      expect(await seen(world, "1")).toMatchObject({ outcome: "issued" });
    });

    test("it is sent by itself once finance has decided that it stands", async () => {
      expect(atAuthority(world, "INV-1")).toEqual([]);
      await decide((await only()).id, "none");
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject({ outcome: "issued" });
    });
  });

  describe("what finance has accepted", () => {
    const accept = async (code: ReasonCode): Promise<void> => {
      await world.app.api.corrections.issueAnew(await invoiceId(world, "1"), [code], DESK);
      await runToEnd(world);
    };
    const draft = { outcome: "waiting", reasons: ["upload_off"] };
    const held = (...reasons: ReasonCode[]) => ({ outcome: "held", reasons });
    beforeEach(() => addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) }));

    test("a refund on top of the accepted one holds the draft again, until that is accepted too", async () => {
      await refund({ amount: "50000.00" });
      await tell(world, paid("1"));
      await runToEnd(world);
      await accept("refunded_before_issue");
      expect(await seen(world, "1")).toMatchObject({ ...draft, fakturs: [{ state: "draft" }] });
      await refund();
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject({
        ...held("refunded_before_issue"),
        fakturs: [{ state: "cancelled" }],
      });
      const ended = await world.app.db.knex("audit").where({ action: "invoice.acceptance_ended" });
      expect(ended).toMatchObject([{ actor: "portal:toko", detail: "refunded_before_issue" }]);
      await accept("refunded_before_issue");
      expect(await seen(world, "1")).toMatchObject(draft);
    });

    test("the same refund told once more opens nothing; one of another amount, or that stands after all, does", async () => {
      const told = (more: Partial<RefundRow> = {}): Promise<void> =>
        world.app.db.transaction((tx) =>
          recordRefund(tx, world.app.api, {
            ...{ portal: "toko", external_id: "re_1", invoice_external_id: "1", amount: "50000.00" },
            ...{ state: "pending", refunded_at: "2026-11-03T03:00:00.000Z", reason: null, ...more },
          }),
        );
      await tell(world, paid("1"));
      await told();
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject(held("refunded_in_part", "refunded_before_issue"));
      await accept("refunded_before_issue");
      for (const state of ["pending", "done", "done"] as const) await told({ state, reason: "lagi" });
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject({ ...draft, fakturs: [{ state: "draft" }] });
      await told({ state: "done", amount: "60000.00" });
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject(held("refunded_in_part", "refunded_before_issue"));
      await accept("refunded_before_issue");
      await told({ state: "failed", amount: "60000.00" });
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject(draft);
      await told({ state: "done", amount: "60000.00" });
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject(held("refunded_in_part", "refunded_before_issue"));
    });

    test("another move of its services holds it again; the same one told once more does not", async () => {
      const move = (serviceId: string, toAccount: string) =>
        tell(world, event("service.moved", { serviceId, fromAccount: "77", toAccount }));
      await move("S12", "78");
      const lines = [line({ amount: "500000.00" }), line({ id: "2", serviceId: "S13", amount: "500000.00" })];
      await tell(world, paid("1", { lines }));
      await runToEnd(world);
      await accept("service_moved");
      await move("S12", "78");
      await move("S99", "78");
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject(draft);
      await move("S13", "78");
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject(held("service_moved"));
    });
  });

  describe("a faktur that finance has cancelled", () => {
    const unpaidAndPaid = async (): Promise<void> => {
      await tell(world, event("invoice.unpaid", { invoiceId: "1" }));
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject({ outcome: "held", reasons: ["faktur_cancelled"] });
      await tell(world, paid("1"));
      await runToEnd(world);
    };
    const cancelled = async (): Promise<void> => {
      await tell(world, paid("1"));
      await runToEnd(world);
      const [faktur] = (await seen(world, "1")).fakturs;
      await world.app.api.corrections.cancel(faktur?.id ?? "", "seharusnya tidak dibuat (dobel)", DESK);
      await runToEnd(world);
    };
    const given = { outcome: "held", reasons: ["faktur_cancelled"] };

    test.each([
      ["approved", true],
      ["a draft", false],
    ])("%s: another payment does not make it anew, a person does", async (_what, auto) => {
      await addSeller(world, "utama", { upload: JSON.stringify({ auto }) });
      await cancelled();
      for (let round = 0; round < 2; round += 1) {
        await unpaidAndPaid();
        expect(await seen(world, "1")).toMatchObject({ ...given, fakturs: [{ state: "cancelled" }] });
        const row = await findInvoice(world.app.db.knex, "toko", "1");
        expect(row).toMatchObject({ decision: "held", reason: "faktur_cancelled", portal_state: "paid" });
      }
      await addSeller(world, "utama");
      await world.app.api.corrections.issueAnew(await invoiceId(world, "1"), [], DESK);
      await runToEnd(world);
      expect(await seen(world, "1")).toMatchObject({
        ...{ outcome: "issued", reasons: [] },
        fakturs: [{ state: "cancelled" }, { state: "approved" }],
      });
    });

    test("neither does a refund, nor one that fails after all", async () => {
      await cancelled();
      const row = {
        portal: "toko",
        external_id: "re_1",
        invoice_external_id: "1",
        amount: null,
        reason: null,
      };
      for (const state of ["done", "failed"] as const) {
        await world.app.db.transaction((tx) =>
          recordRefund(tx, world.app.api, { ...row, state, refunded_at: "2026-11-03T03:00:00.000Z" }),
        );
        await runToEnd(world);
        expect(await seen(world, "1")).toMatchObject({ ...given, fakturs: [{ state: "cancelled" }] });
      }
    });

    test("a draft that was dropped because it was unpaid comes again, also when both are told at once", async () => {
      await addSeller(world, "utama", { upload: JSON.stringify({ auto: false }) });
      await tell(world, paid("1"));
      await runToEnd(world);
      await tell(world, event("invoice.unpaid", { invoiceId: "1" }));
      await tell(world, paid("1"));
      await runToEnd(world);
      expect((await seen(world, "1")).fakturs).toMatchObject([{ state: "cancelled" }, { state: "draft" }]);
    });
  });
});
