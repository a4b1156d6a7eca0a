import { ADD_INFO_WORDS, STAMP_WORDS } from "./facility-words";

/*
 * DJP's lists for codes 07 and 08. The same number means different things under 07 and 08, so it is looked up with its
 * transaction code (coretax-xml 2.2).
 */

/** True for the transaction codes that need a facility. */
export const needsFacility = (transactionCode: string): boolean =>
  Object.hasOwn(ADD_INFO_WORDS, transactionCode);

const wordAt = (
  lists: Readonly<Record<string, readonly string[]>>,
  transactionCode: string,
  number: string | undefined,
): string | undefined => (number === undefined ? undefined : lists[transactionCode]?.[Number(number) - 1]);

/** What AddInfo, `TD.005nn`, means under that transaction code; undefined when it is not in its list. */
export const addInfoWords = (transactionCode: string, code: string): string | undefined =>
  wordAt(ADD_INFO_WORDS, transactionCode, /^TD\.005(\d\d)$/.exec(code)?.[1]);

/** The words of FacilityStamp, `TD.011nn`; empty where the facility has no stamp, undefined when it is not in the list. */
export const stampWords = (transactionCode: string, code: string): string | undefined =>
  wordAt(STAMP_WORDS, transactionCode, /^TD\.011(\d\d)$/.exec(code)?.[1]);

/** True when AddInfo, `TD.005nn`, stands in the list of that transaction code. */
export const isAddInfo = (transactionCode: string, code: string): boolean =>
  addInfoWords(transactionCode, code) !== undefined;

/** True when FacilityStamp, `TD.011nn`, stands in the list of that transaction code. */
export const isFacilityStamp = (transactionCode: string, code: string): boolean =>
  stampWords(transactionCode, code) !== undefined;
