import { withoutSecretFields } from "./pajakio-wire";

/** Shorter ones are looked for only as fields on the record: they are found by chance in words and numbers. */
const SHORTEST_ON_RECORD = 4;
/** In words that decide something too. */
const SHORTEST_IN_WORDS = 8;
/** Fields with words of the authority that are kept and shown. */
const WORDS: ReadonlySet<string> = new Set(["message", "status", "keteranganDjp", "alasan"]);

/** Takes the secrets of a channel out of what comes back, where the other side quotes them. */
export function hider(secrets: readonly (string | undefined)[]) {
  const spelt = (shortest: number): string[] =>
    secrets.flatMap((secret) =>
      secret === undefined || secret.length < shortest ? [] : [JSON.stringify(secret).slice(1, -1), secret],
    );
  const [onRecord, inWords] = [spelt(SHORTEST_ON_RECORD), spelt(SHORTEST_IN_WORDS)];
  const without = (spellings: readonly string[], words: string): string =>
    spellings.reduce((rest, spelling) => rest.replaceAll(spelling, "***"), words);
  return {
    /** A body as it may be kept: secret fields first, then the secrets wherever else they are quoted. */
    onRecord: (body: string): string => without(onRecord, withoutSecretFields(body)),
    /** An answer without them in its words; ids, numbers and files stay as they came. */
    inWords: (answer: unknown): unknown => inFields(answer, (words) => without(inWords, words), false),
  };
}

function inFields(value: unknown, strike: (words: string) => string, isWords: boolean): unknown {
  if (typeof value === "string") return isWords ? strike(value) : value;
  if (Array.isArray(value)) return value.map((one) => inFields(one, strike, isWords));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => [
    name,
    inFields(inner, strike, WORDS.has(name)),
  ]);
  return Object.fromEntries(fields) as unknown;
}
