import { dayInJakarta } from "../../clock";
import { sum } from "../../money";
import { readEmail, readName } from "../fields";
import type { PaidInvoice } from "../invoice";
import type { PaidListed } from "../portal";
import { fromStripe } from "./currency";
import type { CustomerFacts } from "./customer";
import { linesOf, pricingOf, taxesOf, type LineOptions } from "./lines";
import { unreadable, type StripeInvoice, type StripeLine, type StripeListed } from "./shape";

/** Stripe's own word; before `status` existed there was only `paid`. */
export const statusOf = (invoice: StripeInvoice): string =>
  invoice.status ?? (invoice.paid === true ? "paid" : "unknown");

/** What a status other than paid means to a faktur that stands already. */
export function stateOf(status: string): "unpaid" | "cancelled" | "other" {
  if (status === "open" || status === "draft") return "unpaid";
  return status === "void" ? "cancelled" : "other";
}

/** A row of a list, as much as it tells. */
export function listedOf(invoice: StripeListed): PaidListed {
  const paidSeconds = invoice.status_transitions?.paid_at;
  const { total, currency } = invoice;
  return {
    invoiceId: invoice.id,
    number: invoice.number ?? null,
    accountId: invoice.customer ?? null,
    paidAt: paidSeconds == null ? null : new Date(paidSeconds * 1000),
    gross: total == null || currency == null ? null : fromStripe(total, currency),
    currency: currency ?? null,
  };
}

/** The customer, or the account that pays in its place (`customer_account`); null when Stripe names neither. */
export const accountIdOf = (invoice: StripeInvoice): string | null =>
  invoice.customer ?? invoice.customer_account ?? null;

/**
 * A paid Stripe invoice as ours, or a bill as if it were paid when it was finalised. Money becomes hundredths; `subtotal` is net of discounts and tax, so that
 * subtotal + tax = total. Shipping and credit grants have no line: such an invoice does not add up and is held by the
 * rules. Throws `portal_invoice_unreadable` when a fact that must not be guessed is missing.
 */
export function paidInvoiceOf(
  invoice: StripeInvoice,
  lines: readonly StripeLine[],
  customer: CustomerFacts,
  options: LineOptions,
  when: "paid_at" | "finalized_at" = "paid_at",
): PaidInvoice {
  const accountId = accountIdOf(invoice);
  if (accountId === null) throw unreadable([{ code: "field_missing", path: "/customer" }]);
  const paidSeconds = invoice.status_transitions?.[when];
  if (paidSeconds == null) throw unreadable([{ code: "field_missing", path: `/status_transitions/${when}` }]);
  // A credit note before payment lowers what was sold without touching the lines: no line tells which.
  if ((invoice.pre_payment_credit_notes_amount ?? 0) !== 0) {
    throw unreadable([{ code: "credit_note_before_payment", path: "/pre_payment_credit_notes_amount" }]);
  }
  const money = (amount: number) => fromStripe(amount, invoice.currency);
  const totalTaxes = invoice.total_taxes ?? invoice.total_tax_amounts;
  const lineTaxes = lines.flatMap(taxesOf);
  const pricing = pricingOf(lineTaxes.some((tax) => tax.amount !== 0) ? lineTaxes : (totalTaxes ?? []));
  const tax =
    totalTaxes == null ? money(invoice.tax ?? 0) : sum(totalTaxes.map((entry) => money(entry.amount)));
  const total = money(invoice.total);
  const paidAt = new Date(paidSeconds * 1000);
  return {
    invoiceId: invoice.id,
    number: invoice.number ?? null,
    account: {
      id: accountId,
      name: readName(invoice.customer_name) ?? readName(customer.name) ?? accountId,
      email: readEmail(invoice.customer_email) ?? readEmail(customer.email),
    },
    currency: invoice.currency,
    pricesIncludeTax: pricing === "inclusive",
    paidAt,
    taxDay: dayInJakarta(paidAt),
    subtotal: total - tax,
    tax,
    total,
    lines: linesOf(lines, pricing, money, options),
  };
}
