import { AppError } from "../errors";
import { text } from "../text";

/** 16 digits. Of a company: 0 + the 15 digits of its head office, or a number of the Coretax era. */
export type Npwp = string & { readonly __brand: "Npwp" };

/** 22 digits: NPWP (or NIK) and the 6 digits of the place of business; 000000 is the head office. */
export type Nitku = string & { readonly __brand: "Nitku" };

/** 16 digits of a resident's identity card. */
export type Nik = string & { readonly __brand: "Nik" };

export type NpwpParse =
  | { readonly kind: "npwp"; readonly npwp: Npwp; readonly luhnOk: boolean }
  | { readonly kind: "branch"; readonly digits: string }
  | { readonly kind: "malformed"; readonly why: "letters" | "length" | "zeros" };

/** What people put between or before the digits: dots, dashes, slashes, all blanks, quotes, a leading "NPWP:". */
const DECORATION = /[\s.\-–/'"`]/g;

const toAsciiDigits = (value: string): string =>
  value.replace(/[\uFF10-\uFF19]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xff10 + 48));

const digitsOf = (value: string): string =>
  toAsciiDigits(value.trim())
    .replace(/^(npwp|nitku|nik)\s*:?/i, "")
    .replace(DECORATION, "");

/**
 * Luhn over the first nine of the 15 digits. Community-derived, DJP publishes no checksum: a warning, never a judge
 * (tax-rules 5.3).
 */
function luhnNine(nine: string): boolean {
  let total = 0;
  for (let index = 0; index < 9; index += 1) {
    const product = Number(nine[index]) * (index % 2 === 0 ? 1 : 2);
    total += product > 9 ? product - 9 : product;
  }
  return total % 10 === 0;
}

/**
 * Reads an NPWP as people write it. 15 digits of a head office become 16 by a leading 0 (PMK 112/2022); a branch
 * number has no 16-digit form of its own, not even with that 0: it needs the head office's NPWP and a NITKU. Neither a NIK
 * nor a number of the Coretax era begins with 0.
 */
export function readNpwp(value: string): NpwpParse {
  const digits = digitsOf(value);
  if (!/^\d*$/.test(digits)) return { kind: "malformed", why: "letters" };
  if (digits.length !== 15 && digits.length !== 16) return { kind: "malformed", why: "length" };
  if (/^0+$/.test(digits)) return { kind: "malformed", why: "zeros" };
  const npwp = digits.padStart(16, "0") as Npwp;
  if (npwp.startsWith("0") && !npwp.endsWith("000")) return { kind: "branch", digits };
  return { kind: "npwp", npwp, luhnOk: !npwp.startsWith("0") || luhnNine(npwp.slice(1, 10)) };
}

/** The NPWP, or `npwp_malformed` / `npwp_is_branch` with what to do. */
export function parseNpwp(value: string): Npwp {
  const read = readNpwp(value);
  if (read.kind === "npwp") return read.npwp;
  if (read.kind === "branch") {
    throw new AppError(
      "npwp_is_branch",
      text(
        "Ini NPWP cabang. Isi NPWP pusat (bila diawali 0, berakhiran 000) dan NITKU cabangnya.",
        "This is a branch NPWP. Enter the head office's NPWP (it ends in 000 if it begins with 0) and the branch's NITKU.",
      ),
    );
  }
  throw new AppError("npwp_malformed", malformedText(read.why));
}

function malformedText(why: "letters" | "length" | "zeros") {
  switch (why) {
    case "letters":
      return text(
        "NPWP hanya boleh berisi angka. Periksa huruf O yang terketik sebagai angka 0.",
        "An NPWP has digits only. Check for a letter O typed in place of a zero.",
      );
    case "length":
      return text(
        "NPWP harus 16 digit (atau 15 digit format lama). Salin dari kartu NPWP.",
        "An NPWP has 16 digits (or 15 in the old form). Copy it from the NPWP card.",
      );
    case "zeros":
      return text(
        "NPWP berisi nol semua. Isi NPWP perusahaan yang sebenarnya.",
        "The NPWP is all zeros. Enter the company's real NPWP.",
      );
  }
}

/** A NITKU of this NPWP: 22 digits beginning with it, or only its last 6. Throws `nitku_mismatch`. */
export function parseNitku(value: string, npwp: Npwp): Nitku {
  const digits = digitsOf(value);
  if (/^\d{6}$/.test(digits)) return `${npwp}${digits}` as Nitku;
  if (/^\d{22}$/.test(digits) && digits.startsWith(npwp)) return digits as Nitku;
  throw new AppError("nitku_mismatch", digits.length === 22 ? NITKU_OF_ANOTHER : NITKU_LENGTH);
}

const NITKU_LENGTH = text(
  "NITKU harus 22 digit: NPWP 16 digit diikuti 6 digit tempat kegiatan usaha (000000 untuk pusat).",
  "A NITKU has 22 digits: the 16-digit NPWP and 6 digits of the place of business (000000 for the head office).",
);
const NITKU_OF_ANOTHER = text(
  "NITKU ini milik NPWP lain: 16 digit pertamanya harus sama dengan NPWP-nya. Betulkan salah satunya.",
  "This NITKU belongs to another NPWP: its first 16 digits must be the NPWP. Correct one of the two.",
);

export const headOffice = (npwp: Npwp): Nitku => `${npwp}000000` as Nitku;

export function parseNik(value: string): Nik | null {
  const digits = digitsOf(value);
  return /^\d{16}$/.test(digits) && !/^0+$/.test(digits) ? (digits as Nik) : null;
}

/** For logs: the first four and the last two digits. */
export const maskNpwp = (digits: string): string =>
  digits.length < 8 ? "…" : `${digits.slice(0, 4)}…${digits.slice(-2)}`;
