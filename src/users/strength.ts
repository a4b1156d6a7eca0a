import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";

/** A guesser who knows the lists gets there within so many tries at the most: what is refused. */
const FEWEST_GUESSES_LOG10 = 8;
/** Judging costs more than the length; nobody's password is easier for being longer than this. */
const JUDGED_LETTERS = 64;

let judge: ZxcvbnFactory | null = null;

/**
 * Whether a password is among the known ones, or made of them, of rows of keys, of years and repetitions, or of the
 * person's own address (ASVS 2.1.7). Nothing is sent anywhere: the lists come with the package.
 */
export function isGuessable(password: string, email: string): boolean {
  judge ??= new ZxcvbnFactory({ ...common });
  const own = [...email.split(/[@.]/), "faktur", "pajak", "hosting"];
  return judge.check(password.slice(0, JUDGED_LETTERS), own).guessesLog10 < FEWEST_GUESSES_LOG10;
}
