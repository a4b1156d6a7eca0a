import type Stripe from "stripe";
import type { PaidInvoice } from "../invoice";
import type { InvoiceRead, Portal, PortalConnection } from "../portal";
import { asUnreadable, PaidUnreadable } from "../unreadable";
import { clientOf, fetchPage, PAGE, type StripeDeps } from "./client";
import { customerOf, readAccount } from "./customer";
import { askFor, unavailable } from "./failure";
import { paidInvoiceOf, stateOf, statusOf } from "./invoice";
import { listMissed, listPaid } from "./list";
import { isMereTest } from "./mode";
import { givenBackOf, readGivenBack } from "./refund";
import {
  readAll,
  readShape,
  stripeInvoice,
  stripeLine,
  unreadable,
  type StripeInvoice,
  type StripeLine,
} from "./shape";

/** More lines than a faktur of ours may have. */
const MAX_LINES = 1000;

/** In Stripe's own words, for people. */
const PAID_IN_TEST = "paid, test mode";

export type StripeReader = Required<
  Pick<Portal, "readInvoice" | "readBill" | "readRefund" | "readAccount" | "listPaid" | "listMissed">
>;

/**
 * Reads back from Stripe through the official SDK at a pinned API version. Throws `portal_unauthorized` (401, 403, no
 * key), `portal_unavailable` (all else that may pass) and `portal_invoice_unreadable`.
 */
export function createStripeReader(d: StripeDeps): StripeReader {
  return {
    readInvoice: async (connection, invoiceId) => readInvoice(clientOf(connection, d), connection, invoiceId),
    readBill: async (connection, invoiceId) => readBill(clientOf(connection, d), connection, invoiceId),
    readRefund: async (connection, id) => readGivenBack(clientOf(connection, d), id),
    readAccount: async (connection, accountId) => readAccount(clientOf(connection, d), accountId),
    listPaid: (connection, depth) => listPaid(connection, depth, d),
    listMissed: (connection, since) => listMissed(connection, since, d),
  };
}

async function readInvoice(
  stripe: Stripe,
  connection: PortalConnection,
  invoiceId: string,
): Promise<InvoiceRead> {
  const held = await heldAs(stripe, invoiceId);
  if (held === null) return { kind: "absent" };
  const { raw, invoice } = held;
  const status = statusOf(invoice);
  if (status !== "paid") return { kind: "notPaid", status, state: stateOf(status) };
  if (isMereTest(invoice, connection)) return { kind: "notPaid", status: PAID_IN_TEST, state: "other" };
  const lines = await linesOf(stripe, invoiceId, raw.lines);
  const { facts, ...hints } = await customerOf(stripe, invoice);
  const paid = asPaid(invoice, () => paidInvoiceOf(invoice, lines, facts, connection.options));
  const refunds = await givenBackOf(stripe, invoiceId, (invoice.post_payment_credit_notes_amount ?? 0) > 0);
  return { kind: "paid", invoice: paid, ...hints, refunds };
}

/** A bill that was credited before its payment tells the payment still, and nothing else. */
function asPaid<T>({ status_transitions }: StripeInvoice, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const seconds = status_transitions?.paid_at;
    throw new PaidUnreadable(asUnreadable(thrown).error, seconds == null ? null : new Date(seconds * 1000));
  }
}

/** A bill waits for its payment while it is open; the day it was finalised on is the day it was made on. */
async function readBill(
  stripe: Stripe,
  connection: PortalConnection,
  invoiceId: string,
): Promise<PaidInvoice | null> {
  const held = await heldAs(stripe, invoiceId);
  if (held === null || statusOf(held.invoice) !== "open" || isMereTest(held.invoice, connection)) return null;
  const lines = await linesOf(stripe, invoiceId, held.raw.lines);
  const { facts } = await customerOf(stripe, held.invoice);
  return paidInvoiceOf(held.invoice, lines, facts, connection.options, "finalized_at");
}

/** What Stripe holds under this id; null when there is nothing. */
async function heldAs(stripe: Stripe, invoiceId: string) {
  const raw = await askFor(invoiceId, () => stripe.invoices.retrieve(invoiceId));
  if (raw === null || ("deleted" in raw && raw.deleted === true)) return null;
  if (raw.object !== "invoice") throw unavailable("the answer is not an invoice");
  return { raw, invoice: readShape(stripeInvoice, raw) };
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
