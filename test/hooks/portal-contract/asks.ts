import type { PortalService } from "../../../src/hooks/portal";
import { held, type PortalServer, type PortalUnderTest } from "../portal-contract";

/** What only some portals can be asked; each is tried where the adapter has it. */
export function describeAsks(portal: PortalUnderTest, server: () => PortalServer): void {
  const { listServices, readServices, listUnpaid, readAccount, findAccount } = portal;
  const { readTicket, answerTicket, readRefund } = portal;
  const connection = () => server().connection();
  const accountId = (number: number) => server().accountId(number);
  const holdAccounts = () => {
    server().extras.account?.({ number: 77, name: "PT Contoh Sejahtera", email: "billing@contoh.example" });
    server().extras.account?.({ number: 78, name: "CV Lain", email: "lain@contoh.example" });
  };
  const service = (number: number, account: number, label = `contoh-${number}.example`) =>
    server().extras.service?.({ number, account, label }) ?? "";

  async function services(
    asked: AsyncIterable<PortalService>,
  ): Promise<readonly (readonly [string, string])[]> {
    const found: [string, string][] = [];
    for await (const one of asked) found.push([one.serviceId, one.accountId]);
    return found.toSorted();
  }

  if (listServices) {
    test("its services are listed with whom they belong to, all or one account's", async () => {
      holdAccounts();
      const ids = [service(12, 77), service(13, 78), service(14, 77)];
      const [first = "", second = "", third = ""] = ids;
      expect(await services(listServices(connection()))).toEqual(
        [
          [first, accountId(77)] as const,
          [second, accountId(78)] as const,
          [third, accountId(77)] as const,
        ].toSorted(),
      );
      expect(await services(listServices(connection(), accountId(78)))).toEqual([[second, accountId(78)]]);
      expect(await services(listServices(connection(), accountId(99)))).toEqual([]);
    });
  }

  if (readServices) {
    test("services are read by their ids as they are now; what is not there is left out", async () => {
      holdAccounts();
      const id = service(12, 77, "contoh.example");
      service(13, 77);
      const gone = service(14, 78).replace("14", "15");
      expect(await readServices(connection(), [id, gone, "?"])).toEqual([
        {
          ...{ serviceId: id, accountId: accountId(77), label: "contoh.example" },
          status: expect.any(String) as string,
        },
      ]);
      expect(await readServices(connection(), [])).toEqual([]);
    });
  }

  if (listUnpaid) {
    test("what an account still has to pay is listed with the services it is for", async () => {
      holdAccounts();
      const id = service(12, 77);
      server().hold(held({ id: 1 }));
      server().extras.unpaid?.({ id: 2, account: 77, service: 12, net: 50_000_00n, tax: 5_500_00n });
      expect(await listUnpaid(connection(), accountId(77))).toEqual([
        expect.objectContaining({
          ...{ invoiceId: server().invoiceId(2), accountId: accountId(77) },
          ...{ gross: 55_500_00n, currency: "IDR", serviceIds: [id] },
        }),
      ]);
      expect(await listUnpaid(connection(), accountId(78))).toEqual([]);
    });
  }

  if (readAccount) {
    test("an account is read with its name and address; null when there is none", async () => {
      holdAccounts();
      expect(await readAccount(connection(), accountId(77))).toMatchObject({
        ...{ id: accountId(77), name: "PT Contoh Sejahtera", email: "billing@contoh.example" },
      });
      expect(await readAccount(connection(), accountId(99))).toBeNull();
    });
  }

  if (findAccount) {
    test("an account is found by its whole e-mail address in any case, and by nothing else", async () => {
      holdAccounts();
      const found = await findAccount(connection(), "lain@contoh.example");
      expect(found).toMatchObject({ id: accountId(78), email: "lain@contoh.example" });
      expect(await findAccount(connection(), "ain@contoh.example")).toBeNull();
      expect(await findAccount(connection(), "siapa@contoh.example")).toBeNull();
    });
  }

  if (readTicket) {
    test("a ticket is read by its id and by its number; a guest's has no account", async () => {
      holdAccounts();
      const id =
        server().extras.ticket?.({ id: 5, number: "ABC-123456", account: 77, subject: "Pindah" }) ?? "";
      server().extras.ticket?.({ id: 6, number: "ABC-654321", account: null, subject: "Tamu" });
      const ticket = { id, number: "ABC-123456", accountId: accountId(77), subject: "Pindah" };
      expect(await readTicket(connection(), id)).toMatchObject(ticket);
      expect(await readTicket(connection(), "ABC-123456")).toMatchObject(ticket);
      expect(await readTicket(connection(), "ABC-654321")).toMatchObject({ accountId: null });
      expect(await readTicket(connection(), "ABC-000000")).toBeNull();
    });
  }

  if (answerTicket) {
    test("a ticket is answered once under one reference, and one that is gone is not_found", async () => {
      holdAccounts();
      const id =
        server().extras.ticket?.({ id: 5, number: "ABC-123456", account: 77, subject: "Pindah" }) ?? "";
      await answerTicket(connection(), id, "Disetujui. Ref trf-1", "trf-1");
      await answerTicket(connection(), id, "Disetujui. Ref trf-1", "trf-1");
      expect(server().extras.answers?.(id)).toEqual(["Disetujui. Ref trf-1"]);
      await answerTicket(connection(), id, "Selesai. Ref trf-2", "trf-2");
      expect(server().extras.answers?.(id)).toHaveLength(2);
      const gone = answerTicket(connection(), id.replace("5", "9"), "x trf-3", "trf-3");
      await expect(gone).rejects.toMatchObject({ code: "not_found" });
    });
  }

  if (readRefund) {
    test.each(["done", "pending", "failed"] as const)("T52: a refund that is %s says so", async (state) => {
      server().hold(held());
      const id = server().extras.refund?.({ invoice: 7, amount: 55_500_00n, state }) ?? "";
      const refund = { invoiceId: server().invoiceId(7), amount: 55_500_00n, state };
      expect(await readRefund(connection(), id)).toMatchObject(refund);
    });

    test("a refund that is not there is not_found", async () => {
      const id = server().extras.refund?.({ invoice: 7, amount: 1n, state: "done" }) ?? "";
      server().reset();
      await expect(readRefund(connection(), id)).rejects.toMatchObject({ code: "not_found" });
    });
  }
}
