import type Stripe from "stripe";
import type { InvoiceRead, ListDepth, PaidListed, Portal, PortalConnection } from "../portal";
import { clientOf, fetchPage, PAGE } from "./client";
import { absentAsNull, unavailable } from "./failure";
import { listedOf, paidInvoiceOf, stateOf, statusOf, type CustomerFacts } from "./invoice";
import { readRefund } from "./refund";
import {
  readAll,
  readShape,
  stripeCustomer,
  stripeInvoice,
  stripeLine,
  stripeListed,
  unreadable,
  type StripeInvoice,
  type StripeLine,
} from "./shape";

/** More lines than a faktur of ours may have. */
const MAX_LINES = 1000;
/** 100 invoices a page; a poll that needs more asks for too long a time. */
const MAX_PAGES = 1000;
const DAY_SECONDS = 86_400;
const DEFAULT_POLL_DAYS = 45;

export type StripeReader = Required<Pick<Portal, "readInvoice" | "readRefund" | "listPaid">>;

/**
 * Reads back from Stripe through the official SDK at a pinned API version. Throws `portal_unauthorized` (401, 403, no
 * key), `portal_unavailable` (all else that may pass) and `portal_invoice_unreadable`.
 */
export function createStripeReader(d: { readonly timeoutMs: number }): StripeReader {
  return {
    readInvoice: async (connection, invoiceId) =>
      readInvoice(clientOf(connection, d.timeoutMs), connection, invoiceId),
    readRefund: async (connection, refundId) => readRefund(clientOf(connection, d.timeoutMs), refundId),
    listPaid: (connection, depth) => listPaid(connection, depth, d.timeoutMs),
  };
}

async function readInvoice(
  stripe: Stripe,
  connection: PortalConnection,
  invoiceId: string,
): Promise<InvoiceRead> {
  const raw = await absentAsNull(() => stripe.invoices.retrieve(invoiceId));
  if (raw === null || ("deleted" in raw && raw.deleted === true)) return { kind: "absent" };
  if (raw.object !== "invoice" || raw.id !== invoiceId)
    throw unavailable("the answer is not the invoice asked for");
  const invoice = readShape(stripeInvoice, raw);
  const status = statusOf(invoice);
  if (status !== "paid") return { kind: "notPaid", status, state: stateOf(status) };
  const lines = await linesOf(stripe, invoiceId, raw.lines);
  const customer = await customerOf(stripe, invoice);
  return { kind: "paid", invoice: paidInvoiceOf(invoice, lines, customer, connection.options) };
}

/** The lines on the invoice and the pages behind them. */
async function linesOf(
  stripe: Stripe,
  invoiceId: string,
  first: { readonly data?: unknown; readonly has_more?: unknown } | undefined,
): Promise<StripeLine[]> {
  const lines = Array.isArray(first?.data) ? readAll(stripeLine, first.data) : [];
  let more = !Array.isArray(first?.data) || first.has_more === true;
  while (more) {
    if (lines.length > MAX_LINES) throw unreadable([{ code: "too_many_lines", path: "/lines" }]);
    const last = lines.at(-1)?.id;
    const after = last === undefined ? {} : { starting_after: last };
    const page = await fetchPage(() => stripe.invoices.listLineItems(invoiceId, { limit: PAGE, ...after }));
    lines.push(...readAll(stripeLine, page.data));
    more = page.more;
  }
  if (lines.length > MAX_LINES) throw unreadable([{ code: "too_many_lines", path: "/lines" }]);
  return lines;
}

/** Name and mail are frozen on the invoice; the customer is asked only for what it lacks, and may be deleted. */
async function customerOf(stripe: Stripe, invoice: StripeInvoice): Promise<CustomerFacts> {
  const none = { name: null, email: null };
  const complete = invoice.customer_name != null && invoice.customer_email != null;
  if (complete || invoice.customer == null) return none;
  const id = invoice.customer;
  const raw = await absentAsNull(() => stripe.customers.retrieve(id));
  const read = stripeCustomer.safeParse(raw);
  return read.success ? { name: read.data.name ?? null, email: read.data.email ?? null } : none;
}

/**
 * Paid invoices. Stripe filters by creation, not by payment: "since" looks at invoices made up to `options.pollDays`
 * (45) before, "all" at every one, so what was made earlier and paid now is found there.
 */
async function* listPaid(
  connection: PortalConnection,
  depth: ListDepth,
  timeoutMs: number,
): AsyncGenerator<PaidListed> {
  const stripe = clientOf(connection, timeoutMs);
  const from = depth.since === null ? 0 : Math.floor(depth.since.getTime() / 1000);
  const reach = from - pollDaysOf(connection.options["pollDays"]) * DAY_SECONDS;
  const made = depth.kind === "since" ? { created: { gte: reach } } : {};
  let after: { starting_after?: string } = {};
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await fetchPage(() =>
      stripe.invoices.list({ status: "paid", ...made, limit: PAGE, ...after }),
    );
    const invoices = readAll(stripeListed, page.data);
    for (const invoice of invoices) {
      if ((invoice.status_transitions?.paid_at ?? 0) >= from) yield listedOf(invoice);
    }
    const last = invoices.at(-1)?.id;
    if (!page.more || last === undefined) return;
    after = { starting_after: last };
  }
  throw unavailable("more than 100,000 invoices in one poll");
}

const pollDaysOf = (value: unknown): number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 3650
    ? value
    : DEFAULT_POLL_DAYS;
