/**
 * Proves how the whole list of the channel is read: every document once, whatever size, order and overlap the pages
 * have; only the days asked for; no further than the days allow where the list runs backwards in time, and to its end
 * where it does not. (Over HTTP it is read by the flow of the reconciliation.)
 */
import fc from "fast-check";
import { addDays } from "../../../src/clock";
import type { ChannelDocument } from "../../../src/faktur/channels/channel";
import type { ListRow } from "../../../src/faktur/channels/pajakio-answers";
import { listFakturs } from "../../../src/faktur/channels/pajakio-list";
import { day } from "../../reconcile/examples";

const DAYS = { from: day("2026-11-01"), to: day("2026-11-30") };

const row = (id: string, date: string | null, madeOn: string | null = date): ListRow => ({
  transactionId: id,
  noInvoice: `INV-${id}`,
  date: date === null ? null : day(date),
  madeOn: madeOn === null ? null : day(madeOn),
  data: {},
});

const documentOf = async ({ transactionId }: ListRow): Promise<ChannelDocument> => ({
  ...{ externalId: transactionId, state: "approved", status: "APPROVAL_SUKSES", nsfp: null, message: null },
  ...{ buyerNumber: null, totals: null, simulated: true },
});

/** Reads it all; how many pages were asked for comes with it. */
async function listed(pageOf: (page: number) => readonly ListRow[]) {
  const ids: string[] = [];
  let pages = 0;
  const reader = {
    page: async (page: number) => {
      pages += 1;
      return { rows: pageOf(page), simulated: true };
    },
    document: documentOf,
  };
  for await (const one of listFakturs(reader, DAYS)) ids.push(one.externalId);
  return { ids, pages };
}

const pagesOf = (rows: readonly ListRow[], size: number) => (page: number) =>
  rows.slice(page * size, (page + 1) * size);

test("only the days asked for are listed, and rows that tell no date", async () => {
  const rows = [row("1", "2026-12-01"), row("2", "2026-11-30"), row("3", null), row("4", "2026-11-01")];
  expect((await listed(pagesOf([...rows, row("5", "2026-10-31")], 2))).ids).toEqual(["2", "3", "4"]);
});

test("a list in falling order is left well behind its first day, and no sooner", async () => {
  const rows = Array.from({ length: 200 }, (_, at) => row(String(at), addDays(day("2026-11-30"), -at)));
  const { ids, pages } = await listed(pagesOf(rows, 10));
  expect(ids).toHaveLength(30);
  expect(pages).toBe(7);
});

const placeOf = ({ transactionId }: ListRow): number => (Number(transactionId) * 37) % 200;

test.each([
  ["rises", (a: ListRow, b: ListRow) => (a.madeOn! < b.madeOn! ? -1 : 1)],
  ["has no order", (a: ListRow, b: ListRow) => placeOf(a) - placeOf(b)],
])("a list that %s is read to its end", async (_what, order) => {
  const rows = Array.from({ length: 200 }, (_, at) => row(String(at), addDays(day("2026-11-30"), -at)));
  const { ids, pages } = await listed(pagesOf(rows.toSorted(order), 10));
  expect([ids.length, pages]).toEqual([30, 21]);
});

test("old documents made on one day say nothing of the order", async () => {
  const rows = [
    ...Array.from({ length: 50 }, (_, at) => row(`o${at}`, "2026-01-02")),
    row("new", "2026-11-05"),
  ];
  expect((await listed(pagesOf(rows, 10))).ids).toEqual(["new"]);
});

test("rows that move to later pages while documents arrive are listed once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 30 }),
      async (count, size, arrivals) => {
        let rows = Array.from({ length: count }, (_, at) => row(`k${at}`, "2026-11-05"));
        const wanted = rows.map((one) => one.transactionId);
        let arrived = 0;
        const { ids } = await listed((page) => {
          const shown = pagesOf(rows, size)(page);
          // Never a whole page at once: that is a list which does not turn its pages.
          for (let more = Math.min(arrivals[page] ?? 0, size - 1); more > 0; more -= 1) {
            rows = [row(`n${(arrived += 1)}`, "2026-11-05"), ...rows];
          }
          return shown;
        });
        expect(new Set(ids).size).toBe(ids.length);
        expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
      },
    ),
    { numRuns: 200, examples: [[4, 4, [3, 3, 3]]] },
  );
});

test("a list that repeats its first page for ever is no list", async () => {
  await expect(listed(() => [row("1", "2026-11-05")])).rejects.toMatchObject({ code: "channel_nonsense" });
});
