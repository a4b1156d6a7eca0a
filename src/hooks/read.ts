import { dayInJakarta } from "../clock";
import type { Outcome } from "../errors";
import { reason, type ReasonCode } from "../faktur/reasons";
import { readInvoice } from "../faktur/stored";
import { text } from "../text";
import { saveHints } from "../store/accounts";
import { faktursOfInvoice } from "../store/fakturs";
import type { Work } from "../store/fence";
import {
  decideInvoice,
  fillInvoice,
  findInvoice,
  invoiceById,
  lockInvoice,
  refillInvoice,
  type InvoiceRow,
} from "../store/invoices";
import { enqueue } from "../store/jobs";
import type { Db, Tx } from "../store/db";
import { announceHeld } from "../webhooks/announce";
import { asToldOf, correctedContent, isCorrection, type Telling } from "./corrected";
import { differenceOf } from "./difference";
import type { PaidInvoice } from "./invoice";
import { contentOf } from "./ledger";
import { lookAt, noteInvoiceServices, servicesOn, type FoundPortal } from "./moves";
import type { InvoiceRead, Portal, PortalConnection } from "./portal";
import {
  HISTORY,
  historyReasons,
  invoiceOfSubject,
  isAsBefore,
  isHistory,
  isSkippedByContent,
  isSkippedForAnother,
  noteDifference,
  saveListed,
  saveUndone,
  stateTold,
  wakeInvoice,
  type RecordedDeps,
} from "./recorded";
import { billedAgain, billPaid, isWithdrawn, paidAgain } from "./told";
import { asUnreadable, type Unreadable } from "./unreadable";

export interface ReadDeps extends RecordedDeps {
  readonly db: Db;
  portalNamed(
    slug: string,
  ): Promise<{ readonly connection: PortalConnection; readonly portal: Portal } | null>;
}

/** Job `read`: the portal is asked for an invoice that a wake-up named; its answer is the truth. */
export async function readBack(d: ReadDeps, work: Work): Promise<Outcome> {
  const row = await invoiceById(d.db.knex, invoiceOfSubject(work.job.subject));
  if (row === undefined) return { kind: "done" };
  const found = await d.portalNamed(row.portal);
  if (found?.portal.readInvoice === undefined) return { kind: "done" };
  const read = await found.portal.readInvoice(found.connection, row.external_id).catch(asUnreadable);
  const bill = await billOf(found, row, read);
  const about = { portal: row.portal, invoice: row.external_id, trace: row.id };
  d.log.info("invoice.read", { ...about, result: read.kind });
  const looked = read.kind === "paid" ? await lookAtServices(found, read.invoice, d.clock.now()) : null;
  return work.conclude(async (tx) => {
    await lockInvoice(tx, row.id);
    const standing = await invoiceById(tx, row.id);
    if (standing === undefined) return { kind: "done" };
    if (!isAsBefore(row, standing)) return { kind: "wait", until: d.clock.now() };
    if (read.kind === "paid" && looked !== null) {
      // What was paid long ago may name services that have changed hands since, and is none of today's business.
      const fresh =
        standing.content === null &&
        !isHistory(found.connection, read.invoice.taxDay, standing.portal_state_at);
      await noteInvoiceServices(tx, d, row.portal, read.invoice, looked, fresh);
    }
    if (standing.content === null) await recordFirst(tx, d, found.connection, standing, read);
    else await recordAgain(tx, d, standing, read, bill);
    await recordBeside(tx, d, found.connection, row.external_id, read);
    const decided = { kind: "issue", subject: row.id, runAt: d.clock.now() } as const;
    return { kind: "done", goOn: read.kind === "paid" ? decided : undefined };
  });
}

const lookAtServices = (found: FoundPortal, invoice: PaidInvoice, now: Date) =>
  lookAt(found, servicesOn(invoice), now, invoice.account.id);

/** The bill as it stands now, where the faktur is due with it and nobody has paid it yet. */
async function billOf(
  { connection, portal }: FoundPortal,
  { basis, portal_state, external_id }: InvoiceRow,
  read: InvoiceRead | Unreadable,
): Promise<Telling | null> {
  if (basis !== "billed" || portal_state !== "billed" || read.kind !== "notPaid") return null;
  const bill = await portal.readBill?.(connection, external_id).catch(asUnreadable);
  return bill == null || "kind" in bill ? null : { of: "bill", invoice: bill, kinds: "translated" };
}

/** An invoice of which nothing but its name was known. */
async function recordFirst(
  tx: Tx,
  d: ReadDeps,
  connection: PortalConnection,
  row: InvoiceRow,
  read: InvoiceRead | Unreadable,
): Promise<void> {
  const now = d.clock.now();
  const end = async (decision: "held" | "skipped", code: ReasonCode, says?: ReturnType<typeof text>) => {
    const reasons = [reason(code, says)];
    await decideInvoice(tx, row.id, decision, JSON.stringify(reasons), now);
    if (decision === "held" && !wasHeld(row)) await announceHeld(tx, d, row, reasons);
  };
  switch (read.kind) {
    case "paid": {
      const content = await contentOf(tx, d, row.portal, read.invoice);
      await decideInvoice(tx, row.id, "unread", "[]", now);
      await fillInvoice(tx, row.id, content, now);
      const { taxDay } = read.invoice;
      if (isHistory(connection, taxDay, row.portal_state_at) && !row.accepted.includes(`"${HISTORY}"`)) {
        return decideInvoice(tx, row.id, "skipped", historyReasons(taxDay), now);
      }
      await enqueue(tx, "issue", row.id, now, now);
      return;
    }
    case "notPaid":
      return end("skipped", "not_paid_in_portal", text(`Status: ${read.status}.`, `Status: ${read.status}.`));
    case "absent":
      return end("held", "absent_in_portal");
    case "unreadable":
      return end("held", "portal_invoice_unreadable", read.error.says);
    default:
      return read satisfies never;
  }
}

/** Held for what the portal said at the last look, also while it is being looked at again. */
const wasHeld = ({ reasons }: InvoiceRow): boolean =>
  ["absent_in_portal", "portal_invoice_unreadable"].some((code) => reasons.includes(`"code":"${code}"`));

/** An invoice that is recorded: what stands is not rewritten, what has changed in the portal is told. */
async function recordAgain(
  tx: Tx,
  d: ReadDeps,
  row: InvoiceRow,
  read: InvoiceRead | Unreadable,
  bill: Telling | null,
): Promise<void> {
  const correct = (told: Telling) => correctUnissued(tx, d, row, told);
  switch (read.kind) {
    case "paid": {
      const corrected = await correct({ of: "payment", invoice: read.invoice, kinds: "translated" });
      await paidAgain(tx, d, row, corrected ? null : read.invoice, null, "translated");
      break;
    }
    case "notPaid":
      if (bill !== null && !(await correct(bill))) await billedAgain(tx, d, row, bill);
      if (read.state === "unpaid" || read.state === "cancelled") {
        await stateTold(tx, d, row, read.state, `read-${d.clock.now().toISOString()}`, null);
      } else if (read.state === "other") {
        await noteDifference(tx, d, row, ["status"], read.status);
      }
      break;
    case "absent":
      // Merged into another, or deleted (traps T13, T28): the document is kept, a person is told.
      await noteDifference(tx, d, row, ["absent"], row.external_id);
      break;
    case "unreadable":
      await noteDifference(tx, d, row, ["unreadable"], read.error.faults.map((one) => one.path).join(","));
      if (read.paidAt !== undefined && row.portal_state === "billed") await billPaid(tx, d, row, read.paidAt);
      break;
    default:
      return read satisfies never;
  }
  // A person asked for the decision anew and waits for this look.
  if (row.decision === "undecided") await enqueue(tx, "issue", row.id, d.clock.now(), d.clock.now());
}

/**
 * Nothing was ever made from it: what has been corrected in the portal takes its place, and is decided anew if held, or if it was
 * what it sold, or whose it was, that left it without one. Tells whether it did.
 */
async function correctUnissued(tx: Tx, d: ReadDeps, row: InvoiceRow, told: Telling): Promise<boolean> {
  if (row.content === null) return false;
  // A payment that was taken back and made again is another one, with the company of its own day.
  if (isWithdrawn(row)) return false;
  const recorded = readInvoice(row.content);
  const found = differenceOf(recorded, asToldOf(row, recorded, told));
  if (found.fields.length === 0 || !isCorrection(row, told, found)) return false;
  if ((await faktursOfInvoice(tx, row.id)).length > 0) return false;
  const now = d.clock.now();
  await refillInvoice(tx, row.id, await correctedContent(tx, d, row, recorded, told, false), now);
  const { id: accountId } = told.invoice.account;
  const skipped = isSkippedByContent(row) || isSkippedForAnother(row, accountId, dayInJakarta(now));
  if (skipped) await decideInvoice(tx, row.id, "undecided", "[]", now);
  if (row.decision === "held" || skipped) await enqueue(tx, "issue", row.id, now, now);
  return true;
}

/** What the same answer tells beside the invoice itself: its refunds, and what else its payment paid. */
async function recordBeside(
  tx: Tx,
  d: ReadDeps,
  connection: PortalConnection,
  externalId: string,
  read: InvoiceRead | Unreadable,
): Promise<void> {
  if (read.kind !== "paid" && read.kind !== "notPaid") return;
  if (read.kind === "paid" && read.npwpHints !== undefined) {
    await saveHints(tx, connection.slug, read.invoice.account.id, read.npwpHints);
  }
  const children = read.alsoPaid ?? [];
  for (const child of children) await wakeInvoice(tx, d, connection, { externalId: child });
  const refunds = read.refunds ?? [];
  const undone = read.kind === "paid" ? (read.undone ?? []) : [];
  await saveUndone(tx, d, connection.slug, externalId, undone);
  await saveListed(tx, d, connection.slug, externalId, refunds);
  // The money of a mass payment came back: which of its invoices it was for, a person must say (trap T14).
  for (const child of children) {
    if ((await findInvoice(tx, connection.slug, child)) === undefined) continue;
    const idFor = (refundId: string) => `${refundId}-of-${externalId}-for-${child}`;
    await saveUndone(tx, d, connection.slug, child, undone.map(idFor));
    const shared = refunds.map((refund) => ({
      ...refund,
      refundId: idFor(refund.refundId),
      reason: `Pembayaran gabungan / mass payment ${externalId}`,
    }));
    await saveListed(tx, d, connection.slug, child, shared);
  }
}
