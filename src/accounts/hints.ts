import { text, type Text } from "../text";
import { readNpwp } from "./npwp";

/** What a portal's own tax numbers of an account come to. */
export const HINT_CODES = ["npwp_proposed", "npwp_several", "npwp_malformed", "npwp_is_branch"] as const;
export type HintCode = (typeof HINT_CODES)[number];

/** A proposal for people: it is shown beside the NPWP tab, never entered and never issued under by itself (trap T30). */
export interface NpwpHint {
  readonly code: HintCode;
  /** The 16 digits of a proposal; else what the portal shows, as it is written there. */
  readonly values: readonly string[];
}

/** A number is longer in no country; what is longer was typed into the wrong field. */
const VALUE_LENGTH = 60;

/**
 * Judges the NPWPs that a portal shows for one account. Exactly one that can be read, however often and in whatever
 * spelling, is a proposal; several, a branch's or a malformed one is said, and nothing is chosen. Pure.
 */
export function npwpHintsOf(values: readonly string[]): readonly NpwpHint[] {
  const shown = [...new Set(values.map((value) => value.trim().slice(0, VALUE_LENGTH)))].filter(
    (one) => one !== "",
  );
  const reads = shown.map(readNpwp);
  const [only] = reads;
  if (only === undefined) return [];
  const numbers = new Set(reads.map((read) => (read.kind === "npwp" ? read.npwp : null)));
  const [npwp] = numbers;
  if (numbers.size === 1 && npwp != null) return [{ code: "npwp_proposed", values: [npwp] }];
  if (reads.length > 1) return [{ code: "npwp_several", values: shown }];
  return [{ code: only.kind === "branch" ? "npwp_is_branch" : "npwp_malformed", values: shown }];
}

/** What a hint means and what to do with it. */
export function hintSays({ code }: NpwpHint): Text {
  switch (code) {
    case "npwp_proposed":
      return text(
        "Portal menampilkan satu NPWP. Cocokkan dengan kartu NPWP pelanggan, lalu isi di tab NPWP.",
        "The portal shows one NPWP. Compare it with the customer's NPWP card, then enter it in the NPWP tab.",
      );
    case "npwp_several":
      return text(
        "Portal menampilkan lebih dari satu NPWP. Tanyakan kepada pelanggan yang mana, lalu isi di tab NPWP.",
        "The portal shows more than one NPWP. Ask the customer which one it is, then enter it in the NPWP tab.",
      );
    case "npwp_malformed":
      return text(
        "NPWP di portal tidak dapat dibaca. Minta kartu NPWP, lalu isi di tab NPWP.",
        "The NPWP in the portal cannot be read. Ask for the NPWP card, then enter it in the NPWP tab.",
      );
    case "npwp_is_branch":
      return text(
        "NPWP di portal adalah NPWP cabang. Isi NPWP pusat dan NITKU cabangnya di tab NPWP.",
        "The NPWP in the portal is a branch's. Enter the head office's NPWP and the branch's NITKU in the NPWP tab.",
      );
    default:
      return code satisfies never;
  }
}
