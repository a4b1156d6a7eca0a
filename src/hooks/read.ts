import { formatMoney } from "../money";
import type { Outcome } from "../errors";
import type { Log } from "../log";
import { reason } from "../faktur/reasons";
import { text } from "../text";
import { saveRefund } from "../store/events";
import type { Work } from "../store/fence";
import { decideInvoice, fillInvoice, invoiceById } from "../store/invoices";
import { enqueue } from "../store/jobs";
import type { Db } from "../store/db";
import { writeRefundCase } from "./cases";
import { contentOf, type LedgerDeps } from "./ledger";
import type { Portal, PortalConnection } from "./portal";

export interface ReadDeps extends LedgerDeps {
  readonly db: Db;
  readonly log: Log;
  portalNamed(
    slug: string,
  ): Promise<{ readonly connection: PortalConnection; readonly portal: Portal } | null>;
}

/** Job `read`: the portal is asked for an invoice that a wake-up named; its answer is the truth. */
export async function readBack(d: ReadDeps, work: Work): Promise<Outcome> {
  const row = await invoiceById(d.db.knex, work.job.subject);
  if (row === undefined || row.decision !== "unread") return { kind: "done" };
  const found = await d.portalNamed(row.portal);
  if (found?.portal.readInvoice === undefined) return { kind: "done" };
  const read = await found.portal.readInvoice(found.connection, row.external_id);
  d.log.info("invoice.read", { portal: row.portal, invoice: row.external_id, result: read.kind });
  const now = d.clock.now();
  await work.transaction(async (tx) => {
    switch (read.kind) {
      case "paid": {
        const content = await contentOf(tx, d, row.portal, read.invoice);
        if (await fillInvoice(tx, row.id, content, now)) await enqueue(tx, "issue", row.id, now, now);
        return;
      }
      case "notPaid": {
        const status = text(`Status: ${read.status}.`, `Status: ${read.status}.`);
        const reasons = JSON.stringify([reason("not_paid_in_portal", status)]);
        return decideInvoice(tx, row.id, "skipped", reasons, now);
      }
      case "absent":
        return decideInvoice(tx, row.id, "held", JSON.stringify([reason("absent_in_portal")]), now);
      default:
        return read satisfies never;
    }
  });
  return { kind: "done" };
}

/** Job `readRefund`: which invoice a refund belongs to and whether it stands. Subject: `portal/refund`. */
export async function readBackRefund(d: ReadDeps, work: Work): Promise<Outcome> {
  const [slug = "", refundId = ""] = work.job.subject.split("/", 2);
  const found = await d.portalNamed(slug);
  if (found?.portal.readRefund === undefined) return { kind: "done" };
  const read = await found.portal.readRefund(found.connection, refundId);
  if (read.invoiceId === null) {
    d.log.info("refund.without_invoice", { portal: slug, refund: refundId });
    return { kind: "done" };
  }
  const refund = {
    portal: slug,
    external_id: refundId,
    invoice_external_id: read.invoiceId,
    amount: read.amount === null ? null : formatMoney(read.amount),
    state: read.state,
    refunded_at: read.refundedAt.toISOString(),
    reason: read.reason,
  };
  await work.transaction(async (tx) => {
    await saveRefund(tx, refund);
    await writeRefundCase(tx, d, refund);
  });
  return { kind: "done" };
}
