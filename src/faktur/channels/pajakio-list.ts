import { addDays, type TaxDay } from "../../clock";
import type { ChannelDocument, ListedFaktur } from "./channel";
import { nonsense } from "./http";
import type { ListRow } from "./pajakio-answers";

interface Page {
  readonly rows: readonly ListRow[];
  readonly simulated: boolean;
}

/** How the list is read; pages count from 0, the newest document first. */
export interface ListReader {
  page(page: number): Promise<Page>;
  /** The whole document of a row, asked for by itself where the row says too little. */
  document(row: ListRow, simulated: boolean): Promise<ChannelDocument>;
}

/** 250,000 documents; a list that has not ended by then is not one to compare with. */
const MAX_LIST_PAGES = 5000;
/**
 * Pages in a row that show the very rows of the page before: the other side does not turn its pages. (Rows known from
 * before prove nothing: documents that arrive while it is read move them to later pages.)
 */
const MAX_SAME_PAGES = 3;
/** Pages in a row that are old from their first row on: a batch of old documents may stand among the new ones. */
const OLD_PAGES = 3;
/** Clocks and zones of two systems. */
const SLACK_DAYS = 2;

/**
 * Every document dated within the days, each once. The wire has no filter by date, so the list is read until a page is
 * empty, or until it has come, in falling order all the way, to what was made well before the first day: a faktur is
 * never dated after the day it is made.
 */
export async function* listFakturs(
  read: ListReader,
  days: { readonly from: TaxDay; readonly to: TaxDay },
): AsyncGenerator<ListedFaktur> {
  const seen = new Set<string>();
  const order = fallingOrder(addDays(days.from, -SLACK_DAYS));
  let shown = "";
  for (let page = 0, same = 0; page < MAX_LIST_PAGES && same < MAX_SAME_PAGES; page += 1) {
    const { rows, simulated } = await read.page(page);
    if (rows.length === 0) return;
    for (const row of rows) {
      if (seen.has(row.transactionId)) continue;
      seen.add(row.transactionId);
      if (row.date !== null && (row.date < days.from || row.date > days.to)) continue;
      const document = await read.document(row, simulated);
      yield { ...document, reference: row.noInvoice, date: row.date };
    }
    if (order.isPast(rows)) return;
    const now = rows.map((row) => row.transactionId).join();
    same = now === shown ? same + 1 : 0;
    shown = now;
  }
  throw nonsense("a list that does not end");
}

/** Tells when a list that keeps its order has come to rows made before a day; one that does not is read to its end. */
function fallingOrder(before: TaxDay): { isPast(rows: readonly ListRow[]): boolean } {
  let last: TaxDay | null = null;
  let falls = true;
  // Rows of one day are in every order: only a step down shows which way the list runs.
  let hasFallen = false;
  let oldPages = 0;
  return {
    isPast(rows) {
      for (const { madeOn } of rows) {
        falls &&= madeOn !== null && (last === null || madeOn <= last);
        hasFallen ||= madeOn !== null && last !== null && madeOn < last;
        last = madeOn;
      }
      const [first] = rows;
      oldPages = first?.madeOn != null && first.madeOn < before ? oldPages + 1 : 0;
      return falls && hasFallen && oldPages >= OLD_PAGES;
    },
  };
}
