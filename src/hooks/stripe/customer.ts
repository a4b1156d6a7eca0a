import type Stripe from "stripe";
import { npwpHintsOf, type NpwpHint } from "../../accounts/hints";
import { readEmail, readName } from "../fields";
import type { ReadAccount } from "../portal";
import { askFor } from "./failure";
import { npwpsIn, readShape, stripeCustomer, type StripeCustomer, type StripeInvoice } from "./shape";

/** What is missing on the invoice and was read from the customer. */
export interface CustomerFacts {
  readonly name: string | null;
  readonly email: string | null;
}

/** A customer as it is now; null when Stripe never had it or it was deleted. */
async function readCustomer(stripe: Stripe, id: string): Promise<StripeCustomer | null> {
  const raw = await askFor(id, () => stripe.customers.retrieve(id, { expand: ["tax_ids"] }));
  const customer = raw === null ? null : readShape(stripeCustomer, raw);
  return customer?.deleted === true ? null : customer;
}

/** Name, mail and the NPWP that Stripe shows for a customer; null when there is none. */
export async function readAccount(stripe: Stripe, id: string): Promise<ReadAccount | null> {
  const customer = await readCustomer(stripe, id);
  return customer === null
    ? null
    : {
        id,
        name: readName(customer.name) ?? id,
        email: readEmail(customer.email),
        npwpHints: npwpHintsOf(npwpsIn(customer.tax_ids?.data ?? [])),
      };
}

/**
 * The customer behind an invoice. Name and mail are frozen on the invoice and the customer fills in what it lacks. Tax
 * numbers are frozen there too, so one entered between finalisation and payment stands with the customer alone: the
 * customer's count, and the invoice's only where the customer is deleted (trap T30).
 */
export async function customerOf(
  stripe: Stripe,
  invoice: StripeInvoice,
): Promise<{ readonly facts: CustomerFacts; readonly npwpHints?: readonly NpwpHint[] }> {
  const none = { name: null, email: null };
  const frozen = npwpHintsOf(npwpsIn(invoice.customer_tax_ids ?? []));
  if (invoice.customer == null) return { facts: none, npwpHints: frozen };
  const complete = invoice.customer_name != null && invoice.customer_email != null;
  try {
    const customer = await readCustomer(stripe, invoice.customer);
    if (customer === null) return { facts: none, npwpHints: frozen };
    const facts = { name: customer.name ?? null, email: customer.email ?? null };
    return { facts, npwpHints: npwpHintsOf(npwpsIn(customer.tax_ids?.data ?? [])) };
  } catch (thrown) {
    // Nothing that the faktur needs is missing: a proposal must not hold an invoice up.
    if (complete) return { facts: none };
    throw thrown;
  }
}
