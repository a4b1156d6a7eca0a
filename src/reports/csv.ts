import { formatMoney, formatRupiah, HUNDRED } from "../money";
import { harmlessCell } from "../text";
import type { Cell, Sheet } from "./sheet";

export const CSV_SEPARATORS = { semicolon: ";", comma: ",", tab: "\t" } as const;
export type CsvSeparator = keyof typeof CSV_SEPARATORS;

/** Who opens the file: Excel by a double click, or a program. */
export const CSV_READERS = ["excel", "program"] as const;
export type CsvReader = (typeof CSV_READERS)[number];

export interface CsvWish {
  readonly reader: CsvReader;
  /** Left out: the semicolon for Excel, which an Indonesian Windows splits by; the comma for programs. */
  readonly separator?: CsvSeparator | undefined;
}

const BOM = "\uFEFF";

/**
 * A table as CSV (RFC 4180, lines end with CR LF). For Excel it begins with a byte order mark, by which UTF-8 is known,
 * and ids are written `="0123…"`, since Excel would make a number of them and lose zeros and digits.
 */
export function csvOf(sheet: Sheet, wish: CsvWish): string {
  const mark = CSV_SEPARATORS[wish.separator ?? (wish.reader === "excel" ? "semicolon" : "comma")];
  const head = sheet.columns.map(({ title }) => quoted(title, mark)).join(mark);
  const rows = sheet.rows.map((row) => row.map((cell) => written(cell, wish.reader, mark)).join(mark));
  return `${wish.reader === "excel" ? BOM : ""}${[head, ...rows].join("\r\n")}\r\n`;
}

function written(cell: Cell, reader: CsvReader, mark: string): string {
  if (cell === null) return "";
  switch (cell.kind) {
    case "text":
      return quoted(harmlessCell(cell.value), mark);
    case "id":
      return reader === "excel" && /^\d+$/.test(cell.value)
        ? `"=""${cell.value}"""`
        : quoted(harmlessCell(cell.value), mark);
    case "count":
      return String(cell.value);
    case "money":
      // Whole rupiah as digits alone: no mark that one country reads as decimals and another as thousands.
      if (cell.value % HUNDRED === 0n) return formatRupiah(cell.value);
      return quoted(formatMoney(cell.value).replace(".", mark === "," ? "." : ","), mark);
    default:
      return cell satisfies never;
  }
}

const quoted = (value: string, mark: string): string =>
  value.includes(mark) || /["\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
