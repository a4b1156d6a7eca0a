import { text, type Text } from "../../text";
import type { Portal, PortalConnection } from "../portal";
import { callWhmcs, type WhmcsDeps } from "./api";
import { accountOf, readClient } from "./client";
import { absentAsNull } from "./failure";
import { listPaid } from "./list";
import { transferGuide } from "./guide";
import { optionFaults } from "./options";
import { createWhmcsReader, type WhmcsReadDeps } from "./read";
import { receiveWhmcs } from "./receive";
import { listServices, listUnpaid, readServices } from "./services";
import { anything, whmcsPage, whmcsSetting } from "./shape";
import { answerTicket, findAccount, readTicket } from "./tickets";

/** A portal of kind `whmcs`: small signed messages wake us, everything is read back through its API. */
export function createWhmcsPortal(d: WhmcsReadDeps): Portal {
  return {
    kind: "whmcs",
    apiNeeds: ["url", "identifier", "secret"],
    receive: receiveWhmcs,
    ...createWhmcsReader(d),
    listPaid: (connection, depth) => listPaid(connection, depth, d),
    async readAccount(connection, accountId) {
      const client = await readClient(connection, { clientid: accountId }, d);
      return client === null ? null : accountOf(client, accountId);
    },
    listServices: (connection, accountId) => listServices(connection, accountId, d),
    readServices: (connection, serviceIds, accountId) => readServices(connection, serviceIds, accountId, d),
    listUnpaid: (connection, accountId) => listUnpaid(connection, accountId, d),
    findAccount: (connection, email) => findAccount(connection, email, d),
    readTicket: (connection, ticket) => readTicket(connection, ticket, d),
    answerTicket: (connection, ticketId, message, reference) =>
      answerTicket(connection, ticketId, message, reference, d),
    transferGuide,
    optionFaults,
    check: (connection) => checkWhmcs(connection, d),
  };
}

/** Tries every call that reading an invoice needs: a role that forbids one of them would be noticed too late. */
async function checkWhmcs(connection: PortalConnection, d: WhmcsDeps): Promise<Text> {
  const asked = { status: "Paid", orderby: "id", order: "desc", limitstart: 0, limitnum: 1 };
  const { invoices } = await callWhmcs(connection, "GetInvoices", asked, whmcsPage, d);
  const newest = invoices.rows[0];
  const invoiceid = newest?.id ?? "1";
  const clientid = newest === undefined || newest.userid === "" ? "1" : newest.userid;
  await absentAsNull(() => callWhmcs(connection, "GetInvoice", { invoiceid }, anything, d));
  await callWhmcs(connection, "GetTransactions", { invoiceid }, anything, d);
  await absentAsNull(() => callWhmcs(connection, "GetClientsDetails", { clientid }, anything, d));
  await callWhmcs(connection, "GetClientsAddons", { clientid, limitnum: 1 }, anything, d);
  // Who has the services on an invoice is asked before its faktur is decided (trap T20).
  await callWhmcs(connection, "GetClientsProducts", { limitnum: 1 }, anything, d);
  await callWhmcs(connection, "GetClientsDomains", { limitnum: 1 }, anything, d);
  const { value } = await callWhmcs(
    connection,
    "GetConfigurationValue",
    { setting: "TaxType" },
    whmcsSetting,
    d,
  );
  return text(
    `WHMCS menjawab dan kunci API diterima (pajak: ${value || "Exclusive"}).`,
    `WHMCS answers and takes the API key (tax: ${value || "Exclusive"}).`,
  );
}
