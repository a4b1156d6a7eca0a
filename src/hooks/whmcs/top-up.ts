import type { PortalConnection } from "../portal";
import { callWhmcs, type WhmcsDeps } from "./api";
import { childrenOf, grossOf } from "./invoice";
import { optionsOf } from "./options";
import { anything, readShape, whmcsInvoice, whmcsPage, type WhmcsInvoice } from "./shape";
import { instantIn } from "./time";

/** A mass payment puts its credit on the invoices inside it in the same request; clocks and gateways get an hour. */
const SAME_PAYMENT_MS = 3_600_000;
const MOST_LOOKED_AT = 20;

/**
 * Whether an invoice was paid from a balance whose top-up was taxed (option `addFunds: "tax-topup"`, trap T3): then the
 * sale was taxed already. The credit on an invoice inside a mass payment is that payment's money and none of a top-up.
 */
export async function paidByTaxedBalance(
  connection: PortalConnection,
  invoice: WhmcsInvoice,
  paidAt: Date,
  d: WhmcsDeps,
): Promise<"no" | "partly" | "wholly"> {
  const { addFunds, timezone } = optionsOf(connection.options);
  if (addFunds !== "tax-topup" || invoice.credit <= 0n) return "no";
  const asked = { userid: invoice.userid, status: "Paid", orderby: "id", order: "desc", limitnum: 250 };
  const { invoices } = await callWhmcs(connection, "GetInvoices", asked, whmcsPage, d);
  const near = invoices.rows.filter((row) => {
    const at = instantIn(timezone, row.datepaid);
    const apart = at === null ? Infinity : Math.abs(at.getTime() - paidAt.getTime());
    return row.id !== invoice.invoiceid && apart <= SAME_PAYMENT_MS;
  });
  for (const row of near.slice(0, MOST_LOOKED_AT)) {
    const raw = await callWhmcs(connection, "GetInvoice", { invoiceid: row.id }, anything, d);
    if (childrenOf(readShape(whmcsInvoice, raw)).includes(invoice.invoiceid)) return "no";
  }
  return invoice.credit >= grossOf(invoice) ? "wholly" : "partly";
}
