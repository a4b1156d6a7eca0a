import { addMonths, type TaxDay } from "../clock";
import { HUNDRED, toWholeRupiah, type Money } from "../money";
import type { TransactionCode } from "./faktur";

/**
 * How sure a rule is: A the text itself, quoted by a serious source; B serious secondary sources; C one weak source or
 * what programs do; U sources disagree; R common knowledge, not verified; NF looked for and not found.
 */
export type Certainty = "A" | "B" | "C" | "U" | "R" | "NF";

/** A rule from a day on. What is older than the product's first day stands under that day. */
export interface LawRow {
  readonly since: TaxDay;
  readonly source: string;
  readonly certainty: Certainty;
}

/** A fraction of whole numbers. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** How PPN is computed from a day on. */
export interface PpnLaw extends LawRow {
  /** Percent in hundredths: 1200 is 12 %. */
  readonly vatRate: bigint;
  /** The ordinary code of a service sold to a buyer who collects nothing. */
  readonly ordinaryCode: TransactionCode;
  /** The share of the price that is the base where nilai lain applies. */
  readonly otherBase: Fraction;
  /** The codes where it applies; every other code has the full price. */
  readonly bases: readonly {
    readonly codes: readonly TransactionCode[];
    readonly source: string;
    readonly certainty: Certainty;
  }[];
}

const on = (day: string): TaxDay => day as TaxDay;
const WHOLE: Fraction = { numerator: 1n, denominator: 1n };
const MILLION: Money = 1_000_000n * HUNDRED;

/** Newest first, here and below. A row is never edited: new law is a new row with its source, here and in docs/law.md. */
const PPN: readonly PpnLaw[] = [
  {
    since: on("2025-01-01"),
    vatRate: 1200n,
    ordinaryCode: "04",
    otherBase: { numerator: 11n, denominator: 12n },
    bases: [
      { codes: ["04"], source: "PMK 131/2024 art. 3", certainty: "A" },
      {
        codes: ["02", "03"],

        source: "PMK 131/2024 art. 3, since it speaks of all services whoever collects",
        certainty: "U",
      },
      {
        codes: ["07", "08"],

        source: "PMK 131/2024 art. 3; DJP's samples show both 11/12 and the full base",
        certainty: "U",
      },
    ],
    source: "UU 7/2021 (HPP) art. 7(1)b; PMK 131/2024 art. 2-3; PMK 11/2025",
    certainty: "A",
  },
  {
    since: on("2022-04-01"),
    vatRate: 1100n,
    ordinaryCode: "01",
    otherBase: WHOLE,
    bases: [],
    source: "UU 7/2021 (HPP) art. 7(1)a",
    certainty: "A",
  },
];

/** Whole rupiah of the totals: commercial rounding, or the older advice to drop the rest. */
const ROUNDING: readonly (LawRow & { readonly mode: "halfUp" | "down" })[] = [
  { since: on("2025-05-22"), mode: "halfUp", source: "PER-11/PJ/2025 art. 129(2)-(3)", certainty: "A" },
  {
    since: on("2022-04-01"),
    mode: "down",
    source: "PER-29/PJ/2015, PER-25/PJ/2014, SE-22/PJ.24/1990: always down",
    certainty: "B",
  },
];

/** The day of the next month by which a faktur is uploaded and approved. */
const UPLOAD: readonly (LawRow & { readonly dayOfNextMonth: number })[] = [
  { since: on("2025-05-22"), dayOfNextMonth: 20, source: "PER-11/PJ/2025 art. 44", certainty: "A" },
  { since: on("2022-04-01"), dayOfNextMonth: 15, source: "PER-03/PJ/2022", certainty: "A" },
];

/** Made later than this after the day it was due, a faktur counts as not made. */
const TOO_LATE: readonly (LawRow & { readonly months: number })[] = [
  { since: on("2025-05-22"), months: 3, source: "PER-11/PJ/2025 art. 59", certainty: "A" },
  { since: on("2022-04-01"), months: 3, source: "PER-03/PJ/2022 (three months)", certainty: "R" },
];

interface Threshold extends LawRow {
  /** Up to and with this amount the buyer does not collect. */
  readonly most: Money;
  readonly includesPpn: boolean;
}

/** Government agencies (02) do not collect on small payments. */
const GOVERNMENT: readonly Threshold[] = [
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

/** Oil, gas and geothermal contractors (03). Kept for people: 03 names BUMN too, so the program never applies it. */
const CONTRACTOR: readonly Threshold[] = [
  {
    since: on("2025-01-01"),
    most: 10n * MILLION,
    includesPpn: true,
    source: "PMK 81/2024 art. 298-299",
    certainty: "A",
  },
];

const LISTED =
  "USD AUD CAD DKK HKD MYR NZD NOK GBP SGD SEK CHF JPY MMK INR KWD PKR PHP SAR LKR THB BND EUR CNY KRW";

/** Weeks of the Finance Minister's rates: `firstWeekday` counts from Sunday 0; currencies quoted by more than one unit. */
const KURS: readonly (LawRow & {
  readonly firstWeekday: number;
  readonly days: number;
  readonly listed: readonly string[];
  readonly per: Readonly<Record<string, bigint>>;
})[] = [
  {
    since: on("2022-04-01"),
    firstWeekday: 3,
    days: 7,
    listed: LISTED.split(" "),
    per: { JPY: 100n },
    source: "PP 44/2022 art. 21; weekly KMK, Wednesday to Tuesday, published by Badan Kebijakan Fiskal",
    certainty: "A",
  },
];

const RETENTION: readonly (LawRow & { readonly years: number })[] = [
  { since: on("2022-04-01"), years: 10, source: "UU KUP art. 28(11)", certainty: "A" },
];

const IMPORT_FILE: readonly (LawRow & { readonly fakturs: number })[] = [
  {
    since: on("2025-01-01"),
    fakturs: 1000,
    source: "DJP's Coretax import template: at most 1,000 fakturs per XML file",
    certainty: "A",
  },
];

const PASSPHRASE: readonly (LawRow & { readonly least: number; readonly forbidden: readonly string[] })[] = [
  {
    since: on("2025-01-01"),
    least: 8,
    forbidden: ["'", "/", "%", "+"],
    source: "Coretax, kode otorisasi DJP: passphrase of 8 or more, without ' / % +",
    certainty: "A",
  },
];

/** Every table, for docs/law.md and the test that holds the two together. */
export const LAW: Readonly<Record<string, readonly LawRow[]>> = {
  PPN,
  BASES: PPN.flatMap((row) => row.bases.map((base) => ({ ...base, since: row.since }))),
  ROUNDING,
  UPLOAD,
  TOO_LATE,
  GOVERNMENT,
  CONTRACTOR,
  KURS,
  RETENTION,
  IMPORT_FILE,
  PASSPHRASE,
};

const inForce = <Row extends LawRow>(rows: readonly Row[], day: TaxDay): Row | undefined =>
  rows.find((row) => row.since <= day);

/** The PPN law of a day; undefined before 2022-04-01, which this product does not compute. */
export const ppnOn = (day: TaxDay): PpnLaw | undefined => inForce(PPN, day);

/** The share of the price that is the base of this code: 11/12 or the whole. */
export const baseShare = (law: PpnLaw, code: TransactionCode): Fraction =>
  law.bases.some((base) => base.codes.includes(code)) ? law.otherBase : WHOLE;

/**
 * The code for a buyer with this verified attribute; null and 04 name a buyer who collects nothing. A government agency
 * (02) at or below the threshold does not collect: the ordinary code. `taxBase` without PPN; null while not yet known.
 * 03 stays 03, since its thresholds differ by kind of collector (docs/law.md).
 */
export function transactionCodeOn(
  day: TaxDay,
  attribute: TransactionCode | null,
  taxBase: Money | null,
): TransactionCode {
  const ordinary = ppnOn(day)?.ordinaryCode ?? "04";
  if (attribute === null || attribute === "04") return ordinary;
  const most = inForce(GOVERNMENT, day)?.most ?? 0n;
  return attribute === "02" && taxBase !== null && taxBase <= most ? ordinary : attribute;
}

/** Where the law sets the base of a code: the nilai lain, or the price itself. */
export const baseSource = (law: PpnLaw, code: TransactionCode): string =>
  law.bases.find((base) => base.codes.includes(code))?.source ?? law.source;

/** How totals become whole rupiah on that day; undefined before the product's first day. */
export const roundingOn = (day: TaxDay) => inForce(ROUNDING, day);

/** What a contractor (03) pays without collecting, PPN included; null where no rule is known. */
export const contractorThresholdOn = (day: TaxDay): Money | null => inForce(CONTRACTOR, day)?.most ?? null;

/** A total in whole rupiah, still in hundredths, as the rule of that day rounds it. Amounts are never negative here. */
export function wholeRupiahOn(day: TaxDay, amount: Money): Money {
  const mode = inForce(ROUNDING, day)?.mode ?? "halfUp";
  return mode === "down" ? amount - (amount % HUNDRED) : toWholeRupiah(amount);
}

/**
 * Last day to upload and be approved. The rule in force on that last day decides: fakturs of May 2025 had until the
 * 20th of June, those of April until the 15th of May.
 */
export function uploadDeadline(fakturDay: TaxDay): TaxDay {
  const dueUnder = (dayOfNextMonth: number): TaxDay =>
    on(`${addMonths(fakturDay, 1).slice(0, 7)}-${dayOfNextMonth}`);
  const rule = UPLOAD.find((row) => row.since <= dueUnder(row.dayOfNextMonth));
  return dueUnder(rule?.dayOfNextMonth ?? 15);
}

/** The last day on which a faktur that was due on `dueDay` can still be made; later it counts as not made. */
export const lastDayToMake = (dueDay: TaxDay): TaxDay =>
  addMonths(dueDay, inForce(TOO_LATE, dueDay)?.months ?? 3);

/** The rule of the Finance Minister's weekly rates; undefined before the product's first day. */
export const kursRuleOn = (day: TaxDay) => inForce(KURS, day);

/** Until when the records of a faktur must be kept. */
export const keepUntil = (fakturDay: TaxDay): TaxDay =>
  addMonths(fakturDay, 12 * (inForce(RETENTION, fakturDay)?.years ?? 10));

/** How many fakturs one Coretax import file takes; null before Coretax. */
export const faktursPerFileOn = (day: TaxDay): number | null => inForce(IMPORT_FILE, day)?.fakturs ?? null;

/** The characters of a passphrase that Coretax does not take, each once; empty when all are fine. */
export const forbiddenInPassphrase = (day: TaxDay, passphrase: string): readonly string[] =>
  (inForce(PASSPHRASE, day)?.forbidden ?? []).filter((character) => passphrase.includes(character));
