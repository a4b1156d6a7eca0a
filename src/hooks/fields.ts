import { z } from "zod";
import { parseTaxDay, type TaxDay } from "../clock";
import type { Fault } from "../errors";
import { parseMoney, type Money, type Quantity } from "../money";
import { text, type Text } from "../text";
import { LINE_KINDS, type LineKind } from "./invoice";

/** What a field must look like, and how to put it right. Keys travel through zod as the message of an issue. */
const RULES = {
  object: rule(
    "harus berupa objek JSON",
    "must be a JSON object",
    "Kirim { … } di sini.",
    "Send { … } here.",
  ),
  type: rule(
    "harus berupa jenis peristiwa, 1 sampai 100 huruf",
    "must be a type of event, 1 to 100 characters",
    'Contoh: "invoice.paid".',
    'Example: "invoice.paid".',
  ),
  instant: rule(
    "harus berupa waktu ISO 8601 dengan selisih zona",
    "must be an ISO 8601 time with an offset",
    'Contoh: "2026-11-03T09:10:00+07:00".',
    'Example: "2026-11-03T09:10:00+07:00".',
  ),
  day: rule(
    "harus berupa tanggal yang ada di kalender",
    "must be a day that exists in the calendar",
    'Contoh: "2026-11-03".',
    'Example: "2026-11-03".',
  ),
  id: rule(
    "harus berupa teks 1 sampai 100 huruf tanpa spasi di tepi, atau bilangan bulat",
    "must be text of 1 to 100 characters without blanks at its ends, or a whole number",
    'Contoh: "1234".',
    'Example: "1234".',
  ),
  invoiceNumber: rule(
    "harus berupa nomor invoice portal, bilangan bulat di atas nol",
    "must be the portal's invoice id, a whole number above zero",
    "Contoh: 1234.",
    "Example: 1234.",
  ),
  money: rule(
    "harus berupa teks desimal, paling banyak 15 digit dan 2 desimal",
    "must be a decimal string of at most 15 digits and 2 decimals",
    'Contoh: "1110000.00", bukan angka JSON.',
    'Example: "1110000.00", not a JSON number.',
  ),
  positiveMoney: rule(
    "harus berupa teks desimal di atas nol",
    "must be a decimal string above zero",
    'Contoh: "55000.00"; hilangkan untuk seluruh invoice.',
    'Example: "55000.00"; leave it out for the whole invoice.',
  ),
  quantity: rule(
    "harus di atas nol, paling banyak 2 desimal dan 1.000.000.000",
    "must be above zero, with at most 2 decimals, and at most 1,000,000,000",
    "Contoh: 1 atau 2.5.",
    "Example: 1 or 2.5.",
  ),
  currency: rule(
    "harus berupa kode mata uang tiga huruf besar",
    "must be a currency code of three capitals",
    'Contoh: "IDR".',
    'Example: "IDR".',
  ),
  boolean: rule(
    "harus true atau false",
    "must be true or false",
    "Kirim true atau false.",
    "Send true or false.",
  ),
  line: rule(
    "harus berisi 1 sampai 1.000 baris",
    "must have 1 to 1,000 lines",
    "Kirim semua baris invoice; pecah invoice yang lebih panjang.",
    "Send every line of the invoice; split a longer invoice.",
  ),
  kind: rule(
    "harus salah satu jenis baris yang dikenal",
    "must be one of the known kinds of line",
    `Pilih: ${LINE_KINDS.join(", ")}.`,
    `Choose: ${LINE_KINDS.join(", ")}.`,
  ),
  words: rule(
    "harus berupa teks 1 sampai 500 huruf",
    "must be text of 1 to 500 characters",
    "Persingkat atau isi teksnya.",
    "Shorten or fill in the text.",
  ),
  name: rule(
    "harus berupa teks 1 sampai 255 huruf",
    "must be text of 1 to 255 characters",
    "Persingkat atau isi namanya.",
    "Shorten or fill in the name.",
  ),
  email: rule(
    "harus berupa satu alamat email atau null",
    "must be one email address or null",
    'Contoh: "billing@contoh.example".',
    'Example: "billing@contoh.example".',
  ),
} as const;

export type FieldRule = keyof typeof RULES;

function rule(id: string, en: string, fixId: string, fixEn: string): { message: Text; fix: Text } {
  return { message: text(`Kolom ini ${id}.`, `This field ${en}.`), fix: text(fixId, fixEn) };
}

const MISSING = text("Kolom wajib ini tidak ada.", "This required field is missing.");

// A transform by itself, not behind another type: zod reports an absent key in its own words there, and a pipe of three takes thrice as long.
/** A field read by one function that answers null for what it does not understand. */
export const field = <T>(name: FieldRule, read: (value: unknown) => T | null) =>
  z.transform((value: unknown, context): T => {
    const found = read(value ?? null);
    if (found !== null) return found;
    context.issues.push({ code: "custom", message: name, input: value });
    return z.NEVER;
  });

const unless =
  (isNone: (value: unknown) => boolean) =>
  <T>(name: FieldRule, read: (value: unknown) => T | null) =>
    z.transform((value: unknown, context): T | null => {
      if (value == null || isNone(value)) return null;
      const found = read(value);
      if (found === null) context.issues.push({ code: "custom", message: name, input: value });
      return found;
    });

/** The same, where absent and null mean "none". */
export const optional = unless(() => false);

/** The same, where an empty text means "none" too, as PHP senders write it. */
export const optionalOrBlank = unless((value) => value === "");

export const object = <T extends z.ZodRawShape>(shape: T) => z.object(shape, { error: "object" });

/** Every issue as a fault with a JSON pointer (RFC 6901); what is not there is `field_missing`. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], raw: unknown): Fault[] {
  return issues.map((issue) => {
    const { message, fix } = RULES[issue.message as FieldRule] ?? RULES.object;
    const missing = (valueAt(raw, issue.path) ?? null) === null;
    const path = pointer(issue.path);
    return missing
      ? { code: "field_missing", path, message: MISSING, fix }
      : { code: "field_malformed", path, message, fix };
  });
}

export const pointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = raw;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return at;
}

/** Ids are kept as written: two spellings of one id would be two invoices. */
export function readId(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : null;
  if (typeof value !== "string" || value === "" || value.length > 100 || value !== value.trim()) return null;
  return UNPRINTABLE.test(value) ? null : value;
}

/** Control characters, lone surrogates, line separators and the code points XML 1.0 forbids. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/u;
const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE, "gu");

/** Text for people; what cannot be printed becomes a blank. */
const readText =
  (most: number) =>
  (value: unknown): string | null => {
    const words = typeof value === "string" ? clean(value) : "";
    return words === "" || [...words].length > most ? null : words;
  };

export const readWords = readText(500);
export const readName = readText(255);

export const clean = (value: string): string => value.replace(EVERY_UNPRINTABLE, " ").trim();

export const readMoney = (value: unknown): Money | null =>
  typeof value === "string" ? parseMoney(value) : null;

export function readPositiveMoney(value: unknown): Money | null {
  const amount = readMoney(value);
  return amount !== null && amount > 0n ? amount : null;
}

/** A JSON number or a decimal string, as hundredths; above zero, at most 10⁹. */
export function readQuantity(value: unknown): Quantity | null {
  if (typeof value !== "number" && typeof value !== "string") return null;
  const quantity = parseMoney(String(value));
  return quantity !== null && quantity > 0n && quantity <= 100_000_000_000n ? quantity : null;
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Outside of these a day in Jakarta, or a day counted on from it, has no four digits any more. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 9998;

/** An ISO 8601 instant; without an offset it is refused, since the server's zone must not decide a tax day. */
export function readInstant(value: unknown): Date | null {
  const match = typeof value === "string" ? INSTANT.exec(value) : null;
  if (match === null || parseTaxDay(match[1] as string) === null) return null;
  const at = new Date(match[0]);
  const year = at.getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR ? at : null;
}

export const readDay = (value: unknown): TaxDay | null =>
  typeof value === "string" ? parseTaxDay(value) : null;

export const readBoolean = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);

export const readCurrency = (value: unknown): string | null =>
  typeof value === "string" && /^[A-Z]{3}$/.test(value) ? value : null;

export const readKind = (value: unknown): LineKind | null =>
  LINE_KINDS.find((kind) => kind === value) ?? null;

export const readEmail = (value: unknown): string | null =>
  typeof value === "string" &&
  value.length <= 254 &&
  /^[^\s@]+@[^\s@]+$/.test(value) &&
  !UNPRINTABLE.test(value)
    ? value
    : null;

export const readType = (value: unknown): string | null =>
  typeof value === "string" && value !== "" && value.length <= 100 ? value : null;
