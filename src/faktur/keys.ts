/*
 * How a faktur is found again by what the portal shows of it: by its reference, and by the serial inside its number
 * (tax-rules 1.1, 1.3: code, number of the replacement and 13 digits that all replacements share).
 */

/** A reference as it is compared: sheets break long ones over lines, so blanks do not count. */
export const referenceKey = (reference: string): string => reference.normalize("NFKC").replace(/\s/g, "");

/** The transaction code that a number bears. */
export const codeOf = (nsfp: string): string => nsfp.slice(0, 2);

export const serialOf = (nsfp: string): string => nsfp.slice(-13);
