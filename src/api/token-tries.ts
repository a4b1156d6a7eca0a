import type { Clock } from "../clock";

/** Wrong tokens of one source within a window: many, since a program with an old token asks again and again (401). */
const MOST_WRONG = 1_000;
const WINDOW_MINUTES = 5;
/** Sources counted at a time; whoever has more addresses than this is counted anew. */
const MOST_SOURCES = 10_000;

/** Counts wrong API tokens, in memory: a right one is never held up, so nothing is gained by keeping the count. */
export interface TokenTries {
  /** Notes a wrong one; `first` is the one that passes the limit. */
  wrong(source: string): { readonly tooMany: boolean; readonly first: boolean };
}

export function createTokenTries(d: { readonly clock: Clock }): TokenTries {
  const counts = new Map<string, number>();
  let window = 0;
  return {
    wrong(source) {
      const now = Math.floor(d.clock.now().getTime() / (WINDOW_MINUTES * 60_000));
      if (now !== window || counts.size >= MOST_SOURCES) counts.clear();
      window = now;
      const count = (counts.get(source) ?? 0) + 1;
      counts.set(source, count);
      return { tooMany: count > MOST_WRONG, first: count === MOST_WRONG + 1 };
    },
  };
}
