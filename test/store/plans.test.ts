/**
 * Look-ups that run over the whole ledger every day find their rows by an index that leads to them, and not by reading all
 * rows of a seller: without statistics SQLite took the wrong one, and a comparison grew with the ledger.
 */
import { fakturRow, invoiceRow, seed } from "../support/rows";
import { describeEngines, openStore, type Store } from "../support/databases";
import { openFakturs, openInvoices } from "../../src/store/open-work";
import { faktursHeldAs } from "../../src/store/reconcile";
import { insertFaktur } from "../../src/store/fakturs";
import { insertInvoice } from "../../src/store/invoices";

describeEngines("what a comparison looks up", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    for (const id of ["a", "b", "c"]) {
      await insertInvoice(store.db.knex, invoiceRow(`i-${id}`));
      await insertFaktur(store.db.knex, fakturRow(id, `i-${id}`, { external_id: `X-${id}` }));
    }
  });
  afterAll(() => store.close());

  /** How SQLite finds the rows of each query that runs meanwhile. */
  async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
    const asked: { sql: string; bindings: readonly string[] }[] = [];
    const note = (query: (typeof asked)[number]) => void asked.push(query);
    store.db.knex.on("query", note);
    await work();
    store.db.knex.removeListener("query", note);
    const plans: string[] = [];
    for (const { sql, bindings } of asked) {
      const steps = await store.db.knex.raw<{ detail: string }[]>(`explain query plan ${sql}`, [...bindings]);
      plans.push(steps.map(({ detail }) => detail).join("; "));
    }
    return plans;
  }

  test("a document is found by its id there or by its reference, once", async () => {
    const rows = await faktursHeldAs(store.db.knex, "utama", ["X-a", "X-b"], ["b", "c"]);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(["a", "b", "c"]);
    expect(await faktursHeldAs(store.db.knex, "lain", ["X-a"], ["b"])).toEqual([]);
  });

  test("open work is the seller's own", async () => {
    const { knex } = store.db;
    expect((await openFakturs(knex, "utama")).map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect((await openInvoices(knex, "utama")).map(({ id }) => id)).toEqual(["i-a", "i-b", "i-c"]);
    expect([await openFakturs(knex, "lain"), await openInvoices(knex, "lain")]).toEqual([[], []]);
  });

  if (engine === "SQLite") {
    test.each([
      [
        "by its id there",
        () => faktursHeldAs(store.db.knex, "utama", ["X-a"], ["b"]),
        "seller=? AND external_id=?",
      ],
      [
        "open fakturs",
        () => openFakturs(store.db.knex, "utama"),
        "SEARCH fakturs USING INDEX fakturs_state_id_index (state=?)",
      ],
      ["open invoices", () => openInvoices(store.db.knex, "utama"), "(decision=?)"],
    ])("%s: by the index that leads there", async (_what, work, expected) => {
      const plans = await plansOf(work);
      expect(plans.join(" | ")).toContain(expected);
      expect(plans.join(" | ")).not.toContain("(seller=?)");
    });
  }
});
