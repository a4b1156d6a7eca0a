import { formatMoney } from "../money";
import type { Cell, Sheet } from "./sheet";

/** Rupiah above this are no longer exact as a spreadsheet's number; they are written as text. */
const EXACT = BigInt(Number.MAX_SAFE_INTEGER);

const HEAD = { fontWeight: "bold", backgroundColor: "#E8EDF3", wrap: true } as const;

/** Tables as an Excel workbook, one tab each. Ids are text cells; money is a number with two decimals, shown with marks. */
export async function xlsxOf(sheets: readonly Sheet[]): Promise<Buffer> {
  const { default: write } = await import("write-excel-file/node");
  const tabs = sheets.map((sheet) => ({
    data: [
      sheet.columns.map(({ title }) => ({ value: title, type: String, ...HEAD })),
      ...sheet.rows.map((row) => row.map(cellOf)),
    ],
    sheet: sheet.name,
    columns: sheet.columns.map(({ width }) => ({ width })),
    stickyRowsCount: 1,
  }));
  return write(tabs).toBuffer();
}

function cellOf(cell: Cell) {
  if (cell === null) return null;
  switch (cell.kind) {
    case "text":
      return { value: cell.value, type: String };
    case "id":
      return { value: cell.value, type: String, format: "@" };
    case "count":
      return { value: cell.value, type: Number, format: "0" };
    case "money":
      return cell.value > EXACT || cell.value < -EXACT
        ? { value: formatMoney(cell.value), type: String }
        : { value: Number(cell.value) / 100, type: Number, format: "#,##0.00" };
    default:
      return cell satisfies never;
  }
}
