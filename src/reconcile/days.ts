import { addDays, type TaxDay } from "../clock";
import type { Fault } from "../errors";
import { text } from "../text";

export interface Days {
  readonly from: TaxDay;
  readonly to: TaxDay;
}

/** How many days back a comparison looks when nobody says: a whole tax period and the edges of its neighbours. */
export const USUAL_DAYS = 40;

/** The most days that one call may compare while its caller waits. */
export const MOST_DAYS = 92;

const FIRST_DAY = "2000-01-01";

/** The days from the first to the last, both included; what is not named is today and the usual way back. */
export const usualDays = (today: TaxDay, named: { readonly from?: TaxDay; readonly to?: TaxDay }): Days => {
  const to = named.to ?? today;
  return { from: named.from ?? addDays(to, -USUAL_DAYS), to };
};

/** What is wrong with a range, or null. `most` is null where the range may be of any length. */
export function faultOfDays({ from, to }: Days, most: number | null): Fault | null {
  if (from < FIRST_DAY) return fault("/from", text("Tanggal terlalu lama.", "The day is too long ago."));
  if (from > to) return fault("/to", text("Akhir mendahului awal.", "The end comes before the beginning."));
  if (most === null || to < addDays(from, most)) return null;
  return fault("/to", text(`Paling banyak ${most} hari.`, `At most ${most} days.`));
}

const fault = (path: string, message: Fault["message"]): Fault => ({
  code: "range_invalid",
  ...{ path, message },
  fix: text("Pilih rentang tanggal yang lain.", "Choose another range of days."),
});
