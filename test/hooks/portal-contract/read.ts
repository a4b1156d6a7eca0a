import { dayInJakarta } from "../../../src/clock";
import type { PaidInvoice } from "../../../src/hooks/invoice";
import { sum } from "../../../src/money";
import { held, type HeldInvoice, type PortalServer, type PortalUnderTest } from "../portal-contract";

/** An invoice that is read back: what it says is what the portal holds, to the last rupiah and second. */
export function describeRead(portal: PortalUnderTest, server: (which?: 0 | 1) => PortalServer): void {
  const read = (number: number, from = server()) =>
    portal.readInvoice!(from.connection(), from.invoiceId(number));

  async function paid(invoice: HeldInvoice, from = server()): Promise<PaidInvoice> {
    from.hold(invoice);
    const answer = await read(invoice.id, from);
    if (answer.kind !== "paid") throw new Error(answer.kind);
    return answer.invoice;
  }

  describe("an invoice read back", () => {
    test("tells its names, its account, its moment and its money", async () => {
      const invoice = await paid(held());
      expect(invoice).toMatchObject({
        ...{ invoiceId: server().invoiceId(7), number: "INV-7", currency: "IDR" },
        account: { id: server().accountId(77), name: expect.stringMatching(/\S/) as string },
        ...{ paidAt: held().paidAt, taxDay: "2026-11-03" },
        ...{ subtotal: 100_000_000n, tax: 11_000_000n, total: 111_000_000n },
      });
    });

    test("has lines that add up to it, each with an id of its own and words", async () => {
      const invoice = await paid(held());
      const lines = sum(invoice.lines.map((line) => line.amount));
      expect(lines).toBe(invoice.pricesIncludeTax ? invoice.total : invoice.subtotal);
      expect(new Set(invoice.lines.map((line) => line.id)).size).toBe(invoice.lines.length);
      expect(invoice.lines.every((line) => line.description.trim() !== "" && line.taxed)).toBe(true);
    });

    test("says the same when it is read again", async () => {
      const first = await paid(held());
      expect(await read(7)).toMatchObject({ kind: "paid", invoice: first });
    });

    test.each(["2026-10-31T23:59:59+07:00", "2026-11-01T00:00:01+07:00"])(
      "T47: paid at %s has the day of Jakarta",
      async (iso) => {
        const paidAt = new Date(iso);
        const invoice = await paid(held({ paidAt }));
        expect([invoice.paidAt, invoice.taxDay]).toEqual([paidAt, dayInJakarta(paidAt)]);
        expect(invoice.taxDay).toBe(iso.slice(0, 10));
      },
    );

    test("T12: in another currency says so, with its amounts as they are", async () => {
      const foreign = held({ account: 78, currency: "USD", net: 10_00n, tax: 1_10n });
      expect(await paid(foreign)).toMatchObject({
        currency: "USD",
        subtotal: 10_00n,
        tax: 1_10n,
        total: 11_10n,
      });
    });

    test("T48: without a number yet says null, and the number once there is one", async () => {
      expect((await paid(held({ number: null }))).number).toBeNull();
      expect((await paid(held({ number: "INV-2026-7" }))).number).toBe("INV-2026-7");
    });

    test.each(["unpaid", "cancelled"] as const)(
      "that is %s is not paid, in the portal's own word",
      async (state) => {
        server().hold(held({ state }));
        expect(await read(7)).toMatchObject({
          kind: "notPaid",
          state,
          status: expect.stringMatching(/\S/) as string,
        });
      },
    );

    test("that the portal does not have is absent", async () => {
      server().hold(held());
      expect(await read(8)).toMatchObject({ kind: "absent" });
    });

    test("comes from its own connection, whatever else is read at the same time", async () => {
      const nets = [100_000_000n, 250_000_000n] as const;
      nets.forEach((net, which) => server(which as 0 | 1).hold(held({ net })));
      const reads = Array.from({ length: 20 }, async (_, turn) => {
        const which = (turn % 2) as 0 | 1;
        const answer = await read(7, server(which));
        return answer.kind === "paid" && answer.invoice.subtotal === nets[which];
      });
      expect(await Promise.all(reads)).toEqual(reads.map(() => true));
    });
  });
}
