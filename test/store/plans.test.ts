/**
 * Look-ups that run over the whole ledger every day find their rows by an index that leads to them, and not by reading all
 * rows of a seller: without statistics SQLite took the wrong one, and a comparison grew with the ledger. A page of the list
 * reads as many rows as it shows, wherever it begins: MariaDB passed over every faktur newer than the page.
 */
import { AT, fakturRow, invoiceRow, seed, sellerData } from "../support/rows";
import { describeEngines, openStore, type Store } from "../support/databases";
import type { Tx } from "../../src/store/db";
import { longUnwritten } from "../../src/store/coretax";
import { openByFile } from "../../src/store/coretax-desk";
import { oldestHeldDay } from "../../src/store/counts";
import { listFakturs, type FakturFilter } from "../../src/store/faktur-list";
import { oldestHeld } from "../../src/store/home";
import { countWithoutPdf, oldestWithoutDocument, oldestWithoutPdf } from "../../src/store/late-papers";
import { handedOver, openFakturs, openInvoices } from "../../src/store/open-work";
import { heldDueBefore } from "../../src/store/past-deadline";
import { faktursHeldAs } from "../../src/store/reconcile";
import { insertFaktur, referenceTaken } from "../../src/store/fakturs";
import { heldByAnother, isNumberHeld, isReferenceHeld } from "../../src/store/same-company";
import { saveSeller } from "../../src/store/sellers";
import { insertInvoice } from "../../src/store/invoices";
import { standingInvoices } from "../../src/store/polls";
import { readyWithoutWork } from "../../src/store/uploads";
import { insertAll } from "../support/insert-all";

describeEngines("what a comparison looks up", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    await saveSeller(store.db.knex, "kedua", sellerData(), AT);
    for (const id of ["a", "b", "c"]) {
      await insertInvoice(store.db.knex, invoiceRow(`i-${id}`));
      await insertFaktur(store.db.knex, fakturRow(id, `i-${id}`, { external_id: `X-${id}` }));
    }
  });
  afterAll(() => store.close());
  const FAKTUR = { id: "x", seller: "utama", reference: "INV-9" };
  const LOOKED = { lookedBefore: new Date("2026-11-05T00:00:00Z"), now: new Date("2026-11-05T06:00:00Z") };
  const WITHIN = { from: "2026-11-01", to: "2026-11-30", ...LOOKED };
  const HELD = { externalId: "X-9", nsfp: null };

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
      [
        "paid invoices to be looked at again",
        () => standingInvoices(store.db.knex, "toko", WITHIN, 10),
        "SEARCH invoices USING INDEX invoices_portal_tax_day_index (portal=? AND tax_day>? AND tax_day<?)",
      ],
      [
        "ready fakturs without work",
        () => readyWithoutWork(store.db.knex, "utama", "2026-11-03", 10),
        "SEARCH fakturs USING INDEX fakturs_state_id_index (state=?)",
      ],
      [
        "held invoices by their deadline",
        () => oldestHeld(store.db.knex, 20, ["too_late"]),
        "SEARCH invoices USING INDEX invoices_by_day (decision=?)",
      ],
      [
        "held invoices that were due long ago",
        () => heldDueBefore(store.db.knex, "2026-10-01", ["too_late"], 20),
        "SEARCH invoices USING INDEX invoices_by_day (decision=? AND tax_day<?)",
      ],
      [
        "the oldest day that is due",
        () => oldestHeldDay(store.db.knex, "2026-10-01", ["too_late"]),
        "SEARCH invoices USING INDEX invoices_by_day (decision=? AND tax_day>?)",
      ],
      [
        "approved fakturs without a PDF",
        () => oldestWithoutPdf(store.db.knex, AT, 20),
        "SEARCH fakturs USING INDEX fakturs_without_pdf (pdf_kind=? AND state=? AND updated_at<?)",
      ],
      [
        "how many there are, from the index alone",
        () => countWithoutPdf(store.db.knex, AT),
        "USING COVERING INDEX fakturs_without_pdf (pdf_kind=? AND state=? AND updated_at<?)",
      ],
      [
        "mails that wait for a lost document",
        () => oldestWithoutDocument(store.db.knex, AT, 20),
        "(state=? AND at<?)",
      ],
      [
        "files that were not written",
        () => longUnwritten(store.db.knex, AT),
        "USING INDEX coretax_files_seller_written_at_index",
      ],
      ["what waits for files", () => openByFile(store.db.knex, "utama"), "(seller=? AND state=?)"],
      ["open invoices", () => openInvoices(store.db.knex, "utama"), "(decision=?)"],
      ["a reference of the company", () => referenceTaken(store.db.knex, "utama", "INV-9"), "reference=?"],
      ["a number of the company", () => isNumberHeld(store.db.knex, FAKTUR, "04002600000000001"), "nsfp=?"],
      ["a reference handed over", () => isReferenceHeld(store.db.knex, FAKTUR), "reference=?"],
      [
        "a document of the company",
        () => heldByAnother(store.db.knex, FAKTUR, HELD),
        "seller=? AND external_id=?",
      ],
      [
        "one of several names",
        () => heldByAnother(store.db.knex, FAKTUR, HELD),
        "seller=? AND reference_key=?",
      ],
      ["what was handed over", () => handedOver(store.db.knex, "utama", 4), "(seller=? AND state=?)"],
    ])("%s: by the index that leads there", async (_what, work, expected) => {
      const plans = await plansOf(work);
      expect(plans.join(" | ")).toContain(expected);
      expect(plans.join(" | ")).not.toContain("(seller=?)");
    });
  }
});

describeEngines("a page of the list of fakturs", (engine) => {
  const COUNT = 600;
  const LIMIT = 20;
  const idAt = (index: number): string => `f${String(index).padStart(4, "0")}`;
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    const all = Array.from({ length: COUNT }, (_, index) => idAt(index));
    await store.db.transaction(async (tx) => {
      await insertAll(
        tx,
        "invoices",
        all.map((id) => invoiceRow(`i-${id}`)),
        50,
      );
      await insertAll(
        tx,
        "fakturs",
        all.map((id) => fakturRow(id, `i-${id}`, { state: "approved" })),
        20,
      );
    });
    if (engine === "MariaDB") await store.db.knex.raw("analyze table fakturs");
  });
  afterAll(() => store.close());

  const filters: readonly FakturFilter[] = [
    {},
    ...[{ seller: "utama" }, { portal: "toko" }, { seller: "utama", portal: "toko" }],
    ...[{ period: "2026-11" }, { period: "2026-11", seller: "utama" }, { period: "2026-11", portal: "toko" }],
  ];
  const asked = filters.flatMap((filter) => [filter, { ...filter, state: "approved" as const }]);
  const days = { from: "2026-11-01", to: "2026-11-30" };

  if (engine === "MariaDB") {
    /** Rows that the server has read for these queries. */
    const rowsRead = (work: (tx: Tx) => Promise<unknown>): Promise<number> =>
      store.db.transaction(async (tx) => {
        await tx.raw("flush status");
        await work(tx);
        const found = await tx.raw<{ Value: string }[][]>("show session status like 'Handler_read%'");
        return found[0]!.reduce((sum, { Value }) => sum + Number(Value), 0);
      });

    test.each(asked)("%j: no more is read than what is shown", async (filter) => {
      for (const before of [null, idAt(COUNT / 2), idAt(LIMIT + 1)]) {
        const read = await rowsRead(async (tx) =>
          expect(await listFakturs(tx, filter, before, LIMIT)).toHaveLength(LIMIT),
        );
        expect([before, read > 2 * LIMIT + 10]).toEqual([before, false]);
      }
    });

    test.each(asked.filter(({ period }) => period === undefined).map((filter) => ({ ...filter, ...days })))(
      "%j: of a day no more is read than what is shown",
      async (filter) => {
        const read = await rowsRead(async (tx) =>
          expect(await listFakturs(tx, filter, idAt(COUNT / 2), LIMIT)).toHaveLength(LIMIT),
        );
        expect(read).toBeLessThanOrEqual(4 * LIMIT + 20);
      },
    );
  } else {
    test.each(asked)("%j: the page is entered where it begins", async (filter) => {
      const sqls: { sql: string; bindings: readonly string[] }[] = [];
      const note = (query: (typeof sqls)[number]) => void sqls.push(query);
      store.db.knex.on("query", note);
      expect(await listFakturs(store.db.knex, filter, idAt(COUNT / 2), LIMIT)).toHaveLength(LIMIT);
      store.db.knex.removeListener("query", note);
      const [{ sql, bindings } = { sql: "", bindings: [] }] = sqls;
      const steps = await store.db.knex.raw<{ detail: string }[]>(`explain query plan ${sql}`, [...bindings]);
      const plan = steps.map(({ detail }) => detail).join("; ");
      expect(plan).toContain("id<?");
      expect(plan).not.toContain("TEMP B-TREE");
    });
  }
});
