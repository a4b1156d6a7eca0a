import { dayInJakarta, plusMs, type TaxDay } from "../clock";
import type { FakturState } from "../faktur/faktur";
import { uploadDeadline } from "../faktur/law";
import { isNotDue } from "../faktur/not-due";
import type { Decision } from "../store/invoices";
import { difference, type Difference, type Subject } from "./differences";

/** Something of the ledger that has not come to its end. */
export interface OpenWork {
  readonly seller: string;
  readonly portal: string;
  readonly invoiceId: string;
  readonly invoiceNumber: string | null;
  readonly since: Date;
}

export interface OpenInvoice extends OpenWork {
  readonly decision: Extract<Decision, "unread" | "undecided" | "held">;
  readonly taxDay: TaxDay | null;
  readonly reasons: readonly string[];
}

export interface OpenFaktur extends OpenWork {
  readonly faktur: string;
  readonly reference: string;
  readonly state: FakturState;
  readonly deadline: TaxDay;
}

/** So long a decision, and so long the authority, may take before somebody looks. */
export const DECIDING_MS = 86_400_000;
export const AT_AUTHORITY_MS = 3 * 86_400_000;

const aboutWork = (one: OpenWork): Subject => ({
  ...{ seller: one.seller, portal: one.portal },
  ...{ invoiceId: one.invoiceId, invoiceNumber: one.invoiceNumber },
});

/** Invoices that wait for too long, or whose deadline passed in the days since `from` without a faktur. */
export const compareOpenInvoices = (
  invoices: readonly OpenInvoice[],
  from: TaxDay,
  now: Date,
): Difference[] =>
  invoices.flatMap((one) => {
    const late = isLate(one, from, now);
    if (late !== null)
      return [difference("deadline_passed_without_faktur", aboutWork(one), one.decision, late)];
    const waits = one.decision !== "held" && plusMs(one.since, DECIDING_MS) <= now;
    return waits ? [waiting(aboutWork(one), one.decision, one.since)] : [];
  });

function isLate(one: OpenInvoice, from: TaxDay, now: Date): TaxDay | null {
  if (one.taxDay === null || isNotDue(one.reasons)) return null;
  return passed(uploadDeadline(one.taxDay), from, now);
}

/** Told for as long as the range reaches back, not for ever. */
const passed = (deadline: TaxDay, from: TaxDay, now: Date): TaxDay | null =>
  deadline >= from && deadline < dayInJakarta(now) ? deadline : null;

const waiting = (about: Subject, state: string, since: Date): Difference =>
  difference("waiting_too_long", about, state, dayInJakarta(since));

/** A draft waits for a person who knows; only its deadline counts. */
export const compareOpenFakturs = (fakturs: readonly OpenFaktur[], from: TaxDay, now: Date): Difference[] =>
  fakturs.flatMap((one) => {
    const about = { ...aboutWork(one), faktur: one.faktur, reference: one.reference };
    const late = passed(one.deadline, from, now);
    if (late !== null) return [difference("deadline_passed_without_faktur", about, one.state, late)];
    const waits = one.state !== "draft" && plusMs(one.since, AT_AUTHORITY_MS) <= now;
    return waits ? [waiting(about, one.state, one.since)] : [];
  });

/** Money that a portal gave back, and nobody has decided what becomes of the faktur; null amount: the whole. */
export interface OpenRefund extends OpenWork {
  readonly account: string | null;
  readonly kind: string;
  readonly amount: string | null;
}

/** The portal has given back what the faktur still says was sold: the two differ until finance has decided. */
export const compareRefunds = (refunds: readonly OpenRefund[]): Difference[] =>
  refunds.map((one) =>
    difference("given_back_undecided", { ...aboutWork(one), account: one.account }, one.kind, one.amount),
  );

/** An invoice, or one part of it, with more than one faktur that stands. */
export interface LiveTogether extends OpenWork {
  readonly part: string | null;
  readonly references: readonly string[];
}

export const compareLive = (groups: readonly LiveTogether[]): Difference[] =>
  groups.map((one) => difference("two_live_fakturs", aboutWork(one), one.references.join(", "), one.part));

/** A service that is with another account than before. */
export interface UntiedMove {
  readonly seller: string;
  readonly portal: string;
  readonly service: string;
  readonly fromAccount: string;
  readonly toAccount: string;
}

export const compareMoves = (moves: readonly UntiedMove[]): Difference[] =>
  moves.map(({ seller, portal, service, fromAccount, toAccount }) =>
    difference(
      "service_moved_without_ticket",
      { seller, portal, account: fromAccount },
      `${service}: ${fromAccount}`,
      `${service}: ${toAccount}`,
    ),
  );
