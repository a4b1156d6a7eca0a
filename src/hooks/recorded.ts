import { dayInJakarta, parseTaxDay, plusMs, type TaxDay } from "../clock";
import { uploadDeadline } from "../faktur/law";
import { holdersOf } from "../faktur/parts";
import { reason, type ReasonCode } from "../faktur/reasons";
import { readInvoice } from "../faktur/stored";
import type { Log } from "../log";
import { formatMoney } from "../money";
import { text } from "../text";
import { appendAudit, isAudited } from "../store/audit";
import type { Tx } from "../store/db";
import { refundsOf, type RefundRow } from "../store/events";
import { addTimeline, faktursOfInvoice } from "../store/fakturs";
import {
  decideInvoice,
  findInvoice,
  insertInvoice,
  setPortalState,
  type InvoiceRow,
} from "../store/invoices";
import { enqueue, type Queued } from "../store/jobs";
import { recordRefund, writeStateCase } from "./cases";
import { unreadRow, type LedgerDeps } from "./ledger";
import type { PortalConnection } from "./portal";
import type { ListedRefund } from "./refunds";

/** What happens to an invoice that stands in the ledger already, whoever tells it: a delivery, a read-back or the poll. */
export interface RecordedDeps extends LedgerDeps {
  readonly log: Log;
}

/** Some events leave a portal before it has saved what they tell (trap T16): it is asked once it has settled. */
export const SETTLE_MS = 30_000;

/** A read that waits for the portal to settle is a job of its own: one that is due now must not be put off by it. */
const LATER = "#later";
export const invoiceOfSubject = (subject: string): string => subject.replace(LATER, "");

/** Has an invoice read back, recording it first where it was never heard of. `standing`: it was recorded already. */
export async function wakeInvoice(
  tx: Tx,
  d: RecordedDeps,
  connection: PortalConnection,
  wake: {
    readonly externalId: string;
    readonly later?: boolean | undefined;
    readonly onlyKnown?: boolean | undefined;
    readonly paid?: boolean | undefined;
  },
): Promise<"woken" | "standing" | "unknown"> {
  const now = d.clock.now();
  if (wake.onlyKnown !== true) {
    const row = unreadRow(d, connection, wake.externalId, wake.paid);
    if (await insertInvoice(tx, row)) {
      await enqueueRead(tx, row.id, wake.later === true, now);
      return "woken";
    }
  }
  const standing = await findInvoice(tx, connection.slug, wake.externalId);
  if (standing === undefined) return "unknown";
  await enqueueRead(tx, standing.id, wake.later === true, now);
  if (wake.paid === true && standing.content === null)
    await setPortalState(tx, standing.id, "paid", now, now);
  if (standing.content !== null || standing.decision === "unread") return "standing";
  // Known by name only: it was not paid, absent or unreadable when last looked at, so it is read once more. What was said
  // of it stays: whoever was told of it is told again of something else only.
  await decideInvoice(tx, standing.id, "unread", standing.reasons, now);
  return "woken";
}

const enqueueRead = (tx: Tx, id: string, later: boolean, now: Date): Promise<Queued> =>
  later
    ? enqueue(tx, "read", `${id}${LATER}`, plusMs(now, SETTLE_MS), now)
    : enqueue(tx, "read", id, now, now);

/** Reports once that the portal shows something else than was recorded (traps T12, T13); nothing is changed by it. */
export async function noteDifference(
  tx: Tx,
  d: RecordedDeps,
  standing: InvoiceRow,
  fields: readonly string[],
  mark: string,
): Promise<void> {
  const now = d.clock.now();
  const entry = {
    actor: `portal:${standing.portal}`,
    action: "invoice.differs_from_record",
    subject: `invoice:${standing.portal}/${standing.external_id}`,
    detail: `${fields.join(",")} ${mark.slice(0, 16)}`,
  };
  if (await isAudited(tx, entry)) return;
  d.log.warn(entry.action, {
    portal: standing.portal,
    invoice: standing.external_id,
    fields: fields.join(","),
    trace: standing.id,
  });
  await appendAudit(tx, { at: now.toISOString(), ...entry });
  for (const faktur of holdersOf(await faktursOfInvoice(tx, standing.id))) {
    const detail = fields.join(",");
    await addTimeline(tx, faktur.id, { at: now, event: "portal_differs", by: entry.actor, detail });
  }
}

/** Unpaid again or cancelled, told for the first time. A bill that nobody has paid yet is no news. */
export async function stateTold(
  tx: Tx,
  d: RecordedDeps,
  standing: InvoiceRow,
  state: "unpaid" | "cancelled",
  cause: string,
  saidAt: Date | null,
): Promise<void> {
  if (standing.portal_state === "billed" && state === "unpaid") return;
  await setPortalState(tx, standing.id, state, saidAt, d.clock.now());
  if (standing.portal_state === state) return;
  await writeStateCase(tx, d, standing, state, cause);
}

/** Refunds a portal shows beside an invoice, each written once; one that is known with the same amount changes nothing. */
export async function saveListed(
  tx: Tx,
  d: RecordedDeps,
  portal: string,
  invoiceExternalId: string,
  refunds: readonly ListedRefund[],
): Promise<void> {
  const known = await refundsOf(tx, portal, invoiceExternalId);
  for (const refund of refunds) {
    const row = {
      portal,
      external_id: refund.refundId,
      invoice_external_id: invoiceExternalId,
      amount: refund.amount === null ? null : formatMoney(refund.amount),
      state: refund.state ?? ("done" as const),
      refunded_at: refund.refundedAt.toISOString(),
      reason: refund.reason,
    };
    if (isAmong(known, row)) continue;
    await recordRefund(tx, d, row);
  }
}

/** Refunds that were told and stand no more end as if they had failed: the money is there again. Untold ones are no news. */
export async function saveUndone(
  tx: Tx,
  d: RecordedDeps,
  portal: string,
  invoiceExternalId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  for (const refund of await refundsOf(tx, portal, invoiceExternalId)) {
    if (refund.state === "failed" || !ids.includes(refund.external_id)) continue;
    // As a chargeback that was won.
    await recordRefund(tx, d, { ...refund, state: "failed" }, true);
  }
}

/** Known with the same amount, and failed or not as before. */
const isAmong = (known: readonly RefundRow[], { external_id, amount, state }: RefundRow): boolean =>
  known.some(
    (one) =>
      one.external_id === external_id &&
      one.amount === amount &&
      (one.state === "failed") === (state === "failed"),
  );

/** The first day whose payments are issued; null without such a day. Option `issueFrom`, else the day of the connection. */
export function issueFrom({ options, connectedAt }: PortalConnection): TaxDay | null {
  return chosenDay(options) ?? (connectedAt === undefined ? null : dayInJakarta(connectedAt));
}

function chosenDay({ issueFrom: chosen }: PortalConnection["options"]): TaxDay | null {
  return typeof chosen === "string" ? parseTaxDay(chosen) : null;
}

/**
 * Whether a payment is history: old invoices are recorded, and issued only when a person asks (trap T71). A payment that
 * the portal told of since it was connected (`toldAt`) is none, however far back it was dated; the option goes before that.
 */
export function isHistory(connection: PortalConnection, taxDay: TaxDay, toldAt?: string | null): boolean {
  const told = toldAt == null || hasOption(connection) ? taxDay : dayInJakarta(new Date(toldAt));
  const day = told > taxDay ? told : taxDay;
  return day < (issueFrom(connection) ?? day);
}

const hasOption = ({ options }: PortalConnection): boolean => chosenDay(options) !== null;

export const HISTORY: ReasonCode = "before_start";

export const historyReasons = (taxDay: TaxDay): string =>
  JSON.stringify([reason(HISTORY, text(`Dibayar ${taxDay}.`, `Paid on ${taxDay}.`))]);

/** A look that began before another was recorded tells what was, not what is: the portal is asked again. */
export const isAsBefore = (before: InvoiceRow, now: InvoiceRow): boolean =>
  before.updated_at === now.updated_at &&
  before.decision === now.decision &&
  before.portal_state === now.portal_state &&
  before.content_hash === now.content_hash;

/** Why an invoice has no faktur, where that lies in what it sells and not in whose it is. */
const BY_CONTENT: readonly ReasonCode[] = [
  ...(["nothing_taxed", "zero_total", "container", "deposit", "paid_from_taxed_balance"] as const),
];

export const isSkippedByContent = (row: InvoiceRow): boolean => isSkippedBy(row, BY_CONTENT);

/** And where it lies in whose it is. */
const BY_COMPANY: readonly ReasonCode[] = [
  ...(["no_company", "company_requested", "company_suspended", "before_activation"] as const),
];

/**
 * Skipped for the company of a client that has it no more (a merge of clients moves invoices). Of a month that is over it
 * stays so: what was skipped has gone into that month's recap.
 */
export function isSkippedForAnother(row: InvoiceRow, accountId: string, today: TaxDay): boolean {
  if (row.content === null || row.tax_day === null || !isSkippedBy(row, BY_COMPANY)) return false;
  if (today > uploadDeadline(row.tax_day as TaxDay)) return false;
  return readInvoice(row.content).account.id !== accountId;
}

function isSkippedBy({ decision, reasons }: InvoiceRow, among: readonly ReasonCode[]): boolean {
  if (decision !== "skipped") return false;
  const codes = (JSON.parse(reasons) as { readonly code: ReasonCode }[]).map(({ code }) => code);
  return codes.length > 0 && codes.every((code) => among.includes(code));
}
