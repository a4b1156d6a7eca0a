import { writeSnapshot } from "../accounts/snapshot";
import { AppError } from "../errors";
import { isCorrection } from "../hooks/corrected";
import { differenceOf } from "../hooks/difference";
import { findCompany } from "../store/accounts";
import { appendAudit } from "../store/audit";
import type { Tx } from "../store/db";
import { faktursOfInvoice } from "../store/fakturs";
import { invoiceById, lockInvoice, reopenInvoice, takeTold, type InvoiceRow } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { findPortal } from "../store/portals";
import { text } from "../text";
import type { Actor } from "./asked";
import type { FakturDeps } from "./flow";
import { holdersOf, isWholeLive } from "./parts";
import { ACCEPTABLE, type ReasonCode } from "./reasons";
import { refuseOtherBuyer } from "./same-buyer";
import { readInvoice } from "./stored";

type ReissueDeps = FakturDeps & { wake(): void };

/**
 * Decides an invoice anew with the company as it is now; `accept` names the reasons that finance takes upon itself. With
 * `sameBuyer` it throws `wrong_state` where that company is another taxpayer.
 */
export async function issueAnew(
  d: ReissueDeps,
  invoiceId: string,
  accept: readonly ReasonCode[],
  who: Actor,
  sameBuyer = false,
): Promise<void> {
  const now = d.clock.now();
  await d.db.transaction(async (tx) => {
    // A refund or a move of this very moment comes wholly before or after.
    await lockInvoice(tx, invoiceId);
    const row = await invoiceById(tx, invoiceId);
    if (row === undefined) throw notFound();
    const live = isWholeLive(await faktursOfInvoice(tx, row.id));
    if (!live) await reopen(tx, d, row, accept, sameBuyer);
    await enqueue(tx, await firstStep(tx, row, live), row.id, now, now);
    await appendAudit(tx, {
      at: now.toISOString(),
      actor: who.name,
      action: "invoice.issue_asked",
      subject: `invoice:${row.portal}/${row.external_id}`,
      detail: accept.join(",") || null,
    });
  });
  d.wake();
}

/** What was corrected in the portal must be read before it is decided anew; only portals that can be asked are. */
async function firstStep(tx: Tx, row: InvoiceRow, live: boolean): Promise<"read" | "issue"> {
  if (row.content === null) return "read";
  return !live && (await findPortal(tx, row.portal))?.kind !== "generic" ? "read" : "issue";
}

const notFound = (): AppError =>
  new AppError("not_found", text("Invoice tidak ditemukan.", "There is no such invoice."));

async function reopen(
  tx: Tx,
  d: ReissueDeps,
  before: InvoiceRow,
  accept: readonly ReasonCode[],
  sameBuyer: boolean,
): Promise<void> {
  const row = await asLastTold(tx, d, before);
  const company = row.account_id === null ? undefined : await findCompany(tx, row.account_id);
  if (sameBuyer) refuseOtherBuyer(before, company);
  const known = JSON.parse(row.accepted) as ReasonCode[];
  // Who asks for an invoice that was never read asks for it although it may be history.
  const asked: readonly ReasonCode[] = row.content === null ? ["before_start"] : [];
  const accepted = new Set([...known, ...asked, ...accept.filter((code) => ACCEPTABLE.has(code))]);
  const anew = {
    // A person issues it on purpose: the day from which the tab holds is no obstacle any more.
    company_at_payment: writeSnapshot(company && { ...company, active_from: null }),
    accepted: JSON.stringify([...accepted]),
    decision: row.content === null ? ("unread" as const) : ("undecided" as const),
  };
  await reopenInvoice(tx, row.id, anew, d.clock.now());
}

/** Of a bill that is paid less, by what its collector withholds, the supply is what it was. */
function isOtherSupply(row: InvoiceRow, told: Partial<InvoiceRow>): boolean {
  if (row.content === null || told.content == null) return true;
  const found = differenceOf(readInvoice(row.content), readInvoice(told.content));
  return isCorrection(row, { of: "payment" }, found);
}

/** Nothing rests on the record any more, so the portal's latest telling takes its place. A part that stands keeps it. */
async function asLastTold(tx: Tx, d: ReissueDeps, row: InvoiceRow): Promise<InvoiceRow> {
  const standing = holdersOf(await faktursOfInvoice(tx, row.id)).length > 0;
  if (row.told == null || standing) return row;
  const content = JSON.parse(row.told) as Partial<InvoiceRow>;
  if (!isOtherSupply(row, content)) return row;
  await takeTold(tx, row.id, content, d.clock.now());
  return { ...row, ...content };
}
