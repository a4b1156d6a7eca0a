import type { ChannelDocument, ChannelState } from "./channels/channel";

/** A document that the authority holds under a reference which a faktur may have borne before a restore. */
export interface Found {
  readonly reference: string;
  /** The later among the references of one revision, the surer that nobody else's faktur bears it. */
  readonly place: number;
  readonly revision: number;
  readonly held: ChannelDocument;
  /** The same buyer and the same amounts. */
  readonly same: boolean;
  /** `another`: a faktur here has it already. `contested`: one that was never sent bears this reference, and fits as well. */
  readonly whose: "nobody" | "another" | "contested";
}

export type There =
  | { readonly kind: "nothing" }
  /** Ours, or what stands under our own reference. */
  | { readonly kind: "ours"; readonly found: Found }
  /** It may be ours with other data, or somebody else's who is not known here yet: a person looks at it first. */
  | { readonly kind: "doubtful"; readonly found: Found }
  /** Another faktur's document stands under our reference, and nothing of ours anywhere. */
  | { readonly kind: "taken"; readonly found: Found };

type Ours = { readonly reference: string; readonly external_id: string | null };

/**
 * What a faktur that may have been forgotten has at the authority. A document that stands goes before one that was
 * refused or is over, so that nothing is made anew beside it; what stands and may be ours is never passed by.
 */
export function whatIsThere(ours: Ours, found: readonly Found[]): There {
  const free = found.filter(({ whose }) => whose !== "another");
  const same = free.filter((one) => one.same && one.whose === "nobody");
  const sure = best(same.filter(stands)) ?? best(same.filter(({ held }) => held.state === "replaced"));
  if (sure !== undefined) return { kind: "ours", found: sure };
  const [doubtful] = free.filter((one) => stands(one) && !isOutdated(one, ours));
  if (doubtful !== undefined) return { kind: "doubtful", found: doubtful };
  const own = best(same) ?? free.find(({ reference }) => reference === ours.reference);
  if (own !== undefined) return { kind: "ours", found: own };
  const taken = found.find(({ reference }) => reference === ours.reference);
  return taken === undefined || ours.external_id !== null
    ? { kind: "nothing" }
    : { kind: "taken", found: taken };
}

/** Our own draft there, which our present data are put into. */
const isOutdated = ({ held }: Found, { external_id }: Ours): boolean =>
  held.externalId === external_id && held.state === "draft";

const RANK: Readonly<Record<ChannelState, number>> = {
  ...{ approved: 3, pending: 3, cancelling: 3, unknown: 3 },
  ...{ draft: 2, rejected: 1, cancelled: 0, replaced: 0 },
};

const stands = ({ held }: Found): boolean => RANK[held.state] >= RANK.draft;

/** What went farthest; then what names the invoice most surely; then the latest. */
const best = (found: readonly Found[]): Found | undefined =>
  [...found].sort(
    (a, b) => RANK[b.held.state] - RANK[a.held.state] || b.place - a.place || b.revision - a.revision,
  )[0];
