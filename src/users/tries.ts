import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import { plusMs, type Clock } from "../clock";
import type { Db, Tx } from "../store/db";
import { countTry, forgetTries, uncountTry } from "../store/users";

export interface TriesDeps {
  readonly db: Db;
  readonly clock: Clock;
}

const MINUTE_MS = 60_000;
/** No window is longer; counts of earlier ones are of no use to anybody. */
const LONGEST_MINUTES = 60;

/** Counts one more try of `who` in the window of so many minutes that it falls into, and tells how many there were. */
export async function countTries(d: TriesDeps, who: string, minutes: number): Promise<number> {
  const now = d.clock.now();
  return d.db.transaction(async (tx) => {
    await forgetTries(tx, plusMs(now, -LONGEST_MINUTES * MINUTE_MS).toISOString());
    return countTryIn(tx, now, who, minutes);
  });
}

/** The same in a transaction of the caller's. */
export const countTryIn = (tx: Tx, now: Date, who: string, minutes: number): Promise<number> =>
  countTry(tx, keyOf(who), windowAt(now, minutes));

/** A try that proved right was no guess: it is taken back, and those before it stay counted. */
export async function forgiveTry(d: TriesDeps, who: string, minutes: number): Promise<void> {
  await d.db.alone((tx) => uncountTry(tx, keyOf(who), windowAt(d.clock.now(), minutes)));
}

const keyOf = (who: string): string => createHash("sha256").update(who).digest("hex");

function windowAt(now: Date, minutes: number): string {
  const windowMs = minutes * MINUTE_MS;
  return new Date(Math.floor(now.getTime() / windowMs) * windowMs).toISOString();
}

/** Minutes until the window of so many minutes is over. */
export const minutesLeft = (now: Date, minutes: number): number =>
  minutes - Math.floor((now.getTime() / MINUTE_MS) % minutes);

/** Who counts as one source: an IPv4 address; of IPv6 the network of 64 bits, all of which one line is given. */
export function sourceOf(ip: string | undefined): string {
  const address = (ip ?? "unknown").replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.toLowerCase().replace(/%.*/, "").split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const between = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const all = [...before, ...Array.from({ length: between }, () => "0"), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
