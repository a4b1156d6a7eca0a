import type { z } from "zod";
import type { Fault } from "../errors";
import { pointer } from "../hooks/fields";
import { text, type Text } from "../text";

type Issue = z.core.$ZodIssue;

/** Every issue of a request as a fault with a JSON pointer (RFC 6901), in both languages; what is not there is `field_missing`. */
export function faultsOf(issues: readonly Issue[], raw: unknown): Fault[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") return [faultOf(issue, raw)];
    return issue.keys.map((key) => malformed([...issue.path, key], text("Tidak dikenal.", "Not known.")));
  });
}

const faultOf = (issue: Issue, raw: unknown): Fault =>
  valueAt(raw, issue.path) === undefined
    ? { code: "field_missing", path: pointer(issue.path), message: MISSING, fix: FIX }
    : malformed(issue.path, wordsFor(issue));

const malformed = (path: readonly PropertyKey[], message: Text): Fault => ({
  code: "field_malformed",
  path: pointer(path),
  message,
  fix: FIX,
});

const MISSING = text("Belum diisi.", "Missing.");
const FIX = text(
  "Bentuk setiap isian ada di /api/v1/openapi.json.",
  "The form of every field is in /api/v1/openapi.json.",
);
const OTHER = text("Bentuknya tidak sesuai.", "It does not have the expected form.");

function wordsFor(issue: Issue): Text {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? OTHER;
    case "too_small":
      return sized(issue.origin, issue.minimum, "Paling sedikit", "At least");
    case "too_big":
      return sized(issue.origin, issue.maximum, "Paling banyak", "At most");
    case "invalid_format":
      return FORMATS[issue.format] ?? OTHER;
    case "invalid_value":
      return text(`Pilih: ${issue.values.join(", ")}.`, `Choose: ${issue.values.join(", ")}.`);
    case "custom":
      return CUSTOM[issue.message] ?? OTHER;
    default:
      return OTHER;
  }
}

function sized(origin: string, size: number | bigint, atId: string, atEn: string): Text {
  if (origin === "string") return text(`${atId} ${size} huruf.`, `${atEn} ${size} characters.`);
  if (origin === "array") return text(`${atId} ${size} isi.`, `${atEn} ${size} entries.`);
  return text(`${atId} ${size}.`, `${atEn} ${size}.`);
}

const TYPES: Readonly<Partial<Record<string, Text>>> = {
  string: text("Harus berupa teks.", "Must be a string."),
  number: text("Harus berupa angka.", "Must be a number."),
  int: text("Harus berupa bilangan bulat.", "Must be a whole number."),
  boolean: text("Harus true atau false.", "Must be true or false."),
  object: text("Harus berupa objek JSON.", "Must be a JSON object."),
  record: text("Harus berupa objek JSON.", "Must be a JSON object."),
  array: text("Harus berupa daftar JSON.", "Must be a JSON array."),
};

const FORMATS: Readonly<Partial<Record<string, Text>>> = {
  email: text("Harus berupa satu alamat e-mail.", "Must be one e-mail address."),
  url: text("Harus berupa alamat http(s).", "Must be an http(s) address."),
  base64: text("Harus berupa base64.", "Must be base64."),
  date: text("Harus berupa tanggal YYYY-MM-DD.", "Must be a day YYYY-MM-DD."),
};

/** Keys that the schemas name as the message of their own checks. */
const CUSTOM: Readonly<Partial<Record<string, Text>>> = {
  masa: text("Masa pajak: YYYY-MM.", "Tax period: YYYY-MM."),
  emails: text(
    "Harus berupa alamat e-mail, masing-masing paling banyak 254 huruf, dipisah koma.",
    "Must be e-mail addresses of at most 254 characters each, with commas between.",
  ),
  options: text(
    "Paling banyak 10.000 huruf JSON, 5 tingkat dalam.",
    "At most 10,000 characters of JSON, 5 levels deep.",
  ),
};

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = raw;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return at;
}
