/**
 * Proves how fakturs are found and counted, the same on both engines: by the beginning of a number, by the words of a
 * name, by days, page by page; and that the figures of the home page add up without rounding.
 */
import { saveCompany } from "../../src/store/accounts";
import { listCompanies } from "../../src/store/companies";
import { listFakturs, type FakturFilter } from "../../src/store/faktur-list";
import {
  fakturFigures,
  invoiceFigures,
  mailFigures,
  oldestHeld,
  oldestInState,
  oldestOpenCases,
  oldestRequested,
  oldestStuck,
  oldestWithProblem,
} from "../../src/store/home";
import { oldestRefused } from "../../src/store/undelivered";
import { moveFaktur } from "../../src/store/fakturs";
import { describeEngines, openStore, type Store } from "../support/databases";
import { addFaktur, AT, companyRow, seed } from "../support/rows";

describeEngines("the list of fakturs", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    await addFaktur(store.db, "f1", { reference: "INV-1", buyer_name: "PT MAJU 100% JAYA" });
    await addFaktur(store.db, "f2", {
      reference: "INV-2",
      buyer_npwp: "0099999999999000",
      buyer_number: "0099999999999000",
      nsfp: "04002600000000002",
    });
    await addFaktur(store.db, "f3", {
      buyer_name: "PT MÖBEL Élan CONTOH",
      reference: "LAIN-3",
      date: "2026-10-31",
      period: "2026-10",
      state: "rejected",
    });
    await addFaktur(store.db, "f4", { reference: "LAIN-4", problem: "nsfp_taken", dpp: "9007199254740993" });
  });
  afterAll(() => store.close());

  const found = async (filter: FakturFilter, before: string | null = null, limit = 10) =>
    (await listFakturs(store.db.knex, filter, before, limit)).map((row) => row.id);

  test.each<[string, string[]]>([
    ["INV", ["f2", "f1"]],
    ["inv-2", ["f2"]],
    ["jaya maju", ["f1"]],
    ["100%", ["f1"]],
    ["1_0%", []],
    ["PT MÖBEL", ["f3"]],
    ["möbel", ["f3"]],
    ["Möbel élan", ["f3"]],
    ["mobel", []],
    ["009.999", ["f2"]],
    ["099999999999000", ["f2"]],
    ["040.026-0000", ["f2"]],
    ["i-f3", ["f3"]],
    ["  ", ["f4", "f3", "f2", "f1"]],
  ])("%s finds %j", async (q, ids) => {
    expect(await found({ q })).toEqual(ids);
  });

  test.each(["PT MÖBEL", "möbel", "MÖBEL"])("a company is found by %s, too", async (q) => {
    const row = companyRow({ name: "PT MÖBEL JAYA" });
    await saveCompany(store.db.knex, row);
    const listed = await listCompanies(store.db.knex, { q }, null, 10);
    expect(listed).toMatchObject([{ account_id: row.account_id, name: row.name }]);
  });

  test("filters, days and pages hold together with a search", async () => {
    expect(await found({ q: "contoh", state: "rejected" })).toEqual(["f3"]);
    expect(await found({ period: "2026-10" })).toEqual(["f3"]);
    expect(await found({ from: "2026-11-01", to: "2026-11-30" })).toEqual(["f4", "f2", "f1"]);
    expect(await found({ q: "contoh" }, "f4", 1)).toEqual(["f3"]);
  });

  test("days are merged by id, however many there are, and a masa need not be that of the day", async () => {
    const all = ["f4", "f3", "f2", "f1"];
    expect(await found({ from: "2020-01-01" })).toEqual(all);
    expect(await found({ to: "2030-12-31" }, "f4", 2)).toEqual(["f3", "f2"]);
    expect(await found({ from: "2026-10-31", to: "2026-11-03", state: "rejected" })).toEqual(["f3"]);
    expect(await found({ from: "2026-10-31", to: "2026-11-03", portal: "toko" })).toEqual(all);
    expect(await found({ from: "2026-10-31", to: "2026-11-03", portal: "lain" })).toEqual([]);
    expect(await found({ from: "2026-11-04", to: "2026-10-01" })).toEqual([]);
    expect(await found({ seller: "utama", portal: "toko", period: "2026-11" })).toEqual(["f4", "f2", "f1"]);
    const { knex } = store.db;
    // A replacement keeps its masa and has the day on which it was made.
    await knex("fakturs").where({ id: "f3" }).update({ date: "2026-12-01" });
    expect(await found({ period: "2026-10" })).toEqual(["f3"]);
    expect(await found({ from: "2026-12-01" })).toEqual(["f3"]);
    await knex("fakturs").where({ id: "f3" }).update({ date: "2026-10-31" });
  });

  test("a name that was corrected is found under both", async () => {
    const { knex } = store.db;
    await moveFaktur(knex, { id: "f3", state: "rejected" }, "redraft", AT, { buyer_name: "PT NAMA BARU" });
    expect(await found({ q: "nama baru" })).toEqual(["f3"]);
    expect(await found({ q: "sejahtera" })).toEqual(["f4", "f2"]);
  });

  test("figures and queues are asked without a fault, and sums keep their last digit", async () => {
    const { knex } = store.db;
    const days = await fakturFigures(knex, "2026-11-01", "2026-11-30");
    expect(days).toEqual([
      { day: "2026-11-03", state: "ready", count: 3, dpp: "9007199256740993", ppn: "330000" },
    ]);
    expect(await invoiceFigures(knex, "2026-11-03", "2026-11-03")).toEqual([
      { day: "2026-11-03", decision: "undecided", count: 4 },
    ]);
    expect(await mailFigures(knex, "2026-11-01")).toEqual([]);
    expect((await oldestWithProblem(knex, 5)).rows.map((row) => row.id)).toEqual(["f4"]);
    expect(await oldestInState(knex, "ready", 1)).toMatchObject({ count: 4, rows: [{ id: "f1" }] });
    expect(await oldestHeld(knex, 5, ["too_late"])).toEqual({ rows: [], count: 0 });
    for (const oldest of [oldestRefused, oldestRequested, oldestOpenCases, oldestStuck]) {
      expect(await oldest(knex, 5)).toEqual({ rows: [], count: 0 });
    }
  });
});
