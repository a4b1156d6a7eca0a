import type { Clock } from "../clock";
import type { NewId } from "../ids";
import { FILE_CHANNEL } from "../faktur/faktur";
import type { CaseKind } from "../faktur/case-rules";
import { holdersOf, isWholeLive } from "../faktur/parts";
import { reason, type ReasonCode } from "../faktur/reasons";
import { text } from "../text";
import { announceHeld } from "../webhooks/announce";
import { appendAudit } from "../store/audit";
import { casesOf, closeOpenCases, firstCause } from "../store/cases";
import { refundsOf, saveRefund, type RefundRow } from "../store/events";
import {
  addTimeline,
  faktursOfInvoice,
  moveFaktur,
  timelineOf,
  type FakturRow,
  type TimelineRow,
} from "../store/fakturs";
import {
  decideInvoice,
  invoiceById,
  lockedInvoice,
  setAccepted,
  type InvoiceRow,
  type PortalState,
} from "../store/invoices";
import { enqueue } from "../store/jobs";
import type { Tx } from "../store/db";
import { openOrRetell } from "./retell";

interface CaseDeps {
  readonly clock: Clock;
  readonly newId: NewId;
}

/**
 * A refund: before a faktur stands the decision is made anew (and holds); after it a case opens and the faktur stands
 * until finance decides. A refund that failed after all closes its case again (trap T52). A chargeback undoes no
 * transaction: the bill is unpaid again until it is won (tax-rules 7.4).
 */
export async function recordRefund(
  tx: Tx,
  d: CaseDeps,
  refund: RefundRow,
  chargeback = false,
): Promise<void> {
  const known = await refundsOf(tx, refund.portal, refund.invoice_external_id);
  await saveRefund(tx, refund);
  const invoice = await lockedInvoice(tx, refund.portal, refund.invoice_external_id);
  if (invoice === undefined) return;
  const cause = `refund:${refund.external_id}`;
  if (refund.state === "failed") {
    const because = chargeback ? "paid_again" : "refund_failed";
    await closeOpenCases(tx, invoice.id, { cause }, because, d.clock.now());
    await decideAnew(tx, d, invoice);
  } else {
    // Told once more it concerns what has left since, and decides nothing anew.
    if (isNews(refund, known)) await endAcceptance(tx, d, invoice.id, "refunded_before_issue");
    else if (!holdersOf(await faktursOfInvoice(tx, invoice.id)).some((one) => !neverLeft(one))) return;
    const kind = chargeback ? "unpaid_again" : refund.amount === null ? "refund" : "partial_refund";
    await caseOrDecision(tx, d, invoice, kind, cause, { amount: refund.amount, reason: refund.reason });
    // What was told of parts before is in it: decided beside it, a part would ask for a faktur over the rest.
    if (kind === "refund")
      await closeOpenCases(tx, invoice.id, { kinds: ["partial_refund"] }, "told_otherwise", d.clock.now());
  }
  await partsAgain(tx, d, invoice, refund, known);
}

const isWhole = ({ amount, state }: RefundRow): boolean => amount === null && state !== "failed";

/** Where the whole did not come about after all, the parts that nobody has decided stand for themselves again. */
async function partsAgain(
  tx: Tx,
  d: CaseDeps,
  invoice: InvoiceRow,
  refund: RefundRow,
  known: readonly RefundRow[],
): Promise<void> {
  const wholeBefore = known.filter(isWhole).map(({ external_id }) => external_id);
  if (isWhole(refund) || wholeBefore.length !== 1 || wholeBefore[0] !== refund.external_id) return;
  const ended = (await casesOf(tx, invoice.id)).filter(
    ({ closed_because }) => closed_because === "told_otherwise",
  );
  const causes = new Set(ended.map(({ cause }) => firstCause(cause).split("#")[0]));
  for (const { external_id, amount, reason: why, state } of known) {
    const cause = `refund:${external_id}`;
    if (state === "failed" || external_id === refund.external_id || !causes.has(cause)) continue;
    await caseOrDecision(tx, d, invoice, "partial_refund", cause, { amount, reason: why });
  }
}

/** Not the same money told once more. */
const isNews = (refund: RefundRow, known: readonly RefundRow[]): boolean =>
  !known.some(
    ({ external_id, amount, state }) =>
      external_id === refund.external_id && amount === refund.amount && state !== "failed",
  );

/** Finance has accepted what it knew of; what comes on top of it is asked anew. The invoice is held already. */
export async function endAcceptance(tx: Tx, d: CaseDeps, id: string, code: ReasonCode): Promise<void> {
  const invoice = await invoiceById(tx, id);
  if (invoice === undefined) return;
  const accepted = JSON.parse(invoice.accepted) as ReasonCode[];
  if (!accepted.includes(code)) return;
  const now = d.clock.now();
  await setAccepted(tx, id, JSON.stringify(accepted.filter((one) => one !== code)), now);
  await appendAudit(tx, {
    ...{ at: now.toISOString(), actor: `portal:${invoice.portal}`, action: "invoice.acceptance_ended" },
    ...{ subject: `invoice:${invoice.portal}/${invoice.external_id}`, detail: code },
  });
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
  const live = holdersOf(await faktursOfInvoice(tx, invoice.id));
  const now = d.clock.now();
  // Nothing of these has left yet: the draft goes, and the decision is made anew.
  await dropUnsent(tx, live.filter(neverLeft), kind, now);
  const sent = live.filter((faktur) => !neverLeft(faktur));
  if (sent.length === 0) return decideAnew(tx, d, invoice);
  for (const faktur of sent) {
    await openOrRetell(tx, invoice.portal, {
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

/** The authority holds nothing of it; what was refused at its creation never came to be there. A file may lie there. */
export const neverLeft = ({ state, external_id, channel_kind }: FakturRow): boolean =>
  external_id === null &&
  (state === "draft" || state === "ready" || (state === "rejected" && channel_kind !== FILE_CHANNEL));

/** Each part of an invoice has a case of its own. */
export const causeOf = (cause: string, part: string | null | undefined): string =>
  part == null ? cause : `${cause}#${part}`;

/**
 * What was skipped stays skipped until a person asks, and what a person gave up stays so; an unread one is decided once
 * it is read.
 */
async function decideAnew(tx: Tx, d: CaseDeps, invoice: InvoiceRow): Promise<void> {
  if (invoice.decision === "skipped" || invoice.decision === "unread") return;
  if (await isGivenUp(tx, invoice)) return;
  await enqueue(tx, "issue", invoice.id, d.clock.now(), d.clock.now());
}

/** Its faktur was cancelled, not just dropped here to be made anew, and nobody has asked for another one since. */
async function isGivenUp(tx: Tx, invoice: InvoiceRow): Promise<boolean> {
  const { decision, reason } = invoice;
  if (decision !== "issuing" && !(decision === "held" && reason === GIVEN_UP)) return false;
  const fakturs = await faktursOfInvoice(tx, invoice.id);
  if (isWholeLive(fakturs)) return false;
  const newest = new Map(fakturs.map((faktur) => [faktur.part ?? "", faktur]));
  for (const { id } of [...newest.values()].filter(({ state }) => state === "cancelled")) {
    const dropped = (await timelineOf(tx, id)).some(isDrop);
    if (!dropped) return true;
  }
  return false;
}

const GIVEN_UP: ReasonCode = "faktur_cancelled";

const isDrop = ({ event, by }: TimelineRow): boolean => event === "cancelled" && by === "system";

/** Paid once more: what was held goes on. Where a faktur was given up, a person says whether there is another. */
export async function writePaidAgain(tx: Tx, d: CaseDeps, invoice: InvoiceRow): Promise<void> {
  if (!(await isGivenUp(tx, invoice))) return decideAnew(tx, d, invoice);
  const again = [reason(GIVEN_UP, PAID_SINCE)];
  await decideInvoice(tx, invoice.id, "held", JSON.stringify(again), d.clock.now());
  await announceHeld(tx, d, invoice, again);
}

const PAID_SINCE = text(
  "Portal kemudian menyatakan invoice ini dibayar lagi.",
  "The portal has since told that the invoice was paid again.",
);
