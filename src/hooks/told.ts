import { withheldTax } from "../faktur/case-rules";
import type { TransactionCode } from "../faktur/faktur";
import { holdersOf } from "../faktur/parts";
import { readInvoice, writeInvoice } from "../faktur/stored";
import type { Log } from "../log";
import { formatMoney, HUNDRED } from "../money";
import { appendAudit } from "../store/audit";
import { closeOpenCases, openCase } from "../store/cases";
import type { Tx } from "../store/db";
import { addTimeline, faktursOfInvoice, type FakturRow } from "../store/fakturs";
import { notePayment, noteTold, setPortalState, takeTold, type InvoiceRow } from "../store/invoices";
import { causeOf, writePaidAgain } from "./cases";
import { differenceOf, type InvoiceDifference, type Kinds } from "./difference";
import type { PaidInvoice } from "./invoice";
import { contentCorrected, contentHash, contentOf, type LedgerDeps } from "./ledger";

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
  const withdrawn = standing.portal_state === "unpaid" || standing.portal_state === "cancelled";
  if (standing.portal_state !== "paid") await payAnew(tx, d, standing, saidAt);
  else await setPortalState(tx, standing.id, "paid", saidAt, d.clock.now());
  if (told !== null && standing.content !== null) await compare(tx, d, standing, told, { withdrawn, kinds });
}

/** Words that were said before what is known already: they come late and change nothing (trap T43). */
export const isOutdated = ({ portal_state_at }: InvoiceRow, saidAt: Date | null): boolean =>
  saidAt !== null && portal_state_at != null && saidAt.toISOString() < portal_state_at;

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
  told: PaidInvoice,
  { withdrawn, kinds }: { readonly withdrawn: boolean; readonly kinds: Kinds },
): Promise<void> {
  const recorded = readInvoice(standing.content ?? "");
  // A bill is compared without the day of its payment.
  const anew =
    standing.basis === "billed" ? { ...told, paidAt: recorded.paidAt, taxDay: recorded.taxDay } : told;
  const hash = contentHash(anew);
  const found = differenceOf(recorded, anew, kinds);
  const live = holdersOf(await faktursOfInvoice(tx, standing.id));
  const isCorrected = isYetToDecide(standing) && hash !== standing.content_hash;
  if (live.length === 0 && (withdrawn || isCorrected)) {
    return replaceRecord(tx, d, standing, anew, withdrawn);
  }
  // The payment was taken back and made again on another day: the faktur of the first one stands.
  const fields = withdrawn ? found.fields.filter((field) => field !== "taxDay") : found.fields;
  if (hash === standing.told_hash) return;
  await settleEarlier(tx, d, standing);
  if (fields.length === 0) return;
  await reportDifference(tx, d, standing, fields, live);
  await keepTold(tx, d, standing, anew, hash);
  for (const faktur of live) await openFor(tx, d, standing, faktur, found, hash);
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

/** Made of what is known to be outdated, its faktur would leave before anyone could look. */
const isYetToDecide = ({ decision, basis }: InvoiceRow): boolean =>
  decision === "undecided" && basis !== "billed";

/** Nothing rests on the first telling: the new one is the invoice now, and after a withdrawal the payment too. */
async function replaceRecord(
  tx: Tx,
  d: ToldDeps,
  standing: InvoiceRow,
  told: PaidInvoice,
  withdrawn: boolean,
): Promise<void> {
  const now = d.clock.now();
  if (contentHash(told) === standing.content_hash) {
    // What was told otherwise in between is no longer what the portal says.
    if (standing.told_hash != null) await takeTold(tx, standing.id, {}, now);
    return;
  }
  const content = withdrawn
    ? await contentOf(tx, d, standing.portal, told)
    : await contentCorrected(tx, d, standing, told);
  await takeTold(tx, standing.id, content, now);
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

async function openFor(
  tx: Tx,
  d: ToldDeps,
  standing: InvoiceRow,
  faktur: FakturRow,
  found: InvoiceDifference,
  hash: string,
): Promise<void> {
  const kind = found.kind ?? (isWithheld(faktur, found) ? "wrong_amount" : null);
  if (kind === null) return;
  const now = d.clock.now();
  await openCase(tx, {
    id: d.newId(now),
    invoice_id: standing.id,
    faktur_id: faktur.id,
    kind,
    state: "open",
    detail: JSON.stringify({
      amount: found.shortBy === null ? null : formatMoney(found.shortBy),
      reason: found.fields.join(", "),
    }),
    cause: causeOf(`differs:${hash}`, faktur.part),
    opened_at: now.toISOString(),
    closed_at: null,
  });
}

/** Paid from a balance the supply is what it was; less by the income tax that was withheld, a bukti potong is due. */
function isWithheld(faktur: FakturRow, { shortBy }: InvoiceDifference): boolean {
  const withheld = withheldTax({
    faktur: { transactionCode: faktur.transaction_code as TransactionCode },
    dpp: BigInt(faktur.dpp) * HUNDRED,
    ppn: BigInt(faktur.ppn) * HUNDRED,
    amount: shortBy,
  });
  return withheld === "pph23" || withheld === "collected_and_pph23";
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
