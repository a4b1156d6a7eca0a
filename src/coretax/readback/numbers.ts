import { TRANSACTION_CODES, type TransactionCode } from "../../faktur/faktur";

/*
 * The numbers by which things are recognised (tax-rules 1.1, 1.3): 17 digits of an NSFP are the transaction code, the
 * number of the replacement (00 is the original) and the serial that both share.
 */

export const revisionOf = (nsfp: string): number => Number(nsfp.slice(2, 4));

/** Letters and digits in capitals: what is left when blanks, dots and dashes are dropped. */
export const bareNumber = (value: string): string =>
  value
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toUpperCase();

/**
 * An NSFP as people and sheets write it, or null. A text of 16 digits without its leading 0 is completed; 16 digits with
 * one are a number of the desktop era and are not (tax-rules 1.4).
 */
export function readNsfp(value: string): string | null {
  const digits = value.normalize("NFKC").replace(/[\s.\-–'"`]/g, "");
  const full = /^[1-9]\d{15}$/.test(digits) ? `0${digits}` : digits;
  return /^(0[1-9]|10)\d{15}$/.test(full) ? full : null;
}

/** `04`, `4`, `TD.00304` or `04 - DPP Nilai Lain`; null for anything else. */
export function readTransactionCode(value: string): TransactionCode | null {
  const match = /^(?:TD\.003)?(\d{1,2})(?!\d)/i.exec(value.trim());
  const code = match?.[1]?.padStart(2, "0");
  return TRANSACTION_CODES.find((known) => known === code) ?? null;
}

/** One spelling for each number: an NPWP in its older form of 15 digits becomes 16 (PMK 112/2022), "has none" is empty. */
export function numberKey(value: string): string {
  const bare = bareNumber(value);
  if (/^0*$/.test(bare)) return "";
  return /^\d{15}$/.test(bare) ? `0${bare}` : bare;
}

/** The same number, and one at all. */
export const sameNumber = (a: string, b: string): boolean =>
  numberKey(a) !== "" && numberKey(a) === numberKey(b);

/** Nothing, dashes or zeros stand for "has none". */
export const isNoNumber = (value: string): boolean => numberKey(value) === "";
