import { plusMs, type Period, type TaxDay } from "../clock";
import type { ChannelState, ListedFaktur } from "../faktur/channels/channel";
import { isLive, type FakturState } from "../faktur/faktur";
import { formatRupiah, type Money } from "../money";
import { difference, type Difference, type Subject } from "./differences";

/** A faktur of the ledger, as far as it is compared with the tax channel. */
export interface OurFaktur {
  readonly id: string;
  readonly seller: string;
  readonly portal: string;
  readonly invoiceId: string;
  readonly invoiceNumber: string | null;
  readonly account: string;
  readonly state: FakturState;
  readonly reference: string;
  readonly date: TaxDay;
  /** The month of its date, but of a replacement that of its original. */
  readonly period: Period;
  readonly nsfp: string | null;
  readonly externalId: string | null;
  /** As a channel tells it: NPWP, or the number of the other document. */
  readonly buyerNumber: string;
  /** Whole rupiah, in hundredths. */
  readonly totals: { readonly dpp: Money; readonly dppNilaiLain: Money; readonly ppn: Money };
  /** The channel is known to hold older data. */
  readonly outdatedThere: boolean;
  readonly changedAt: Date;
}

/** A step under way may be seen by one side before the other: so long nothing is said of its state. */
export const IN_FLIGHT_MS = 2 * 3_600_000;

export const aboutFaktur = (ours: OurFaktur): Subject => ({
  ...{ seller: ours.seller, portal: ours.portal, account: ours.account },
  ...{ invoiceId: ours.invoiceId, invoiceNumber: ours.invoiceNumber },
  ...{ faktur: ours.id, reference: ours.reference, nsfp: ours.nsfp, externalId: ours.externalId },
});

/**
 * What the channel may say of a faktur in each of our states. `null` is a document it does not hold. A state on its way
 * (below) may be behind for a while; a settled one may not.
 */
const AGREES: Readonly<Record<FakturState, readonly (ChannelState | null)[]>> = {
  draft: [null],
  ready: [null, "draft", "rejected"],
  submitting: [null, "draft", "pending", "unknown"],
  pending: ["pending", "unknown"],
  unknown: [null, "draft", "pending", "unknown"],
  approved: ["approved"],
  rejected: [null, "rejected", "draft"],
  cancelling: ["approved", "cancelling"],
  cancelled: [null, "cancelled", "draft", "rejected"],
  replacing: ["approved"],
  replaced: ["replaced", "cancelled"],
};

const ON_ITS_WAY: ReadonlySet<FakturState> = new Set([
  ...(["ready", "submitting", "pending", "unknown", "rejected", "cancelling", "replacing"] as const),
]);

/** Our faktur against the document that the channel holds for it; null when it holds none. */
export function compareHeld(ours: OurFaktur, held: ListedFaktur | null, now: Date): readonly Difference[] {
  const about = aboutFaktur(ours);
  const state = stateDifferences(ours, held, now);
  if (held === null || isOver(held.state) || !isLive(ours.state)) return state;
  // What a step under way has not sent yet is not there yet either.
  if (ours.outdatedThere || held.state === "draft" || held.state === "rejected") return state;
  return [
    ...state,
    ...(ours.nsfp !== null && held.nsfp !== null && held.nsfp !== ours.nsfp
      ? [difference("nsfp_differs", about, ours.nsfp, held.nsfp)]
      : []),
    ...totalsDifferences(ours, held),
    ...(held.buyerNumber !== null && held.buyerNumber !== ours.buyerNumber
      ? [difference("buyer_differs_at_authority", about, ours.buyerNumber, held.buyerNumber)]
      : []),
    ...(held.date !== null && held.date !== ours.date
      ? [difference("date_differs_at_authority", about, ours.date, held.date)]
      : []),
  ];
}

const isOver = (state: ChannelState): boolean => state === "cancelled" || state === "replaced";

function stateDifferences(ours: OurFaktur, held: ListedFaktur | null, now: Date): Difference[] {
  if (AGREES[ours.state].includes(held?.state ?? null)) return [];
  if (ON_ITS_WAY.has(ours.state) && plusMs(ours.changedAt, IN_FLIGHT_MS) > now) return [];
  const about = aboutFaktur(ours);
  if (held !== null) return [difference("state_differs", about, ours.state, held.status)];
  const stands = ours.state === "approved" || ours.state === "cancelling" || ours.state === "replacing";
  return [difference(stands ? "approved_here_not_at_authority" : "state_differs", about, ours.state, null)];
}

function totalsDifferences(ours: OurFaktur, held: ListedFaktur): Difference[] {
  const { totals } = held;
  if (totals === null) return [];
  const keys = ["dpp", "dppNilaiLain", "ppn"] as const;
  if (keys.every((key) => totals[key] === ours.totals[key])) return [];
  const shown = (all: OurFaktur["totals"]) =>
    keys.map((key) => `${key} ${formatRupiah(all[key])}`).join(" · ");
  return [difference("amounts_differ_at_authority", aboutFaktur(ours), shown(ours.totals), shown(totals))];
}

/** By reference, the fakturs of the same company under other sellers' names: there their documents are compared. */
export type OtherNames = ReadonlyMap<
  string,
  readonly { readonly externalId: string | null; readonly nsfp: string | null }[]
>;

interface Shown {
  readonly reference: string | null;
  readonly externalId?: string;
  readonly nsfp: string | null;
}

/** Whether one of them is this very document: under its reference, with its number or the channel's id. */
export const isOtherName = ({ reference, externalId, nsfp }: Shown, others: OtherNames): boolean =>
  (others.get(reference ?? "") ?? []).some(
    (one) =>
      (nsfp !== null && one.nsfp === nsfp) || (externalId !== undefined && one.externalId === externalId),
  );

/** A document that nothing of ours answers to; what is void there stands in nobody's way. */
export function compareStranger(seller: string, held: ListedFaktur): readonly Difference[] {
  if (isOver(held.state)) return [];
  const about = { seller, reference: held.reference, nsfp: held.nsfp, externalId: held.externalId };
  const draft = held.state === "draft" || held.state === "rejected";
  const more = draft ? { severity: "warning" as const } : {};
  return [difference("at_authority_not_here", about, null, held.status, more)];
}

export interface ComparedChannel {
  readonly differences: readonly Difference[];
  /** Ids of our fakturs that the list has shown. */
  readonly shown: readonly string[];
}

/**
 * A part of the channel's list against the fakturs that may answer to it. The channel's own id decides; a reference only
 * where our faktur has no such id yet, so that a second document under one reference is seen as what it is.
 */
export function compareChannel(
  seller: string,
  held: readonly ListedFaktur[],
  ours: readonly OurFaktur[],
  now: Date,
  others: OtherNames = new Map(),
): ComparedChannel {
  const byId = new Map(ours.flatMap((one) => (one.externalId === null ? [] : [[one.externalId, one]])));
  const unsent = ours.filter((one) => one.externalId === null);
  const byReference = new Map(unsent.map((one) => [one.reference, one]));
  const differences: Difference[] = [];
  const shown: string[] = [];
  for (const document of held) {
    const mine = byId.get(document.externalId) ?? byReference.get(document.reference ?? "");
    if (mine !== undefined) {
      shown.push(mine.id);
      differences.push(...compareHeld(mine, document, now));
    } else if (!isOtherName(document, others)) differences.push(...compareStranger(seller, document));
  }
  return { differences, shown };
}

/** A serial number that two documents carry, whoever holds them. */
export const nsfpTwice = (seller: string, nsfp: string, one: string, other: string): Difference =>
  difference("nsfp_twice", { seller, nsfp, externalId: other }, one, other);
