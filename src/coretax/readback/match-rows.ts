import type { ChannelState } from "../../faktur/channels/channel";
import type { FakturState } from "../../faktur/faktur";
import { serialOf } from "../../faktur/keys";
import type { Portions } from "../../portions";
import {
  amountDifferences,
  buyerDifferences,
  grouped,
  numberDifferences,
  reachedBy,
  revisionAgainst,
  type Difference,
  type OurFaktur,
} from "./claims";
import type { ListRow } from "./excel-rows";
import { ambiguous, matchAll, matchedUnless, superseded, type Judged, type Match } from "./match";
import { revisionOf } from "./numbers";

type Row = Judged<ListRow>;

/**
 * What each row of the portal's list means for our fakturs, in the order of the rows. Of several rows of one faktur the
 * latest speaks: a replacement (AMENDED and APPROVED with one serial) is never undone by its older row, and a row
 * without a number says nothing beside one that has it.
 */
export function* matchRows(
  rows: readonly ListRow[],
  ours: readonly OurFaktur[],
): Portions<readonly Match<ListRow>[]> {
  const judged = rows.map((row): Row => ({ item: row, claim: row }));
  const results = yield* matchAll(judged, ours, judgeRows);
  return rows.flatMap((row) => results.get(row) ?? []);
}

function judgeRows(faktur: OurFaktur, rows: readonly Row[]): readonly Match<ListRow>[] {
  const groups = [
    ...grouped(rows, (row) => (row.item.nsfp === null ? "" : serialOf(row.item.nsfp))).entries(),
  ];
  const speaking = speakingGroup(faktur, groups);
  if (speaking === null) return rows.map((row) => ambiguous(row.item, [faktur]));
  return groups.flatMap(([serial, group]) => {
    if (serial === speaking) return judgeSerial(faktur, group);
    // A second number under our reference is a second faktur at the authority: that must be seen.
    const second = faktur.nsfp !== null && serial !== "";
    return group.map((row) =>
      second && !isOver(row.item.standing)
        ? matchedUnless(
            row,
            faktur,
            reachedBy(faktur, row.claim),
            "same",
            numberDifferences(faktur, row.claim),
          )
        : superseded(row.item, faktur),
    );
  });
}

/** The serial whose rows speak for this faktur; null when that cannot be told. */
function speakingGroup(
  faktur: OurFaktur,
  groups: readonly (readonly [string, readonly Row[]])[],
): string | null {
  const serials = groups.map(([serial]) => serial);
  if (faktur.nsfp !== null) {
    const known = serialOf(faktur.nsfp);
    return !serials.includes(known) && serials.includes("") ? "" : known;
  }
  const numbered = groups.filter(([serial]) => serial !== "");
  const alive = numbered.filter(([, rows]) => latest(rows).some((row) => !isOver(row.item.standing)));
  if (alive.length > 0) return alive.length === 1 ? (alive[0]?.[0] ?? null) : null;
  if (serials.includes("")) return "";
  return numbered.length === 1 ? (numbered[0]?.[0] ?? null) : null;
}

const isOver = (standing: ChannelState): boolean =>
  standing === "cancelled" || standing === "replaced" || standing === "rejected";

const revisionOfRow = (row: Row): number => (row.item.nsfp === null ? 0 : revisionOf(row.item.nsfp));

/** The rows of the latest replacement. */
function latest(rows: readonly Row[]): readonly Row[] {
  const last = rows.reduce((most, row) => Math.max(most, revisionOfRow(row)), 0);
  return rows.filter((row) => revisionOfRow(row) === last);
}

/** Rows of one serial (or all without a number): the latest one speaks. */
function judgeSerial(faktur: OurFaktur, rows: readonly Row[]): readonly Match<ListRow>[] {
  const top = latest(rows);
  const [first, ...repeated] = [...top].sort((a, b) => a.item.line - b.item.line);
  if (first === undefined) return [];
  const last = revisionOfRow(first);
  const older = rows.filter((row) => revisionOfRow(row) < last).map((row) => superseded(row.item, faktur));
  if (repeated.some((row) => !saysTheSame(row.item, first.item))) {
    return [...older, ...top.map((row) => ambiguous(row.item, [faktur]))];
  }
  return [judgeRow(faktur, first), ...repeated.map((row) => superseded(row.item, faktur)), ...older];
}

/** The same row exported twice. Two rows without a number are two drafts, and never one. */
const saysTheSame = (a: ListRow, b: ListRow): boolean =>
  a.nsfp !== null &&
  a.nsfp === b.nsfp &&
  a.standing === b.standing &&
  a.buyerNumber === b.buyerNumber &&
  a.date === b.date &&
  a.ppn === b.ppn &&
  a.dppNilaiLain === b.dppNilaiLain;

function judgeRow(faktur: OurFaktur, row: Row): Match<ListRow> {
  const { item, claim } = row;
  const by = reachedBy(faktur, claim);
  const revision = revisionAgainst(faktur, claim);
  // What was cancelled there under another code ends ours as well: so it can be issued anew.
  const isNamed = faktur.nsfp === null && item.standing === "cancelled" && by === "reference";
  const numbers = isNamed ? [] : numberDifferences(faktur, claim);
  if (revision === "older" && numbers.length === 0) return superseded(item, faktur);
  // The replacement that nobody here has known was cancelled, as a person has said.
  if (revision === "newer" && faktur.state === "cancelled" && item.standing === "cancelled") {
    return superseded(item, faktur);
  }
  const differences = [
    ...numbers,
    ...buyerDifferences(faktur, claim),
    // The amounts of a replacement are new ones: that is what it was made for.
    ...(revision === "newer" ? [] : amountDifferences(faktur, claim)),
    ...(revision === "same" ? stateDifferences(faktur, item) : []),
  ];
  if (differences.length > 0 || revision !== "same") {
    return matchedUnless(row, faktur, by, revision === "newer" ? "newer" : "same", differences);
  }
  // A list from before the approval.
  if (faktur.nsfp !== null && item.nsfp === null) return superseded(item, faktur);
  if (isKnown(faktur, item)) return { kind: "alreadyKnown", item, fakturId: faktur.id };
  return matchedUnless(row, faktur, by, "same", []);
}

/** What the portal may say of a faktur in each state without telling anything new. */
const KNOWN: Readonly<Record<FakturState, readonly ChannelState[]>> = {
  draft: [],
  ready: [],
  submitting: [],
  pending: ["pending", "draft"],
  unknown: [],
  approved: ["approved"],
  rejected: ["rejected"],
  // Asked for, but not yet seen by the portal's list, or waiting there for the buyer.
  cancelling: ["approved", "cancelling"],
  // Cancelled with the replacement that it had there.
  cancelled: ["cancelled", "replaced"],
  replacing: ["approved"],
  replaced: ["replaced"],
};

const isKnown = (faktur: OurFaktur, row: ListRow): boolean =>
  faktur.nsfp === row.nsfp && KNOWN[faktur.state].includes(row.standing);

/** What is over for us but still stands at the authority. */
function stateDifferences(faktur: OurFaktur, row: ListRow): readonly Difference[] {
  const over = faktur.state === "cancelled" || faktur.state === "replaced";
  return over && row.standing === "approved"
    ? [{ field: "state", ours: faktur.state, theirs: row.statusWord }]
    : [];
}
