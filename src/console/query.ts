/** What was asked for, as the API takes it: empty fields of a form are no filters. */
export function keptOf(
  query: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = (query[name] ?? "").trim();
    if (value !== "") kept[name] = value;
  }
  return kept;
}

/** An address with its filters, the empty ones left out. */
export function addressOf(path: string, filters: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(filters).toString();
  return search === "" ? path : `${path}?${search}`;
}
