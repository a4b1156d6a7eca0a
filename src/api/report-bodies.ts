import { z } from "zod";
import { parsePeriod } from "../reports/masa";
import { CSV_READERS, CSV_SEPARATORS, type CsvSeparator } from "../reports/csv";
import { clean } from "../hooks/fields";
import { idCursor } from "./paging";

const name = z.string().max(100);
const masa = z
  .string()
  .refine((value) => parsePeriod(value) !== null, "masa")
  .transform((value) => parsePeriod(value) ?? ("" as never));

const SEPARATORS = Object.keys(CSV_SEPARATORS) as [CsvSeparator, ...CsvSeparator[]];

/** Which month of whom, and in what form. `format` goes before the header `Accept`. */
export const reportQuery = z.object({
  seller: name.min(1),
  masa: masa.describe("YYYY-MM"),
  format: z.enum(["json", "csv", "xlsx"]).optional(),
  table: z.string().max(20).optional().describe("of a CSV file; its first table unless told"),
  for: z.enum(CSV_READERS).default("excel").describe("who opens the CSV file"),
  separator: z.enum(SEPARATORS).optional().describe("of a CSV file; semicolon for excel, comma for program"),
});

/** Texts as people enter them; the rules behind name what is wrong, place by place. */
const entry = z.object({
  number: z.string().max(200),
  date: z.string().max(30),
  masa: z.string().max(30),
  npwp: z.string().max(100),
  dpp: z.string().max(40),
  pph: z.string().max(40),
  nsfp: z.string().max(40).optional(),
  invoice: z.string().overwrite(clean).max(200).optional(),
});

/** A file's text, or the receipts themselves. */
export const receiptsBody = z.union([
  z.strictObject({ seller: name.min(1), csv: z.string().min(1).max(400_000) }),
  z.strictObject({ seller: name.min(1), receipts: z.array(entry).min(1).max(2000) }),
]);

const reason = z.string().overwrite(clean).min(1).max(1000);

export const takeBackBody = z.object({ reason });

export const withholderBody = z.object({ seller: name.min(1), withholds: z.boolean(), reason });

export const receiptsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: idCursor,
  seller: name.optional(),
  masa: masa.optional(),
});
