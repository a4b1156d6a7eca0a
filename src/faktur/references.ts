import { createHash } from "node:crypto";
import { REFERENCE_LENGTH } from "./rules";

/** What an invoice is called by. */
export interface Named {
  readonly portal: string;
  readonly external_id: string;
  readonly number: string | null;
}

/**
 * The references a revision of an invoice's faktur may bear, the plainest first: two portals may use the same numbers.
 * They rest on the invoice alone, so that who has forgotten a faktur knows where to look for it. The last one is short,
 * and for numbers that are too long.
 */
export function referencesOf({ portal, external_id, number }: Named, revision: number): readonly string[] {
  const base = number ?? external_id;
  const names = [base, `${base}/${portal}`, `${base}/${portal}/${external_id}`];
  const sum = createHash("sha256")
    .update(JSON.stringify([portal, external_id]))
    .digest("hex");
  const ending = revision === 1 ? "" : `-R${revision}`;
  return [...names, `${portal}/${sum.slice(0, SUM_LENGTH)}`].map((name) => `${name}${ending}`);
}

const SUM_LENGTH = 20;

export const isTooLong = (reference: string): boolean => reference.length > REFERENCE_LENGTH;
