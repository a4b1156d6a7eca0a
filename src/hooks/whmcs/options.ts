import { z } from "zod";
import { parseTaxDay } from "../../clock";
import type { Fault } from "../../errors";
import { text } from "../../text";
import { pointer } from "../fields";
import { LINE_KINDS } from "../invoice";
import { DATE_FORMATS } from "./time";

const zone = z.string().refine((value) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
});

const kinds = z.record(z.string().max(50), z.enum(LINE_KINDS));

/** The options of a WHMCS connection; docs/whmcs.md says what each is for. */
const schema = z.strictObject({
  /** The zone of WHMCS's clock; its dates carry none. */
  timezone: zone.default("Asia/Jakarta"),
  /** How dates stand in the lines of invoices; without it only what cannot be misread is read. */
  dateFormat: z.enum(DATE_FORMATS).optional(),
  /** Where WHMCS's setting may not be read. */
  taxType: z.enum(["Inclusive", "Exclusive"]).optional(),
  /** Whether a top-up is taxed, and what it pays for is not (`tax-topup`), or the other way round. */
  addFunds: z.enum(["none", "tax-topup"]).default("none"),
  /** Words in the description of a unique code or an administration fee. */
  adminFeeNames: z.array(z.string().min(1).max(100)).max(50).default([]),
  /** Type of a WHMCS line → what it sells. */
  lineKinds: kinds.default({}),
  /** Invoices paid before this day in Jakarta are recorded and not issued; the day of the connection when not set. */
  issueFrom: z
    .string()
    .refine((value) => parseTaxDay(value) !== null)
    .optional(),
  /** The folder of WHMCS's admin area, for links in the guide of a transfer. */
  adminPath: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .default("admin"),
  /** Under whose name answers stand in tickets. */
  ticketAdmin: z.string().min(1).max(100).default("Faktur Otomatis"),
});

export type WhmcsOptions = z.output<typeof schema>;

const SHAPES: Readonly<Record<keyof WhmcsOptions, readonly [string, string]>> = {
  timezone: ["Isi nama zona IANA, misalnya Asia/Jakarta.", "Give an IANA zone, for example Asia/Jakarta."],
  dateFormat: [`Pilih: ${DATE_FORMATS.join(", ")}.`, `Choose: ${DATE_FORMATS.join(", ")}.`],
  taxType: ["Pilih: Inclusive, Exclusive.", "Choose: Inclusive, Exclusive."],
  addFunds: ["Pilih: none, tax-topup.", "Choose: none, tax-topup."],
  adminFeeNames: [
    "Isi daftar kata, paling banyak 50, masing-masing 1 sampai 100 huruf.",
    "Give a list of words, at most 50, each of 1 to 100 characters.",
  ],
  lineKinds: [
    `Isi objek: jenis baris WHMCS ke salah satu dari ${LINE_KINDS.join(", ")}.`,
    `Give an object: a WHMCS line type to one of ${LINE_KINDS.join(", ")}.`,
  ],
  issueFrom: ["Isi tanggal, misalnya 2026-11-03.", "Give a day, for example 2026-11-03."],
  adminPath: [
    "Isi nama folder admin WHMCS, misalnya admin.",
    "Give the name of WHMCS's admin folder, for example admin.",
  ],
  ticketAdmin: ["Isi nama pengguna admin WHMCS.", "Give the user name of a WHMCS admin."],
};

const NAMES = Object.keys(SHAPES).join(", ");

/** Everything wrong with the options of a connection, each with its place and its fix. */
export function optionFaults(options: Readonly<Record<string, unknown>>): Fault[] {
  const read = schema.safeParse(options);
  if (read.success) return [];
  return read.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          code: "option_unknown",
          path: pointer(["options", key]),
          message: text("Opsi ini tidak dikenal.", "This option is not known."),
          fix: text(`Pakai salah satu dari ${NAMES}.`, `Use one of ${NAMES}.`),
        }))
      : [optionFault(issue.path)],
  );
}

function optionFault(path: readonly PropertyKey[]): Fault {
  const [id, en] = SHAPES[String(path[0]) as keyof WhmcsOptions];
  return {
    code: "option_malformed",
    path: pointer(["options", ...path]),
    message: text("Nilai opsi ini tidak dapat dipakai.", "The value of this option cannot be used."),
    fix: text(id, en),
  };
}

/** The options with their defaults. What was stored before an option existed, or by hand, falls back to its default. */
export function optionsOf(options: Readonly<Record<string, unknown>>): WhmcsOptions {
  const read = schema.safeParse(options);
  if (read.success) return read.data;
  const bad = new Set(optionFaults(options).map((fault) => fault.path.split("/")[2] ?? ""));
  return schema.parse(Object.fromEntries(Object.entries(options).filter(([name]) => !bad.has(name))));
}
