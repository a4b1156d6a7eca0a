import type { TaxDay } from "../clock";
import { HUNDRED, type Money } from "../money";
import type { TransactionCode } from "./faktur";
import { inForce, on, type LawRow } from "./law-rows";

/* Small payments on which a collector does not collect. Newest first; a row is never edited. */

export interface Threshold extends LawRow {
  /** Up to and with this amount the buyer does not collect. */
  readonly most: Money;
  readonly includesPpn: boolean;
}

const MILLION: Money = 1_000_000n * HUNDRED;

/** Government agencies (02) do not collect on small payments. */
export const GOVERNMENT: readonly Threshold[] = [
  {
    since: on("2022-05-01"),
    most: 2n * MILLION,
    includesPpn: false,
    source: "PMK 59/2022 art. 18(1)",
    certainty: "A",
  },
  {
    since: on("2022-04-01"),
    most: 2n * MILLION,
    includesPpn: false,
    source: "PMK 231/PMK.03/2019, before PMK 59/2022",
    certainty: "R",
  },
];

/** Oil, gas and geothermal contractors, among the collectors of code 03. */
export const CONTRACTOR: readonly Threshold[] = [
  {
    since: on("2025-01-01"),
    most: 10n * MILLION,
    includesPpn: true,
    source: "PMK 81/2024 art. 298-299",
    certainty: "A",
  },
];

/** What kind of collector a company is, where its threshold depends on it: a verified attribute, never guessed. */
export const COLLECTORS = ["contractor"] as const;
export type Collector = (typeof COLLECTORS)[number];

/**
 * The rule of small payments for a collector of this code; undefined where none is known. A code 03 without a kind has
 * none: 03 also names state enterprises, whose threshold is not verified (docs/law.md section 3).
 */
export const thresholdOn = (
  day: TaxDay,
  code: TransactionCode,
  collector: Collector | null,
): Threshold | undefined => {
  if (code === "02") return inForce(GOVERNMENT, day);
  return code === "03" && collector === "contractor" ? inForce(CONTRACTOR, day) : undefined;
};
