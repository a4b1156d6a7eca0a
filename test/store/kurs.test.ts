/**
 * Proves on every engine that the rates of the decrees are stored as they were entered, one of a currency per week, that
 * a rate is held while a faktur is made with it, and that only fakturs that live count as uses of it.
 */
import { parseTaxDay, type TaxDay } from "../../src/clock";
import type { FakturKurs } from "../../src/faktur/faktur";
import { kursWeek } from "../../src/faktur/kurs";
import { isDuplicate } from "../../src/store/db";
import { moveFaktur } from "../../src/store/fakturs";
import { decideInvoice, insertInvoice } from "../../src/store/invoices";
import {
  findKurs,
  insertKurs,
  insertKursUse,
  invoicesAwaitingKurs,
  kursOfRow,
  listKurs,
  liveKursUses,
  lockKurs,
  updateKurs,
} from "../../src/store/kurs";
import { describeEngines, describeMariadb, openStore, type Store } from "../support/databases";
import { addFaktur, AT, invoiceRow, seed } from "../support/rows";

const rate = (currency: string, from: string, rupiah = 1_677_654n): FakturKurs => ({
  ...{ currency, rate: rupiah, per: 1n, kmk: "30/MK/EF.2/2026" },
  ...kursWeek(parseTaxDay(from) as TaxDay),
});
const usd = rate("USD", "2026-10-28");

describeEngines("rates", (engine) => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore(engine, 4);
    await seed(store.db);
  });
  afterEach(() => store.close());

  const enter = (kurs: FakturKurs) => insertKurs(store.db.knex, kurs, "finance", AT);

  test("are read as they were written, to the cent and per unit", async () => {
    const largest = { ...rate("VND", "2026-10-28", 99_999_999_999_999_999n), per: 1000n };
    await enter(largest);
    const row = await findKurs(store.db.knex, "VND", "2026-10-28");
    expect(kursOfRow(row!)).toEqual(largest);
    expect(row).toMatchObject({ entered_by: "finance", at: AT.toISOString() });
  });

  test("of one currency and week there is one", async () => {
    await enter(usd);
    const again: unknown = await enter({ ...usd, rate: 1n }).catch((thrown: unknown) => thrown);
    expect(isDuplicate(again)).toBe(true);
    await updateKurs(store.db.knex, { ...usd, rate: 1_700_000n }, "other", AT);
    expect(await listKurs(store.db.knex, {}, null, 10)).toMatchObject([
      { rate: "17000.00", entered_by: "other" },
    ]);
  });

  test("are found by currency and by day, newest week first, page by page", async () => {
    const [sgd, next] = [rate("SGD", "2026-10-28"), rate("USD", "2026-11-04")];
    for (const one of [usd, sgd, next]) await enter(one);
    const list = async (...asked: [object, Parameters<typeof listKurs>[2]]) =>
      (await listKurs(store.db.knex, asked[0], asked[1], 2)).map((row) => `${row.currency} ${row.from_day}`);
    expect(await list({}, null)).toEqual(["USD 2026-11-04", "SGD 2026-10-28"]);
    expect(await list({}, { from: "2026-10-28", currency: "SGD" })).toEqual(["USD 2026-10-28"]);
    expect(await list({ currency: "USD", day: "2026-11-03" }, null)).toEqual(["USD 2026-10-28"]);
    expect(await list({ currency: "USD", day: "2026-11-04" }, null)).toEqual(["USD 2026-11-04"]);
    expect(await list({ day: "2026-11-11" }, null)).toEqual([]);
  });

  test("a use counts while its faktur lives", async () => {
    await enter(usd);
    const row = await addFaktur(store.db, "f1");
    await insertKursUse(store.db.knex, row.id, usd);
    expect(await liveKursUses(store.db.knex, usd)).toBe(1);
    expect(await liveKursUses(store.db.knex, rate("USD", "2026-11-04"))).toBe(0);
    await moveFaktur(store.db.knex, row, "cancel", AT);
    expect(await liveKursUses(store.db.knex, usd)).toBe(0);
  });

  test("held invoices of the week that lack a rate are found, others not", async () => {
    const lacking = '[{"code":"foreign_currency"}]';
    const cases = [
      ["a", "2026-10-28", "held", lacking],
      ["b", "2026-11-03", "held", '[{"code":"buyer_invalid"},{"code":"foreign_currency"}]'],
      ["c", "2026-11-04", "held", lacking],
      ["d", "2026-11-03", "held", '[{"code":"buyer_invalid"}]'],
      ["e", "2026-11-03", "skipped", lacking],
    ] as const;
    for (const [id, tax_day, decision, reasons] of cases) {
      await insertInvoice(store.db.knex, invoiceRow(id, { tax_day }));
      await decideInvoice(store.db.knex, id, decision, reasons, AT);
    }
    const found = await invoicesAwaitingKurs(store.db.knex, usd.from, usd.to);
    expect(found.map((row) => row.id)).toEqual(["a", "b"]);
  });
});

// SQLite has one writer at a time anyway; here two transactions really meet.
describeMariadb("a rate that a faktur is being made with", () => {
  test("cannot be locked by another until that transaction ends", async () => {
    const store = await openStore("MariaDB", 4);
    try {
      await insertKurs(store.db.knex, usd, "finance", AT);
      await store.db.knex.transaction(async (tx) => {
        expect(await lockKurs(tx, "USD", "2026-10-28")).toBe(true);
        const other = store.db.knex.transaction(async (later) => {
          await later.raw("SET innodb_lock_wait_timeout = 1");
          await lockKurs(later, "USD", "2026-10-28");
        });
        await expect(other).rejects.toMatchObject({ code: "ER_LOCK_WAIT_TIMEOUT" });
      });
      expect(await lockKurs(store.db.knex, "USD", "2026-10-28")).toBe(true);
      expect(await lockKurs(store.db.knex, "USD", "2026-11-04")).toBe(false);
    } finally {
      await store.close();
    }
  });
});
