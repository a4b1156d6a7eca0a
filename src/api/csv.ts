import { createHash } from "node:crypto";
import { harmlessCell } from "../text";
import type { Reply } from "./route";

/** A table as a file that spreadsheets open: comma, quotes, CRLF, and a byte order mark for their sake. */
export function csvOf(filename: string, rows: readonly (readonly string[])[]): Reply {
  const lines = rows.map((row) => `${row.map(cell).join(",")}\r\n`);
  const bytes = Buffer.from(`\uFEFF${lines.join("")}`, "utf8");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { kind: "bytes", bytes, type: "text/csv; charset=utf-8", filename, sha256 };
}

function cell(value: string): string {
  const plain = harmlessCell(value);
  return /[",]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
}
