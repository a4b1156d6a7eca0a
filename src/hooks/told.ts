import { holdersOf } from "../faktur/parts";
import { readInvoice, writeInvoice } from "../faktur/stored";
import type { Log } from "../log";
import { appendAudit } from "../store/audit";
import { closeOpenCases } from "../store/cases";
import type { Tx } from "../store/db";
import { addTimeline, faktursOfInvoice, type FakturRow } from "../store/fakturs";
import {
  decideInvoice,
  lockedInvoice,
  notePayment,
  noteTold,
  setPortalState,
  takeTold,
  type InvoiceRow,
} from "../store/invoices";
import { enqueue } from "../store/jobs";
import { recordBilled } from "./billed";
import { writePaidAgain } from "./cases";
import { asToldOf, correctedContent, isCorrection, type Telling } from "./corrected";
import { differenceOf, type Kinds } from "./difference";
import { openDiffering } from "./differing-case";
import type { IntakeAnswer } from "./intake-answer";
import type { PaidInvoice } from "./invoice";
import { contentHash, contentOf, type LedgerDeps } from "./ledger";
import { isBefore, isOutdated } from "./outdated";
import type { PortalConnection } from "./portal";
import { HISTORY } from "./recorded";

type ToldDeps = LedgerDeps & { readonly log: Log };

/**
 * A recorded invoice is told as paid once more. After "unpaid" or "cancelled" the payment stands again: what was held
 * goes on, and the case that had opened is closed (trap T9). What it says otherwise than the record takes its place while
 * nothing was decided; after that it is kept beside it and changes no faktur: cases open for those that rest on the record
 * (trap T13). `told` is null when only woken, `saidAt` when the portal did not tell; what was read back has kinds that are
 * translated.
 */
export async function paidAgain(
  tx: Tx,
  d: ToldDeps,
  standing: InvoiceRow,
  told: PaidInvoice | null,
  saidAt: Date | null,
  kinds: Kinds = "told",
): Promise<void> {
  if (isOutdated(standing, saidAt)) return;
  if (told !== null && standing.basis === "billed" && standing.paid_at === null) {
    await notePayment(tx, standing.id, told.paidAt, d.clock.now());
  }
  const withdrawn = isWithdrawn(standing);
  if (standing.portal_state !== "paid") await payAnew(tx, d, standing, saidAt);
  else await setPortalState(tx, standing.id, "paid", saidAt, d.clock.now());
  if (told !== null) await compare(tx, d, standing, { of: "payment", invoice: told, kinds }, withdrawn);
}

/** The portal has taken back the payment that is recorded. */
export const isWithdrawn = ({ portal_state }: Pick<InvoiceRow, "portal_state">): boolean =>
  portal_state === "unpaid" || portal_state === "cancelled";

/** A bill is told: recorded once, and held against the record as a payment is while nothing is known of its own. */
export async function billTold(
  tx: Tx,
  d: ToldDeps,
  connection: PortalConnection,
  telling: Telling,
  saidAt: Date | null,
): Promise<IntakeAnswer> {
  const { invoice } = telling;
  const known = await lockedInvoice(tx, connection.slug, invoice.invoiceId);
  if (known === undefined && (await recordBilled(tx, d, connection, invoice, saidAt)))
    return { status: "accepted" };
  const standing = known ?? (await lockedInvoice(tx, connection.slug, invoice.invoiceId));
  if (standing !== undefined && !isBefore(saidAt, standing)) {
    await billedAgain(tx, d, standing, telling, saidAt);
  }
  return { status: "duplicate" };
}

/** The same rule as for a payment; once it is paid or called off, a bill is no news. */
export async function billedAgain(
  tx: Tx,
  d: ToldDeps,
  standing: InvoiceRow,
  telling: Telling,
  saidAt: Date | null = null,
): Promise<void> {
  if (standing.portal_state !== "billed") return;
  await setPortalState(tx, standing.id, "billed", saidAt, d.clock.now());
  await compare(tx, d, standing, telling, false);
}

/** Of the payment of a bill nothing but its day can be told: its faktur rests on the bill, and what came between has its case. */
export async function billPaid(
  tx: Tx,
  d: ToldDeps,
  standing: InvoiceRow,
  paidAt: Date | null,
): Promise<void> {
  if (paidAt !== null) await notePayment(tx, standing.id, paidAt, d.clock.now());
  await payAnew(tx, d, standing, null);
}

async function payAnew(tx: Tx, d: ToldDeps, standing: InvoiceRow, saidAt: Date | null): Promise<void> {
  const now = d.clock.now();
  await setPortalState(tx, standing.id, "paid", saidAt, now);
  const kinds = ["unpaid_again", "cancelled_in_portal"] as const;
  const closed = await closeOpenCases(tx, standing.id, { kinds }, "paid_again", now);
  for (const id of closed) await closedByPortal(tx, d, standing, id, "paid_again");
  await writePaidAgain(tx, d, standing);
}

async function compare(
  tx: Tx,
  d: ToldDeps,
  standing: InvoiceRow,
  telling: Telling,
  withdrawn: boolean,
): Promise<void> {
  if (standing.content === null) return;
  const recorded = readInvoice(standing.content);
  const anew = asToldOf(standing, recorded, telling);
  const hash = contentHash(anew);
  const found = differenceOf(recorded, anew, telling.kinds);
  const live = holdersOf(await faktursOfInvoice(tx, standing.id));
  // Made of what is known to be outdated, its faktur would leave before anyone could look.
  const isYetToDecide = standing.decision === "undecided" && isCorrection(standing, telling, found);
  if (live.length === 0 && (withdrawn || (isYetToDecide && hash !== standing.content_hash))) {
    return replaceRecord(tx, d, standing, recorded, telling, withdrawn);
  }
  // The payment was taken back and made again on another day: the faktur of the first one stands.
  const fields = withdrawn ? found.fields.filter((field) => field !== "taxDay") : found.fields;
  if (hash === standing.told_hash || isToldAlready(standing, anew, telling)) return;
  await settleEarlier(tx, d, standing);
  if (fields.length === 0) return;
  await reportDifference(tx, d, standing, fields, live);
  await keepTold(tx, d, standing, anew, hash);
  for (const faktur of live) await openDiffering(tx, d, standing, faktur, { told: anew, found, hash });
}

/** The same but for what makes no difference, as another name of the account: whoever has decided on it is not asked again. */
function isToldAlready({ told }: InvoiceRow, anew: PaidInvoice, { kinds }: Telling): boolean {
  if (told == null) return false;
  const { content } = JSON.parse(told) as { readonly content: string };
  return differenceOf(readInvoice(content), anew, kinds).fields.length === 0;
}

/** What an earlier difference opened is no longer what the portal says. */
async function settleEarlier(tx: Tx, d: ToldDeps, standing: InvoiceRow): Promise<void> {
  if (standing.told_hash == null) return;
  const now = d.clock.now();
  await noteTold(tx, standing.id, { told: null, told_hash: null }, now);
  const cause = `differs:${standing.told_hash}`;
  for (const id of await closeOpenCases(tx, standing.id, { cause }, "told_otherwise", now)) {
    await closedByPortal(tx, d, standing, id, "told_otherwise");
  }
}

/** Nothing rests on the first telling: the new one is the invoice now, and after a withdrawal the payment too. */
async function replaceRecord(
  tx: Tx,
  d: ToldDeps,
  standing: InvoiceRow,
  recorded: PaidInvoice,
  telling: Telling,
  withdrawn: boolean,
): Promise<void> {
  const now = d.clock.now();
  if (contentHash(asToldOf(standing, recorded, telling)) === standing.content_hash) {
    // What was told otherwise in between is no longer what the portal says.
    if (standing.told_hash != null) await takeTold(tx, standing.id, {}, now);
    return;
  }
  const content = await correctedContent(tx, d, standing, recorded, telling, withdrawn);
  await takeTold(tx, standing.id, content, now);
  // Why the payment that was taken back had no faktur need not hold for this one.
  if (standing.decision !== "skipped" || standing.reason === HISTORY) return;
  await decideInvoice(tx, standing.id, "undecided", "[]", now);
  await enqueue(tx, "issue", standing.id, now, now);
}

/** Kept as the columns it would fill, for the day on which a person decides the invoice anew. */
async function keepTold(
  tx: Tx,
  d: ToldDeps,
  standing: InvoiceRow,
  told: PaidInvoice,
  told_hash: string,
): Promise<void> {
  const { account_id, number, paid_at, tax_day } = await contentOf(tx, d, standing.portal, told);
  const paid = standing.basis === "billed" ? {} : { paid_at };
  const content = {
    account_id,
    number,
    tax_day,
    ...paid,
    content: writeInvoice(told),
    content_hash: told_hash,
  };
  await noteTold(tx, standing.id, { told: JSON.stringify(content), told_hash }, d.clock.now());
}

async function reportDifference(
  tx: Tx,
  d: ToldDeps,
  standing: InvoiceRow,
  fields: readonly string[],
  live: readonly FakturRow[],
): Promise<void> {
  const detail = fields.join(",");
  const { portal, external_id } = standing;
  const about = { portal, invoice: external_id, trace: standing.id };
  d.log.warn("invoice.differs_from_record", { ...about, fields: detail });
  const entry = { actor: `portal:${portal}`, action: "invoice.differs_from_record", detail };
  const at = d.clock.now().toISOString();
  await appendAudit(tx, { at, ...entry, subject: `invoice:${portal}/${external_id}` });
  for (const faktur of live) {
    const seen = { at: d.clock.now(), event: "portal_differs", by: entry.actor, detail };
    await addTimeline(tx, faktur.id, seen);
  }
}

const closedByPortal = (tx: Tx, d: ToldDeps, { portal }: InvoiceRow, id: string, detail: string) =>
  appendAudit(tx, {
    ...{ at: d.clock.now().toISOString(), actor: `portal:${portal}`, action: "case.closed" },
    ...{ subject: `case:${id}`, detail },
  });
