import type { Money } from "../money";

/**
 * What a cell holds. `id` is digits that are a name and no number (NPWP, NSFP): Excel must never count with them.
 * Money stays exact until it is written.
 */
export type Cell =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "id"; readonly value: string }
  | { readonly kind: "money"; readonly value: Money }
  | { readonly kind: "count"; readonly value: number }
  | null;

/** One table of a report: the tab of a workbook, or a CSV file. */
export interface Sheet {
  /** What it is asked for by; stable. */
  readonly id: string;
  /** The tab's name, at most 31 letters. */
  readonly name: string;
  readonly columns: readonly { readonly title: string; readonly width: number }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A column with its title, width in letters and the cell of a row. */
export type Column<Row> = readonly [title: string, width: number, cell: (row: Row) => Cell];

export function sheetOf<Row>(
  id: string,
  name: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Sheet {
  return {
    ...{ id, name },
    columns: columns.map(([title, width]) => ({ title, width })),
    rows: rows.map((row) => columns.map(([, , cell]) => cell(row))),
  };
}

export const words = (value: string | null): Cell =>
  value === null || value === "" ? null : { kind: "text", value };
export const digits = (value: string | null): Cell =>
  value === null || value === "" ? null : { kind: "id", value };
export const money = (value: Money | null): Cell => (value === null ? null : { kind: "money", value });
export const count = (value: number): Cell => ({ kind: "count", value });
