/** Heights in points: what a page offers and what the parts of the table need. */
export interface PageRoom {
  /** For the table on the first page, below the addresses. */
  readonly first: number;
  /** For the table on every other page. */
  readonly next: number;
  readonly header: number;
  /** One subtotal row, carried forward at the foot or brought forward at the head. */
  readonly carry: number;
  /** Totals, place and date, signer: kept together under the last rows. */
  readonly closing: number;
}

/** Rows `from` up to but not including `to` stand on this page. */
export interface PagePlan {
  readonly from: number;
  readonly to: number;
  readonly last: boolean;
}

/**
 * Spreads rows over pages without splitting one. Every page but the last keeps room for the subtotal it carries forward,
 * every page but the first for the one brought forward; the last row goes along with the totals, so that these never
 * stand alone on a page unless that row leaves no room for them.
 */
export function planPages(heights: readonly number[], room: PageRoom): PagePlan[] {
  const pages: PagePlan[] = [];
  let from = 0;
  for (;;) {
    const first = pages.length === 0;
    const space = (first ? room.first : room.next - room.carry) - room.header;
    const rest = heights.slice(from);
    if (total(rest) + room.closing <= space || (!first && rest.length === 0)) {
      return [...pages, { from, to: heights.length, last: true }];
    }
    const fitting = countFitting(rest, space - room.carry);
    const keptBack = fitting === rest.length && rest.length > 1 ? fitting - 1 : fitting;
    const taken = first ? keptBack : Math.max(1, keptBack);
    pages.push({ from, to: from + taken, last: false });
    from += taken;
  }
}

const total = (heights: readonly number[]): number => heights.reduce((sum, height) => sum + height, 0);

function countFitting(heights: readonly number[], space: number): number {
  let used = 0;
  let count = 0;
  for (const height of heights) {
    used += height;
    if (used > space) break;
    count += 1;
  }
  return count;
}
