import { sum } from "../../money";
import type { ListDepth, PaidListed, PortalConnection } from "../portal";
import { callWhmcs, type WhmcsDeps } from "./api";
import { whmcsError } from "./failure";
import { optionsOf } from "./options";
import { whmcsPage, type WhmcsListed } from "./shape";
import { instantIn } from "./time";

/** As many rows as one call brings. */
export const PAGE = 100;
/** Rows that two pages share, so that one that vanishes between them leaves no gap. */
const OVERLAP = 10;
/** A list of about a million rows; one that goes on is none that ends. */
const MAX_PAGES = 11_500;
/** "since" looks at the newest invoices; an old one paid late is found by the nightly "all". */
const MAX_QUICK_PAGES = 100;

/**
 * Paid invoices. WHMCS neither filters nor sorts by the day of payment (trap T42). "since" goes from the newest invoice
 * down until a page has none paid since; "all" goes through every paid invoice from the oldest up and gives those paid
 * since. What was paid throughout is given exactly once, whatever comes and goes meanwhile; only one page is held.
 */
export async function* listPaid(
  connection: PortalConnection,
  depth: ListDepth,
  d: WhmcsDeps,
): AsyncGenerator<PaidListed> {
  const { timezone } = optionsOf(connection.options);
  const quick = depth.kind === "since";
  let pages = 0;
  for await (const rows of pagesOf(connection, quick ? "desc" : "asc", d)) {
    const listed = rows.map((row) => listedOf(row, timezone));
    const recent = listed.filter((row) => isSince(row, depth.since));
    yield* recent;
    pages += 1;
    if (quick && (recent.length === 0 || pages === MAX_QUICK_PAGES)) return;
  }
}

/** A row without a day of payment is given too: it is read back and judged then. */
const isSince = (row: PaidListed, since: Date | null): boolean =>
  since === null || row.paidAt === null || row.paidAt >= since;

function listedOf(row: WhmcsListed, timezone: string): PaidListed {
  const parts = [row.subtotal, row.tax, row.tax2].filter((part) => part !== null);
  return {
    invoiceId: row.id,
    number: row.invoicenum === "" ? null : row.invoicenum,
    accountId: row.userid === "" ? null : row.userid,
    paidAt: instantIn(timezone, row.datepaid),
    gross: parts.length === 3 ? sum(parts) : null,
    currency: /^[A-Z]{3}$/.test(row.currencycode) ? row.currencycode : null,
  };
}

/**
 * The rows page by page in the order of their ids, each once. A page that does not begin with a row already seen may
 * hide a gap, since rows have vanished before it: then the walk steps back until it meets what it has seen.
 */
async function* pagesOf(
  connection: PortalConnection,
  order: "asc" | "desc",
  d: WhmcsDeps,
): AsyncGenerator<readonly WhmcsListed[]> {
  let last: number | null = null;
  let start = 0;
  let back = OVERLAP;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const asked = { status: "Paid", orderby: "id", order, limitstart: start, limitnum: PAGE };
    const page = await callWhmcs(connection, "GetInvoices", asked, whmcsPage, d);
    const { rows, count, total } = { ...page.invoices, total: page.totalresults };
    if (!isInOrder(rows, order)) throw whmcsError("unsorted");
    const seen: number | null = last;
    const isAhead = (row: WhmcsListed): boolean =>
      seen === null || (order === "asc" ? Number(row.id) > seen : Number(row.id) < seen);
    const [first] = rows;
    if (start > 0 && (first === undefined || isAhead(first))) {
      start = Math.max(0, start - back);
      back *= 2;
      continue;
    }
    const fresh = rows.filter(isAhead);
    if (fresh.length > 0) yield fresh;
    last = fresh.length > 0 ? Number(fresh.at(-1)?.id) : last;
    back = OVERLAP;
    if (total === null ? count < PAGE : start + count >= total) return;
    start += Math.max(1, count - OVERLAP);
  }
  throw whmcsError("tooLarge");
}

const isInOrder = (rows: readonly WhmcsListed[], order: "asc" | "desc"): boolean =>
  rows.every((row, index) => {
    const before = rows[index - 1];
    if (before === undefined) return true;
    return order === "asc" ? Number(before.id) < Number(row.id) : Number(before.id) > Number(row.id);
  });
