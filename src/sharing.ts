/**
 * Work whose one result serves everyone who waits for it at that moment. Each caller gets a result of work that began
 * after the call: what was true then is in it.
 */
export function shared<T>(work: () => Promise<T>, gathered = atOnce): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let waiting: Promise<T> | null = null;

  async function after(other: Promise<unknown>): Promise<T> {
    await other.catch(() => undefined);
    await gathered();
    // Whoever asks from here on may be too late for this one.
    waiting = null;
    const begun = work();
    running = begun;
    return begun;
  }

  return () => (waiting ??= after(running));
}

const atOnce = (): Promise<void> => Promise.resolve();

/** Ends once everything that came in with the same turn of the event loop was looked at: a burst gathers meanwhile. */
export const turnEnds = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A look that nobody has used up after this many milliseconds is made anew all the same. */
const LOOK_MS = 50;

/** Looks something up by its key and uses what it finds. */
export type UseOf<T> = <R>(key: string, use: (found: T) => Promise<R>) => Promise<R>;

/**
 * One look at a thing serves all who come until the first whom it served is done, and for no longer than a moment: of those
 * who come one after the other each finds what is true then, and a burst does not ask for every message.
 */
export function sharedLooks<T>(
  look: (key: string) => Promise<T>,
  now: () => number = () => performance.now(),
): UseOf<T> {
  const standing = new Map<string, { readonly found: Promise<T>; readonly at: number }>();
  return async (key, use) => {
    const known = standing.get(key);
    const one =
      known !== undefined && now() - known.at < LOOK_MS
        ? known
        : { found: turnEnds().then(() => look(key)), at: now() };
    standing.set(key, one);
    try {
      return await use(await one.found);
    } finally {
      if (standing.get(key) === one) standing.delete(key);
    }
  };
}

/** Does one piece of work after the other, however many come at once. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Work that takes much memory is begun when what came before it has ended, well or badly. */
export function oneAfterAnother(): InTurn {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = before.then(work);
    before = mine.catch(() => undefined);
    return mine;
  };
}
