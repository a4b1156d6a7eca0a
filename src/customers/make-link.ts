import { plusMs, type Clock } from "../clock";
import type { Seal } from "../seal";
import type { Tx } from "../store/db";
import { linkGeneration } from "../store/customers";
import { writeLink } from "./link";

export interface LinkDeps {
  readonly clock: Clock;
  readonly seal: Seal;
  readonly publicUrl: string;
  /** How long a link lasts. */
  readonly linkDays: number;
}

export interface MadeLink {
  readonly url: string;
  readonly until: string;
}

const DAY_MS = 86_400_000;

/** A fresh link to the fakturs of an account, or of one taxpayer on it. */
export async function makeLink(
  tx: Tx,
  d: LinkDeps,
  accountId: string,
  buyer: string | null,
): Promise<MadeLink> {
  const generation = await linkGeneration(tx, accountId);
  const until = plusMs(d.clock.now(), d.linkDays * DAY_MS).toISOString();
  const token = writeLink(d.seal, { accountId, generation, buyer, until });
  return { url: `${d.publicUrl}/c/${token}`, until };
}
