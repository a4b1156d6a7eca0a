import { addDays, addMonths, dayInJakarta, periodOf, plusMs, type TaxDay } from "../clock";
import { sptDueDay } from "../faktur/law";
import type { Portal } from "./portal";

/** Each night: a list that is tried again in the same night looks at none a second time. */
const OPEN_MASA_MS = 6 * 3_600_000;
/** Once the return of a masa is due a correction amends it: haste is over, the duty is not. */
const OLD_MASA_MS = 30 * 86_400_000;
/** Money comes back later than this only where gateways do not carry it any more. */
const LOOK_BACK_MONTHS = 12;
/** A look may be late by so much before the comparison says that it is missing. */
const GRACE_MS = 42 * 3_600_000;

/** Whether lost words of money given back are found only by looking at paid invoices again: no list tells of them. */
export const isLookedAtAgain = ({ readInvoice, listMissed }: Portal): boolean =>
  readInvoice !== undefined && listMissed === undefined;

/** The days of one masa, and which of its invoices are due for a look. */
export interface DueLooks {
  readonly from: TaxDay;
  readonly to: TaxDay;
  readonly lookedBefore: Date;
  /** A look after this was noted by a clock that was wrong. */
  readonly now: Date;
}

/** Masa by masa, the newest first: those whose return is not due yet each night, those of a year once a month. */
export function dueLooks(now: Date): DueLooks[] {
  const today = dayInJakarta(now);
  const thisMonth = `${periodOf(today)}-01` as TaxDay;
  return Array.from({ length: LOOK_BACK_MONTHS + 1 }, (_, back) => {
    const from = addMonths(thisMonth, -back);
    const to = addDays(addMonths(from, 1), -1);
    return { from, to, lookedBefore: plusMs(now, -restOf(from, today)), now };
  });
}

const restOf = (day: TaxDay, today: TaxDay): number =>
  today <= sptDueDay(periodOf(day)) ? OPEN_MASA_MS : OLD_MASA_MS;

/** Whether an invoice should have been looked at since. */
export function isLookMissing(taxDay: TaxDay, lookedAt: Date, now: Date): boolean {
  const today = dayInJakarta(now);
  if (taxDay < addMonths(`${periodOf(today)}-01` as TaxDay, -LOOK_BACK_MONTHS)) return false;
  // From far ahead: no look of ours, but a clock that was wrong.
  if (lookedAt > plusMs(now, GRACE_MS)) return true;
  return plusMs(lookedAt, restOf(taxDay, today) + GRACE_MS) < now;
}
