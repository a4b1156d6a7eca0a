import type { Faktur } from "./faktur";
import type { PaidInvoice } from "../hooks/invoice";

/**
 * Documents lie in the database as JSON. JSON has no big integers and no dates: a bigint is written `{"$n":"…"}` and a
 * Date `{"$t":"…"}`, so that what is read back is what was written.
 */
export const writeValue = (value: unknown): string => JSON.stringify(marked(value));

// Walked by ourselves: JSON's own replacer and reviver, asked for every value, take three times as long.
function marked(value: unknown): unknown {
  if (typeof value === "bigint") return { $n: value.toString() };
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return { $t: value.toISOString() };
  if (Array.isArray(value)) return value.map(marked);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, marked(one)]));
}

export const readValue = (json: string): unknown => unmarked(JSON.parse(json));

/** In its place: what was just read is nobody else's. */
function unmarked(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("$n" in value && typeof value.$n === "string") return BigInt(value.$n);
  if ("$t" in value && typeof value.$t === "string") return new Date(value.$t);
  const inside = value as Record<string, unknown>;
  for (const key of Object.keys(inside)) inside[key] = unmarked(inside[key]);
  return value;
}

export const writeFaktur = (faktur: Faktur): string => writeValue(faktur);
export const readFaktur = (json: string): Faktur => readValue(json) as Faktur;
export const writeInvoice = (invoice: PaidInvoice): string => writeValue(invoice);
export const readInvoice = (json: string): PaidInvoice => readValue(json) as PaidInvoice;
