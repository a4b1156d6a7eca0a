import { dayInJakarta, periodOf, type TaxDay } from "../clock";
import { AppError } from "../errors";
import type { InvoiceRow } from "../store/invoices";
import { text, type Text } from "../text";
import { dayInWords } from "./day-words";
import type { Faktur, FakturState } from "./faktur";
import { lastDayToMake, ppnOn, uploadDeadline } from "./law";
import { isNotPressing } from "./not-due";
import { reason, type Reason, type ReasonCode } from "./reasons";

/**
 * Where an invoice stands with its upload deadline: in time; past it, where a faktur of today is late but a faktur
 * (PER-11/PJ/2025 art. 58); or so late that it would count as never made (art. 59), or under a law that has changed
 * since, where a person must make it.
 */
export type Lateness = "in_time" | "late" | "too_late";

export function latenessOf(taxDay: TaxDay, today: TaxDay): Lateness {
  if (today <= uploadDeadline(taxDay)) return "in_time";
  return today > lastDayToMake(taxDay) || ppnOn(today) !== ppnOn(taxDay) ? "too_late" : "late";
}

/**
 * Why the deadline holds this invoice, or null. Finance opens the late road by accepting `past_deadline`; the program
 * never takes it by itself.
 */
export function deadlineHold(
  taxDay: TaxDay,
  today: TaxDay,
  accepted: ReadonlySet<ReasonCode>,
): "past_deadline" | "too_late" | null {
  const lateness = latenessOf(taxDay, today);
  if (lateness === "in_time") return null;
  if (lateness === "too_late") return "too_late";
  return accepted.has("past_deadline") ? null : "past_deadline";
}

/** The reason of a late invoice, with the day that has passed and the one that is left. */
export function latenessReason(code: "past_deadline" | "too_late", taxDay: TaxDay): Reason {
  const was = uploadDeadline(taxDay);
  const last = lastDayWords(lastDayToMake(taxDay));
  return reason(code, text(`Batasnya ${dayInWords(was)}. ${last.id}`, `It was ${was}. ${last.en}`));
}

/** What is made after it counts as never made (PER-11/PJ/2025 art. 59). */
const isLastDayOver = (taxDay: TaxDay, today: TaxDay): boolean => today > lastDayToMake(taxDay);

/** What the reasons of a held invoice become with the day on which no faktur can be made any more; null until then. */
export function agedReasons(reasons: readonly Reason[], taxDay: TaxDay, today: TaxDay): Reason[] | null {
  if (isNotPressing(reasons.map(({ code }) => code)) || !isLastDayOver(taxDay, today)) return null;
  return [latenessReason("too_late", taxDay), ...reasons.filter(({ code }) => code !== "past_deadline")];
}

/** What is asked of a faktur that is not approved, to see whether it can still become one. */
interface Unapproved {
  readonly state: FakturState;
  readonly external_id: string | null;
  readonly problem: string | null;
  readonly deadline: string;
  /** A replacement has no last day but that of its upload. */
  readonly replaces_id?: string | null;
  readonly tax_day: string | null;
}

/** It never went out in time or was refused, and one made anew would count as never made. */
export function isTooLateForGood(row: Unapproved, today: TaxDay): boolean {
  const { state, external_id, problem, deadline, replaces_id, tax_day } = row;
  if (replaces_id != null || tax_day === null || problem !== null || today <= deadline) return false;
  const isHere = state === "draft" || (state === "ready" && external_id === null);
  return (isHere || state === "rejected") && isLastDayOver(tax_day as TaxDay, today);
}

/**
 * The document as it is dated: by the payment, or by the day it is made when it is late. It is never dated back, and
 * the amounts stay those of the day it was due.
 */
export const datedFaktur = (faktur: Faktur, today: TaxDay): Faktur =>
  today <= uploadDeadline(faktur.date) ? faktur : { ...faktur, date: today, period: periodOf(today) };

/** Until when a late faktur can be made, for people. */
export const lastDayWords = (lastDay: TaxDay): Text =>
  text(`Hari terakhir membuatnya: ${dayInWords(lastDay)}.`, `The last day to make it: ${lastDay}.`);

/** For the history of a late faktur. */
export const lateNote = (faktur: Faktur, taxDay: string | null): string | null =>
  taxDay === null || faktur.date <= taxDay
    ? null
    : `terlambat: saat terutang ${taxDay}, dibuat ${faktur.date}; PER-11/PJ/2025 pasal 58-59, UU KUP pasal 14(4)`;

/** Refuses the late road where it leads nowhere. Throws `too_late`, or `refused` for any other date than today. */
export function checkLateWish(row: Pick<InvoiceRow, "tax_day">, date: string | undefined, now: Date): void {
  const today = dayInJakarta(now);
  if (date !== undefined && date !== today) {
    throw new AppError(
      "refused",
      text(
        `Faktur terlambat bertanggal hari dibuat, yaitu ${today}; tidak boleh mundur atau maju.`,
        `A late faktur carries the day it is made, ${today}; never an earlier or a later one.`,
      ),
    );
  }
  if (row.tax_day === null || latenessOf(row.tax_day as TaxDay, today) !== "too_late") return;
  const last = lastDayToMake(row.tax_day as TaxDay);
  if (today <= last) throw new AppError("too_late", underOtherLaw(last));
  throw new AppError(
    "too_late",
    text(
      `Sudah lewat tiga bulan sejak saat terutang (batas ${last}): faktur dianggap tidak dibuat (PER-11/PJ/2025 pasal 59). Bicarakan dengan konsultan pajak.`,
      `More than three months have passed since it was due (the last day was ${last}): the faktur counts as not made (PER-11/PJ/2025 art. 59). Ask the tax adviser.`,
    ),
  );
}

const underOtherLaw = (last: TaxDay): Text =>
  text(
    `Ketentuan PPN sudah berubah sejak saat terutang; program tidak membuat faktur terlambat ini. Sampai ${last} faktur masih bisa dibuat di luar program; bicarakan dengan konsultan pajak.`,
    `The PPN rules have changed since it was due; the program does not make this late faktur. Until ${last} it can still be made outside the program; ask the tax adviser.`,
  );
