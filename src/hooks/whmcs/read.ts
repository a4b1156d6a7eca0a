import { plusMs, type Clock } from "../../clock";
import type { Log } from "../../log";
import type { PaidInvoice } from "../invoice";
import type { InvoiceRead, PortalConnection } from "../portal";
import { hostingsOf, type AddonDeps } from "./addons";
import { addressOf, callWhmcs, type WhmcsDeps } from "./api";
import { readClient } from "./client";
import { absentAsNull, unreadable, whmcsError } from "./failure";
import {
  childrenOf,
  paidAtOf,
  paidInvoiceOf,
  refundsOf,
  stateOf,
  undoneOf,
  unnamedServices,
  withNames,
  type InvoiceParts,
} from "./invoice";
import { optionsOf } from "./options";
import { readServices } from "./services";
import {
  anything,
  readShape,
  whmcsInvoice,
  whmcsSetting,
  whmcsTransactions,
  type WhmcsInvoice,
} from "./shape";
import { instantIn } from "./time";
import { paidByTaxedBalance } from "./top-up";

export interface WhmcsReadDeps extends AddonDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** A setting of the portal changes seldom; a wrong one for so long costs a held invoice, not a wrong faktur. */
const SETTING_MS = 10 * 60_000;

export interface WhmcsReader {
  readInvoice(connection: PortalConnection, invoiceId: string): Promise<InvoiceRead>;
  readBill(connection: PortalConnection, invoiceId: string): Promise<PaidInvoice | null>;
}

type TaxType = InvoiceParts["taxType"];
type Deps = WhmcsReadDeps & { taxTypeOf(connection: PortalConnection): Promise<TaxType> };

/**
 * Reads invoices back. Throws `portal_unauthorized`, `portal_unavailable` and, for what a person must look at,
 * `portal_invoice_unreadable`.
 */
export function createWhmcsReader(d: WhmcsReadDeps): WhmcsReader {
  const deps: Deps = { ...d, taxTypeOf: rememberTaxType(d) };
  return {
    readInvoice: (connection, invoiceId) => readInvoice(connection, invoiceId, deps),
    readBill: (connection, invoiceId) => readBill(connection, invoiceId, deps),
  };
}

/** The portal's tax type by option or by its setting, which is asked again when it has been known for long. */
function rememberTaxType(d: WhmcsReadDeps): Deps["taxTypeOf"] {
  const known = new Map<string, { readonly value: TaxType; readonly until: Date }>();
  return async (connection) => {
    const chosen = optionsOf(connection.options).taxType;
    if (chosen !== undefined) return chosen;
    const key = `${connection.slug} ${addressOf(connection)}`;
    const before = known.get(key);
    if (before !== undefined && before.until > d.clock.now()) return before.value;
    const { value } = await callWhmcs(connection, "GetConfigurationValue", TAX_TYPE, whmcsSetting, d);
    const read = value.trim().toLowerCase() === "inclusive" ? "Inclusive" : "Exclusive";
    known.set(key, { value: read, until: plusMs(d.clock.now(), SETTING_MS) });
    return read;
  };
}

async function readInvoice(connection: PortalConnection, invoiceId: string, d: Deps): Promise<InvoiceRead> {
  const invoice = await invoiceOf(connection, invoiceId, d);
  if (invoice === null) return { kind: "absent" };
  const { timezone } = optionsOf(connection.options);
  const { status } = invoice;
  const settled = status === "Paid" || status === "Refunded";
  const transactions = settled ? await transactionsOf(connection, invoiceId, d) : [];
  const refunds = refundsOf(invoice, transactions, timezone, d.clock.now());
  if (status !== "Paid") {
    const alsoPaid = status === "Refunded" ? childrenOf(invoice) : [];
    return { kind: "notPaid", status, state: stateOf(status), refunds, alsoPaid };
  }
  const paidAt = paidAtOf(invoice, transactions, timezone);
  if (paidAt === null) throw unreadable([{ code: "field_missing", path: "/datepaid" }]);
  const paid = await madeOf(connection, invoice, paidAt, d);
  const taxed = await paidByTaxedBalance(connection, invoice, paidAt, d);
  if (taxed === "partly") throw unreadable([{ code: "credit_partly_taxed", path: "/credit" }]);
  return {
    kind: "paid",
    invoice: taxed === "wholly" ? { ...paid, fromTaxedBalance: true } : paid,
    alsoPaid: childrenOf(invoice),
    refunds,
    undone: undoneOf(invoice, transactions, refunds),
  };
}

async function readBill(
  connection: PortalConnection,
  invoiceId: string,
  d: Deps,
): Promise<PaidInvoice | null> {
  const invoice = await invoiceOf(connection, invoiceId, d);
  // Paid with what takes days to settle it is a bill all the same; a draft is none until it is published.
  if (invoice === null || !["Unpaid", "Payment Pending"].includes(invoice.status)) return null;
  // At noon the day is the same in every zone a portal of an Indonesian seller may run in.
  const noon = `${invoice.date.slice(0, 10)} 12:00:00`;
  const madeOn = instantIn(optionsOf(connection.options).timezone, noon);
  if (madeOn === null) throw unreadable([{ code: "field_missing", path: "/date" }]);
  return madeOf(connection, invoice, madeOn, d);
}

/** Gathers what the invoice does not say itself, and makes it ours with the domains its lines do not name. */
async function madeOf(
  connection: PortalConnection,
  invoice: WhmcsInvoice,
  paidAt: Date,
  d: Deps,
): Promise<PaidInvoice> {
  const client = invoice.userid === "" ? null : await readClient(connection, { clientid: invoice.userid }, d);
  // Deleted or merged after the payment (trap T28): who the buyer was cannot be asked for any more.
  if (client === null) throw unreadable([{ code: "client_absent", path: "/userid" }]);
  const parts = {
    ...{ invoice, client, options: optionsOf(connection.options) },
    taxType: await d.taxTypeOf(connection),
    serviceOfAddon: await hostingsOf(connection, invoice.userid, invoice.items, d),
  };
  const made = paidInvoiceOf(parts, paidAt);
  for (const type of made.unknownTypes) {
    const keys = { portal: connection.slug, invoice: made.invoice.invoiceId, type: type.slice(0, 50) };
    d.log.warn("whmcs.line_type_unknown", keys);
  }
  const unnamed = unnamedServices(made.invoice);
  if (unnamed.length === 0) return made.invoice;
  return withNames(made.invoice, await readServices(connection, unnamed, invoice.userid, d));
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
