import type { ZxcvbnFactory } from "@zxcvbn-ts/core";

/** A guesser who knows the lists gets there within so many tries at the most: what is refused. */
const FEWEST_GUESSES_LOG10 = 8;
/** Judging costs more than the length; nobody's password is easier for being longer than this. */
const JUDGED_LETTERS = 64;

let judge: Promise<ZxcvbnFactory> | null = null;

/** Its lists take 7 MB, and are asked once in a while by a program that mostly serves nobody's password. */
async function judgeOnce(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Judge }, common] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  return new Judge({ ...common });
}

/**
 * Whether a password is among the known ones, or made of them, of rows of keys, of years and repetitions, or of the
 * person's own address (ASVS 2.1.7). Nothing is sent anywhere: the lists come with the package.
 */
export async function isGuessable(password: string, email: string): Promise<boolean> {
  judge ??= judgeOnce();
  const own = [...email.split(/[@.]/), "faktur", "pajak", "hosting"];
  return (await judge).check(password.slice(0, JUDGED_LETTERS), own).guessesLog10 < FEWEST_GUESSES_LOG10;
}
