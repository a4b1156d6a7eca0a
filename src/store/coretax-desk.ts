import { FILE_CHANNEL, type FakturState } from "../faktur/faktur";
import { notForgotten, type Forgotten } from "./clearances";
import type { Tx } from "./db";
import { unindexed } from "./faktur-search";

/** Fakturs without a number that stand alike, of one last day. */
export interface OpenByFile {
  readonly state: FakturState;
  readonly problem: string | null;
  readonly deadline: string;
  readonly count: number;
}

/** What of a seller waits for an export or for the read-back; what another channel carries is left out. */
export async function openByFile(tx: Tx, seller: string): Promise<readonly OpenByFile[]> {
  const rows: unknown = await tx("fakturs")
    .where({ seller, replaces_id: null })
    // By its indexes of numbers SQLite would walk all that never had one.
    .where(unindexed(tx, "nsfp"), "=", "")
    .where(unindexed(tx, "external_id"), "=", "")
    .whereIn("state", ["draft", "ready", "pending", "unknown"])
    .where((one) => void one.whereIn("state", ["draft", "ready"]).orWhere("channel_kind", FILE_CHANNEL))
    .groupBy("state", "problem", "deadline")
    .select("state", "problem", "deadline")
    .count({ count: "id" });
  return (rows as (OpenByFile & { readonly count: number | string })[]).map((row) => ({
    ...row,
    count: Number(row.count),
  }));
}

/** How many ready fakturs that may still go up on this day a restore has not made doubtful. */
export async function countCertain(tx: Tx, seller: string, today: string, since: Forgotten): Promise<number> {
  const query = tx("fakturs")
    .where({ seller, state: "ready", problem: null, external_id: null, replaces_id: null })
    .where("deadline", ">=", today);
  const [row]: { readonly count?: number | string }[] = await notForgotten(query, since).count({
    count: "*",
  });
  return Number(row?.count ?? 0);
}
