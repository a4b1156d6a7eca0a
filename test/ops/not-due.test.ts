/**
 * Held invoices that no faktur is due for, or that none can be made for any more, cannot be closed. Proves on both engines
 * that they do not crowd out what somebody must act on: they come last on the home page however many and old they are, have
 * no deadline in alarms, digest and metrics, and stay counted as held.
 */
import { deadlineAlarms } from "../../src/ops/alarms";
import { gatherDue } from "../../src/ops/due";
import { gatherHome } from "../../src/ops/home";
import { createMetrics } from "../../src/ops/metrics";
import type { TaxDay } from "../../src/clock";
import { insertInvoice } from "../../src/store/invoices";
import { describeEngines, openStore, type Store } from "../support/databases";
import { invoiceRow, NOW, seed } from "../support/rows";
import { testClock } from "../support/test-clock";

const OVER = ["refunded_before_issue", "unpaid_again", "cancelled_in_portal", "negative_total", "too_late"];
const EACH = 20;
const DAY = "2026-11-03" as TaxDay;

describeEngines("held invoices that can never end", (engine) => {
  let store: Store;
  const clock = testClock();
  beforeAll(async () => {
    store = await openStore(engine);
    const { db } = store;
    await seed(db);
    const held = (id: string, reason: string, tax_day: string, created_at = NOW, more: string[] = []) =>
      insertInvoice(
        db.knex,
        invoiceRow(id, {
          ...{ decision: "held", reason, tax_day, created_at },
          reasons: JSON.stringify(
            [reason, ...more].map((code) => ({
              ...{ code, message: { id: "x", en: "x" }, fix: { id: "x", en: "x" } },
            })),
          ),
        }),
      );
    for (const reason of OVER)
      for (let index = 0; index < EACH; index += 1)
        await held(`${reason}-${index}`, reason, "2026-10-02", "2026-10-02T02:10:00.000Z");
    await held("late", "past_deadline", "2026-08-05");
    await held("due", "buyer_invalid", "2026-11-02");
    await held("in-part", "refunded_in_part", "2026-11-03", NOW, ["refunded_before_issue"]);
  });
  afterAll(() => store.close());

  test("they come last on the home page and have no deadline there, and are counted", async () => {
    const { items, counts } = await gatherHome({ db: store.db, clock });
    expect(items.map(({ title, code, deadline }) => [title.id, code, deadline]).slice(0, 4)).toEqual([
      ["late", "past_deadline", "2026-09-20"],
      ["due", "buyer_invalid", "2026-12-20"],
      ["in-part", "refunded_in_part", "2026-12-20"],
      ["cancelled_in_portal-0", "cancelled_in_portal", null],
    ]);
    expect([items.length, counts.invoice]).toEqual([EACH, OVER.length * EACH + 3]);
  });

  test("they have no deadline in alarms and digest", async () => {
    const alarms = deadlineAlarms(await gatherDue(store.db, DAY, "utama"), DAY);
    expect(alarms.map(({ id, level }) => [id, level])).toEqual([
      ["late", "past"],
      ["due", "quiet"],
      ["in-part", "quiet"],
    ]);
  });

  test("and none in the metrics, which count them by their reason", async () => {
    const lines = (await createMetrics(store.db, clock).text()).split("\n");
    expect(lines).toContain('faktur_deadline_days_left{of="invoice"} 47');
    expect(lines).toContain(`faktur_invoices_held{reason="refunded_before_issue"} ${EACH}`);
  });
});
