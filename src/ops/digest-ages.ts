import { dayInJakarta, type TaxDay } from "../clock";
import { waitsForBuyer } from "../faktur/case-rules";
import { isNotPressing } from "../faktur/not-due";
import { reason, REASON_CODES, type Reason, type ReasonCode } from "../faktur/reasons";
import type { Ages, DigestFacts } from "../mail/digest-facts";
import type { WaitingFor } from "../mail/digest-words";
import type { ChangingFaktur, OpenFaktur, OpenInvoice, TroubledFaktur } from "../store/open-work";
import { daysBetween } from "./alarms";

/** What is held and what waits, counted with the age of the oldest. */

interface Held {
  readonly reason: Reason;
  readonly at: string;
}

/** What somebody can act on, and apart from it what nobody presses for; `over` are fakturs that can be made no more. */
export function heldFacts(
  invoices: readonly OpenInvoice[],
  fakturs: readonly TroubledFaktur[],
  over: readonly OpenFaktur[],
  today: TaxDay,
): Pick<DigestFacts, "held" | "unpressed"> {
  const held = invoices.filter((row) => row.decision === "held").map(heldInvoice);
  const pressing: Held[] = [
    ...held.filter((one) => !one.isUnpressed),
    ...fakturs
      .filter((row) => row.state === "rejected")
      .map((row) => ({ reason: reason("rejected_by_djp"), at: row.created_at })),
    ...fakturs
      .filter((row) => row.state !== "rejected" && row.problem !== null)
      .map((row) => ({ reason: reason(problemOf(row)), at: row.created_at })),
  ];
  const unpressed: Held[] = [
    ...held.filter((one) => one.isUnpressed),
    ...over.map((row) => ({ reason: reason("too_late"), at: row.created_at })),
  ];
  return { held: byReason(pressing, today), unpressed: byReason(unpressed, today) };
}

function heldInvoice(row: OpenInvoice): Held & { readonly isUnpressed: boolean } {
  const reasons = JSON.parse(row.reasons) as Reason[];
  return {
    reason: reasons[0] ?? reason("stuck"),
    at: row.created_at,
    isUnpressed: isNotPressing(reasons.map(({ code }) => code)),
  };
}

const byReason = (held: readonly Held[], today: TaxDay): DigestFacts["held"] =>
  grouped(held, (one) => one.reason.code, today).map(({ first, ages }) => ({
    ...{ code: first.reason.code, message: first.reason.message, ages },
  }));

/** What is on its way. */
export function waitingFacts(
  invoices: readonly OpenInvoice[],
  fakturs: readonly OpenFaktur[],
  changing: readonly ChangingFaktur[],
  today: TaxDay,
): DigestFacts["waiting"] {
  const waiting: { readonly state: WaitingFor; readonly at: string }[] = [
    ...invoices
      .filter((row) => row.decision !== "held")
      .map((row) => ({ state: row.decision, at: row.created_at })),
    ...fakturs
      .filter((row) => row.state !== "rejected" && row.problem === null)
      .map((row) => ({ state: row.state, at: row.created_at })),
    ...changing.map((row) => ({
      state: waitsForBuyer(row.channel_status) ? ("waiting_for_buyer" as const) : row.state,
      at: row.updated_at,
    })),
  ];
  return grouped(waiting, (one) => one.state, today).map(({ first, ages }) => ({ state: first.state, ages }));
}

/** Counted by key, with the age of the oldest; the largest group first. */
function grouped<One extends { readonly at: string }>(
  all: readonly One[],
  keyOf: (one: One) => string,
  today: TaxDay,
): { first: One; ages: Ages }[] {
  return groupsOf(all, keyOf)
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const oldestDays = Math.max(...group.map((one) => daysBetween(dayInJakarta(new Date(one.at)), today)));
      return [{ first, ages: { count: group.length, oldestDays } }];
    })
    .sort((a, b) => b.ages.count - a.ages.count);
}

const problemOf = (row: TroubledFaktur): ReasonCode =>
  REASON_CODES.find((code) => code === row.problem) ?? "duplicate_at_authority";

export function groupsOf<One>(all: readonly One[], keyOf: (one: One) => string): One[][] {
  const groups = new Map<string, One[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return [...groups.values()];
}
