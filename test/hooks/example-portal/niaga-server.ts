import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { formatMoney } from "../../../src/money";
import { connectionOf } from "../../support/sign-webhook";
import type { HeldInvoice, PortalServer } from "../portal-contract";

const KEY = "kunci-niaga-yang-tidak-boleh-keluar";

interface Client {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

/** A local HTTP server in the place of Niaga: invoices in the order of their numbers, `{"data": …}` round everything. */
export async function startNiaga(): Promise<PortalServer> {
  const invoices = new Map<number, HeldInvoice>();
  const clients = new Map<number, Client>();
  let asked = 0;
  let fault: ((response: ServerResponse) => void) | null = null;
  let between: (() => void) | null = null;

  const clientOf = (id: number): Client =>
    clients.get(id) ?? { id, name: "PT Contoh Sejahtera", email: "billing@contoh.example" };
  const rowOf = (invoice: HeldInvoice) => ({
    ...{ id: invoice.id, number: invoice.number, currency: invoice.currency },
    status: { paid: "paid", unpaid: "open", cancelled: "void" }[invoice.state],
    client: clientOf(invoice.account),
    paid_at: invoice.state === "paid" ? invoice.paidAt.toISOString() : null,
    ...{ net: formatMoney(invoice.net), tax: formatMoney(invoice.tax) },
    lines: [{ id: 1, title: "Hosting", amount: formatMoney(invoice.net), taxed: true }],
  });

  function dataFor({ pathname, searchParams }: URL): unknown {
    const [, , kind, id] = pathname.split("/");
    if (kind === "clients") return clients.get(Number(id)) ?? null;
    if (id !== undefined) {
      const found = invoices.get(Number(id));
      return found === undefined ? null : rowOf(found);
    }
    const since = searchParams.get("paid_since");
    return [...invoices.values()]
      .filter((one) => one.state === "paid" && one.id > Number(searchParams.get("after")))
      .filter((one) => since === null || one.paidAt >= new Date(since))
      .toSorted((a, b) => a.id - b.id)
      .slice(0, Number(searchParams.get("limit")))
      .map(rowOf);
  }

  const server = createServer((request, response) => {
    asked += 1;
    if (fault !== null) return fault(response);
    if (request.headers.authorization !== `Bearer ${KEY}`) return refuseKey(response);
    const url = new URL(request.url ?? "/", "http://niaga.test");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ data: dataFor(url) }));
    if (url.search !== "") between?.();
  }).listen(0, "127.0.0.1");
  const refuseKey = (response: ServerResponse) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: `bad key ${KEY}` }));
  };
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    connection: (more = {}) =>
      connectionOf("generic", { api: more.api === null ? null : { url: more.url ?? address, secret: KEY } }),
    secrets: [KEY],
    ...{ invoiceId: String, accountId: String, refuseKey },
    hold: (invoice) => void invoices.set(invoice.id, invoice),
    asked: () => asked,
    fault: (answer) => void (fault = answer),
    between: (run) => void (between = run),
    extras: {
      account: ({ number, name, email }) => void clients.set(number, { id: number, name, email }),
    },
    reset: () => {
      invoices.clear();
      clients.clear();
      [asked, fault, between] = [0, null, null];
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
