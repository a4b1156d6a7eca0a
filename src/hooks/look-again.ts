import { plusMs, type Clock } from "../clock";
import type { Db } from "../store/db";
import type { Work } from "../store/fence";
import { enqueueOnce } from "../store/jobs";
import { markLookedAt, standingInvoices } from "../store/polls";
import { dueLooks } from "./look-rules";

/** Looks that one night plans; those looked at longest ago come first, so that none is left out for ever. */
const MOST_LOOKS = 10_000;
/** One after the other: neither the portal nor the work of the night stands behind them. */
const LOOK_EVERY_MS = 1000;
/** Planned in one transaction. */
const CHUNK = 100;

/**
 * Plans to have paid invoices read back whose portal has no list of what it gave back: a refund of which no message came
 * opens its case then, as if it had been told. How many were planned.
 */
export async function planLooks(
  d: { readonly db: Db; readonly clock: Clock },
  work: Work,
  slug: string,
  most = MOST_LOOKS,
): Promise<number> {
  const begun = d.clock.now();
  const due: Awaited<ReturnType<typeof standingInvoices>> = [];
  for (const masa of dueLooks(begun)) due.push(...(await standingInvoices(d.db.knex, slug, masa, most)));
  const ids = due
    .toSorted((one, other) => Date.parse(one.updated_at) - Date.parse(other.updated_at))
    .slice(0, most)
    .map(({ id }) => id);
  for (let start = 0; start < ids.length; start += CHUNK) {
    const some = ids.slice(start, start + CHUNK);
    await work.transaction(async (tx) => {
      for (const [index, id] of some.entries()) {
        const runAt = plusMs(begun, (start + index) * LOOK_EVERY_MS);
        await enqueueOnce(tx, "read", id, runAt, d.clock.now());
      }
      await markLookedAt(tx, some, begun);
    });
  }
  return ids.length;
}
