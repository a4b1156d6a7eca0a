import type { TaxDay } from "../clock";

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

/** For the days in the tables, which are written by hand and held by a test. */
export const on = (day: string): TaxDay => day as TaxDay;

/** The newest row that had begun on that day; rows stand newest first. */
export const inForce = <Row extends LawRow>(rows: readonly Row[], day: TaxDay): Row | undefined =>
  rows.find((row) => row.since <= day);
