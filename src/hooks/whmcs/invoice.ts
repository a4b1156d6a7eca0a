import { dayInJakarta } from "../../clock";
import { absolute, sum, type Money } from "../../money";
import { clean, readCurrency } from "../fields";
import type { InvoiceLine, PaidInvoice } from "../invoice";
import type { PortalService } from "../portal";
import type { ListedRefund } from "../refunds";
import { accountOf } from "./client";
import { unreadable } from "./failure";
import { linesOf } from "./lines";
import type { WhmcsOptions } from "./options";
import type { WhmcsClient, WhmcsInvoice, WhmcsTransaction } from "./shape";
import { instantIn } from "./time";

/** Everything a WHMCS invoice is judged by, gathered before. */
export interface InvoiceParts {
  readonly invoice: WhmcsInvoice;
  readonly client: WhmcsClient;
  readonly taxType: "Inclusive" | "Exclusive";
  readonly options: WhmcsOptions;
  /** Addon → the hosting it belongs to, `S12`. */
  readonly serviceOfAddon: ReadonlyMap<string, string>;
}

export interface MadeInvoice {
  readonly invoice: PaidInvoice;
  readonly unknownTypes: readonly string[];
}

/** Currencies without hundredths; a rounding of theirs is a whole unit. */
const WHOLE_UNITS: ReadonlySet<string> = new Set(["IDR", "JPY", "KRW", "VND"]);

/**
 * A paid WHMCS invoice as ours, or a bill as if it were paid on `paidAt`. Gross is subtotal + tax + tax2 and never
 * `total`, which WHMCS 8 gives without the credit applied and WHMCS 9 with it (traps T4, T6). Throws
 * `portal_invoice_unreadable` when a fact that must not be guessed is missing or the head does not add up.
 */
export function paidInvoiceOf(parts: InvoiceParts, paidAt: Date): MadeInvoice {
  const { invoice, client, options } = parts;
  checkHead(invoice);
  const currency = readCurrency(client.currency_code.toUpperCase());
  if (currency === null) throw unreadable([{ code: "field_missing", path: "/client/currency_code" }]);
  if (invoice.items.length === 0) throw unreadable([{ code: "field_missing", path: "/items" }]);
  const tax = invoice.tax + invoice.tax2;
  const made = linesOf(invoice.items, {
    options,
    taxType: parts.taxType,
    subtotal: invoice.subtotal,
    tax,
    unit: WHOLE_UNITS.has(currency) ? 100n : 1n,
    serviceOfAddon: parts.serviceOfAddon,
  });
  if (made.kind === "fault") throw unreadable([made]);
  const paid: PaidInvoice = {
    invoiceId: invoice.invoiceid,
    number: numberOf(invoice),
    account: accountOf(client, invoice.userid),
    currency,
    pricesIncludeTax: false,
    paidAt,
    taxDay: dayInJakarta(paidAt),
    subtotal: invoice.subtotal,
    tax,
    total: invoice.subtotal + tax,
    lines: made.lines,
  };
  return { invoice: paid, unknownTypes: made.unknownTypes };
}

const NAMES_A_DOMAIN = /[a-z0-9-]+\.[a-z]{2,}/i;

/** The services whose line does not say which domain it is about: the faktur's line should. */
export const unnamedServices = ({ lines }: PaidInvoice): string[] => [
  ...new Set(lines.flatMap((line) => (isUnnamed(line) && line.serviceId !== null ? [line.serviceId] : []))),
];

const isUnnamed = ({ kind, description }: InvoiceLine): boolean =>
  (kind === "hosting" || kind === "domain") && !NAMES_A_DOMAIN.test(description);

/** The same invoice with the domain of its service beside each line that named none. */
export function withNames(invoice: PaidInvoice, services: readonly PortalService[]): PaidInvoice {
  const labels = new Map(services.map((service) => [service.serviceId, service.label ?? ""]));
  const named = (line: InvoiceLine): InvoiceLine => {
    const label = labels.get(line.serviceId ?? "") ?? "";
    const names = isUnnamed(line) && NAMES_A_DOMAIN.test(label);
    return names ? { ...line, label } : line;
  };
  return { ...invoice, lines: invoice.lines.map(named) };
}

/** The number people see; null until WHMCS has given one (trap T48). */
const numberOf = ({ invoicenum }: WhmcsInvoice): string | null => {
  const number = clean(invoicenum);
  return number === "" || number.length > 100 ? null : number;
};

export const grossOf = ({ subtotal, tax, tax2 }: WhmcsInvoice): Money => subtotal + tax + tax2;

/** One of the two meanings of `total` must hold to the hundredth; else the figures are not understood. */
function checkHead(invoice: WhmcsInvoice): void {
  const gross = grossOf(invoice);
  const holds = [invoice.total + invoice.credit, invoice.total].some((one) => absolute(gross - one) <= 1n);
  if (!holds) throw unreadable([{ code: "amounts_do_not_add_up", path: "/total" }]);
}

/**
 * When the invoice was paid. An invoice set to Paid past WHMCS has no such time: then the last payment on it counts
 * (trap T41). Null when nothing tells it.
 */
export function paidAtOf(
  invoice: WhmcsInvoice,
  transactions: readonly WhmcsTransaction[],
  timezone: string,
): Date | null {
  const told = instantIn(timezone, invoice.datepaid);
  if (told !== null) return told;
  const payments = transactions.filter((one) => one.amountin > 0n);
  return latest(payments.map((one) => instantIn(timezone, one.date)));
}

const latest = (times: readonly (Date | null)[]): Date | null =>
  times.reduce((best, time) => (time !== null && (best === null || time > best) ? time : best), null);

/**
 * The refunds of an invoice from its outgoing transactions. What had come in beyond its gross (a gateway that told one
 * payment twice) goes back without touching the sale: only what is paid out on top of that is a refund, the earliest
 * outgoing first. One that is wholly Refunded, or whose parts make up the whole, has one for the whole of it, also where
 * the money went into the client's credit balance and no transaction shows it.
 */
export function refundsOf(
  invoice: WhmcsInvoice,
  transactions: readonly WhmcsTransaction[],
  timezone: string,
  now: Date,
): ListedRefund[] {
  const outgoing = outgoingOf(transactions);
  const parts = beyondSurplus(outgoing, surplusOf(invoice, transactions));
  const refundOf = (one: WhmcsTransaction, amount: Money | null): ListedRefund => ({
    refundId: transactionId(one.id),
    amount,
    refundedAt: instantIn(timezone, one.date) ?? now,
    reason: one.description === "" ? null : one.description.slice(0, 500),
  });
  const gross = grossOf(invoice);
  const paidOut = sum(parts.map(([, amount]) => amount));
  const isWhole = invoice.status === "Refunded" || (parts.length > 0 && paidOut >= gross);
  if (!isWhole) return parts.map(([one, amount]) => refundOf(one, amount));
  // Told by its transaction while the invoice was Paid, it is the same refund once that is Refunded.
  const bearers = outgoing.length === 1 || paidOut < gross ? outgoing : untilWhole(parts, gross);
  const [bearer] = bearers;
  if (bearers.length === 1 && bearer !== undefined) return [refundOf(bearer, null)];
  const at = latest(outgoing.map((one) => instantIn(timezone, one.date))) ?? now;
  return [{ refundId: wholeId(invoice), amount: null, refundedAt: at, reason: null }];
}

/**
 * Under which ids refunds of this paid invoice may have been told that are none any more: what has come in since makes good
 * for them.
 */
export function undoneOf(
  invoice: WhmcsInvoice,
  transactions: readonly WhmcsTransaction[],
  refunds: readonly ListedRefund[],
): string[] {
  const parts = beyondSurplus(outgoingOf(transactions), surplusOf(invoice, transactions));
  const stands = new Set([
    ...parts.map(([{ id }]) => transactionId(id)),
    ...refunds.map((one) => one.refundId),
  ]);
  const ids = [...outgoingOf(transactions).map(({ id }) => transactionId(id)), wholeId(invoice)];
  return ids.filter((id) => !stands.has(id));
}

const transactionId = (id: string): string => `transaction-${id}`;
const wholeId = ({ invoiceid }: WhmcsInvoice): string => `invoice-${invoiceid}`;
const outgoingOf = (transactions: readonly WhmcsTransaction[]) =>
  transactions.filter((one) => one.amountout > 0n);

/** The earliest that make up the whole; what was paid out beyond it makes no other refund of it. */
function untilWhole(
  parts: readonly (readonly [WhmcsTransaction, Money])[],
  gross: Money,
): readonly WhmcsTransaction[] {
  let left = gross;
  return parts.flatMap(([one, amount]) => {
    if (left <= 0n) return [];
    left -= amount;
    return [one];
  });
}

/** Money beyond the gross. An invoice set to Paid past WHMCS shows none that came in: it was paid all the same. */
function surplusOf(invoice: WhmcsInvoice, transactions: readonly WhmcsTransaction[]): Money {
  const over = sum(transactions.map((one) => one.amountin)) + invoice.credit - grossOf(invoice);
  return over > 0n ? over : 0n;
}

/** What each paid out once the surplus was gone; in the order of their ids, so that what was told once stays so. */
function beyondSurplus(
  outgoing: readonly WhmcsTransaction[],
  surplus: Money,
): (readonly [WhmcsTransaction, Money])[] {
  let left = surplus;
  return outgoing
    .toSorted((one, other) => Number(one.id) - Number(other.id))
    .flatMap((one) => {
      const covered = one.amountout < left ? one.amountout : left;
      left -= covered;
      return one.amountout > covered ? [[one, one.amountout - covered] as const] : [];
    });
}

/** The invoices inside a mass payment, each to be read for itself (trap T1). */
export const childrenOf = ({ items }: WhmcsInvoice): string[] => [
  ...new Set(items.flatMap((item) => (item.type === "Invoice" && item.relid !== "" ? [item.relid] : []))),
];

/** What a status that is not Paid means to a faktur that may stand. */
export function stateOf(status: string): "unpaid" | "cancelled" | "refunded" | "other" {
  switch (status) {
    case "Unpaid":
    case "Payment Pending":
    case "Draft":
    case "Collections":
      return "unpaid";
    case "Cancelled":
      return "cancelled";
    case "Refunded":
      return "refunded";
    default:
      return "other";
  }
}
