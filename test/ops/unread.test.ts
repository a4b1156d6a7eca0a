/**
 * Proves on both engines that an invoice which could not be read back from its portal has a last day all the same: it was paid
 * no later than on the day it became known. It is in the alarms, and the digest does not say that all is well.
 */
import type { TaxDay } from "../../src/clock";
import { composeDigest } from "../../src/mail/digest";
import { loadDigestTemplates } from "../../src/mail/render";
import { deadlineAlarms } from "../../src/ops/alarms";
import { gatherDigest } from "../../src/ops/digest";
import { gatherDue } from "../../src/ops/due";
import { insertInvoice } from "../../src/store/invoices";
import { findSeller } from "../../src/store/sellers";
import { describeEngines, openStore, type Store } from "../support/databases";
import { invoiceRow, seed } from "../support/rows";

const DAY = "2026-12-19" as TaxDay;

describeEngines("an invoice that its portal does not let read", (engine) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(engine);
    await seed(store.db);
    const unread = { decision: "unread", tax_day: null, paid_at: null, content: null } as const;
    const insert = (id: string, created_at: string) =>
      insertInvoice(store.db.knex, invoiceRow(id, { ...unread, created_at, updated_at: created_at }));
    // The last second of November in Jakarta, and the next one.
    await insert("november", "2026-11-30T16:59:59.000Z");
    await insert("december", "2026-11-30T17:00:00.000Z");
  });
  afterAll(() => store.close());

  test("is due by the day it became known", async () => {
    const alarms = deadlineAlarms(await gatherDue(store.db, DAY, "utama"), DAY);
    expect(alarms.map(({ id, deadline, level }) => [id, deadline, level])).toEqual([
      ["november", "2026-12-20", "urgent"],
      ["december", "2027-01-20", "quiet"],
    ]);
  });

  test("is something to look at in the digest once its last day is near", async () => {
    const seller = await findSeller(store.db.knex, "utama");
    const subjectOn = async (day: string) => {
      const facts = await gatherDigest(
        { db: store.db, publicUrl: "https://faktur.example" },
        seller!,
        new Date(`${day}T07:00:00+07:00`),
        null,
      );
      return composeDigest(facts, loadDigestTemplates()).subject;
    };
    expect(await subjectOn("2026-12-02")).toBe("Faktur 2026-12-02: semua beres");
    expect(await subjectOn("2026-12-19")).toBe("Faktur 2026-12-19: 1 perlu diperhatikan");
  });
});
