import { createHash } from "node:crypto";

/** A sentence for people in both languages of the product; Indonesian is the one the law speaks. */
export interface Text {
  readonly id: string;
  readonly en: string;
}

export type Language = keyof Text;

export const text = (id: string, en: string): Text => ({ id, en });

/**
 * Words from outside for one cell of a CSV file: on one line, and with an apostrophe wherever a spreadsheet would see the
 * beginning of a formula, at the start or behind a mark at which it may part cells, whichever its country uses.
 */
export const harmlessCell = (value: string): string =>
  value
    .replace(/[\r\n\u2028\u2029]+/g, " ")
    .replace(/^(?=\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|\t)/, "'")
    .replace(/[,;\t](?=["\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g, "$&'");

const HASH_LETTERS = 16;

/**
 * The value itself where it has no more than `most` letters; else its beginning and a hash of the whole, so that two long
 * names stay two. Letters in another case give the same hash.
 */
export function fitted(value: string, most: number): string {
  if (value.length <= most) return value;
  const hash = createHash("sha256").update(value.toLowerCase()).digest("hex").slice(0, HASH_LETTERS);
  return `${value.slice(0, most - HASH_LETTERS - 1).toWellFormed()}…${hash}`;
}

/** Columns that keep who did something hold so many letters. */
export const ACTOR_LENGTH = 100;

/** So many letters of a token's name stand beside whom it speaks for, ` for client ` and an id of 40. */
export const BESIDE_SUFFIX = 48;

/** Who did something, as it is written down and compared: the same person has the same name everywhere. */
export const actorNamed = (name: string): string => fitted(name.toWellFormed(), ACTOR_LENGTH);
