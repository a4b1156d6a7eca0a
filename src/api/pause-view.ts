import { isoInJakarta } from "../clock";
import type { Db } from "../store/db";
import { pauseOf } from "../store/pauses";

/** Why a seller's channel is paused, or null. */
export async function pauseView(d: { readonly db: Db }, seller: string) {
  const pause = await pauseOf(d.db.knex, seller);
  if (pause === undefined) return null;
  return { cause: pause.cause, since: isoInJakarta(new Date(pause.since)), says: pause.says };
}
