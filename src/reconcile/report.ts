import type { TaxDay } from "../clock";
import type { Text } from "../text";
import { SEVERITIES, type Difference, type DifferenceCode } from "./differences";

export const SOURCE_KINDS = ["portal", "ledger", "channel", "mail"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** How far one side could be compared. `cannot`: by its nature. `failed`: it should have answered and did not. */
export const SOURCE_STATES = ["compared", "partly", "cannot", "failed"] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

/** One side of the comparison, and what it was worth. */
export interface Source {
  readonly kind: SourceKind;
  /** The portal's slug, or the seller's. */
  readonly name: string;
  readonly seller: string;
  readonly state: SourceState;
  /** Rows of the other side within the days, and rows of ours. */
  readonly listed: number;
  readonly recorded: number;
  /** How old the other side's list is, ISO; null when it was asked just now. */
  readonly asOf: string | null;
  /** Why it was not compared, or not wholly. */
  readonly says: Text | null;
}

/** `incomplete`: nothing differs in what could be compared, but not everything could. */
export const VERDICTS = ["clean", "incomplete", "differences"] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Counts = Readonly<Partial<Record<DifferenceCode, number>>>;

/** What a comparison found. Only text and numbers: it is kept as JSON. */
export interface Report {
  readonly from: TaxDay;
  readonly to: TaxDay;
  /** When it was begun, ISO. */
  readonly at: string;
  readonly sources: readonly Source[];
  /** Every difference is counted; `differences` holds no more than can be read. */
  readonly counts: Counts;
  readonly countsOfSellers: Readonly<Record<string, Counts>>;
  readonly differences: readonly Difference[];
}

export const totalOf = (counts: Counts): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

export function verdictOf({ counts, sources }: Pick<Report, "counts" | "sources">): Verdict {
  if (totalOf(counts) > 0) return "differences";
  return sources.every(({ state }) => state === "compared") ? "clean" : "incomplete";
}

/** True when a side that should have answered did not: the comparison itself has failed there. */
export const hasFailed = ({ sources }: Pick<Report, "sources">): boolean =>
  sources.some(({ state }) => state === "failed");

/** The gravest first, then as they were found. */
export const bySeverity = (differences: readonly Difference[]): Difference[] =>
  SEVERITIES.flatMap((severity) => differences.filter((one) => one.severity === severity));

/** Counts every difference and keeps the first of them. */
export interface Tally {
  add(differences: readonly Difference[]): void;
  result(): Pick<Report, "counts" | "countsOfSellers" | "differences">;
}

export function createTally(most: number): Tally {
  const kept: Difference[] = [];
  const counts: Partial<Record<DifferenceCode, number>> = {};
  const countsOfSellers: Record<string, Partial<Record<DifferenceCode, number>>> = {};
  return {
    add(differences) {
      for (const one of differences) {
        const own = (countsOfSellers[one.seller] ??= {});
        counts[one.code] = (counts[one.code] ?? 0) + 1;
        own[one.code] = (own[one.code] ?? 0) + 1;
        if (kept.length < most) kept.push(one);
      }
    },
    result: () => ({ counts, countsOfSellers, differences: bySeverity(kept) }),
  };
}

/** The part of a report that concerns one seller. */
export const reportOfSeller = (report: Report, seller: string): Report => ({
  ...report,
  sources: report.sources.filter((one) => one.seller === seller),
  counts: report.countsOfSellers[seller] ?? {},
  countsOfSellers: {},
  differences: report.differences.filter((one) => one.seller === seller),
});

const COLUMNS = [
  ...(["code", "severity", "seller", "portal", "invoiceId", "invoiceNumber", "account"] as const),
  ...(["faktur", "reference", "nsfp", "externalId", "ours", "theirs", "mended"] as const),
];

/** Comma-separated, RFC 4180. What a spreadsheet would take for a formula or shorten as a number stays text. */
export function reportCsv(differences: readonly Difference[]): string {
  const head = [...COLUMNS, "message", "fix"].join(",");
  const lines = differences.map((one) =>
    [...COLUMNS.map((column) => one[column]), one.message.id, one.fix.id].map(cell).join(","),
  );
  return `\ufeff${[head, ...lines].join("\r\n")}\r\n`;
}

function cell(value: string | boolean | null): string {
  if (value === null) return "";
  const words = String(value);
  // A leading apostrophe is how a spreadsheet is told "text"; without it `=…` runs and a 17-digit number loses digits.
  // After a semicolon too: an Indonesian Windows parts cells there.
  const guarded = (/^\s*[=+\-@]|^[\t\r\n]|^\d{12,}$/.test(words) ? `'${words}` : words).replace(
    /;(?=\s*[=+\-@])/g,
    ";'",
  );
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
