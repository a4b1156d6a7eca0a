// Proves that a refund which is told otherwise under its own id reaches a person: its case changes while nobody has
// decided it, a decided one is followed by another, a refund that fails closes all that is open of it, and the same words
// make no second case, whoever tells them and however often.
import { recordRefund } from "../../src/hooks/cases";
import { saveListed } from "../../src/hooks/recorded";
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import { casesOf, changeCase } from "../../src/store/cases";
import type { RefundRow } from "../../src/store/events";
import { invoiceById, setAccepted, type InvoiceRow } from "../../src/store/invoices";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, seed } from "../support/rows";

describeEngines("a refund told otherwise", (engine) => {
  let store: Store;
  let count = 0;
  let id: string;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    count += 1;
    id = `f${count}`;
    await addFaktur(store.db, id, { state: "approved", nsfp: `0400260000000${1000 + count}` });
  });

  const invoice = async (): Promise<InvoiceRow> => {
    const row = await invoiceById(store.db.knex, `i-${id}`);
    if (row === undefined) throw new Error("no invoice");
    return row;
  };
  async function told(
    amount: string | null,
    state: RefundRow["state"] = "done",
    refundId = `transaction-${count}`,
  ): Promise<void> {
    const { portal, external_id } = await invoice();
    const row = { portal, invoice_external_id: external_id, external_id: refundId };
    await store.db.transaction((tx) =>
      recordRefund(
        tx,
        { clock: { now: () => AT }, newId },
        { ...row, amount, state, refunded_at: AT.toISOString(), reason: null },
      ),
    );
  }
  const cases = async () => casesOf(store.db.knex, (await invoice()).id);
  const shown = async () =>
    (await cases())
      .map(({ cause, kind, state, detail }) => [
        cause.replace(`transaction-${count}`, "transaction-N"),
        kind,
        state,
        (JSON.parse(detail) as { amount: string | null }).amount,
      ])
      .sort();
  async function decide(): Promise<void> {
    const open = (await cases()).find(({ state }) => state === "open");
    if (open === undefined) throw new Error("nothing is open");
    await changeCase(store.db.knex, open, { state: "closed", decision: "none_pph23" }, AT);
  }

  test("changes its open case, with a word in the trail, and stays one case", async () => {
    await told("22200.00");
    await told("22200.00");
    expect(await shown()).toEqual([["refund:transaction-N", "partial_refund", "open", "22200.00"]]);
    for (let time = 0; time < 2; time += 1) {
      await told(null);
      expect(await shown()).toEqual([["refund:transaction-N", "refund", "open", null]]);
    }
    const [one] = await cases();
    const trail = await store.db
      .knex("audit")
      .where({ subject: `case:${one?.id}` })
      .select("action", "detail");
    expect(trail).toEqual([{ action: "case.changed", detail: "refund: 22200.00 → -" }]);
  });

  test("is in the refund of the whole: what nobody has decided of a part ends with it", async () => {
    await told("22200.00");
    await told(null, "done", "invoice-1");
    await told(null, "done", "invoice-1");
    expect(await shown()).toEqual([
      ["refund:invoice-1", "refund", "open", null],
      ["refund:transaction-N", "partial_refund", "closed", "22200.00"],
    ]);
    expect((await cases()).map((one) => one.closed_because ?? null).sort()).toEqual([null, "told_otherwise"]);
  });

  test.each([
    ["fails", null, "failed"],
    ["turns out to be a part itself", "30000.00", "done"],
  ] as const)("stands for itself again when that of the whole %s, once", async (_, amount, state) => {
    await told("22200.00");
    await told("11100.00", "done", "decided");
    const [, other] = await cases();
    await changeCase(store.db.knex, other!, { state: "closed", decision: "none_pph23" }, AT);
    await told(null, "done", "invoice-1");
    for (let time = 0; time < 2; time += 1) await told(amount, state, "invoice-1");
    const open = (await shown()).filter(([, , one]) => one === "open");
    expect(open.map(([cause, kind, , told_]) => [cause, kind, told_])).toEqual([
      ["refund.2:transaction-N", "partial_refund", "22200.00"],
      ...(amount === null ? [] : [["refund:invoice-1", "partial_refund", amount]]),
    ]);
  });

  test("stays ended when one of two refunds of the whole fails: the other one stands", async () => {
    await told("22200.00");
    await told(null, "done", "invoice-1");
    await told(null, "done", "invoice-2");
    await told(null, "failed", "invoice-1");
    const open = (await shown()).filter(([, , one]) => one === "open");
    expect(open).toEqual([["refund:invoice-2", "refund", "open", null]]);
  });

  test("once its case was decided it is another one, and that again only for other words", async () => {
    await told("22200.00");
    await decide();
    await told("22200.00");
    expect(await shown()).toHaveLength(1);
    for (let time = 0; time < 2; time += 1) await told(null);
    expect(await shown()).toEqual([
      ["refund.2:transaction-N", "refund", "open", null],
      ["refund:transaction-N", "partial_refund", "closed", "22200.00"],
    ]);
    await decide();
    for (let time = 0; time < 2; time += 1) await told("22200.00");
    expect((await shown()).map(([cause, , state]) => [cause, state])).toEqual([
      ["refund.2:transaction-N", "closed"],
      ["refund.3:transaction-N", "open"],
      ["refund:transaction-N", "closed"],
    ]);
  });

  test("that fails closes what is open of it, and opens again when it has come about after all", async () => {
    await told("22200.00");
    await decide();
    await told("30000.00");
    await told("30000.00", "failed");
    expect((await shown()).map(([cause, , state]) => [cause, state])).toEqual([
      ["refund.2:transaction-N", "closed"],
      ["refund:transaction-N", "closed"],
    ]);
    expect((await cases()).map((one) => one.closed_because ?? null).sort()).toEqual([null, "refund_failed"]);
    await told("30000.00");
    expect((await shown()).filter(([, , state]) => state === "open")).toEqual([
      ["refund.3:transaction-N", "partial_refund", "open", "30000.00"],
    ]);
  });

  test("ends what finance has accepted once it is another amount, and not when it is only told again", async () => {
    await told("22200.00");
    const { knex } = store.db;
    await setAccepted(knex, (await invoice()).id, '["refunded_before_issue"]', AT);
    await told("22200.00");
    expect((await invoice()).accepted).toBe('["refunded_before_issue"]');
    await told("30000.00");
    expect((await invoice()).accepted).toBe("[]");
  });

  test("that had failed and is listed as done with the same amount opens its case", async () => {
    await told("22200.00", "failed");
    expect(await cases()).toEqual([]);
    const { portal, external_id } = await invoice();
    const listed = { refundId: `transaction-${count}`, amount: 2_220_000n, refundedAt: AT, reason: null };
    const d = { clock: { now: () => AT }, newId, log: silentLog };
    for (let time = 0; time < 2; time += 1) {
      await store.db.transaction((tx) => saveListed(tx, d, portal, external_id, [listed]));
      expect((await cases()).map((one) => one.state)).toEqual(["open"]);
    }
  });

  test("is not decided on what was told before", async () => {
    await told("22200.00");
    const [seen] = await cases();
    await told(null);
    const closed = { state: "closed", decision: "none_pph23" } as const;
    expect(await changeCase(store.db.knex, seen!, closed, AT)).toBe(false);
    expect(await shown()).toEqual([["refund:transaction-N", "refund", "open", null]]);
  });

  test("several tellers at one moment leave one case with the last word", async () => {
    await told("22200.00");
    await Promise.all([told(null), told(null), told(null)]);
    expect(await shown()).toEqual([["refund:transaction-N", "refund", "open", null]]);
    await decide();
    await Promise.all([told("50000.00"), told("50000.00"), told("50000.00")]);
    expect((await shown()).filter(([, , state]) => state === "open")).toHaveLength(1);
  });
});
