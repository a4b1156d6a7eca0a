import { plusMs, type Clock } from "../../clock";
import type { Log } from "../../log";
import type { PaidInvoice } from "../invoice";
import type { InvoiceRead, PortalConnection } from "../portal";
import { addressOf, callWhmcs, type WhmcsDeps } from "./api";
import { readClient } from "./client";
import { absentAsNull, unreadable, whmcsError } from "./failure";
import {
  childrenOf,
  paidAtOf,
  paidInvoiceOf,
  refundsOf,
  stateOf,
  unnamedServices,
  withNames,
  type InvoiceParts,
  type MadeInvoice,
} from "./invoice";
import { optionsOf } from "./options";
import { readServices } from "./services";
import {
  anything,
  readShape,
  whmcsAddons,
  whmcsInvoice,
  whmcsSetting,
  whmcsTransactions,
  type WhmcsInvoice,
  type WhmcsTransaction,
} from "./shape";
import { instantIn } from "./time";
import { paidByTaxedBalance } from "./top-up";

export interface WhmcsReadDeps extends WhmcsDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** A setting of the portal changes seldom; a wrong one for so long costs a held invoice, not a wrong faktur. */
const SETTING_MS = 10 * 60_000;

export interface WhmcsReader {
  readInvoice(connection: PortalConnection, invoiceId: string): Promise<InvoiceRead>;
  readBill(connection: PortalConnection, invoiceId: string): Promise<PaidInvoice | null>;
}

/**
 * Reads invoices back. Throws `portal_unauthorized`, `portal_unavailable` and, for what a person must look at,
 * `portal_invoice_unreadable`.
 */
export function createWhmcsReader(d: WhmcsReadDeps): WhmcsReader {
  const taxTypes = new Map<string, { readonly value: "Inclusive" | "Exclusive"; readonly until: Date }>();

  async function taxTypeOf(connection: PortalConnection): Promise<"Inclusive" | "Exclusive"> {
    const chosen = optionsOf(connection.options).taxType;
    if (chosen !== undefined) return chosen;
    const key = `${connection.slug} ${addressOf(connection)}`;
    const known = taxTypes.get(key);
    if (known !== undefined && known.until > d.clock.now()) return known.value;
    const { value } = await callWhmcs(connection, "GetConfigurationValue", TAX_TYPE, whmcsSetting, d);
    const read = value.trim().toLowerCase() === "inclusive" ? "Inclusive" : "Exclusive";
    taxTypes.set(key, { value: read, until: plusMs(d.clock.now(), SETTING_MS) });
    return read;
  }

  async function partsOf(
    connection: PortalConnection,
    invoice: WhmcsInvoice,
    transactions: readonly WhmcsTransaction[],
  ): Promise<InvoiceParts> {
    const client =
      invoice.userid === "" ? null : await readClient(connection, { clientid: invoice.userid }, d);
    // Deleted or merged after the payment (trap T28): who the buyer was cannot be asked for any more.
    if (client === null) throw unreadable([{ code: "client_absent", path: "/userid" }]);
    return {
      ...{ invoice, client, transactions },
      taxType: await taxTypeOf(connection),
      options: optionsOf(connection.options),
      serviceOfAddon: await addonsOf(connection, invoice, d),
    };
  }

  /** Tells of types nobody knows, and names the domains that the lines do not. */
  async function finished(
    connection: PortalConnection,
    { invoice, unknownTypes }: MadeInvoice,
  ): Promise<PaidInvoice> {
    for (const type of unknownTypes) {
      const keys = { portal: connection.slug, invoice: invoice.invoiceId, type: type.slice(0, 50) };
      d.log.warn("whmcs.line_type_unknown", keys);
    }
    const unnamed = unnamedServices(invoice);
    return unnamed.length === 0 ? invoice : withNames(invoice, await readServices(connection, unnamed, d));
  }

  return {
    async readInvoice(connection, invoiceId) {
      const invoice = await invoiceOf(connection, invoiceId, d);
      if (invoice === null) return { kind: "absent" };
      const { timezone } = optionsOf(connection.options);
      const settled = invoice.status === "Paid" || invoice.status === "Refunded";
      const transactions = settled ? await transactionsOf(connection, invoiceId, d) : [];
      const refunds = refundsOf(invoice, transactions, timezone, d.clock.now());
      if (invoice.status !== "Paid") {
        const alsoPaid = invoice.status === "Refunded" ? childrenOf(invoice) : [];
        return { kind: "notPaid", status: invoice.status, state: stateOf(invoice.status), refunds, alsoPaid };
      }
      const paidAt = paidAtOf(invoice, transactions, timezone);
      if (paidAt === null) throw unreadable([{ code: "field_missing", path: "/datepaid" }]);
      const made = paidInvoiceOf(await partsOf(connection, invoice, transactions), paidAt);
      const paid = await finished(connection, made);
      const taxed = await paidByTaxedBalance(connection, invoice, paidAt, d);
      if (taxed === "partly") throw unreadable([{ code: "credit_partly_taxed", path: "/credit" }]);
      return {
        kind: "paid",
        invoice: taxed === "wholly" ? { ...paid, fromTaxedBalance: true } : paid,
        alsoPaid: childrenOf(invoice),
        refunds,
      };
    },

    async readBill(connection, invoiceId) {
      const invoice = await invoiceOf(connection, invoiceId, d);
      if (invoice === null || invoice.status !== "Unpaid") return null;
      // At noon the day is the same in every zone a portal of an Indonesian seller may run in.
      const madeOn = instantIn(
        optionsOf(connection.options).timezone,
        `${invoice.date.slice(0, 10)} 12:00:00`,
      );
      if (madeOn === null) throw unreadable([{ code: "field_missing", path: "/date" }]);
      return finished(connection, paidInvoiceOf(await partsOf(connection, invoice, []), madeOn));
    },
  };
}

const TAX_TYPE = { setting: "TaxType" };

/** One invoice as WHMCS has it; null when it knows none of this number (merged invoices vanish). */
export async function invoiceOf(
  connection: PortalConnection,
  invoiceId: string,
  d: WhmcsDeps,
): Promise<WhmcsInvoice | null> {
  const raw = await absentAsNull(() =>
    callWhmcs(connection, "GetInvoice", { invoiceid: invoiceId }, anything, d),
  );
  if (raw === null) return null;
  const invoice = readShape(whmcsInvoice, raw);
  if (invoice.invoiceid !== invoiceId) throw whmcsError("refused", { said: "GetInvoice: another invoice" });
  return invoice;
}

async function transactionsOf(connection: PortalConnection, invoiceId: string, d: WhmcsDeps) {
  const raw = await callWhmcs(connection, "GetTransactions", { invoiceid: invoiceId }, anything, d);
  return readShape(whmcsTransactions, raw).transactions;
}

/** Addons are asked for only where a line names one: their number is not the number of their hosting. */
async function addonsOf(connection: PortalConnection, invoice: WhmcsInvoice, d: WhmcsDeps) {
  const wanted = invoice.items.some((item) => item.type === "Addon" && item.relid !== "");
  if (!wanted) return new Map<string, string>();
  const asked = { clientid: invoice.userid, limitnum: 1000 };
  const { addons } = await callWhmcs(connection, "GetClientsAddons", asked, whmcsAddons, d);
  return new Map(addons.map((addon) => [addon.id, `S${addon.serviceid}`]));
}
