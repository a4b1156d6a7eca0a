// Runs the contract of portals for `whmcs`, against a local server that answers like the API of WHMCS.
import { dayInJakarta } from "../../../src/clock";
import { signStandardWebhook } from "../../../src/hooks/signature";
import { createWhmcsPortal } from "../../../src/hooks/whmcs/whmcs";
import { silentLog } from "../../../src/log";
import { formatMoney } from "../../../src/money";
import { connectionOf, secretNamed } from "../../support/sign-webhook";
import { testClock } from "../../support/test-clock";
import { whmcsClient, whmcsInvoice, whmcsItem, whmcsProduct } from "../../support/whmcs-rows";
import { sendJson, startWhmcs, WHMCS_API } from "../../support/whmcs-stand-in";
import { describePortal, type HeldInvoice, type PortalServer } from "../portal-contract";

const event = (type: string, data: unknown) => ({ type, timestamp: "2026-11-03T09:10:00+07:00", data });

/** The wall clock of a WHMCS in Jakarta. */
const stamp = (at: Date): string => {
  const local = new Date(at.getTime() + 7 * 3_600_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)}`;
};

const STATUS = { paid: "Paid", unpaid: "Unpaid", cancelled: "Cancelled" } as const;

async function startServer(): Promise<PortalServer> {
  const whmcs = await startWhmcs();
  const { world } = whmcs;
  const hold = (invoice: HeldInvoice) => {
    const { id, account } = invoice;
    if (!world.clients.some((client) => client["id"] === account)) {
      world.clients.push(
        whmcsClient({ id: account, userid: account, client_id: account, currency_code: invoice.currency }),
      );
    }
    const row = whmcsInvoice(id, {
      ...{ userid: account, invoicenum: invoice.number ?? "", status: STATUS[invoice.state] },
      ...{
        subtotal: formatMoney(invoice.net),
        tax: formatMoney(invoice.tax),
        date: dayInJakarta(invoice.madeAt),
      },
      ...(invoice.state === "paid" ? { datepaid: stamp(invoice.paidAt) } : {}),
      items: [whmcsItem({ id: id * 100, amount: formatMoney(invoice.net) })],
    });
    world.invoices = [...world.invoices.filter((one) => one.id !== id), row];
  };
  return {
    hold,
    connection: (more = {}) =>
      connectionOf("whmcs", { api: more.api === null ? null : { url: more.url ?? whmcs.url, ...WHMCS_API } }),
    secrets: [...Object.values(WHMCS_API), "$2y$10$Rahasia", "sandi-yang-tidak"],
    invoiceId: String,
    accountId: String,
    asked: () => whmcs.asked.length,
    fault: (answer) => {
      world.fault =
        answer &&
        ((_action, response) => {
          answer(response);
          return true;
        });
    },
    refuseKey: (response) =>
      sendJson(response, 403, {
        result: "error",
        message: `Authentication Failed for ${WHMCS_API.identifier}`,
      }),
    between: (run) => {
      world.between = run;
    },
    extras: {
      account: ({ number, name, email }) => {
        const row = whmcsClient({ id: number, userid: number, client_id: number, companyname: name, email });
        world.clients = [...world.clients.filter((client) => client["id"] !== number), row];
      },
      service: ({ number, account, label }) => {
        world.products.push(whmcsProduct(number, { clientid: String(account), domain: label }));
        return `S${number}`;
      },
      unpaid: ({ id, account, service, net, tax }) => {
        const amounts = {
          subtotal: formatMoney(net),
          tax: formatMoney(tax),
          userid: account,
          status: "Unpaid",
        };
        world.invoices.push(whmcsInvoice(id, { ...amounts, items: [whmcsItem({ relid: service })] }));
      },
      ticket: ({ id, number, account, subject }) => {
        const ids = { ticketid: String(id), tid: number, userid: String(account ?? 0) };
        world.tickets.push({ ...ids, subject, status: "Open", service: "", replies: { reply: [] } });
        return String(id);
      },
      answers: (ticketId) => {
        const ticket = world.tickets.find((one) => one["ticketid"] === ticketId);
        return (ticket?.["replies"] as { reply: { message: string }[] }).reply.map((reply) => reply.message);
      },
    },
    reset: whmcs.reset,
    close: whmcs.close,
  };
}

describePortal("whmcs", {
  create: (timeoutMs) =>
    createWhmcsPortal({
      ...{ fetch, timeoutMs, clock: testClock(), log: silentLog },
      servicesHad: () => Promise.resolve([]),
    }),
  startServer,
  wire: {
    secret: secretNamed,
    sign: ({ deliveryId, ...more }) => signStandardWebhook({ id: deliveryId, ...more }),
    paid: () => event("invoice.paid", { invoiceId: 7 }),
    ignored: () => event("invoice.reminded", { invoiceId: 7 }),
    malformed: () => ({
      body: { type: "invoice.paid", timestamp: "kemarin", data: { invoiceId: "tujuh" } },
      faults: ["field_malformed /timestamp", "field_malformed /data/invoiceId"],
    }),
  },
});
