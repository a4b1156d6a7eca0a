import type { CompanySnapshot } from "../accounts/company";
import type { Faktur } from "../faktur/faktur";
import { partsOf } from "../faktur/parts";
import { isPayment, type LineKind, type PaidInvoice } from "../hooks/invoice";
import { sum, toWholeRupiah, type Money } from "../money";
import { isWithheldOn, type Pph23Choice } from "./pph23-law";

/**
 * What each line of a faktur sells, told by the invoice it was made from: its lines are the sold ones in their order.
 * Null where the two do not match any more (a line was taken off by a replacement, or the account was entered anew).
 */
export function lineKindsOf(
  faktur: Faktur,
  part: string | null,
  invoice: PaidInvoice,
  company: Pick<CompanySnapshot, "transactionCode" | "facility"> | null,
): readonly LineKind[] | null {
  const parts = partsOf(invoice, company ?? { transactionCode: null, facility: null });
  const source = parts.find((one) => one.part === part)?.invoice;
  // Payments and reductions are on no line of a faktur.
  const sold = source?.lines.filter((line) => line.taxed && line.amount > 0n && !isPayment(line));
  return sold?.length === faktur.lines.length ? sold.map((line) => line.kind) : null;
}

/**
 * The part of a faktur's DPP on which PPh 23 is withheld, in whole rupiah: the price without PPN, never the 11/12
 * (tax-rules 9). Null when its kinds of line cannot be told.
 */
export function subjectBase(
  faktur: Faktur,
  kinds: readonly LineKind[] | null,
  choice: Pph23Choice,
): Money | null {
  if (kinds === null) return null;
  const subject = faktur.lines.filter((_line, index) => {
    const kind = kinds[index];
    return kind !== undefined && isWithheldOn(faktur.date, kind, choice);
  });
  return toWholeRupiah(sum(subject.map((line) => line.taxBase)));
}
