import type { ReasonCode } from "./reasons";

/** Held for these there is no supply, or none yet, and so no deadline. */
export const NOT_DUE: readonly ReasonCode[] = [
  "refunded_before_issue",
  "unpaid_again",
  "cancelled_in_portal",
  "negative_total",
];

/** Beside a refund: only a part was given back, and the rest is due. */
const IN_PART: ReasonCode = "refunded_in_part";

/** Held for these nobody presses for a faktur: none is due, or none can be made any more. */
export const NOT_PRESSING: readonly ReasonCode[] = [...NOT_DUE, "too_late"];

export const isNotDue = (codes: readonly string[]): boolean => includes(NOT_DUE, codes);

export const isNotPressing = (codes: readonly string[]): boolean => includes(NOT_PRESSING, codes);

const includes = (set: readonly string[], codes: readonly string[]): boolean =>
  codes.some((code) => set.includes(code) && !(code === "refunded_before_issue" && codes.includes(IN_PART)));
