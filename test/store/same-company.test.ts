/**
 * What sellers of one company share at the authority: a reference is taken for all of them, a number stands on one faktur,
 * and of two hands that would take over one document at the same moment one gets it. Another company's are its own.
 */
import { insertFaktur, noteFaktur, referenceTaken } from "../../src/store/fakturs";
import { insertInvoice } from "../../src/store/invoices";
import { heldByAnother, isNumberHeld, isReferenceHeld } from "../../src/store/same-company";
import { saveSeller } from "../../src/store/sellers";
import { describeEngines, openStore, type Store } from "../support/databases";
import { until } from "../support/until";
import { AT, fakturRow, invoiceRow, seed, sellerData } from "../support/rows";

describeEngines("sellers of one company", (engine) => {
  const OTHER = "0011223344556000";
  const NSFP = "04002600000000001";
  let store: Store;
  beforeEach(async () => {
    store = await openStore(engine);
    await seed(store.db);
    await saveSeller(knex(), "kedua", sellerData(), AT);
    await saveSeller(knex(), "asing", sellerData({ npwp: OTHER }), AT);
  });
  afterEach(() => store.close());
  const knex = () => store.db.knex;

  const add = async (id: string, seller: string, more = {}) => {
    await insertInvoice(knex(), invoiceRow(`i-${id}`));
    const row = fakturRow(id, `i-${id}`, { seller, reference: "INV-1", ...more });
    expect(await insertFaktur(knex(), row)).toBe(true);
    return row;
  };

  test("share references and numbers", async () => {
    await add("a", "utama", { nsfp: NSFP, external_id: "X-1" });
    const ours = { id: "b", seller: "kedua", reference: "INV-1" };
    const theirs = { id: "c", seller: "asing", reference: "INV-1" };
    const asked = [
      (await referenceTaken(knex(), "kedua", "INV-1")) && !(await referenceTaken(knex(), "kedua", "INV-2")),
      await isNumberHeld(knex(), ours, NSFP),
      await isReferenceHeld(knex(), ours),
      await heldByAnother(knex(), ours, { externalId: "X-1", nsfp: null }),
      await heldByAnother(knex(), ours, { externalId: "X-2", nsfp: NSFP }),
    ];
    expect(asked).toEqual([true, true, true, true, true]);
    const elsewhere = [
      await referenceTaken(knex(), "asing", "INV-1"),
      await isNumberHeld(knex(), theirs, NSFP),
      await isReferenceHeld(knex(), theirs),
      await heldByAnother(knex(), theirs, { externalId: "X-1", nsfp: NSFP }),
    ];
    expect(elsewhere).toEqual([false, false, false, false]);
    // What a faktur holds itself stands in nobody's way, and neither does an equal id of another provider.
    const own = { id: "a", seller: "utama", reference: "INV-1" };
    expect(await heldByAnother(knex(), own, { externalId: "X-1", nsfp: NSFP })).toBe(false);
    const under = { id: "d", seller: "kedua", reference: "INV-4" };
    expect(await heldByAnother(knex(), under, { externalId: "X-1", nsfp: null })).toBe(false);
    const sameSeller = { id: "d", seller: "utama", reference: "INV-4" };
    expect(await heldByAnother(knex(), sameSeller, { externalId: "X-1", nsfp: null })).toBe(true);
  });

  test("take over one document one after the other: who comes second sees it held", async () => {
    const [first, second] = [await add("a", "utama"), await add("b", "kedua")];
    const there = { externalId: "X-7", nsfp: null };
    let found: boolean | null = null;
    let other: Promise<unknown> = Promise.resolve();
    await store.db.transaction(async (tx) => {
      expect(await heldByAnother(tx, first, there)).toBe(false);
      other = store.db.transaction(async (also) => void (found = await heldByAnother(also, second, there)));
      // SQLite lets no second one begin; MariaDB does, and it waits at the row.
      if (engine === "MariaDB") await until("the other waits", async () => found ?? (await oneWaits()));
      await noteFaktur(tx, first.id, { external_id: "X-7" }, AT);
    });
    await other;
    expect(found).toBe(true);
  });

  const oneWaits = async (): Promise<true | null> => {
    const [rows] = await knex().raw<{ Value: string }[][]>(
      "show global status like 'Innodb_row_lock_current_waits'",
    );
    return Number(rows?.[0]?.Value) > 0 ? true : null;
  };
});
