import type { Clock } from "../clock";
import type { NewId } from "../ids";
import { isLive } from "../faktur/faktur";
import type { CaseKind } from "../faktur/case-rules";
import { closeOpenCases, openCase } from "../store/cases";
import type { RefundRow } from "../store/events";
import { addTimeline, faktursOfInvoice, moveFaktur, type FakturRow } from "../store/fakturs";
import { findInvoice, lockInvoice, type InvoiceRow, type PortalState } from "../store/invoices";
import { enqueue } from "../store/jobs";
import type { Tx } from "../store/db";

interface CaseDeps {
  readonly clock: Clock;
  readonly newId: NewId;
}

/**
 * A refund: before a faktur stands the decision is made anew (and holds); after it a case opens and the faktur stands
 * until finance decides. A refund that failed after all closes its case again (trap T52). A chargeback undoes no
 * transaction: the bill is unpaid again until it is won (tax-rules 7.4).
 */
export async function writeRefundCase(
  tx: Tx,
  d: CaseDeps,
  refund: RefundRow,
  chargeback = false,
): Promise<void> {
  const invoice = await findInvoice(tx, refund.portal, refund.invoice_external_id);
  if (invoice === undefined) return;
  await lockInvoice(tx, invoice.id);
  const cause = `refund:${refund.external_id}`;
  if (refund.state === "failed") {
    const because = chargeback ? "paid_again" : "refund_failed";
    await closeOpenCases(tx, invoice.id, { cause }, because, d.clock.now());
    await decideAnew(tx, d, invoice);
  } else {
    const kind = chargeback ? "unpaid_again" : refund.amount === null ? "refund" : "partial_refund";
    await caseOrDecision(tx, d, invoice, kind, cause, { amount: refund.amount, reason: refund.reason });
  }
}

/** Unpaid again or cancelled in the portal: the same rule. */
export async function writeStateCase(
  tx: Tx,
  d: CaseDeps,
  invoice: InvoiceRow,
  state: PortalState,
  deliveryId: string,
): Promise<void> {
  const kind = state === "cancelled" ? "cancelled_in_portal" : "unpaid_again";
  await caseOrDecision(tx, d, invoice, kind, `${kind}:${deliveryId}`, {});
}

async function caseOrDecision(
  tx: Tx,
  d: CaseDeps,
  invoice: InvoiceRow,
  kind: CaseKind,
  cause: string,
  detail: Readonly<Record<string, string | null>>,
): Promise<void> {
  const live = (await faktursOfInvoice(tx, invoice.id)).filter((faktur) => isLive(faktur.state));
  const now = d.clock.now();
  // Nothing of these has left yet: the draft goes, and the decision is made anew.
  await dropUnsent(tx, live.filter(neverLeft), kind, now);
  const sent = live.filter((faktur) => !neverLeft(faktur));
  if (sent.length === 0) return decideAnew(tx, d, invoice);
  for (const faktur of sent) {
    await openCase(tx, {
      id: d.newId(now),
      invoice_id: invoice.id,
      faktur_id: faktur.id,
      kind,
      state: "open",
      detail: JSON.stringify(detail),
      cause: causeOf(cause, faktur.part),
      opened_at: now.toISOString(),
      closed_at: null,
    });
  }
}

/** Drops fakturs that nobody outside has seen; their invoice is decided anew by whoever asks for this. */
export async function dropUnsent(
  tx: Tx,
  unsent: readonly FakturRow[],
  why: string,
  now: Date,
): Promise<void> {
  for (const faktur of unsent) {
    await moveFaktur(tx, faktur, "cancel", now);
    await addTimeline(tx, faktur.id, { at: now, event: "cancelled", by: "system", detail: why });
  }
}

export const neverLeft = (faktur: FakturRow): boolean =>
  faktur.external_id === null && (faktur.state === "draft" || faktur.state === "ready");

/** Each part of an invoice has a case of its own. */
export const causeOf = (cause: string, part: string | null | undefined): string =>
  part == null ? cause : `${cause}#${part}`;

/** What was skipped stays skipped until a person asks; an unread one is decided once it is read. */
async function decideAnew(tx: Tx, d: CaseDeps, invoice: InvoiceRow): Promise<void> {
  if (invoice.decision === "skipped" || invoice.decision === "unread") return;
  await enqueue(tx, "issue", invoice.id, d.clock.now(), d.clock.now());
}
