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

/** The same for each key, for all who ask in one turn; a key is forgotten when nobody waits for it. */
export function sharedBy<T>(work: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const standing = new Map<string, { readonly ask: () => Promise<T>; users: number }>();
  return async (key) => {
    const one = standing.get(key) ?? { ask: shared(() => work(key), turnEnds), users: 0 };
    standing.set(key, one);
    one.users += 1;
    try {
      return await one.ask();
    } finally {
      one.users -= 1;
      if (one.users === 0) standing.delete(key);
    }
  };
}
