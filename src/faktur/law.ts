import { addDays, addMonths, type Period, type TaxDay } from "../clock";
import { HUNDRED, shareHalfUp, toWholeRupiah, type Money } from "../money";
import type { Faktur, TransactionCode } from "./faktur";
import { inForce, on, type Certainty, type LawRow } from "./law-rows";
import { CONTRACTOR, GOVERNMENT, thresholdOn, type Collector } from "./law-thresholds";

export type { Certainty, LawRow } from "./law-rows";

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

const WHOLE: Fraction = { numerator: 1n, denominator: 1n };

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

/** The last day to file the SPT Masa PPN: the end of this many months after the period. */
const SPT: readonly (LawRow & { readonly months: number })[] = [
  { since: on("2022-04-01"), months: 1, source: "UU PPN art. 15A(2)", certainty: "B" },
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
  SPT,
  GOVERNMENT,
  CONTRACTOR,
  KURS,
  RETENTION,
  IMPORT_FILE,
  PASSPHRASE,
};

/** The PPN law of a day; undefined before 2022-04-01, which this product does not compute. */
export const ppnOn = (day: TaxDay): PpnLaw | undefined => inForce(PPN, day);

/** True where the sources leave the base of this code open, so that a seller may choose the full price. */
export const isBaseOpen = (law: PpnLaw, code: TransactionCode): boolean =>
  law.bases.some((base) => base.certainty === "U" && base.codes.includes(code));

/** The PPN law of a faktur's day, with the full price as base where its seller chose that for an open code. */
export function lawOf(faktur: Pick<Faktur, "date" | "transactionCode" | "fullBase">): PpnLaw | undefined {
  const law = ppnOn(faktur.date);
  return law === undefined || faktur.fullBase !== true ? law : withFullBase(law, faktur.transactionCode);
}

/** The same law with the full price as base of this code, where the sources leave it open; else unchanged. */
export const withFullBase = (law: PpnLaw, code: TransactionCode): PpnLaw =>
  isBaseOpen(law, code) ? { ...law, bases: law.bases.filter((base) => !base.codes.includes(code)) } : law;

/** The share of the price that is the base of this code: 11/12 or the whole. */
export const baseShare = (law: PpnLaw, code: TransactionCode): Fraction =>
  law.bases.some((base) => base.codes.includes(code)) ? law.otherBase : WHOLE;

/**
 * The code for a buyer with this verified attribute; null and 04 name a buyer who collects nothing. A collector (02, or
 * an oil, gas or geothermal contractor of 03) does not collect on a small payment: the ordinary code. `taxBase` without
 * PPN; null while not yet known.
 */
export function transactionCodeOn(
  day: TaxDay,
  attribute: TransactionCode | null,
  taxBase: Money | null,
  collector: Collector | null = null,
): TransactionCode {
  const law = ppnOn(day);
  const ordinary = law?.ordinaryCode ?? "04";
  if (attribute === null || attribute === "04") return ordinary;
  const small = thresholdOn(day, attribute, collector);
  if (small === undefined || taxBase === null || law === undefined) return attribute;
  // In whole rupiah, as its faktur shows them: the cents of a price with tax inside are our own rounding.
  const whole = (amount: Money): Money => wholeRupiahOn(day, amount);
  const paid = whole(taxBase) + (small.includesPpn ? whole(vatOn(taxBase, law, attribute)) : 0n);
  return paid <= small.most ? ordinary : attribute;
}

/** Where the law sets the base of a code: the nilai lain, or the price itself. */
export const baseSource = (law: PpnLaw, code: TransactionCode): string =>
  law.bases.find((base) => base.codes.includes(code))?.source ?? law.source;

/** How totals become whole rupiah on that day; undefined before the product's first day. */
export const roundingOn = (day: TaxDay) => inForce(ROUNDING, day);

/** The PPN on a price: 12 % of the already rounded base. */
function vatOn(taxBase: Money, law: PpnLaw, code: TransactionCode): Money {
  const { numerator, denominator } = baseShare(law, code);
  return shareHalfUp(shareHalfUp(taxBase, numerator, denominator), law.vatRate, 10_000n);
}

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

/** The last day to file the SPT Masa PPN of a period; until then a document of it can be changed without amending. */
export function sptDueDay(period: Period): TaxDay {
  const first = on(`${period}-01`);
  return addDays(addMonths(first, (inForce(SPT, first)?.months ?? 1) + 1), -1);
}

/** The rule of the Finance Minister's weekly rates; undefined before the product's first day. */
export const kursRuleOn = (day: TaxDay) => inForce(KURS, day);

/** Until when the records of a faktur must be kept. */
export const keepUntil = (fakturDay: TaxDay): TaxDay =>
  addMonths(fakturDay, 12 * (inForce(RETENTION, fakturDay)?.years ?? 10));

/** How many fakturs one Coretax import file takes; null before Coretax. */
export const faktursPerFileOn = (day: TaxDay): number | null => inForce(IMPORT_FILE, day)?.fakturs ?? null;

/** What Coretax asks of a signer's passphrase; undefined before Coretax. */
export const passphraseRuleOn = (day: TaxDay) => inForce(PASSPHRASE, day);
