import { createHash } from "node:crypto";
import type { Reply } from "./route";

/** A table as a file that spreadsheets open: comma, quotes, CRLF, and a byte order mark for their sake. */
export function csvOf(filename: string, rows: readonly (readonly string[])[]): Reply {
  const lines = rows.map((row) => `${row.map(cell).join(",")}\r\n`);
  const bytes = Buffer.from(`\uFEFF${lines.join("")}`, "utf8");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { kind: "bytes", bytes, type: "text/csv; charset=utf-8", filename, sha256 };
}

/**
 * Names come from customers: what a spreadsheet would take for a formula gets an apostrophe before it; after a
 * semicolon too, since an Indonesian Windows parts cells there.
 */
function cell(value: string): string {
  const plain = value
    .replace(/^(?=\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/, "'")
    .replace(/;(?=\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g, ";'");
  return /[",\r\n]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
}
