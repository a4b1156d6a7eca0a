/**
 * Words about a bill that nobody has paid yet, on both engines: that it is unpaid is no news, whenever it was said, and a
 * bill that stands is read again when the portal has changed it; one that was paid is not.
 */
import { takeEarly } from "../../src/hooks/early";
import { writeInvoice } from "../../src/faktur/stored";
import { intake } from "../../src/hooks/intake";
import { contentHash } from "../../src/hooks/ledger";
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import { saveCompany } from "../../src/store/accounts";
import { casesOf } from "../../src/store/cases";
import { saveEarlyState } from "../../src/store/events";
import { invoiceById, insertInvoice, type PortalState } from "../../src/store/invoices";
import { describeEngines, openStore, type Store } from "../support/databases";
import { invoice, line } from "../faktur/examples";
import { addFaktur, companyRow, invoiceRow, NOW, seed } from "../support/rows";
import { connectionOf } from "../support/sign-webhook";
import { testClock } from "../support/test-clock";

describeEngines("a bill", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(() => store.close());
  const clock = testClock(NOW);
  const recorded = async (id: string, portal_state: PortalState) => {
    const row = invoiceRow(id, { portal_state, portal_state_at: NOW });
    await insertInvoice(store.db.knex, row);
    return row;
  };

  test.each([
    ["billed", "unpaid", "billed"],
    ["billed", "cancelled", "cancelled"],
    ["paid", "unpaid", "unpaid"],
  ] as const)("that is %s, of which %s was said before it was told, is %s", async (state, said, ends) => {
    const id = `early-${state}-${said}`;
    const row = await recorded(id, state);
    const said_at = "2026-11-03T05:00:00.000Z";
    const { db } = store;
    await saveEarlyState(db.knex, { portal: "toko", invoice_external_id: id, state: said, said_at });
    await db.transaction((tx) => takeEarly(tx, { clock }, row));
    expect((await invoiceById(db.knex, id))?.portal_state).toBe(ends);
  });

  test("or invoice that is unpaid again is one case, however many deliveries say so", async () => {
    const { db } = store;
    const { invoice_id } = await addFaktur(db, "stands", { state: "approved", nsfp: "04002600000000001" });
    const d = { db, clock, newId, log: silentLog, wake: () => undefined };
    for (const deliveryId of ["u-1", "u-2"]) {
      const heard = { kind: "unpaid", deliveryId, invoiceId: invoice_id, saidAt: new Date(NOW) } as const;
      await intake(d, connectionOf("generic", { slug: "toko" }), heard);
    }
    expect((await casesOf(db.knex, invoice_id)).map(({ kind }) => kind)).toEqual(["unpaid_again"]);
  });

  test.each([
    ["before the one that is recorded changes nothing", "2026-11-03T01:00:00.000Z", false],
    ["since then is the record", "2026-11-03T03:00:00.000Z", true],
  ])("that was said %s", async (_what, saidAt, changes) => {
    const { db } = store;
    const told = (invoiceId: string, amount: string) => invoice([line({ amount })], { invoiceId });
    const id = `told-${changes}`;
    const [first, other] = [told(id, "1000000.00"), told(id, "2000000.00")];
    const content = { content: writeInvoice(first), content_hash: contentHash(first) };
    const standing = { ...content, basis: "billed", portal_state: "billed", portal_state_at: NOW } as const;
    await insertInvoice(db.knex, invoiceRow(id, standing));
    const d = { db, clock, newId, log: silentLog, wake: () => undefined };
    const heard = {
      kind: "billed",
      deliveryId: `b-${id}`,
      invoice: other,
      saidAt: new Date(saidAt),
    } as const;
    const answer = await intake(d, connectionOf("whmcs", { slug: "toko" }), heard);
    const now = await invoiceById(db.knex, id);
    expect([answer.status, now?.content_hash === content.content_hash]).toEqual(["duplicate", !changes]);
  });

  test.each([
    ["billed", 1],
    ["paid", 0],
  ] as const)(
    "that is recorded as %s is read %i times when the portal speaks of it",
    async (state, reads) => {
      const id = `spoken-${state}`;
      await recorded(id, state);
      const { db } = store;
      // An account whose fakturs are due with the bill: else nobody asks for one.
      await saveCompany(db.knex, companyRow({ issue_on: "bill" }));
      const d = { db, clock, newId, log: silentLog, wake: () => undefined };
      const heard = { kind: "billWake", deliveryId: `d-${state}`, invoiceId: id } as const;
      const answer = await intake(d, connectionOf("whmcs", { slug: "toko" }), heard);
      expect(answer.status).toBe("duplicate");
      expect(await db.knex("jobs").where({ kind: "readBill", subject: `toko/${id}` })).toHaveLength(reads);
    },
  );
});
