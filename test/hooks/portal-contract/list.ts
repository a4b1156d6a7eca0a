import type { ListDepth, PaidListed } from "../../../src/hooks/portal";
import { held, type PortalServer, type PortalUnderTest } from "../portal-contract";

const at = (iso: string) => new Date(`${iso}T09:00:00+07:00`);
const ALL: ListDepth = { kind: "all", since: null };
const SINCE: ListDepth = { kind: "since", since: at("2026-11-01") };

/** What no webhook told is found by listing: everything once, whatever arrives meanwhile, and never quietly less. */
export function describeList(portal: PortalUnderTest, server: () => PortalServer): void {
  async function list(depth: ListDepth): Promise<PaidListed[]> {
    const rows: PaidListed[] = [];
    for await (const row of portal.listPaid!(server().connection(), depth)) rows.push(row);
    return rows;
  }
  const numbers = async (depth: ListDepth) => {
    const ids = new Map(Array.from({ length: 999 }, (_, number) => [server().invoiceId(number), number]));
    return (await list(depth)).map((row) => ids.get(row.invoiceId) ?? row.invoiceId).toSorted();
  };

  describe("the list of paid invoices", () => {
    test("tells enough of a row to find and to compare it", async () => {
      server().hold(held());
      for (const depth of [ALL, SINCE]) {
        expect(await list(depth)).toEqual([
          {
            ...{ invoiceId: server().invoiceId(7), accountId: server().accountId(77), number: "INV-7" },
            ...{ paidAt: held().paidAt, gross: 111_000_000n, currency: "IDR" },
          },
        ]);
      }
    });

    test("T42: goes back as far as it is asked to, and holds nothing that is not paid", async () => {
      server().hold(held({ id: 1, madeAt: at("2024-01-05"), paidAt: at("2024-01-06") }));
      server().hold(held({ id: 2, madeAt: at("2026-10-30"), paidAt: at("2026-10-31") }));
      server().hold(held({ id: 3, madeAt: at("2026-10-30"), paidAt: at("2026-11-02") }));
      server().hold(held({ id: 4, state: "unpaid" }));
      server().hold(held({ id: 5, state: "cancelled" }));
      expect(await numbers(SINCE)).toEqual([3]);
      expect(await numbers(ALL)).toEqual([1, 2, 3]);
      expect(await numbers({ kind: "all", since: at("2026-10-01") })).toEqual([2, 3]);
    });

    test("T42: of none is empty", async () => {
      expect([await list(ALL), await list(SINCE)]).toEqual([[], []]);
    });

    test.each([
      ["whole", ALL],
      ["newest", SINCE],
    ])(
      "T42: the %s list gives each of 230 rows once, while new ones arrive between the pages",
      async (_, depth) => {
        for (let id = 1; id <= 230; id += 1) server().hold(held({ id }));
        let newest = 230;
        server().between(() => server().hold(held({ id: (newest += 1) })));
        const found = await numbers(depth);
        expect(found.filter((number) => Number(number) <= 230)).toHaveLength(230);
        expect(new Set(found).size).toBe(found.length);
        expect(newest).toBeGreaterThan(231);
      },
    );

    test("T49: that breaks off between two pages is an error, never a shorter list", async () => {
      for (let id = 1; id <= 230; id += 1) server().hold(held({ id }));
      server().between(() => server().fault((response) => response.destroy()));
      await expect(list(ALL)).rejects.toMatchObject({ code: "portal_unavailable" });
    });
  });
}
