// Proves that where one night cannot look at all that is due, every invoice has its turn: those that nobody has looked at for
// longest come first, of whatever masa, and what was planned waits for its next time; a clock that was wrong takes no turn away.
import { isLookMissing } from "../../src/hooks/look-rules";
import { planLooks } from "../../src/hooks/look-again";
import type { TaxDay } from "../../src/clock";
import type { Work } from "../../src/store/fence";
import { insertInvoice } from "../../src/store/invoices";
import { openStore, type Store } from "../support/databases";
import { invoiceRow, seed } from "../support/rows";

let store: Store;
beforeEach(async () => {
  store = await openStore("SQLite");
  await seed(store.db);
});
afterEach(() => store.close());

/** The invoices planned in a night that looks at no more than `most`. */
async function plannedOn(night: string, most: number): Promise<string[]> {
  const d = { db: store.db, clock: { now: () => new Date(night) } };
  const work = { transaction: (write: never) => store.db.transaction(write) } as unknown as Work;
  await store.db.knex("jobs").delete();
  await planLooks(d, work, "toko", most);
  return store.db.knex("jobs").where({ kind: "read" }).orderBy("run_at").pluck("subject");
}

test("more than a night can look at keeps no masa from its turn", async () => {
  const made = (id: string, tax_day: string, updated_at: string) =>
    insertInvoice(store.db.knex, invoiceRow(id, { tax_day, updated_at, decision: "issuing" }));
  await made("june", "2026-06-10", "2026-10-01T00:00:00.000Z");
  await made("october", "2026-10-10", "2026-11-01T00:00:00.000Z");
  await made("november-1", "2026-11-02", "2026-11-02T00:00:00.000Z");
  await made("november-2", "2026-11-03", "2026-11-03T00:00:00.000Z");
  expect(await plannedOn("2026-11-04T20:05:00Z", 2)).toEqual(["june", "october"]);
  expect(await plannedOn("2026-11-05T20:05:00Z", 2)).toEqual(["november-1", "november-2"]);
  expect(await plannedOn("2026-11-06T20:05:00Z", 2)).toEqual(["october", "november-1"]);
  expect(await plannedOn("2026-11-07T20:05:00Z", 9)).toEqual(["november-2", "november-1", "october"]);
});

test("looked at by a clock that was years ahead: has its turn, and is missed by the comparison until then", async () => {
  const looked_at = "2036-11-04T20:05:00.000Z";
  const day = "2026-10-10" as TaxDay;
  const row = { tax_day: day, updated_at: looked_at, decision: "issuing" } as const;
  await insertInvoice(store.db.knex, invoiceRow("october", row));
  expect(isLookMissing(day, new Date(looked_at), new Date("2026-11-04T20:05:00Z"))).toBe(true);
  expect(await plannedOn("2026-11-04T20:05:00Z", 9)).toEqual(["october"]);
  expect(await plannedOn("2026-11-04T22:05:00Z", 9)).toEqual([]);
});
