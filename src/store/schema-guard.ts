import type { Clock } from "../clock";
import { asAppError, type AppError } from "../errors";
import type { Log } from "../log";
import type { Db, Tx } from "./db";
import { mustFit } from "./migrate";

/** How long a look at the schema is believed; much shorter than the time after which `migrate` takes a process for dead. */
const LOOK_MS = 2_000;

/**
 * The same database, for a program that runs for weeks: its transactions look at the schema every other second, and none
 * begins once the database knows more than this program does. A process that was paused looks before it writes again.
 */
export function guardSchema(db: Db, clock: Clock, log: Log): Db {
  let looked: number | null = null;
  let refused: AppError["code"] | null = null;

  async function look(tx: Tx): Promise<void> {
    try {
      await mustFit(tx, db.engine);
    } catch (thrown) {
      const { code, message } = asAppError(thrown);
      const doesNotFit = code === "schema_newer" || code === "schema_changing";
      if (doesNotFit && code !== refused) {
        refused = code;
        log.error("schema.does_not_fit", { code, cause: message });
      }
      throw thrown;
    }
    if (refused !== null) log.info("schema.fits_again");
    refused = null;
  }

  const hasLooked = (now: number): boolean => looked !== null && now >= looked && now - looked < LOOK_MS;
  const guarded: Db = {
    ...db,
    alone: (work) => (hasLooked(clock.now().getTime()) ? db.alone(work) : guarded.transaction(work)),
    async transaction(work) {
      const now = clock.now().getTime();
      if (hasLooked(now)) return db.transaction(work);
      // Inside the transaction: what it saw is what it writes upon. Believed only once that was committed.
      const result = await db.transaction(async (tx) => {
        await look(tx);
        return work(tx);
      });
      looked = now;
      return result;
    },
  };
  return guarded;
}
