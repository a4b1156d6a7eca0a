import type { TaxDay } from "../clock";
import { sum, type Money, type Quantity } from "../money";

/** What a line sells; a portal's own words are translated to these at its edge. */
export const LINE_KINDS = [
  "hosting",
  "domain",
  "addon",
  "setup",
  "upgrade",
  "ssl",
  "license",
  "support",
  "item",
  "discount",
  "lateFee",
  "adminFee",
  "deposit",
  "invoice",
  "credit",
] as const;

export type LineKind = (typeof LINE_KINDS)[number];

/**
 * Payments and top-ups: never a supply of their own, whatever the portal's tax mark says (portals-and-peers 1.5, coretax-xml
 * 3.4, 3.6).
 */
export const PAYMENT_KINDS: readonly LineKind[] = ["invoice", "deposit", "credit"];

/** Whether a line only says how something is paid. */
export const isPayment = ({ kind }: { readonly kind: LineKind }): boolean => PAYMENT_KINDS.includes(kind);

/** What was billed for its supplies, with the tax; how it was paid is no part of it. */
export function billedOf({ lines, pricesIncludeTax, tax }: PaidInvoice): Money {
  const supplies = lines.filter((line) => !isPayment(line));
  return sum(supplies.map((line) => line.amount)) + (pricesIncludeTax ? 0n : tax);
}

/** What a faktur can have a line of: no payment, and nothing that is taken off. */
export const SOLD_KINDS = LINE_KINDS.filter((kind) => kind !== "discount" && !isPayment({ kind }));

export interface InvoiceLine {
  readonly id: string;
  readonly kind: LineKind;
  readonly description: string;
  /** The domain of its service where the description names none: as the portal shows it now, and no part of what was sold. */
  readonly label?: string;
  readonly quantity: Quantity;
  /** The whole line in the invoice's currency, with or without tax as `pricesIncludeTax` says; discounts are negative. */
  readonly amount: Money;
  readonly taxed: boolean;
  readonly serviceId: string | null;
  readonly periodStart: TaxDay | null;
  readonly periodEnd: TaxDay | null;
  /** For a discount: the id of the line it belongs to. */
  readonly appliesTo: string | null;
}

/** What a line says to people. */
export const wordsOf = ({ description, label }: Pick<InvoiceLine, "description" | "label">): string =>
  label === undefined ? description : `${description} - ${label}`;

export interface PortalAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
}

/** What every portal must deliver about a paid invoice, checked once at the edge. */
export interface PaidInvoice {
  readonly invoiceId: string;
  /** The number people see; null until the portal has given one. */
  readonly number: string | null;
  readonly account: PortalAccount;
  /** ISO 4217. */
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  readonly paidAt: Date;
  /** The day of `paidAt` in Jakarta. */
  readonly taxDay: TaxDay;
  readonly subtotal: Money;
  readonly tax: Money;
  readonly total: Money;
  readonly lines: readonly InvoiceLine[];
  /** Paid from a balance whose top-up was taxed: this sale must not be taxed again (trap T3). */
  readonly fromTaxedBalance?: true;
}
