import type { CompanyRow } from "../store/accounts";

/** What the tax register said of an NPWP, kept with the company it was asked for. */
export interface RegisterCheck {
  /** The NPWP that was asked for; after a change of the tab the check says nothing any more. */
  readonly npwp: string;
  readonly found: boolean;
  readonly name: string | null;
  readonly address: string | null;
  /** The register's own word, or its words about a number it does not know. */
  readonly status: string;
  readonly active: boolean;
  readonly at: string;
  readonly by: string;
}

/** The last check, as long as it was about the NPWP that stands now. */
export function registerOf(row: CompanyRow | undefined): RegisterCheck | null {
  if (row?.register == null || row.identity != null) return null;
  const check = JSON.parse(row.register) as RegisterCheck;
  return check.npwp === row.npwp ? check : null;
}

/** Case, dots and blanks aside: is it the same name or address? */
export const sameWords = (ours: string, theirs: string): boolean => bare(ours) === bare(theirs);

const bare = (words: string): string => words.toUpperCase().replace(/[^\p{L}\p{N}]+/gu, "");
