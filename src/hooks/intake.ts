import { formatMoney } from "../money";
import { readInvoice } from "../faktur/stored";
import type { Log } from "../log";
import { saveAccount } from "../store/accounts";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import { insertDelivery, insertServiceMove, saveRefund } from "../store/events";
import {
  decideInvoice,
  findInvoice,
  insertInvoice,
  notePayment,
  setPortalState,
  type InvoiceRow,
  type PortalState,
} from "../store/invoices";
import { enqueue } from "../store/jobs";
import { isDueWithBill, NOT_BILLED, recordBilled } from "./billed";
import { writeRefundCase, writeStateCase } from "./cases";
import type { IntakeAnswer } from "./intake-answer";
import type { PaidInvoice } from "./invoice";
import { contentHash, contentOf, unreadRow, type LedgerDeps } from "./ledger";
import type { Heard, PortalConnection } from "./portal";

export interface IntakeDeps extends LedgerDeps {
  readonly db: Db;
  readonly log: Log;
  /** Tells idle workers that there is work. */
  wake(): void;
}

type HeardOf<Kind extends Heard["kind"]> = Extract<Heard, { kind: Kind }>;

/** Records what a portal told, once, and queues what follows; resolves after the commit. */
export async function intake(
  d: IntakeDeps,
  connection: PortalConnection,
  heard: Heard,
): Promise<IntakeAnswer> {
  if (heard.kind === "ignored") return { status: "ignored", reason: heard.reason };
  const answer = await d.db.transaction(async (tx): Promise<IntakeAnswer> => {
    if (heard.kind === "billed" && !(await isDueWithBill(tx, connection.slug, heard.invoice)))
      return NOT_BILLED;
    const delivery = { portal: connection.slug, delivery_id: heard.deliveryId, kind: heard.kind };
    const fresh = await insertDelivery(tx, { ...delivery, at: d.clock.now().toISOString() });
    return fresh ? record(tx, d, connection, heard) : { status: "duplicate" };
  });
  d.log.info("hook.recorded", {
    portal: connection.slug,
    kind: heard.kind,
    status: answer.status,
    ...subjectOf(heard),
  });
  d.wake();
  return answer;
}

function subjectOf(heard: Exclude<Heard, HeardOf<"ignored">>): { invoice?: string } {
  if (heard.kind === "paid" || heard.kind === "billed") return { invoice: heard.invoice.invoiceId };
  return "invoiceId" in heard ? { invoice: heard.invoiceId } : {};
}

function record(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  heard: Exclude<Heard, HeardOf<"ignored">>,
): Promise<IntakeAnswer> {
  switch (heard.kind) {
    case "paid":
      return recordPaid(tx, d, connection, heard);
    case "billed":
      return recordBilled(tx, d, connection, heard.invoice);
    case "wake":
      return recordWake(tx, d, connection, heard.invoiceId);
    case "refunded":
      return recordRefund(tx, d, connection, heard);
    case "refundWake":
      return recordRefundWake(tx, d, connection, heard.refundId);
    case "unpaid":
    case "cancelled":
      return recordState(tx, d, connection, heard);
    case "accountUpdated":
      return recordAccount(tx, d, connection, heard);
    case "serviceMoved":
      return recordMove(tx, d, connection, heard);
    default:
      return heard satisfies never;
  }
}

async function recordPaid(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  { invoice }: HeardOf<"paid">,
): Promise<IntakeAnswer> {
  const content = await contentOf(tx, d, connection.slug, invoice);
  const row: InvoiceRow = {
    ...unreadRow(d, connection, invoice.invoiceId),
    ...content,
    decision: "undecided",
  };
  if (await insertInvoice(tx, row)) {
    await enqueue(tx, "issue", row.id, d.clock.now(), d.clock.now());
    return { status: "accepted" };
  }
  const standing = await findInvoice(tx, connection.slug, invoice.invoiceId);
  if (standing?.basis === "billed" && standing.paid_at === null) {
    await notePayment(tx, standing.id, invoice.paidAt, d.clock.now());
  }
  if (standing !== undefined) await paidAgain(tx, d, standing, hashOf(standing, invoice));
  return { status: "duplicate" };
}

/** What the invoice would have been recorded as: a bill is compared without the day of its payment. */
function hashOf(standing: InvoiceRow, invoice: PaidInvoice): string {
  if (standing.basis !== "billed" || standing.content === null) return contentHash(invoice);
  const { paidAt, taxDay } = readInvoice(standing.content);
  return contentHash({ ...invoice, paidAt, taxDay });
}

/** Paid → unpaid → paid releases what the middle held; different content under the same number is only reported. */
async function paidAgain(tx: Tx, d: IntakeDeps, standing: InvoiceRow, hash: string | null): Promise<void> {
  const now = d.clock.now();
  if (standing.portal_state !== "paid") {
    await setPortalState(tx, standing.id, "paid", now);
    await enqueue(tx, "issue", standing.id, now, now);
  }
  if (standing.content_hash !== null && standing.content_hash !== hash) {
    d.log.warn("invoice.differs_from_record", { portal: standing.portal, invoice: standing.external_id });
    await appendAudit(tx, {
      at: now.toISOString(),
      actor: `portal:${standing.portal}`,
      action: "invoice.differs_from_record",
      subject: `invoice:${standing.portal}/${standing.external_id}`,
      detail: null,
    });
  }
}

async function recordWake(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  externalId: string,
): Promise<IntakeAnswer> {
  const now = d.clock.now();
  const row = unreadRow(d, connection, externalId);
  if (await insertInvoice(tx, row)) {
    await enqueue(tx, "read", row.id, now, now);
    return { status: "accepted" };
  }
  const standing = await findInvoice(tx, connection.slug, externalId);
  if (standing === undefined || standing.content !== null) {
    if (standing !== undefined) await paidAgain(tx, d, standing, standing.content_hash);
    return { status: "duplicate" };
  }
  // Known by name only: it was not paid, absent or unreadable when last looked at, so it is read once more.
  if (standing.decision !== "unread") await decideInvoice(tx, standing.id, "unread", "[]", now);
  await enqueue(tx, "read", standing.id, now, now);
  return { status: standing.decision === "unread" ? "duplicate" : "accepted" };
}

async function recordRefund(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  heard: HeardOf<"refunded">,
): Promise<IntakeAnswer> {
  const refund = {
    portal: connection.slug,
    external_id: heard.deliveryId,
    invoice_external_id: heard.invoiceId,
    amount: heard.amount === null ? null : formatMoney(heard.amount),
    state: "done" as const,
    refunded_at: heard.refundedAt.toISOString(),
    reason: heard.reason,
  };
  await saveRefund(tx, refund);
  await writeRefundCase(tx, d, refund);
  return { status: "accepted" };
}

async function recordRefundWake(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  refundId: string,
): Promise<IntakeAnswer> {
  await enqueue(tx, "readRefund", `${connection.slug}/${refundId}`, d.clock.now(), d.clock.now());
  return { status: "accepted" };
}

async function recordState(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  heard: HeardOf<"unpaid" | "cancelled">,
): Promise<IntakeAnswer> {
  const standing = await findInvoice(tx, connection.slug, heard.invoiceId);
  if (standing === undefined) return { status: "ignored", reason: "invoice_unknown" };
  const state: PortalState = heard.kind;
  await setPortalState(tx, standing.id, state, d.clock.now());
  await writeStateCase(tx, d, standing, state, heard.deliveryId);
  return { status: "accepted" };
}

async function recordAccount(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  { account }: HeardOf<"accountUpdated">,
): Promise<IntakeAnswer> {
  await saveAccount(tx, connection.slug, account, d.newId(d.clock.now()), d.clock.now());
  return { status: "accepted" };
}

async function recordMove(
  tx: Tx,
  d: IntakeDeps,
  connection: PortalConnection,
  heard: HeardOf<"serviceMoved">,
): Promise<IntakeAnswer> {
  await insertServiceMove(tx, {
    portal: connection.slug,
    service_id: heard.serviceId,
    from_account: heard.fromAccount,
    to_account: heard.toAccount,
    ticket: heard.ticket,
    at: d.clock.now().toISOString(),
  });
  return { status: "accepted" };
}
