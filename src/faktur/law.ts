import { addMonths, type TaxDay } from "../clock";
import type { TransactionCode } from "./faktur";

/** A fraction of whole numbers. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** How PPN is computed from a day on. */
export interface PpnLaw {
  readonly since: TaxDay;
  /** Percent in hundredths: 1200 is 12 %. */
  readonly vatRate: bigint;
  /** The share of the price that is the base where nilai lain applies. */
  readonly otherBase: Fraction;
  /** The ordinary code of a service sold to a buyer who collects nothing. */
  readonly ordinaryCode: TransactionCode;
  readonly source: string;
}

/** Newest first. A row is never edited: new law is a new row with its source. */
const PPN: readonly PpnLaw[] = [
  {
    since: "2025-01-01" as TaxDay,
    vatRate: 1200n,
    otherBase: { numerator: 11n, denominator: 12n },
    ordinaryCode: "04",
    source: "UU HPP art. 7(1)b; PMK 131/2024 art. 3; PMK 11/2025",
  },
  {
    since: "2022-04-01" as TaxDay,
    vatRate: 1100n,
    otherBase: { numerator: 1n, denominator: 1n },
    ordinaryCode: "01",
    source: "UU 7/2021 (HPP) art. 7(1)a",
  },
];

/** The PPN law of a day; undefined before 2022-04-01, which this product does not compute. */
export const ppnOn = (day: TaxDay): PpnLaw | undefined => PPN.find((law) => law.since <= day);

/**
 * Codes whose base is the full price. 01: no nilai lain by its definition; 09 and 10 likewise. 02, 03, 07 and 08 keep
 * the 11/12 base of PMK 131/2024 art. 3, since it holds for all services whoever collects (tax-rules 2.2; certainty C).
 */
const FULL_BASE: ReadonlySet<TransactionCode> = new Set(["01", "05", "06", "09", "10"]);

export function baseShare(law: PpnLaw, code: TransactionCode): Fraction {
  return FULL_BASE.has(code) ? { numerator: 1n, denominator: 1n } : law.otherBase;
}

/** Last day to upload and be approved: the 20th of the month after the faktur date (PER-11/PJ/2025 art. 44). */
export const uploadDeadline = (fakturDay: TaxDay): TaxDay =>
  `${addMonths(fakturDay, 1).slice(0, 7)}-20` as TaxDay;
