import { createHash } from "node:crypto";

/** Words, or whole rupiah that a spreadsheet may add up. */
export type Cell = string | { readonly rupiah: string };

/** Spreadsheets count with 15 digits; what is longer stays text rather than lose its end. */
const COUNTABLE = 15;

/** One sheet as an XLSX file; its first row is the head. Text stays text: no cell is ever a formula. */
export async function xlsxOf(
  sheet: string,
  rows: readonly (readonly Cell[])[],
): Promise<{ readonly bytes: Buffer; readonly sha256: string }> {
  const { default: write } = await import("write-excel-file/node");
  const data = rows.map((row, index) =>
    row.map((cell) => (index === 0 && typeof cell === "string" ? headCell(cell) : bodyCell(cell))),
  );
  const columns = (rows[0] ?? []).map((_head, index) => ({ width: widthOf(rows, index) }));
  const bytes = await write(data, { sheet, columns, stickyRowsCount: 1 }).toBuffer();
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

const headCell = (value: string) => ({ value, type: String, fontWeight: "bold" as const });

function bodyCell(cell: Cell) {
  if (typeof cell === "string") return { value: cell, type: String };
  if (cell.rupiah.length > COUNTABLE) return { value: cell.rupiah, type: String };
  return { value: Number(cell.rupiah), type: Number, format: "#,##0" };
}

const LOOKED_AT = 200;

function widthOf(rows: readonly (readonly Cell[])[], index: number): number {
  const lengths = rows.slice(0, LOOKED_AT).map((row) => {
    const cell = row[index] ?? "";
    return typeof cell === "string" ? cell.length : cell.rupiah.length + 4;
  });
  return Math.min(60, Math.max(8, ...lengths) + 2);
}
