import { absolute, HUNDRED, shareHalfUp, type Money } from "../money";
import type { TransactionCode } from "./faktur";

/** What withheld money looks like: PPh 23, PPN kept by a collector (02, 03), or both. */
export type Withheld = "pph23" | "collected" | "collected_and_pph23";

/** What withholding is told by: amounts in one currency, and the code under which PPN may be collected. */
export interface Short {
  /** Price without PPN, and its PPN. */
  readonly dpp: Money;
  readonly ppn: Money;
  /** What is short; null is the whole. */
  readonly amount: Money | null;
  readonly faktur: { readonly transactionCode: TransactionCode } | null;
}

/** Percent of PPh 23: 2 on services (PMK 141/2015), twice that where the payer found no NPWP (UU PPh art. 23(1a)). */
const PPH_PERCENTS = [2n, 4n] as const;

/**
 * Money that was kept back as tax (tax-rules 9). PPh 23 is reckoned on the price without PPN; buyers also reckon it on
 * 11/12 of the price or with the PPN inside, which makes it no refund either. Null for any other amount.
 */
export function withheldTax({ faktur, dpp, ppn, amount }: Short): Withheld | null {
  if (amount === null || amount <= 0n || dpp <= 0n) return null;
  const pph = PPH_PERCENTS.flatMap((percent) => [
    shareHalfUp(dpp, percent, 100n),
    shareHalfUp(dpp, percent * 11n, 1200n),
    shareHalfUp(dpp + ppn, percent, 100n),
  ]);
  const is = (expected: Money) => absolute(amount - expected) <= toleranceOf(dpp);
  if (pph.some(is)) return "pph23";
  const code = faktur?.transactionCode;
  if (code !== "02" && code !== "03") return null;
  if (is(ppn)) return "collected";
  return pph.some((part) => is(ppn + part)) ? "collected_and_pph23" : null;
}

/** Buyers round to the rupiah or to the hundred; a thousandth of a small price at most, one unit at least. */
function toleranceOf(dpp: Money): Money {
  const thousandth = dpp / 1000n;
  const most = thousandth < 100n * HUNDRED ? thousandth : 100n * HUNDRED;
  return most < HUNDRED ? HUNDRED : most;
}
