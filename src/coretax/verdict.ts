import { text, type Text } from "../text";
import type { Match } from "./readback/match";
import type { LeftCode } from "./report";

export type Verdict =
  | { readonly kind: "act"; readonly fakturId: string }
  /** It changes nothing. */
  | { readonly kind: "known" }
  | {
      readonly kind: "left";
      readonly code: LeftCode;
      readonly fakturIds: readonly string[];
      readonly more?: Text;
    };

const leave = (code: LeftCode, fakturIds: readonly string[] = []): Verdict => ({
  ...{ kind: "left", code, fakturIds },
});

/**
 * May a match be acted on? Only one that is certain, or that a person has confirmed by naming the faktur (`confirmed`:
 * number by id) with this number.
 */
export function verdictOn(
  match: Match<unknown>,
  nsfp: string | null,
  confirmed: ReadonlyMap<string, string>,
): Verdict {
  switch (match.kind) {
    case "matched":
      return match.revision === "newer"
        ? leave("replaced_in_portal", [match.fakturId])
        : { kind: "act", fakturId: match.fakturId };
    case "alreadyKnown":
    case "superseded":
      return { kind: "known" };
    case "needsConfirmation":
      return nsfp !== null && confirmed.get(match.fakturId) === nsfp
        ? { kind: "act", fakturId: match.fakturId }
        : leave("needs_confirmation", [match.fakturId]);
    case "ambiguous":
      return leave("ambiguous", match.fakturIds);
    case "contradiction": {
      // Only what differs is named: the values may be somebody's numbers.
      const fields = `(${match.differences.map(({ field }) => field).join(", ")})`;
      return {
        ...{ kind: "left", code: "contradiction", fakturIds: [match.fakturId] },
        more: text(fields, fields),
      };
    }
    case "stranger":
      return leave("stranger");
    default:
      return match satisfies never;
  }
}
