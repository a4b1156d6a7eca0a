/**
 * Proves the list of what lacks its faktur on both engines: whatever the page size and the direction, every invoice comes
 * exactly once and in order, the filters leave out the rest, and what is approved never comes.
 */
import { openDb, type Db } from "../../src/store/db";
import { insertFaktur, moveFaktur, noteFaktur } from "../../src/store/fakturs";
import { placesAfter, type ListedFilter, type ListPlace } from "../../src/store/invoice-list";
import { insertInvoice, refillInvoice } from "../../src/store/invoices";
import { migrate } from "../../src/store/migrate";
import { describeEngines, emptyDatabase, MIGRATED_AT, type EmptyDatabase } from "../support/databases";
import { fakturRow, invoiceRow, seed } from "../support/rows";

const reasons = (code: string) => JSON.stringify([{ code }]);

const ROWS = [
  {
    id: "a1",
    tax_day: "2026-10-01",
    decision: "skipped",
    reasons: reasons("no_company"),
    reason: "no_company",
  },
  {
    id: "a2",
    tax_day: "2026-11-02",
    decision: "skipped",
    reasons: reasons("zero_total"),
    reason: "zero_total",
  },
  {
    id: "a3",
    tax_day: "2026-11-02",
    decision: "held",
    reasons: reasons("foreign_currency"),
    reason: "foreign_currency",
  },
  { id: "a4", tax_day: null, decision: "unread" },
  { id: "a5", tax_day: "2026-11-01", decision: "undecided" },
  { id: "b1", tax_day: "2026-11-03", decision: "issuing" },
  { id: "b2", tax_day: "2026-11-03", decision: "issuing" },
  { id: "b3", tax_day: "2026-11-04", decision: "issuing" },
  {
    id: "b4",
    tax_day: null,
    decision: "skipped",
    reasons: reasons("not_paid_in_portal"),
    reason: "not_paid_in_portal",
  },
] as const;

const FAKTURS = [
  { id: "f1", invoice_id: "b1", state: "approved" },
  { id: "f2", invoice_id: "b2", state: "rejected" },
  { id: "f3", invoice_id: "b3", state: "cancelled", live_key: null },
] as const;

const CONTENT = { account_id: "account", number: null, paid_at: null, content: "{}", content_hash: null };

const ALL: ListedFilter = {
  decisions: new Set(["held", "unread", "undecided", "issuing", "skipped"]),
  pace: "any",
  today: "2026-11-03",
  newestFirst: false,
};
const IN_ORDER = ["a1", "a5", "a2", "a3", "b2", "b3", "a4", "b4"];

describeEngines("invoices without a faktur", (engine) => {
  let empty: EmptyDatabase;
  let db: Db;
  beforeAll(async () => {
    empty = await emptyDatabase(engine);
    db = openDb(empty.url, 2);
    await migrate(db, () => MIGRATED_AT);
    await seed(db);
    for (const row of ROWS) await insertInvoice(db.knex, invoiceRow(row.id, row));
    for (const row of FAKTURS) await insertFaktur(db.knex, fakturRow(row.id, row.invoice_id, row));
  });
  afterAll(async () => {
    await db.close();
    await empty.drop();
  });

  async function walk(filter: ListedFilter, size: number): Promise<string[]> {
    const ids: string[] = [];
    let place: ListPlace | null = null;
    for (;;) {
      const page: ListPlace[] = await placesAfter(db.knex, filter, place, size);
      ids.push(...page.map((one) => one.id));
      place = page.at(-1) ?? null;
      if (page.length < size) return ids;
    }
  }

  test.each([1, 2, 3, 100])("every one comes once and in order, %d at a time", async (size) => {
    expect(await walk(ALL, size)).toEqual(IN_ORDER);
    const back = [...IN_ORDER.slice(0, 6).reverse(), ...IN_ORDER.slice(6).reverse()];
    expect(await walk({ ...ALL, newestFirst: true }, size)).toEqual(back);
  });

  test("filters leave out the rest", async () => {
    const named = (more: Partial<ListedFilter>) => walk({ ...ALL, ...more }, 2);
    expect(await named({ from: "2026-11-01", to: "2026-11-02" })).toEqual(["a5", "a2", "a3"]);
    expect(await named({ decisions: new Set(["skipped"]), reason: "zero_total" })).toEqual(["a2"]);
    expect(await named({ decisions: new Set(["held"]), reason: "foreign_currency" })).toEqual(["a3"]);
    expect(await named({ decisions: new Set(["held"]), reason: "service_moved" })).toEqual([]);
    expect(await named({ portal: "lain" })).toEqual([]);
    expect(await named({ decisions: new Set(["unread", "undecided", "issuing"]), pace: "stopped" })).toEqual([
      "b2",
      "b3",
    ]);
  });

  test("an invoice comes back when its faktur is cancelled, and goes once another takes its place", async () => {
    const { knex } = db;
    const lost = () => walk({ ...ALL, decisions: new Set(["issuing"]), reason: "faktur_cancelled" }, 1);
    expect(await lost()).toEqual(["b2", "b3"]);
    await moveFaktur(knex, { id: "f1", state: "approved" }, "cancel", MIGRATED_AT);
    expect(await lost()).toEqual(["b1", "b2", "b3"]);
    // Two parts of one invoice, both cancelled: one place.
    await insertFaktur(
      knex,
      fakturRow("f5", "b3", { state: "cancelled", live_key: null, part: "07", reference: "f5" }),
    );
    expect(await lost()).toEqual(["b1", "b2", "b3"]);
    await refillInvoice(knex, "b1", { ...CONTENT, tax_day: "2026-11-09" }, MIGRATED_AT);
    expect(await lost()).toEqual(["b2", "b3", "b1"]);
    await insertFaktur(knex, fakturRow("f6", "b1", { state: "approved", revision: 2 }));
    expect(await lost()).toEqual(["b2", "b3"]);
    await insertFaktur(knex, fakturRow("f7", "b3", { state: "approved", revision: 2 }));
    expect(await lost()).toEqual(["b2", "b3"]);
    await insertFaktur(
      knex,
      fakturRow("f8", "b3", { state: "approved", part: "07", live_key: "b3/07", revision: 2 }),
    );
    expect(await lost()).toEqual(["b2"]);
  });

  test("an approved faktur with a problem is listed too, and what only a decision gives is not looked for", async () => {
    await noteFaktur(db.knex, "f6", { problem: "cancelled_at_authority" }, MIGRATED_AT);
    const of = (reason: "cancelled_at_authority" | "buyer_invalid") =>
      walk({ ...ALL, decisions: new Set(["issuing"]), pace: "stopped", reason }, 10);
    expect(await of("cancelled_at_authority")).toEqual(["b2", "b1"]);
    expect(await of("buyer_invalid")).toEqual([]);
  });
});
