/**
 * How many facilities DJP's lists hold for the codes 07 and 08 (template v1.6.1, REF-KetTambahan and REF-CapFasilitas):
 * `TD.00501` on for AddInfo, `TD.01101` on for FacilityStamp, numbered without gaps. The same number means different
 * things under 07 and 08, so it is looked up with its transaction code (coretax-xml 2.2).
 */
const HOW_MANY: ReadonlyMap<string, number> = new Map([
  ["07", 31],
  ["08", 10],
]);

/** True for the transaction codes that need a facility. */
export const needsFacility = (transactionCode: string): boolean => HOW_MANY.has(transactionCode);

const isListed = (transactionCode: string, number: string | undefined): boolean =>
  number !== undefined && Number(number) >= 1 && Number(number) <= (HOW_MANY.get(transactionCode) ?? 0);

/** True when AddInfo, `TD.005nn`, stands in the list of that transaction code. */
export const isAddInfo = (transactionCode: string, code: string): boolean =>
  isListed(transactionCode, /^TD\.005(\d\d)$/.exec(code)?.[1]);

/** True when FacilityStamp, `TD.011nn`, stands in the list of that transaction code. */
export const isFacilityStamp = (transactionCode: string, code: string): boolean =>
  isListed(transactionCode, /^TD\.011(\d\d)$/.exec(code)?.[1]);
