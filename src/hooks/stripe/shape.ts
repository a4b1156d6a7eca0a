import { z } from "zod";
import { AppError } from "../../errors";
import { text } from "../../text";
import { pointer } from "../fields";

// What is read of Stripe's objects, in every shape they have had: before basil (2025-03-31) a line had `price`,
// `tax_amounts` and `subscription`, since then it has `pricing`, `taxes` and `parent`. Unknown keys are passed over.

/** An id, or the expanded object that carries it. */
const reference = z.union([z.string(), z.object({ id: z.string() }).transform((object) => object.id)]);

const metadata = z.record(z.string(), z.unknown());

const priced = z.union([
  z.string().transform((id) => ({ id, metadata: undefined, product: undefined })),
  z.object({ id: z.string(), metadata: metadata.nullish(), product: z.unknown().optional() }),
]);

const product = z.union([
  z.string().transform((id) => ({ id, metadata: undefined })),
  z.object({ id: z.string(), metadata: metadata.nullish() }),
]);

const tax = z
  .object({
    amount: z.int(),
    tax_behavior: z.string().nullish(),
    inclusive: z.boolean().nullish(),
    taxability_reason: z.string().nullish(),
  })
  .transform(({ amount, tax_behavior, inclusive, taxability_reason }) => ({
    amount,
    inclusive: tax_behavior == null ? inclusive === true : tax_behavior === "inclusive",
    reason: taxability_reason ?? null,
  }));

export type StripeTax = z.output<typeof tax>;

const subscribed = z.object({ subscription: reference.nullish() });

export const stripeLine = z.object({
  id: z.string().min(1),
  amount: z.int(),
  description: z.string().nullish(),
  discount_amounts: z.array(z.object({ amount: z.int() })).nullish(),
  quantity: z.number().nullish(),
  period: z.object({ start: z.int(), end: z.int() }).nullish(),
  metadata: metadata.nullish().catch(null),
  subscription: reference.nullish(),
  parent: z
    .object({ subscription_item_details: subscribed.nullish(), invoice_item_details: subscribed.nullish() })
    .nullish(),
  // What a line sells is a help, not a fact of the invoice: an odd shape there must not hide the invoice.
  price: priced.nullish().catch(null),
  pricing: z
    .object({ price_details: z.object({ price: priced.nullish(), product: product.nullish() }).nullish() })
    .nullish()
    .catch(null),
  taxes: z.array(tax).nullish(),
  tax_amounts: z.array(tax).nullish(),
});

export type StripeLine = z.output<typeof stripeLine>;

/** Tax numbers, as the invoice froze them or as the customer has them now; of every kind and country. */
const taxIds = z.array(z.object({ type: z.string(), value: z.string().nullish() }));

export const stripeInvoice = z.object({
  id: z.string().min(1),
  livemode: z.boolean().nullish().catch(null),
  number: z.string().nullish(),
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/)
    .toUpperCase(),
  customer: reference.nullish(),
  customer_account: z.string().nullish(),
  customer_name: z.string().nullish(),
  customer_email: z.string().nullish(),
  customer_tax_ids: taxIds.nullish().catch(null),
  status: z.string().nullish(),
  paid: z.boolean().nullish(),
  status_transitions: z.object({ paid_at: z.int().nullish(), finalized_at: z.int().nullish() }).nullish(),
  total: z.int(),
  tax: z.int().nullish(),
  total_taxes: z.array(tax).nullish(),
  total_tax_amounts: z.array(tax).nullish(),
  pre_payment_credit_notes_amount: z.int().nullish(),
  post_payment_credit_notes_amount: z.int().nullish(),
});

export type StripeInvoice = z.output<typeof stripeInvoice>;

/** In a list only what the poll needs: one odd invoice must not hide the others. */
export const stripeListed = z.object({
  id: z.string().min(1),
  livemode: z.boolean().nullish().catch(null),
  created: z.int().nullish().catch(null),
  status_transitions: z.object({ paid_at: z.int().nullish() }).nullish(),
  number: z.string().nullish().catch(null),
  customer: reference.nullish().catch(null),
  total: z.int().nullish().catch(null),
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/)
    .toUpperCase()
    .nullish()
    .catch(null),
});

export type StripeListed = z.output<typeof stripeListed>;

export const stripeCustomer = z.object({
  deleted: z.boolean().nullish(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  tax_ids: z.object({ data: taxIds }).nullish().catch(null),
});

export type StripeCustomer = z.output<typeof stripeCustomer>;

/** The NPWPs among tax numbers. */
export const npwpsIn = (ids: z.output<typeof taxIds>): string[] =>
  ids.flatMap((id) => (id.type === "id_npwp" && id.value != null ? [id.value] : []));

export const stripeRefund = z.object({
  id: z.string(),
  amount: z.int(),
  currency: z.string(),
  created: z.int(),
  status: z.string().nullish(),
  reason: z.string().nullish(),
  failure_reason: z.string().nullish(),
  charge: reference.nullish(),
  payment_intent: reference.nullish(),
});

export const stripeDispute = z.object({
  id: z.string(),
  amount: z.int(),
  currency: z.string(),
  created: z.int(),
  status: z.string().nullish(),
  reason: z.string().nullish(),
  charge: reference.nullish(),
  payment_intent: reference.nullish(),
});

/** A charge; `invoice` was removed in basil. */
export const stripeCharge = z.object({ invoice: reference.nullish(), payment_intent: reference.nullish() });

/** A credit note; before basil it had one `refund`, and before the amounts were split a `type` for the whole. */
export const stripeCreditNote = z.object({
  id: z.string(),
  invoice: reference,
  amount: z.int(),
  post_payment_amount: z.int().nullish(),
  type: z.string().nullish(),
  currency: z.string().toUpperCase(),
  created: z.int(),
  effective_at: z.int().nullish(),
  number: z.string().nullish(),
  reason: z.string().nullish(),
  status: z.string().nullish(),
  refund: reference.nullish(),
  refunds: z.array(z.object({ refund: reference.nullish(), amount_refunded: z.int().nullish() })).nullish(),
});

export type StripeCreditNote = z.output<typeof stripeCreditNote>;

/** An event of a list; its object follows the API version of its day. */
export const stripeEvent = z.object({ type: z.string(), data: z.object({ object: z.unknown() }) });

export const stripeInvoicePayment = z.object({
  invoice: reference,
  status: z.string().nullish(),
  payment: z
    .object({ payment_intent: reference.nullish(), charge: reference.nullish() })
    .nullish()
    .catch(null),
});

/** What gives money back, in a list: its id and how it stands. */
export const stripeGivenBack = z.object({ id: z.string().min(1), status: z.string().nullish().catch(null) });

/** The metadata and ids that tell what a line sells, nearest first. */
export function sellingFactsOf(line: StripeLine): {
  readonly metadata: readonly Readonly<Record<string, unknown>>[];
  readonly ids: readonly string[];
} {
  const price = line.price ?? line.pricing?.price_details?.price;
  const sold = line.pricing?.price_details?.product ?? product.safeParse(price?.product).data;
  return {
    metadata: [line.metadata, price?.metadata, sold?.metadata].filter((entry) => entry != null),
    ids: [price?.id, sold?.id].filter((id) => id !== undefined),
  };
}

/** Reads with a schema, or `portal_invoice_unreadable` with the places that could not be read. */
export function readShape<T>(schema: z.ZodType<T>, raw: unknown): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw unreadable(
    parsed.error.issues.slice(0, 10).map((issue) => ({ code: "field_malformed", path: pointer(issue.path) })),
  );
}

export const readAll = <T>(schema: z.ZodType<T>, raw: readonly unknown[]): T[] =>
  raw.map((entry) => readShape(schema, entry));

/** The invoice is there but cannot be understood: a person must look. */
export function unreadable(places: readonly { readonly code: string; readonly path: string }[]): AppError {
  const message = text(
    "Bagian invoice Stripe ini tidak dapat dipakai.",
    "This part of the Stripe invoice cannot be used.",
  );
  const fix = text(
    "Periksa invoice di Stripe, lalu buat fakturnya secara manual.",
    "Check the invoice in Stripe and make its faktur by hand.",
  );
  const where = places.map((place) => `${place.path} ${place.code}`).join(", ");
  return new AppError(
    "portal_invoice_unreadable",
    text(
      `Invoice dari Stripe tidak dapat dibaca: ${where}.`,
      `The invoice from Stripe cannot be read: ${where}.`,
    ),
    { faults: places.map((place) => ({ ...place, message, fix })) },
  );
}
