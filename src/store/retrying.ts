import { setTimeout as after } from "node:timers/promises";
import { asAppError, codeOf, isHeld } from "../errors";

/** Clashes of MySQL's transactions: the server has undone one, and the way is free. */
const CLASHES = new Set([
  ...["ER_LOCK_DEADLOCK", "ER_LOCK_WAIT_TIMEOUT", "ER_CHECKREAD"],
  "ER_TRANSACTION_ROLLBACK_DURING_COMMIT",
]);

const TRIES = 8;

/** How long SQLite's one writer is waited for where it is another process. */
export interface Patience {
  readonly ms: number;
  readonly now: () => number;
  readonly pause: () => Promise<unknown>;
}

/** Between two looks; whoever comes in between is told of the last one (sqlite.ts). */
export const LOOK_MS = 25;

/** A webhook that is not recorded within fifteen seconds is refused (hooks/answer.ts): before that, it is told why. */
const PATIENCE_MS = 10_000;

const PATIENCE: Patience = { ms: PATIENCE_MS, now: () => performance.now(), pause: () => after(LOOK_MS) };

/** For what is done once, at a start: another process may be changing the tables. */
export const LONG_PATIENCE: Patience = { ...PATIENCE, ms: 6 * PATIENCE_MS };

/**
 * Again from the start when the engine says the clash may pass. Throws `database_unavailable` when it does not, or the file
 * stays in another's hands.
 */
export async function retrying<T>(run: () => Promise<T>, patience = PATIENCE): Promise<T> {
  const until = patience.now() + patience.ms;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (thrown) {
      if (attempt < TRIES && CLASHES.has(codeOf(thrown))) continue;
      if (patience.now() >= until || !isHeld(thrown)) throw asAppError(thrown);
    }
    await patience.pause();
  }
}
