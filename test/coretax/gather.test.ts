/**
 * Proves that only the fakturs that a batch can mean are looked up, and that nothing is lost by it: whatever rows come back,
 * they match as if every faktur of the seller had been loaded. How: real databases with fakturs that share references,
 * serials, days and buyers on purpose, random rows about them, and the engines' own word on how they search.
 */
import fc from "fast-check";
import type { TaxDay } from "../../src/clock";
import { faktursMeant, ours } from "../../src/coretax/gather";
import type { ListRow } from "../../src/coretax/readback/excel-rows";
import { matchRows as matchingRows } from "../../src/coretax/readback/match-rows";
import { inOneGo } from "../../src/portions";
import { writeFaktur } from "../../src/faktur/stored";
import { formatRupiah } from "../../src/money";
import { insertFaktur, moveFaktur, type FakturRow } from "../../src/store/fakturs";
import { insertInvoice } from "../../src/store/invoices";
import { describeEngines, openStore, type Store } from "../support/databases";
import { AT, fakturRow, invoiceRow, seed } from "../support/rows";
import { fakturAt, nsfpAt, npwpAt } from "./stock";

const matchRows = (...asked: Parameters<typeof matchingRows>) => inOneGo(matchingRows(...asked));

const DAYS = ["2026-11-03", "2026-11-04"] as const;
const NIK = "3174000000000001";
/** Spelled in ways that sheets and lists change. */
const REFERENCES = ["INV 1", "INV-2", "Inv\u00a03 ½", "INV-4", "INV-5", "INV-6", "INV-7", "INV-8"];

/** Eight fakturs: few buyers, two days, one of them without NPWP, some with a number, some over. */
const made = REFERENCES.map((reference, index) => {
  const faktur = fakturAt(0);
  const npwp = index === 7 ? "0".repeat(16) : npwpAt(index % 3);
  const buyer = {
    ...faktur.buyer,
    npwp,
    ...(index === 7 ? { document: "National ID" as const, documentNumber: NIK } : {}),
  };
  return { ...faktur, reference, date: DAYS[index % 2] as TaxDay, buyer };
});

async function filled(store: Store): Promise<void> {
  await seed(store.db);
  for (const [index, faktur] of made.entries()) {
    const { totals, buyer } = faktur;
    await insertInvoice(store.db.knex, invoiceRow(`i-${index}`));
    const row: FakturRow = {
      ...fakturRow(`f-${index}`, `i-${index}`, {
        state: index === 5 ? "ready" : "pending",
        date: faktur.date,
      }),
      ...{ reference: faktur.reference, buyer_npwp: buyer.npwp, document: writeFaktur(faktur) },
      ...{ ppn: formatRupiah(totals.ppn) },
    };
    await insertFaktur(store.db.knex, row);
    if (index >= 5) continue;
    if (index >= 3) await moveFaktur(store.db.knex, row, "approve", AT, { nsfp: nsfpAt(index) });
  }
}

const orNone = <T>(values: readonly T[], none: T) => fc.constantFrom(...values, none);
const shares = [1, 2, 3, 4, 5, 6, 7].map((index) => nsfpAt(index));

const rowOf: fc.Arbitrary<ListRow> = fc.record({
  line: fc.nat(50),
  buyerNumber: fc.constantFrom(npwpAt(0), npwpAt(1), npwpAt(2), npwpAt(0).slice(1), NIK, "0".repeat(16), "-"),
  buyerName: fc.constant("PT"),
  code: fc.constant("04" as const),
  nsfp: orNone<string | null>([...shares, nsfpAt(3).replace(/^0400/, "0401")], null),
  date: orNone<TaxDay | null>(DAYS as unknown as TaxDay[], null),
  period: fc.constant(null),
  status: fc.constant("approved" as const),
  statusWord: fc.constant("APPROVED"),
  eSign: fc.constant("done" as const),
  standing: fc.constantFrom("approved" as const, "pending" as const, "replaced" as const),
  price: fc.constant(null),
  dppNilaiLain: orNone<bigint | null>([fakturAt(0).totals.dppNilaiLain], null),
  ppn: orNone<bigint | null>([fakturAt(0).totals.ppn, 5n], null),
  reference: fc.constantFrom(...REFERENCES, "INV1", "Inv3 1⁄2", "ORANG LAIN", ""),
  recordId: fc.constant(null),
  sellerNpwp: fc.constant(null),
});

describeEngines("the fakturs that a batch can mean", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await filled(store);
  });
  afterAll(() => store.close());

  test("rows match as if all fakturs were at hand", async () => {
    const all = (await store.db.knex<FakturRow>("fakturs").orderBy("id")).map(ours);
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf, { maxLength: 6 }), async (rows) => {
        const unlike = rows.map((row, line) => ({ ...row, line }));
        const expected = matchRows(unlike, all);
        matched += expected.filter(({ kind }) => kind !== "stranger").length;
        expect(matchRows(unlike, await faktursMeant(store.db.knex, "utama", unlike))).toEqual(expected);
      }),
      { numRuns: 300, seed: 20261103 },
    );
    expect(matched).toBeGreaterThan(500);
  });

  test("nothing of another seller, and nothing that no row speaks of", async () => {
    const row = { nsfp: null, reference: "INV-2", sellerNpwp: null, buyerNumber: "-", date: null };
    const claim = { ...row, dppNilaiLain: null, ppn: null };
    expect((await faktursMeant(store.db.knex, "utama", [claim])).map(({ id }) => id)).toEqual(["f-1"]);
    expect(await faktursMeant(store.db.knex, "lain", [claim])).toEqual([]);
    expect(await faktursMeant(store.db.knex, "utama", [])).toEqual([]);
  });

  test("both engines search by the indexes made for it", async () => {
    const { knex } = store.db;
    const searches = [
      [knex("fakturs").where({ seller: "utama" }).whereIn("reference_key", ["a", "b"]), "reference_key"],
      [knex("fakturs").where({ seller: "utama" }).whereIn("serial", ["a", "b"]), "serial"],
      [
        knex("fakturs").where({ seller: "utama", date: "2026-11-03" }).whereIn("buyer_npwp", ["a"]),
        "buyer_npwp",
      ],
    ] as const;
    for (const [search, column] of searches) {
      const { sql, bindings } = search.select("id").toSQL().toNative();
      const explain = store.db.engine === "sqlite" ? "explain query plan" : "explain format=json";
      const plan = JSON.stringify(await knex.raw(`${explain} ${sql}`, [...bindings] as string[]));
      // Which index is left to the engine; that it searches by one, and reads no table through, is what counts.
      expect(plan).toMatch(
        store.db.engine === "sqlite" ? /SEARCH fakturs USING INDEX/ : /possible_keys|index_name/,
      );
      expect(plan).toContain(column);
      expect(plan).not.toMatch(/SCAN fakturs/);
    }
  });
});
