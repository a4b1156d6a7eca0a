import { snapshotOf } from "../accounts/snapshot";
import { withheldTax } from "../faktur/withheld";
import type { TransactionCode } from "../faktur/faktur";
import { isOf } from "../faktur/recipients";
import { readFaktur, readInvoice } from "../faktur/stored";
import { formatMoney, HUNDRED } from "../money";
import { findAccount, findCompany } from "../store/accounts";
import { openCase } from "../store/cases";
import type { Tx } from "../store/db";
import type { FakturRow } from "../store/fakturs";
import type { InvoiceRow, ToldRow } from "../store/invoices";
import { findPortal } from "../store/portals";
import { causeOf } from "./cases";
import { differenceOf, isOtherSupply, type InvoiceDifference } from "./difference";
import type { PaidInvoice } from "./invoice";
import type { LedgerDeps } from "./ledger";

/** What the portal tells otherwise than the record, by the hash of that telling. */
interface Differing {
  readonly told: PaidInvoice;
  readonly found: InvoiceDifference;
  readonly hash: string;
}

/** Opens the case of one faktur that rests on the record, where what differs asks a person for something. */
export async function openDiffering(
  tx: Tx,
  d: LedgerDeps,
  { id, portal }: Pick<InvoiceRow, "id" | "portal">,
  faktur: FakturRow,
  { told, found, hash }: Differing,
): Promise<void> {
  const isOtherBuyer = found.kind === "wrong_buyer" && !(await isOfBuyer(tx, portal, told, faktur));
  const isOtherAmount = isOtherSupply(found) || isWithheld(faktur, found);
  const kind = isOtherBuyer ? "wrong_buyer" : isOtherAmount ? "wrong_amount" : null;
  if (kind === null) return;
  const now = d.clock.now();
  await openCase(tx, {
    id: d.newId(now),
    invoice_id: id,
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

/** Two accounts may have one company, and a merge of clients makes one of them: whoever has the invoice now is the same buyer. */
async function isOfBuyer(
  tx: Tx,
  portal: string,
  { account }: PaidInvoice,
  { document }: FakturRow,
): Promise<boolean> {
  const row = await findAccount(tx, portal, account.id);
  const company = row && (await findCompany(tx, row.id));
  return company !== undefined && isOf(readFaktur(document), snapshotOf(company));
}

/**
 * The same of what was told before the faktur was made, which rests on the record all the same. Another supply or buyer is
 * asked about while nothing has left; what was withheld keeps no faktur back, and is asked about once that is approved.
 */
export async function openToldBefore(
  tx: Tx,
  d: LedgerDeps,
  row: ToldRow | undefined,
  faktur: FakturRow,
  when: "made" | "approved",
): Promise<void> {
  if (row?.content == null || row.told == null || row.told_hash == null) return;
  const kept = JSON.parse(row.told) as { readonly content: string };
  const kinds = (await findPortal(tx, row.portal))?.kind === "generic" ? "told" : "translated";
  const told = readInvoice(kept.content);
  const found = differenceOf(readInvoice(row.content), told, kinds);
  if (when === "made" && found.kind === null) return;
  await openDiffering(tx, d, row, faktur, { told, found, hash: row.told_hash });
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
