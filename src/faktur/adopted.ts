import type { TaxDay } from "../clock";
import { shareHalfUp, toWholeRupiah, type Money } from "../money";
import type { Faktur, FakturLine, FakturTotals } from "./faktur";

/** What the portal's list tells of a replacement that was made there. */
export interface AdoptedFigures {
  readonly nsfp: string;
  readonly date: TaxDay;
  /** Null where the list does not show it. */
  readonly dpp: Money | null;
  readonly dppNilaiLain: Money;
  readonly ppn: Money;
}

/**
 * The replacement of `original` as the portal has it: seller, buyer, code, period and rate stay (PER-11/PJ/2025 art. 48),
 * day and amounts are the portal's. Its lines are known only where the amounts are the original's; else one line
 * stands for them, and the official PDF is the only paper of it.
 */
export function adoptedFaktur(
  original: Faktur,
  replaces: string,
  reference: string,
  told: AdoptedFigures,
): Faktur {
  const totals = totalsOf(original.totals, told);
  const same =
    totals.dpp === original.totals.dpp &&
    totals.dppNilaiLain === original.totals.dppNilaiLain &&
    totals.ppn === original.totals.ppn;
  const document = { ...original, ...{ reference, date: told.date, replaces, adopted: true as const } };
  const [first] = original.lines;
  if (same || first === undefined) return document;
  return { ...document, lines: [lineFor(first, totals, told.nsfp)], totals };
}

/** In whole rupiah, as a faktur's totals are; the portal's list may show hundredths. */
function totalsOf(original: FakturTotals, { dpp, dppNilaiLain, ppn }: AdoptedFigures): FakturTotals {
  const isFull = original.dpp === original.dppNilaiLain;
  const price = toWholeRupiah(dpp ?? (isFull ? dppNilaiLain : shareHalfUp(dppNilaiLain, 12n, 11n)));
  const [otherBase, vat] = [toWholeRupiah(dppNilaiLain), toWholeRupiah(ppn)];
  return { price, discount: 0n, dpp: price, dppNilaiLain: otherBase, ppn: vat };
}

const ONE = 100n;

const lineFor = (first: FakturLine, totals: FakturTotals, nsfp: string): FakturLine => ({
  ...first,
  name: `Sesuai faktur pengganti ${nsfp} di Coretax`,
  price: totals.price,
  quantity: ONE,
  discount: 0n,
  taxBase: totals.dpp,
  otherTaxBase: totals.dppNilaiLain,
  vat: totals.ppn,
});
