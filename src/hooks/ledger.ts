import { hash } from "node:crypto";
import { otherActiveAt, wasSwitchedSince, writeSnapshot } from "../accounts/snapshot";
import type { Clock } from "../clock";
import { writeInvoice } from "../faktur/stored";
import type { NewId } from "../ids";
import { companyHistory, findCompany, saveAccount, type CompanyRow } from "../store/accounts";
import type { Tx } from "../store/db";
import type { InvoiceRow } from "../store/invoices";
import type { PaidInvoice } from "./invoice";
import type { PortalConnection } from "./portal";

export interface LedgerDeps {
  readonly clock: Clock;
  readonly newId: NewId;
}

type Content = Pick<
  InvoiceRow,
  "account_id" | "number" | "paid_at" | "tax_day" | "content" | "content_hash" | "company_at_payment"
>;

/**
 * What the ledger keeps of a paid invoice. The account is made when it was never seen, and the company behind it is
 * taken as it is now, when the payment becomes known: a later change of the tab does not touch this invoice. Where another
 * taxpayer was active on the account when it was paid, that is kept beside it, for a person to look at.
 */
export async function contentOf(
  tx: Tx,
  d: LedgerDeps,
  portal: string,
  invoice: PaidInvoice,
): Promise<Content> {
  const now = d.clock.now();
  const account = await saveAccount(tx, portal, invoice.account, d.newId(now), now);
  const company = await findCompany(tx, account.id);
  const other = wasSwitchedSince(company, invoice.paidAt)
    ? otherActiveAt(await companyHistory(tx, account.id), company, invoice.paidAt)
    : null;
  return contentWith(invoice, account.id, company, other);
}

/**
 * The same where the portal has corrected an invoice that nothing was made from: what was frozen at the payment is the
 * company of the client it had then, and of no other (a merge of clients moves invoices).
 */
export async function contentCorrected(
  tx: Tx,
  d: LedgerDeps,
  { portal, account_id }: Pick<InvoiceRow, "portal" | "account_id">,
  invoice: PaidInvoice,
): Promise<Omit<Content, "company_at_payment"> & Partial<Content>> {
  const { company_at_payment, ...content } = await contentOf(tx, d, portal, invoice);
  return content.account_id === account_id ? content : { ...content, company_at_payment };
}

/** The same of an account and a company that are known. */
export function contentWith(
  invoice: PaidInvoice,
  account_id: string,
  company: CompanyRow | undefined,
  insteadOf: string | null = null,
): Content {
  const content = writeInvoice(invoice);
  return {
    account_id,
    number: invoice.number,
    paid_at: invoice.paidAt.toISOString(),
    tax_day: invoice.taxDay,
    content,
    content_hash: hashOfText(content),
    company_at_payment: writeSnapshot(company, insteadOf),
  };
}

const hashOfText = (content: string): string => hash("sha256", content);

/** Tells whether two invoices say the same. */
export const contentHash = (invoice: PaidInvoice): string => hashOfText(writeInvoice(invoice));

/** The row of an invoice of which nothing but its name is known, and perhaps that it was `toldPaid`. */
export function unreadRow(
  d: LedgerDeps,
  connection: PortalConnection,
  externalId: string,
  toldPaid = false,
): InvoiceRow {
  const now = d.clock.now();
  return {
    id: d.newId(now),
    portal: connection.slug,
    external_id: externalId,
    seller: connection.seller,
    account_id: null,
    number: null,
    paid_at: null,
    tax_day: null,
    content: null,
    content_hash: null,
    company_at_payment: null,
    portal_state: "paid",
    ...(toldPaid ? { portal_state_at: now.toISOString() } : {}),
    decision: "unread",
    accepted: "[]",
    reasons: "[]",
    created_at: now.toISOString(),
    updated_at: now.toISOString(),
  };
}
