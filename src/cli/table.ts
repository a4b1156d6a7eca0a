/** Columns as wide as their widest cell; the last one is left as it is. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const shown = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ");
  const rule = widths.map((width, column) =>
    "─".repeat(column === widths.length - 1 ? (head[column] ?? "").length : width),
  );
  return [shown(head), rule.join("  "), ...rows.map(shown)].join("\n");
}
