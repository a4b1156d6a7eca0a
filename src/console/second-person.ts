import { text, type Text } from "../text";
import type { Led } from "./page";

/**
 * Where two persons are needed the API answers with the request (202) instead of the thing done: the visitor is led to
 * where the second person confirms it.
 */
export const ledToSecond = (answer: object): Led | null =>
  "askedBy" in answer && "askedAt" in answer
    ? { kind: "to", address: "/console/persetujuan", notice: "waitsForSecond" }
    : null;

/** What of one faktur waits for a second person, as the API tells it. */
export interface Asked {
  readonly kind: "cancel" | "replace" | "decide";
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

export const ASKED_WORDS: Readonly<Record<Asked["kind"], Text>> = {
  cancel: text("Batalkan faktur", "Cancel the faktur"),
  replace: text("Faktur pengganti", "Replace the faktur"),
  decide: text("Keputusan kasus", "Decision of a case"),
};

/** The same with the words of its kind; null where nothing waits. */
export const askedShown = (asked: Asked | null) =>
  asked === null ? null : { ...asked, word: ASKED_WORDS[asked.kind] };
