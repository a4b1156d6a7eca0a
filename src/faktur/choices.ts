import { HUNDRED, parseMoney, type Money } from "../money";
import type { TransactionCode } from "./faktur";
import { NAME_LENGTH } from "./lines";

export const BASE_CHOICES = ["11/12", "full"] as const;
export type BaseChoice = (typeof BASE_CHOICES)[number];

/** A seller's answers where the sources are unsure (docs/law.md section 9); what is left out keeps its default. */
export interface TaxChoices {
  /** The base of codes 02 and 03. */
  readonly collectorBase?: BaseChoice | undefined;
  /** The base of codes 07 and 08. */
  readonly facilityBase?: BaseChoice | undefined;
  /** The longest name of a line, in characters; longer ones are cut. */
  readonly nameLength?: number | undefined;
  /** Rupiah per line by which the invoice's own figures may differ from the computed ones. */
  readonly tolerance?: string | undefined;
}

export const SHORTEST_NAME = 40;

export const DEFAULT_CHOICES = {
  collectorBase: "11/12",
  facilityBase: "11/12",
  nameLength: NAME_LENGTH,
  tolerance: "1",
} as const satisfies Required<TaxChoices>;

/** True when the seller takes the full price as base of this code. It holds only where the law leaves the base open. */
export function choosesFullBase(choices: TaxChoices, code: TransactionCode): boolean {
  if (code === "02" || code === "03") return choices.collectorBase === "full";
  return (code === "07" || code === "08") && choices.facilityBase === "full";
}

/** In hundredths; a rupiah where nothing readable is chosen. */
export const toleranceOf = (choices: TaxChoices): Money =>
  parseMoney(choices.tolerance ?? DEFAULT_CHOICES.tolerance) ?? HUNDRED;
