import { snapshotOf } from "../accounts/snapshot";
import { isCollector } from "../accounts/facility";
import { isBeforeActivation, type CompanySnapshot } from "../accounts/company";
import { kursOf } from "../faktur/facts";
import type { FakturKurs } from "../faktur/faktur";
import { worthOf } from "../faktur/kurs";
import { ppnOn, transactionCodeOn } from "../faktur/law";
import { taxedLines } from "../faktur/lines";
import { sum, type Money } from "../money";
import { findAccount, findCompany } from "../store/accounts";
import type { Tx } from "../store/db";
import { findInvoice, insertInvoice, type InvoiceRow } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { takeEarly } from "./early";
import type { IntakeAnswer } from "./intake-answer";
import type { PaidInvoice } from "./invoice";
import { contentOf, unreadRow, type LedgerDeps } from "./ledger";
import type { PortalConnection } from "./portal";

export const NOT_BILLED: IntakeAnswer = { status: "ignored", reason: "not_billed_at_creation" };

/**
 * Whether the faktur of this bill is due before its payment: only for an account whose active company is a verified
 * collector (02, 03) and wants it so, and not for a small payment on which an agency collects nothing (tax-rules 4.5).
 */
export async function isDueWithBill(tx: Tx, portal: string, invoice: PaidInvoice): Promise<boolean> {
  if ((await findInvoice(tx, portal, invoice.invoiceId)) !== undefined) return true;
  const account = await findAccount(tx, portal, invoice.account.id);
  const company = account && (await findCompany(tx, account.id));
  return company !== undefined && billsCollector(snapshotOf(company), invoice, await kursOf(tx, invoice));
}

/** The same of one company, from the facts alone; without the rate of a foreign bill nobody knows whether it is small. */
export function billsCollector(
  company: CompanySnapshot,
  invoice: PaidInvoice,
  kurs: FakturKurs | null,
): boolean {
  if (company.status !== "active" || company.issueOn !== "bill") return false;
  if (isBeforeActivation(company, invoice.taxDay)) return false;
  const { transactionCode, collector = null } = company;
  return isCollector(transactionCodeOn(invoice.taxDay, transactionCode, taxBaseOf(invoice, kurs), collector));
}

/** Without PPN, in rupiah; null where it cannot be known yet. */
function taxBaseOf(invoice: PaidInvoice, kurs: FakturKurs | null): Money | null {
  const law = ppnOn(invoice.taxDay);
  if (law === undefined || (invoice.currency !== "IDR" && kurs === null)) return null;
  const taxed = taxedLines(invoice, law, "02", {}, kurs === null ? {} : { worth: worthOf(kurs) });
  return taxed.kind === "lines" ? sum(taxed.lines.map((line) => line.taxBase)) : null;
}

/** Records a bill, as if it were paid on the day it was made; the payment is only noted when it comes. False: it is known. */
export async function recordBilled(
  tx: Tx,
  d: LedgerDeps,
  connection: PortalConnection,
  invoice: PaidInvoice,
  saidAt: Date | null = null,
): Promise<boolean> {
  const row: InvoiceRow = {
    ...unreadRow(d, connection, invoice.invoiceId),
    ...(await contentOf(tx, d, connection.slug, invoice)),
    paid_at: null,
    basis: "billed",
    portal_state: "billed",
    portal_state_at: saidAt?.toISOString() ?? null,
    decision: "undecided",
  };
  if (!(await insertInvoice(tx, row))) return false;
  await takeEarly(tx, d, row);
  await enqueue(tx, "issue", row.id, d.clock.now(), d.clock.now());
  return true;
}
