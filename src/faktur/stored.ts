import type { Faktur } from "./faktur";
import type { PaidInvoice } from "../hooks/invoice";

/**
 * Documents lie in the database as JSON. JSON has no big integers and no dates: a bigint is written `{"$n":"…"}` and a
 * Date `{"$t":"…"}`, so that what is read back is what was written.
 */
export function writeValue(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key: string, plain: unknown) {
    const original = this[key];
    if (typeof original === "bigint") return { $n: original.toString() };
    if (original instanceof Date) return { $t: original.toISOString() };
    return plain;
  });
}

export function readValue(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$n" in value && typeof value.$n === "string") return BigInt(value.$n);
    if ("$t" in value && typeof value.$t === "string") return new Date(value.$t);
    return value;
  });
}

export const writeFaktur = (faktur: Faktur): string => writeValue(faktur);
export const readFaktur = (json: string): Faktur => readValue(json) as Faktur;
export const writeInvoice = (invoice: PaidInvoice): string => writeValue(invoice);
export const readInvoice = (json: string): PaidInvoice => readValue(json) as PaidInvoice;
