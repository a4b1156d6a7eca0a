/**
 * Proves that looks at a service, and words about it, count in the order in which they were made and not in which they end,
 * on both engines: an older one that comes last undoes nothing, and opens nothing twice.
 */
import { writeInvoice } from "../../src/faktur/stored";
import { noteInvoiceServices, noteService, noteTold } from "../../src/hooks/moves";
import { newId } from "../../src/ids";
import { invoiceById, insertInvoice } from "../../src/store/invoices";
import { movesTouching, ownerOf } from "../../src/store/moves";
import { describeEngines, openStore, type Store } from "../support/databases";
import { invoice, line } from "../faktur/examples";
import { invoiceRow, seed } from "../support/rows";
import { testClock } from "../support/test-clock";

describeEngines("who has a service", (engine) => {
  let store: Store;
  let serviceId = "";
  let count = 0;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
  });
  afterAll(() => store.close());
  beforeEach(() => {
    serviceId = `S${(count += 1)}`;
  });

  const d = { clock: testClock("2026-11-03T12:00:00+07:00"), newId };
  const moment = (hour: string) => new Date(`2026-11-03T${hour}:00+07:00`);
  const look = (accountId: string, hour: string) =>
    store.db.transaction((tx) =>
      noteService(
        tx,
        d,
        {
          portal: "toko",
          service: { serviceId, accountId, label: "contoh.example", status: "Active" },
          at: moment(hour),
        },
        "list",
      ),
    );
  const tell = (from: string, to: string, hour: string) =>
    store.db.transaction((tx) =>
      noteTold(tx, d, { portal: "toko", serviceId, from, to, ticket: null, saidAt: moment(hour) }),
    );
  const owner = async () => (await ownerOf(store.db.knex, "toko", serviceId))?.account;
  const moves = async () =>
    (await movesTouching(store.db.knex, "toko", "77"))
      .filter((move) => move.service_id === serviceId)
      .map((move) => [move.from_account, move.to_account]);

  test("is who was seen last, whichever look ends last", async () => {
    await look("77", "09:00");
    expect(await look("78", "11:00")).not.toBeNull();
    expect(await look("77", "10:00")).toBeNull();
    expect([await owner(), await moves()]).toEqual(["78", [["77", "78"]]]);
  });

  test("is who was seen since, where an older move is told late", async () => {
    await look("77", "09:00");
    await look("79", "11:00");
    await tell("77", "78", "10:00");
    expect(await owner()).toBe("79");
    await tell("79", "80", "11:30");
    expect(await owner()).toBe("80");
  });

  test("has left an account that sold it on, and its next invoice opens no move of its own", async () => {
    await tell("77", "78", "10:00");
    await tell("78", "79", "11:00");
    const paid = invoice([line({ amount: "1000000.00", serviceId })]);
    const seen = {
      services: [{ serviceId, accountId: "79", label: null, status: "Active" }],
      at: moment("12:00"),
    };
    await store.db.transaction((tx) => noteInvoiceServices(tx, d, "toko", paid, seen, true));
    expect(await moves()).toEqual([
      ["77", "78"],
      ["78", "79"],
    ]);
  });

  test("asks finance anew for what it had accepted of an invoice, and for that of no other service", async () => {
    const rows = [serviceId, `${serviceId}-other`].map((on) =>
      invoiceRow(`accepted-${on}`, {
        content: writeInvoice(invoice([line({ amount: "1000000.00", serviceId: on })])),
        accepted: '["service_moved"]',
        decision: "issuing",
      }),
    );
    for (const row of rows) await insertInvoice(store.db.knex, row);
    await look("77", "08:00");
    await tell("77", "78", "09:05");
    const accepted = await Promise.all(
      rows.map(async ({ id }) => (await invoiceById(store.db.knex, id))?.accepted),
    );
    expect(accepted).toEqual(["[]", '["service_moved"]']);
  });

  test("is moved once, by whomever it is told and seen", async () => {
    await look("77", "09:00");
    await tell("77", "78", "10:00");
    await tell("77", "78", "10:00");
    expect(await look("78", "11:00")).toBeNull();
    expect([await owner(), await moves()]).toEqual(["78", [["77", "78"]]]);
  });
});
