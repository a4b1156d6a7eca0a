import type { TaxDay } from "../clock";
import { isLegalEntity } from "../accounts/identity";
import type { FakturBuyer } from "../faktur/faktur";
import type { Fraction } from "../faktur/law";
import { inForce, on, type LawRow } from "../faktur/law-rows";
import type { LineKind } from "../hooks/invoice";
import { shareHalfUp, toWholeRupiah, type Money } from "../money";

/** Whether payers withhold PPh 23 on a kind of line, where a seller has not chosen otherwise. */
export interface Pph23Object extends LawRow {
  readonly kinds: readonly LineKind[];
  readonly withheld: boolean;
}

/** Newest first. Rows are never edited: new law is a new row with its source, here and in docs/law.md. */
const RATE: readonly (LawRow & { readonly rate: Fraction })[] = [
  {
    since: on("2022-04-01"),
    rate: { numerator: 2n, denominator: 100n },
    source: "UU PPh art. 23(1)c: 2 % of the gross fee without PPN",
    certainty: "A",
  },
];

const OBJECTS: readonly Pph23Object[] = [
  {
    since: on("2022-04-01"),
    kinds: ["hosting"],
    withheld: true,
    source: "PMK 141/PMK.03/2015 art. 1: storage, processing and distribution of data; internet",
    certainty: "A",
  },
  {
    since: on("2022-04-01"),
    kinds: ["addon", "upgrade"],
    withheld: true,
    source: "PMK 141/PMK.03/2015 art. 1, as the hosting they belong to",
    certainty: "C",
  },
  {
    since: on("2022-04-01"),
    kinds: ["setup", "support"],
    withheld: true,
    source: "PMK 141/PMK.03/2015 art. 1: software, hardware and computer systems; managing websites",
    certainty: "C",
  },
  {
    since: on("2022-04-01"),
    kinds: ["domain", "ssl"],
    withheld: false,
    source: "not named in PMK 141/PMK.03/2015; providers refuse withholding on them",
    certainty: "C",
  },
  {
    since: on("2022-04-01"),
    kinds: ["license"],
    withheld: false,
    source: "royalty (15 %), service on software (2 %) or a sale: sources disagree",
    certainty: "U",
  },
  {
    since: on("2022-04-01"),
    kinds: ["item", "lateFee", "adminFee"],
    withheld: false,
    source: "no service of the list named by the kind itself",
    certainty: "NF",
  },
];

/** For docs/law.md and the test that holds the two together. */
export const PPH23_LAW: Readonly<Record<string, readonly LawRow[]>> = { RATE, OBJECTS };

/** A seller's own answers per kind of line; what is left out keeps the default. */
export type Pph23Choice = { readonly [kind in LineKind]?: boolean | undefined };

/** Whether payers withhold on this kind of line on that day. */
export const isWithheldOn = (day: TaxDay, kind: LineKind, choice: Pph23Choice = {}): boolean =>
  choice[kind] ??
  inForce(
    OBJECTS.filter((row) => row.kinds.includes(kind)),
    day,
  )?.withheld ??
  false;

/** What a payer should withhold, in whole rupiah, half-up (no rounding rule was found). Null before the first rule. */
export function pph23On(day: TaxDay, base: Money): Money | null {
  const rate = inForce(RATE, day)?.rate;
  return rate === undefined ? null : toWholeRupiah(shareHalfUp(base, rate.numerator, rate.denominator));
}

/**
 * Whether a buyer withholds unless finance has written down otherwise: a body (badan), told from a person by its NPWP.
 * A person's NPWP is the NIK, which begins with a province, 11 to 99; that of a body begins with 0, or with 10 in the
 * Coretax era (UU PPh art. 23(1); PMK 112/2022).
 */
export const isWithholder = (buyer: Pick<FakturBuyer, "document" | "npwp" | "name">): boolean =>
  buyer.document === "TIN" && (/^(0|10)/.test(buyer.npwp) || isLegalEntity(buyer.name));
