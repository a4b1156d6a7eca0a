import { plusMs } from "../clock";
import type { Fault } from "../errors";
import { text } from "../text";

/** NIST SP 800-63B and OWASP ASVS 2.1: length counts, composition rules do not. */
const SHORTEST = 12;
const LONGEST = 128;

/** So many tries at one address from one source, and at the code of one person, within a quarter of an hour. */
export const TRIES_PER_PAIR = 5;
/** After so many wrong passwords in a row, from wherever, the account rests: 80 tries an hour (ASVS 2.2.1: 100). */
export const FAILURES_BEFORE_REST = 20;
export const REST_MINUTES = 15;
/** Tries from one address within a window of five minutes. */
export const TRIES_PER_SOURCE = 20;
export const WINDOW_MINUTES = 5;
/** A session ends so long after it was last used, and at the latest after a working day. */
const IDLE_MINUTES = 120;
export const SESSION_HOURS = 12;

/** A session that was last used before this has ended. */
export const idleSince = (now: Date): string => plusMs(now, -IDLE_MINUTES * 60_000).toISOString();

export const readEmail = (value: string): string | null => {
  const email = value.trim().toLowerCase();
  return email.length <= 254 && /^[^\s@<>",;:\\()[\]]+@[^\s@<>"',;:\\()[\]]+\.[a-z0-9-]{2,}$/.test(email)
    ? email
    : null;
};

/** Found in lists of known passwords, or made of what they hold. */
export const PASSWORD_KNOWN: Fault = {
  code: "password_known",
  path: "/password",
  message: text(
    "Kata sandi ini ada di daftar kata sandi yang sering dipakai, atau tersusun darinya.",
    "This password is on lists of common passwords, or made of what they hold.",
  ),
  fix: text(
    "Pakai beberapa kata yang tidak berhubungan; hindari urutan papan ketik, tahun, dan pengulangan.",
    "Use several words that do not belong together; avoid rows of keys, years and repetitions.",
  ),
};

/** Why a password is not taken; null when it is. */
export function passwordFault(password: string, email: string): Fault | null {
  const of = (code: string, message: Fault["message"], fix: Fault["fix"]): Fault => ({
    code,
    path: "/password",
    message,
    fix,
  });
  const letters = [...password];
  if (letters.length < SHORTEST) {
    return of(
      "password_short",
      text(
        `Kata sandi kurang dari ${SHORTEST} huruf.`,
        `The password has fewer than ${SHORTEST} characters.`,
      ),
      text("Pakai kalimat pendek yang mudah diingat.", "Use a short sentence that is easy to remember."),
    );
  }
  if (letters.length > LONGEST) {
    return of(
      "password_long",
      text(`Kata sandi lebih dari ${LONGEST} huruf.`, `The password has more than ${LONGEST} characters.`),
      text("Pakai yang lebih pendek.", "Use a shorter one."),
    );
  }
  const simple = password.toLowerCase();
  const name = email.split("@")[0] ?? "";
  if (new Set(simple).size < 5 || (name.length >= 4 && simple.includes(name))) {
    return of(
      "password_simple",
      text("Kata sandi ini mudah ditebak.", "This password is easy to guess."),
      text(
        "Pakai beberapa kata yang tidak berhubungan, tanpa alamat e-mail Anda.",
        "Use several words that do not belong together, without your e-mail address.",
      ),
    );
  }
  return null;
}
