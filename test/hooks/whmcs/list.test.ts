/**
 * The list of paid invoices (trap T42) against a WHMCS over HTTP whose rows come and go between two pages: what was paid
 * throughout is given exactly once, in bounded pages, however the list moves.
 */
import fc from "fast-check";
import { listPaid, PAGE } from "../../../src/hooks/whmcs/list";
import type { ListDepth, PaidListed } from "../../../src/hooks/portal";
import { connectionOf } from "../../support/sign-webhook";
import { whmcsInvoice } from "../../support/whmcs-rows";
import { startWhmcs, WHMCS_API, type WhmcsStandIn } from "../../support/whmcs-stand-in";

let whmcs: WhmcsStandIn;
beforeAll(async () => {
  whmcs = await startWhmcs();
});
beforeEach(() => whmcs.reset());
afterAll(() => whmcs.close());

const ALL: ListDepth = { kind: "all", since: null };
const since = (iso: string): ListDepth => ({ kind: "since", since: new Date(iso) });

async function list(depth: ListDepth, options: Record<string, unknown> = {}): Promise<PaidListed[]> {
  const connection = connectionOf("whmcs", { api: { url: whmcs.url, ...WHMCS_API }, options });
  const rows: PaidListed[] = [];
  for await (const row of listPaid(connection, depth, { fetch, timeoutMs: 5000 })) rows.push(row);
  return rows;
}

const ids = async (depth: ListDepth) => (await list(depth)).map((row) => Number(row.invoiceId));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const hold = (numbers: readonly number[], more: Record<string, unknown> = {}) => {
  whmcs.world.invoices = numbers.map((id) => whmcsInvoice(id, more));
};

test("a row tells number, account, day, gross and currency; what it does not tell is null", async () => {
  whmcs.world.invoices = [
    whmcsInvoice(1),
    whmcsInvoice(2, { invoicenum: "", datepaid: "0000-00-00 00:00:00", tax: "x", userid: 99 }),
    whmcsInvoice(3, { status: "Unpaid" }),
    whmcsInvoice(4, { credit: "1110000.00" }),
  ];
  expect(await list(ALL)).toEqual([
    {
      ...{ invoiceId: "1", number: "INV-1", accountId: "77", gross: 111_000_000n, currency: "IDR" },
      paidAt: new Date("2026-11-03T02:10:00Z"),
    },
    { invoiceId: "2", number: null, accountId: "99", gross: null, currency: null, paidAt: null },
    // Wholly paid from credit: its total is 0, its gross is not (trap T4).
    expect.objectContaining({ invoiceId: "4", gross: 111_000_000n }),
  ]);
});

test("the zone of the portal decides when a row was paid", async () => {
  hold([1]);
  const [row] = await list(ALL, { timezone: "UTC" });
  expect(row?.paidAt?.toISOString()).toBe("2026-11-03T09:10:00.000Z");
});

test.each([0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 357])(
  "a list of %i is given whole, once and in order",
  async (size) => {
    hold(range(1, size));
    expect(await ids(ALL)).toEqual(range(1, size));
    expect(whmcs.calls("GetInvoices")).toBeLessThanOrEqual(Math.ceil(size / (PAGE - 10)) + 1);
  },
);

test("T42: an invoice two years old that was paid today is found by the whole list, and by its day", async () => {
  hold(range(1, 500), { datepaid: "2024-11-03 09:00:00", date: "2024-11-01" });
  Object.assign(whmcs.world.invoices[250]!, { datepaid: "2026-11-03 09:00:00" });
  expect(await ids({ kind: "all", since: new Date("2026-11-03T00:00:00Z") })).toEqual([251]);
  expect(await ids(since("2026-11-03T00:00:00Z"))).toEqual([]);
});

test("the quick list ends at the first page on which nothing was paid since", async () => {
  hold(range(1, 1000), { datepaid: "2026-10-01 09:00:00" });
  for (const id of [990, 1000])
    Object.assign(whmcs.world.invoices[id - 1]!, { datepaid: "2026-11-03 09:00:00" });
  expect(await ids(since("2026-11-01T00:00:00Z"))).toEqual([1000, 990]);
  expect(whmcs.calls("GetInvoices")).toBe(2);
});

test("a list of one and a list of none are read in the shapes PHP makes of them", async () => {
  whmcs.world.oddLists = true;
  hold([1]);
  expect(await ids(ALL)).toEqual([1]);
  hold([]);
  expect(await ids(ALL)).toEqual([]);
});

test("T42: a hundred rows that vanish between two pages hide none of the others", async () => {
  hold(range(1, 450));
  let calls = 0;
  whmcs.world.between = () => {
    calls += 1;
    if (calls === 2) whmcs.world.invoices = whmcs.world.invoices.filter((row) => row.id > 100);
  };
  expect(await ids(ALL)).toEqual(range(1, 450));
});

test("T42: however rows come and go, what stays is given exactly once", async () => {
  const change = fc.record({ at: fc.integer({ min: 1, max: 8 }), id: fc.integer({ min: 1, max: 420 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 150 }),
      fc.constantFrom("all", "since"),
      async (changes, kind) => {
        whmcs.reset();
        // Odd numbers are paid now and then, even ones come and go between the pages.
        hold(range(1, 420));
        let calls = 0;
        whmcs.world.between = () => {
          calls += 1;
          for (const { id } of changes.filter((one) => one.at === calls && one.id % 2 === 0)) {
            const there = whmcs.world.invoices.some((row) => row.id === id);
            whmcs.world.invoices = there
              ? whmcs.world.invoices.filter((row) => row.id !== id)
              : [...whmcs.world.invoices, whmcsInvoice(id)];
          }
        };
        const got = await ids(kind === "all" ? ALL : since("2026-01-01T00:00:00Z"));
        expect(new Set(got).size).toBe(got.length);
        const odd = range(1, 420).filter((id) => id % 2 === 1);
        expect(got.filter((id) => id % 2 === 1).sort((a, b) => a - b)).toEqual(odd);
      },
    ),
    { numRuns: 30 },
  );
});

test("a WHMCS that does not sort is refused: a gap could not be seen", async () => {
  hold([1, 2, 3]);
  whmcs.world.invoices = whmcs.world.invoices.map((row) => ({ ...row, id: 4 - row.id }));
  whmcs.world.fault = (_action, response) => {
    response.end(
      JSON.stringify({ result: "success", totalresults: 2, invoices: { invoice: [{ id: 2 }, { id: 1 }] } }),
    );
    return true;
  };
  await expect(ids(ALL)).rejects.toMatchObject({ code: "portal_unavailable" });
});
