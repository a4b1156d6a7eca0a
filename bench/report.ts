/* What every bench says in the end: a figure, its goal, and whether it is reached. */

export interface Figure {
  readonly what: string;
  /** Share of the other (1 = as fast), times, or megabytes. */
  readonly value: number | null;
  readonly unit: "%" | "x" | "MB" | "ms";
  readonly atLeast?: number;
  readonly atMost?: number;
  /** What was set against what, in absolute figures; or why there is none. */
  readonly note: string;
}

const shown = (value: number, unit: Figure["unit"]): string =>
  unit === "%" ? `${(value * 100).toFixed(0)} %` : `${value.toFixed(unit === "x" ? 2 : 1)} ${unit}`;

const goalOf = ({ atLeast, atMost, unit }: Figure): string => {
  if (atLeast !== undefined) return `>= ${shown(atLeast, unit)}`;
  return atMost === undefined ? "" : `<= ${shown(atMost, unit)}`;
};

/** True when the figure has a goal and misses it. */
export const missed = ({ value, atLeast, atMost }: Figure): boolean =>
  (value === null && (atLeast !== undefined || atMost !== undefined)) ||
  (value !== null &&
    ((atLeast !== undefined && value < atLeast) || (atMost !== undefined && value > atMost)));

export function lineOf(figure: Figure): string {
  const value = figure.value === null ? "not measured" : shown(figure.value, figure.unit);
  const verdict = goalOf(figure) === "" ? "" : missed(figure) ? "MISSED" : "ok";
  return `${figure.what.padEnd(58)} ${value.padStart(12)}  ${goalOf(figure).padEnd(10)} ${verdict.padEnd(7)} ${figure.note}`;
}

/** Prints a figure, hands it to `run.ts` when that has started us, and remembers a miss in the exit code. */
export function report(figure: Figure): void {
  console.log(lineOf(figure));
  process.send?.(figure);
  if (missed(figure)) process.exitCode = 1;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** A bench that did not do its work has measured nothing. */
export function assertCount(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${what}: ${found}, but ${expected} were due`);
}

export const QUICK = process.argv.includes("--quick");
