import type { Tx } from "./db";
import { countOf, type Oldest } from "./home";
import type { MoveRow } from "./moves";
import { lastReconciliation, type ReconciliationRow } from "./reconciliations";
import type { TransferRow } from "./transfers";

/** What the home page tells of comparisons, transfers and moves. */

/**
 * The last daily comparison, while it found differences and no later one of the same days has found them gone; else
 * undefined.
 */
export async function differing(tx: Tx): Promise<ReconciliationRow | undefined> {
  const last = await lastReconciliation(tx);
  if (last?.verdict !== "differences") return undefined;
  const gone = await tx<ReconciliationRow>("reconciliations")
    .where("id", ">", last.id)
    .where({ state: "done" })
    .whereNot({ verdict: "differences" })
    .where("from_day", "<=", last.from_day)
    .where("to_day", ">=", last.to_day)
    .first();
  return gone === undefined ? last : undefined;
}

/** Approved transfers that nobody has carried out in time. */
export async function oldestOverdue(tx: Tx, limit: number): Promise<Oldest<TransferRow>> {
  const overdue = () => tx<TransferRow>("transfers").where({ state: "approved" }).whereNotNull("overdue_at");
  return { rows: await overdue().orderBy("id").limit(limit), count: await countOf(overdue()) };
}

/** Transfers whose conditions hold, and that finance has not decided. */
export async function oldestUndecided(tx: Tx, limit: number): Promise<Oldest<TransferRow>> {
  const open = () => tx<TransferRow>("transfers").where({ state: "open" });
  return { rows: await open().orderBy("id").limit(limit), count: await countOf(open()) };
}

/** Transfers whose ticket a person has to answer. */
export async function oldestUnanswered(tx: Tx, limit: number): Promise<Oldest<TransferRow>> {
  const byHand = () => tx<TransferRow>("transfers").where({ answer_state: "by_hand" });
  return { rows: await byHand().orderBy("id").limit(limit), count: await countOf(byHand()) };
}

/** Moves that nobody has said why. */
export async function oldestMoves(tx: Tx, limit: number): Promise<Oldest<MoveRow>> {
  const open = () => tx<MoveRow>("moves").where({ state: "open" });
  return { rows: await open().orderBy("id").limit(limit), count: await countOf(open()) };
}
