import type { Period } from "../clock";
import type { Difference as FieldDifference } from "../coretax/readback/claims";
import type { ListRow } from "../coretax/readback/excel-rows";
import type { Match } from "../coretax/readback/match";
import { formatMoney } from "../money";
import { aboutFaktur, isOtherName, type OtherNames, type OurFaktur } from "./compare-channel";
import { difference, type Difference, type DifferenceCode } from "./differences";

/** A list of the Coretax portal as it was when it was imported. */
export interface ImportedList {
  readonly importedAt: Date;
  readonly matches: readonly Match<ListRow>[];
  /** The periods it has rows of: of any other it says nothing. */
  readonly periods: ReadonlySet<Period>;
}

/** What a list read back says differently from the ledger; `ours` is every faktur that it may speak of. */
export function compareImported(
  seller: string,
  list: ImportedList,
  ours: ReadonlyMap<string, OurFaktur>,
  others: OtherNames = new Map(),
): Difference[] {
  return list.matches.flatMap((match): readonly Difference[] => {
    const { item } = match;
    switch (match.kind) {
      case "alreadyKnown":
      case "superseded":
        return [];
      case "stranger":
        return isOtherName(item, others) ? [] : stranger(seller, item);
      case "ambiguous":
        return stranger(seller, item);
      case "matched":
      case "needsConfirmation":
      case "contradiction": {
        const mine = ours.get(match.fakturId);
        return mine === undefined ? stranger(seller, item) : ofFaktur(match, mine, list.importedAt);
      }
      default:
        return match satisfies never;
    }
  });
}

type OfFaktur = Extract<Match<ListRow>, { kind: "matched" | "needsConfirmation" | "contradiction" }>;

function ofFaktur(match: OfFaktur, ours: OurFaktur, importedAt: Date): readonly Difference[] {
  const about = aboutFaktur(ours);
  // What has moved on since the list was made says nothing against either.
  const state =
    ours.changedAt > importedAt
      ? []
      : [difference("state_differs", about, ours.state, match.item.statusWord)];
  if (match.kind === "needsConfirmation") return state;
  const told = match.kind === "contradiction" ? match.differences : match.notes;
  const fields = told.filter(({ field }) => field !== "state");
  const isAboutState = match.kind === "matched" ? fields.length === 0 : told.length > fields.length;
  return [...(isAboutState ? state : []), ...fields.map((one) => fieldDifference(ours, one))];
}

const CODE_OF: Readonly<Record<Exclude<FieldDifference["field"], "state">, DifferenceCode>> = {
  buyer: "buyer_differs_at_authority",
  ppn: "amounts_differ_at_authority",
  dppNilaiLain: "amounts_differ_at_authority",
  nsfp: "nsfp_differs",
  code: "nsfp_differs",
  date: "date_differs_at_authority",
};

function fieldDifference(ours: OurFaktur, { field, ...told }: FieldDifference): Difference {
  if (field === "state") return difference("state_differs", aboutFaktur(ours), told.ours, told.theirs);
  const isAmount = field === "ppn" || field === "dppNilaiLain";
  const shown = (value: string) => (isAmount ? `${field} ${formatMoney(BigInt(value))}` : value);
  return difference(CODE_OF[field], aboutFaktur(ours), shown(told.ours), shown(told.theirs));
}

function stranger(seller: string, { nsfp, reference, standing, statusWord }: ListRow): readonly Difference[] {
  if (standing === "cancelled" || standing === "replaced") return [];
  const more = standing === "draft" || standing === "rejected" ? { severity: "warning" as const } : {};
  const about = { seller, nsfp, reference: reference === "" ? null : reference };
  return [difference("at_authority_not_here", about, null, statusWord, more)];
}

/** Fakturs that had their number before the list was made, of periods it speaks of, and that it does not show. */
export function compareUnlisted(
  list: ImportedList,
  ours: readonly OurFaktur[],
): { readonly differences: readonly Difference[]; readonly outside: number } {
  const shown = new Set(
    list.matches.flatMap((match) =>
      "fakturId" in match ? [match.fakturId] : "fakturIds" in match ? match.fakturIds : [],
    ),
  );
  const unlisted = ours.filter((one) => !shown.has(one.id) && one.nsfp !== null && one.state === "approved");
  const covered = unlisted.filter((one) => list.periods.has(one.period) && one.changedAt <= list.importedAt);
  return {
    differences: covered.map((one) =>
      difference("approved_here_not_at_authority", aboutFaktur(one), one.state, null),
    ),
    outside: unlisted.length - covered.length,
  };
}
