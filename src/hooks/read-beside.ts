import type { Outcome } from "../errors";
import { formatMoney } from "../money";
import { findAccount, saveAccount, saveHints } from "../store/accounts";
import type { Tx } from "../store/db";
import type { RefundRow } from "../store/events";
import type { Work } from "../store/fence";
import { findInvoice } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { isDueWithBill } from "./billed";
import { recordRefund } from "./cases";
import type { ReadDeps } from "./read";
import type { RefundRead } from "./refunds";
import { billTold } from "./told";
import { asUnreadable } from "./unreadable";

/** Job `readRefund`: which invoice a refund belongs to and whether it stands. Subject: `portal/refund`. */
export async function readBackRefund(d: ReadDeps, work: Work): Promise<Outcome> {
  const [slug = "", refundId = ""] = work.job.subject.split("/", 2);
  const found = await d.portalNamed(slug);
  if (found?.portal.readRefund === undefined) return { kind: "done" };
  const read = await found.portal.readRefund(found.connection, refundId);
  const others = read.alsoRefunds ?? [];
  const now = d.clock.now();
  const askOthers = async (tx: Tx) => {
    for (const other of others) await enqueue(tx, "readRefund", `${slug}/${other}`, now, now);
  };
  const refunds = (await isNothingTo(d, slug, read)) ? [] : refundsTold(slug, refundId, read);
  if (refunds.length === 0 && others.length === 0) {
    d.log.info("refund.without_invoice", { portal: slug, refund: refundId });
  }
  await work.transaction(async (tx) => {
    for (const refund of refunds) await recordRefund(tx, d, refund, read.chargeback);
    await askOthers(tx);
  });
  return { kind: "done" };
}

/** What was credited before the payment matters to a bill that is recorded as one; others are read as they are paid. */
async function isNothingTo(d: ReadDeps, slug: string, read: RefundRead): Promise<boolean> {
  if (read.beforePayment !== true || read.invoiceId === null) return false;
  return (await findInvoice(d.db.knex, slug, read.invoiceId))?.basis !== "billed";
}

/** One for its invoice, or one for each that the same payment settled. */
function refundsTold(portal: string, refundId: string, read: RefundRead): RefundRow[] {
  const { invoiceId } = read;
  const told = invoiceId === null ? (read.shared ?? []) : [{ ...read, refundId, invoiceId }];
  return told.map((one) => ({
    portal,
    external_id: one.refundId,
    invoice_external_id: one.invoiceId,
    amount: one.amount === null ? null : formatMoney(one.amount),
    state: one.state,
    refunded_at: read.refundedAt.toISOString(),
    reason: one.reason,
  }));
}

/** Job `readBill`: a bill just made, recorded only where the faktur is due with it. Subject: `portal/invoice`. */
export async function readBackBill(d: ReadDeps, work: Work): Promise<Outcome> {
  const [slug = "", invoiceId = ""] = work.job.subject.split("/", 2);
  const found = await d.portalNamed(slug);
  const read = await found?.portal.readBill?.(found.connection, invoiceId).catch(asUnreadable);
  if (found === null || read == null) return { kind: "done" };
  if ("kind" in read) {
    // Its payment will be read as well, and held then: nothing is due with a bill that cannot be understood.
    d.log.warn("bill.unreadable", { portal: slug, invoice: invoiceId });
    return { kind: "done" };
  }
  await work.transaction(async (tx) => {
    if (!(await isDueWithBill(tx, slug, read))) return;
    await billTold(tx, d, found.connection, { of: "bill", invoice: read, kinds: "translated" }, null);
  });
  return { kind: "done" };
}

/** Job `readAccount`: name and e-mail address of an account we know. Subject: `portal/account`. */
export async function readBackAccount(d: ReadDeps, work: Work): Promise<Outcome> {
  const [slug = "", accountId = ""] = work.job.subject.split("/", 2);
  const found = await d.portalNamed(slug);
  const account = await found?.portal.readAccount?.(found.connection, accountId);
  if (account == null) return { kind: "done" };
  await work.transaction(async (tx) => {
    if ((await findAccount(tx, slug, accountId)) === undefined) return;
    const now = d.clock.now();
    await saveAccount(tx, slug, account, d.newId(now), now);
    if (account.npwpHints !== undefined) await saveHints(tx, slug, accountId, account.npwpHints);
  });
  return { kind: "done" };
}
