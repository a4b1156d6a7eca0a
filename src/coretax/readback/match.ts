import { portioned, type Portions } from "../../portions";
import {
  dateDifferences,
  groupedInPortions,
  ledgerOf,
  type Claim,
  type Difference,
  type Ledger,
  type OurFaktur,
} from "./claims";

/** What became of one thing that came back from the portal. `item` is the row or the PDF itself. */
export type Match<T> =
  /** It belongs to this faktur and to no other; buyer and amounts agree. */
  | {
      readonly kind: "matched";
      readonly item: T;
      readonly fakturId: string;
      readonly by: "reference" | "serial";
      /** `newer`: a replacement that was made in the portal; its amounts may rightly differ. */
      readonly revision: "same" | "newer";
      /** What differs without standing in the way: the day. */
      readonly notes: readonly Difference[];
    }
  /** Our ledger says the same already. */
  | { readonly kind: "alreadyKnown"; readonly item: T; readonly fakturId: string }
  /** Only buyer, day and amounts speak for this faktur: a person decides. */
  | { readonly kind: "needsConfirmation"; readonly item: T; readonly fakturId: string }
  /** An older or repeated state of what another item, or our ledger, says: it changes nothing. */
  | { readonly kind: "superseded"; readonly item: T; readonly fakturId: string }
  /** It belongs to several fakturs, or several such things to one, and they cannot all be true. */
  | { readonly kind: "ambiguous"; readonly item: T; readonly fakturIds: readonly string[] }
  /** It bears the reference or serial of this faktur, but is not it. */
  | {
      readonly kind: "contradiction";
      readonly item: T;
      readonly fakturId: string;
      readonly differences: readonly Difference[];
    }
  | { readonly kind: "stranger"; readonly item: T };

export interface Judged<T> {
  readonly item: T;
  readonly claim: Claim;
}

/**
 * Gives each item its faktur: by reference or serial; what reaches none, or one without a number that it contradicts, by
 * buyer, day and amounts, for a person to confirm. `judge` decides among the items that reach one faktur. The order
 * of items and fakturs makes no difference.
 */
export function* matchAll<T>(
  items: readonly Judged<T>[],
  ours: readonly OurFaktur[],
  judge: (faktur: OurFaktur, items: readonly Judged<T>[]) => readonly Match<T>[],
): Portions<Map<T, Match<T>>> {
  const ledger = yield* ledgerOf(ours);
  const results = new Map<T, Match<T>>();
  const put = (match: Match<T>): void => void results.set(match.item, match);
  const sole: { readonly judged: Judged<T>; readonly faktur: OurFaktur }[] = [];
  const left: Judged<T>[] = [];
  const spoken = new Set<string>();
  yield* portioned(items, (judged) => {
    const fakturs = ledger.claimedBy(judged.claim);
    for (const faktur of fakturs) spoken.add(faktur.id);
    const [first] = fakturs;
    if (first === undefined) left.push(judged);
    else if (fakturs.length > 1) put(ambiguous(judged.item, fakturs));
    else sole.push({ judged, faktur: first });
  });
  const groups = yield* groupedInPortions(sole, (one) => one.faktur);
  yield* portioned(groups, ([faktur, group]) => {
    const judged = group.map((one) => one.judged);
    const matches = judge(faktur, judged);
    matches.forEach(put);
    // What only bears its reference leaves it to others, and may itself be another's.
    if (faktur.nsfp !== null || !matches.every(({ kind }) => kind === "contradiction")) return;
    spoken.delete(faktur.id);
    left.push(...judged);
  });
  for (const match of yield* matchAlike(left, ledger, spoken)) {
    if (match.kind !== "stranger" || !results.has(match.item)) put(match);
  }
  return results;
}

/** One item and one faktur that fit each other and nothing else are proposed; everything else is left to people. */
function* matchAlike<T>(
  items: readonly Judged<T>[],
  ledger: Ledger,
  spoken: ReadonlySet<string>,
): Portions<readonly Match<T>[]> {
  const pairs: { readonly item: T; readonly fakturs: readonly OurFaktur[] }[] = [];
  yield* portioned(items, ({ item, claim }) => {
    pairs.push({ item, fakturs: ledger.alike(claim).filter((faktur) => !spoken.has(faktur.id)) });
  });
  const wanted = yield* groupedInPortions(
    pairs.flatMap((pair) => pair.fakturs),
    (faktur) => faktur.id,
  );
  return pairs.map(({ item, fakturs }): Match<T> => {
    const [first] = fakturs;
    if (first === undefined) return { kind: "stranger", item };
    if (fakturs.length === 1 && wanted.get(first.id)?.length === 1) {
      return { kind: "needsConfirmation", item, fakturId: first.id };
    }
    return ambiguous(item, fakturs);
  });
}

export const ambiguous = <T>(item: T, fakturs: readonly OurFaktur[]): Match<T> => ({
  kind: "ambiguous",
  item,
  fakturIds: fakturs.map((faktur) => faktur.id).sort(),
});

export const superseded = <T>(item: T, faktur: OurFaktur): Match<T> => ({
  kind: "superseded",
  item,
  fakturId: faktur.id,
});

/** Matched, unless something differs that must not. */
export function matchedUnless<T>(
  judged: Judged<T>,
  faktur: OurFaktur,
  by: "reference" | "serial",
  revision: "same" | "newer",
  differences: readonly Difference[],
): Match<T> {
  const { item, claim } = judged;
  if (differences.length > 0) return { kind: "contradiction", item, fakturId: faktur.id, differences };
  const notes = revision === "same" ? dateDifferences(faktur, claim) : [];
  return { kind: "matched", item, fakturId: faktur.id, by, revision, notes };
}
