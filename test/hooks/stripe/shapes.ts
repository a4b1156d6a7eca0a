type Json = Record<string, unknown>;

/** 3 November 2026, 09:10 in Jakarta, in Stripe's seconds. */
export const PAID_AT = Date.parse("2026-11-03T09:10:00+07:00") / 1000;
export const MONTH_LATER = Date.parse("2026-12-03T09:10:00+07:00") / 1000;

/** A line since basil: `pricing`, `taxes`, `parent`. */
export const newLine = (more: Json = {}): Json => ({
  id: "il_1",
  object: "line_item",
  amount: 100_000_000,
  currency: "idr",
  description: "1 × Web Hosting Bisnis",
  discount_amounts: [],
  metadata: {},
  period: { start: PAID_AT, end: MONTH_LATER },
  pricing: {
    type: "price_details",
    price_details: { price: "price_1", product: "prod_1" },
    unit_amount_decimal: "100000000",
  },
  parent: {
    type: "subscription_item_details",
    invoice_item_details: null,
    subscription_item_details: { subscription: "sub_1", subscription_item: "si_1", proration: false },
  },
  quantity: 1,
  taxes: [newTax(11_000_000)],
  ...more,
});

export const newTax = (amount: number, behavior = "exclusive", reason = "standard_rated"): Json => ({
  amount,
  tax_behavior: behavior,
  taxability_reason: reason,
  type: "tax_rate_details",
  tax_rate_details: { tax_rate: "txr_1" },
});

/** A paid invoice since basil: Rp 1,000,000 and Rp 110,000 of tax on top. */
export const newInvoice = (more: Json = {}, lines: Json[] = [newLine()]): Json => ({
  id: "in_1",
  object: "invoice",
  created: PAID_AT - 3600,
  currency: "idr",
  customer: "cus_1",
  customer_name: "PT Contoh Sejahtera",
  customer_email: "billing@contoh.example",
  number: "INV-0001",
  status: "paid",
  status_transitions: { paid_at: PAID_AT, finalized_at: PAID_AT - 60 },
  subtotal: 100_000_000,
  total: 111_000_000,
  total_excluding_tax: 100_000_000,
  total_taxes: [newTax(11_000_000)],
  lines: { object: "list", data: lines, has_more: false },
  ...more,
});

/** The same line as it was sent in 2020: `price`, `plan`, `tax_amounts`, `subscription`, `proration`. */
export const oldLine = (more: Json = {}): Json => ({
  id: "il_1",
  object: "line_item",
  amount: 100_000_000,
  currency: "idr",
  description: "1 × Web Hosting Bisnis",
  discount_amounts: [],
  metadata: {},
  period: { start: PAID_AT, end: MONTH_LATER },
  plan: { id: "price_1", object: "plan", metadata: {} },
  price: { id: "price_1", object: "price", metadata: {}, product: "prod_1" },
  proration: false,
  quantity: 1,
  subscription: "sub_1",
  subscription_item: "si_1",
  tax_amounts: [{ amount: 11_000_000, inclusive: false, tax_rate: "txr_1" }],
  tax_rates: [],
  type: "subscription",
  ...more,
});

/** The same invoice as it was sent in 2020. */
export const oldInvoice = (more: Json = {}, lines: Json[] = [oldLine()]): Json => ({
  id: "in_1",
  object: "invoice",
  created: PAID_AT - 3600,
  charge: "ch_1",
  currency: "idr",
  customer: "cus_1",
  customer_name: "PT Contoh Sejahtera",
  customer_email: "billing@contoh.example",
  number: "INV-0001",
  paid: true,
  payment_intent: "pi_1",
  status: "paid",
  status_transitions: { paid_at: PAID_AT },
  subscription: "sub_1",
  subtotal: 100_000_000,
  tax: 11_000_000,
  total: 111_000_000,
  total_tax_amounts: [{ amount: 11_000_000, inclusive: false, tax_rate: "txr_1" }],
  lines: { object: "list", data: lines, has_more: false },
  ...more,
});
