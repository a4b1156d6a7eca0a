import { addDays, parseTaxDay, type TaxDay } from "../clock";
import { isCurrency } from "../codes/currencies";
import type { Fault } from "../errors";
import { HUNDRED, parseMoney } from "../money";
import { text, type Text } from "../text";
import { dayInWords } from "./day-words";
import type { FakturKurs } from "./faktur";
import { kursRuleOn, type Fraction } from "./law";

/** A rate as a person or a file gives it, nothing checked yet. */
export interface KursEntry {
  readonly currency: string;
  readonly from: string;
  /** Left out: the Tuesday of that week. */
  readonly to?: string | undefined;
  /** Rupiah as a decimal string with at most two decimals. */
  readonly rate: string;
  /** Units of the currency the rate is for; left out: as the decree quotes it (100 for JPY, else 1). */
  readonly per?: number | undefined;
  readonly kmk: string;
}

export type ReadKurs =
  | { readonly kind: "kurs"; readonly kurs: FakturKurs }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] };

const MOST_PER = 10_000;
const KMK_LENGTH = 100;

/** The rate in force on that day; null where it has not been entered. Last week's is never used (tax-rules 8). */
export const kursOn = (rates: readonly FakturKurs[], currency: string, day: TaxDay): FakturKurs | null =>
  rates.find((kurs) => kurs.currency === currency && kurs.from <= day && day <= kurs.to) ?? null;

/** Rupiah for one unit of the currency, exact. */
export const worthOf = (kurs: FakturKurs): Fraction => ({
  numerator: kurs.rate,
  denominator: HUNDRED * kurs.per,
});

/** The week of the decrees that holds this day: Wednesday to Tuesday. */
export function kursWeek(day: TaxDay): { readonly from: TaxDay; readonly to: TaxDay } {
  const { firstWeekday, days } = kursRuleOn(day) ?? { firstWeekday: 3, days: 7 };
  const from = addDays(day, -((weekdayOf(day) - firstWeekday + 7) % 7));
  return { from, to: addDays(from, days - 1) };
}

/** Sunday is 0. The first of January 1970 was a Thursday. */
const weekdayOf = (day: TaxDay): number => {
  const days = Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  return (((days + 4) % 7) + 7) % 7;
};

/** Why a foreign invoice waits: which rate is missing, and how it gets in. */
export function kursMissing(currency: string, day: TaxDay): Fault {
  const { from, to } = kursWeek(day);
  return {
    code: "foreign_currency",
    path: "/currency",
    message: text(
      `Kurs KMK ${currency} untuk ${dayInWords(day)} (minggu ${dayInWords(from)} s.d. ${dayInWords(to)}) belum diisi.`,
      `The KMK rate of ${currency} for ${day} (week ${from} to ${to}) has not been entered.`,
    ),
    fix: text(
      "Isi kursnya pada halaman Kurs KMK di konsol, atau impor daftarnya (faktur kurs import); invoice ini lalu diputuskan ulang sendiri.",
      "Enter the rate on the page of KMK rates in the console, or import the list (faktur kurs import); this invoice is then decided anew by itself.",
    ),
  };
}

/** One rate with every fault at once; codes that end in `_malformed` are about the form, the others about the rule. */
export function readKurs(entry: KursEntry): ReadKurs {
  const currency = entry.currency.trim().toUpperCase();
  const from = parseTaxDay(entry.from.trim());
  const to = entry.to === undefined ? null : parseTaxDay(entry.to.trim());
  const rate = parseMoney(entry.rate.trim());
  const kmk = entry.kmk.trim();
  const per = entry.per ?? Number(quotedPer(currency, from) ?? 1n);
  const faults = [
    ...currencyFaults(currency),
    ...when(rate === null || rate <= 0n, "kurs_rate_malformed", "/rate"),
    ...when(!Number.isInteger(per) || per < 1 || per > MOST_PER, "kurs_per_malformed", "/per"),
    ...when(kmk === "" || kmk.length > KMK_LENGTH, "kurs_kmk_malformed", "/kmk"),
    ...when(from === null, "kurs_day_malformed", "/from"),
    ...when(entry.to !== undefined && to === null, "kurs_day_malformed", "/to"),
    ...weekFaults(from, to),
    ...perFaults(currency, from, per),
  ];
  if (faults.length > 0 || from === null || rate === null) return { kind: "faults", faults };
  return { kind: "kurs", kurs: { currency, rate, per: BigInt(per), kmk, from, to: kursWeek(from).to } };
}

/**
 * Many rates with every fault, under `/rates/N`. A currency and week named twice must say the same: `kurs_twice`.
 */
export function readKursList(
  entries: readonly KursEntry[],
):
  | { readonly kind: "list"; readonly list: readonly FakturKurs[] }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const list: FakturKurs[] = [];
  entries.forEach((entry, index) => {
    const path = `/rates/${index}`;
    const read = readKurs(entry);
    if (read.kind === "faults") {
      faults.push(...read.faults.map((fault) => ({ ...fault, path: `${path}${fault.path}` })));
      return;
    }
    const before = kursOn(list, read.kurs.currency, read.kurs.from);
    if (before === null) list.push(read.kurs);
    else faults.push(...when(!sameKurs(before, read.kurs), "kurs_twice", path));
  });
  if (entries.length === 0) faults.push(...when(true, "kurs_list_empty", "/rates"));
  return faults.length > 0 ? { kind: "faults", faults } : { kind: "list", list };
}

/** The same rate by the same decree for the same week. */
export const sameKurs = (a: FakturKurs, b: FakturKurs): boolean =>
  a.currency === b.currency &&
  a.from === b.from &&
  a.to === b.to &&
  a.rate === b.rate &&
  a.per === b.per &&
  a.kmk === b.kmk;

/** A mistyped currency would be a rate that no invoice finds, and nobody looks for. */
function currencyFaults(currency: string): readonly Fault[] {
  if (!/^[A-Z]{3}$/.test(currency)) return when(true, "kurs_currency_malformed", "/currency");
  if (currency === "IDR") return when(true, "kurs_of_rupiah", "/currency");
  return when(!isCurrency(currency), "kurs_currency_unknown", "/currency");
}

function weekFaults(from: TaxDay | null, to: TaxDay | null): readonly Fault[] {
  if (from === null) return [];
  const week = kursWeek(from);
  const right = text(
    `Kurs KMK berlaku Rabu sampai Selasa: isi ${week.from} sampai ${week.to}.`,
    `KMK rates hold from Wednesday to Tuesday: give ${week.from} to ${week.to}.`,
  );
  return [
    ...when(from !== week.from, "kurs_week_wrong", "/from", right),
    ...when(to !== null && to !== week.to, "kurs_week_wrong", "/to", right),
  ];
}

/** How the decree quotes the currency; null where it does not list it. */
function quotedPer(currency: string, day: TaxDay | null): bigint | null {
  const rule = day === null ? undefined : kursRuleOn(day);
  if (rule?.listed.includes(currency) !== true) return null;
  return rule.per[currency] ?? 1n;
}

/** A wrong number of units is a hundredfold faktur; only what the decree does not list may be quoted freely. */
function perFaults(currency: string, from: TaxDay | null, per: number): readonly Fault[] {
  const quoted = quotedPer(currency, from);
  const right = text(`KMK memuat ${currency} per ${quoted}.`, `KMK quotes ${currency} per ${quoted}.`);
  return when(quoted !== null && Number(quoted) !== per, "kurs_per_wrong", "/per", right);
}

const SAYS = {
  kurs_currency_malformed: text("Mata uang: tiga huruf ISO 4217.", "Currency: three letters of ISO 4217."),
  kurs_currency_unknown: text(
    "Tidak ada mata uang dengan kode ini (ISO 4217).",
    "No currency has this code (ISO 4217).",
  ),
  kurs_of_rupiah: text("Rupiah tidak memerlukan kurs.", "The rupiah needs no rate."),
  kurs_rate_malformed: text(
    "Kurs: rupiah di atas nol, paling banyak dua desimal.",
    "Rate: rupiah above zero with at most two decimals.",
  ),
  kurs_per_malformed: text("Per: bilangan bulat 1 sampai 10.000.", "Per: a whole number from 1 to 10,000."),
  kurs_per_wrong: text("Jumlah satuan tidak sesuai KMK.", "The number of units is not the decree's."),
  kurs_kmk_malformed: text("Nomor KMK 1 sampai 100 huruf.", "The KMK number has 1 to 100 characters."),
  kurs_day_malformed: text("Tanggal: YYYY-MM-DD yang ada.", "Day: an existing YYYY-MM-DD."),
  kurs_week_wrong: text("Bukan minggu KMK.", "Not a week of the KMK."),
  kurs_twice: text(
    "Mata uang dan minggu ini disebut dua kali dengan isi berbeda.",
    "This currency and week are named twice with different content.",
  ),
  kurs_list_empty: text("Daftar kurs kosong.", "The list of rates is empty."),
} as const satisfies Record<string, Text>;

export type KursFaultCode = keyof typeof SAYS;

const FIX = text("Salin persis dari KMK minggu itu.", "Copy it exactly from that week's KMK.");

const when = (
  wrong: boolean,
  code: KursFaultCode,
  path: string,
  says: Text = SAYS[code],
): readonly Fault[] => (wrong ? [{ code, path, message: says, fix: FIX }] : []);
