import type { Knex } from "knex";
import { isDuplicate, type Tx } from "./db";
import type { FakturRow } from "./fakturs";

/** What a copy that was put back may have forgotten. */
export interface Forgotten {
  /** The restore, as it stands in `restores`. */
  readonly restoredAt: string;
  /** Whatever was paid until then may have gone out without standing here. */
  readonly paidUntil: string;
}

const FORGOTTEN = `(fakturs.created_at <= ? or exists (select 1 from invoices paid where paid.id = fakturs.invoice_id
  and (paid.paid_at is null or paid.paid_at <= ?)))
  and not exists (select 1 from export_clearances c where c.faktur_id = fakturs.id and c.restored_at = ?)`;

/** Leaves out the fakturs that may have been exported already. */
export const notForgotten = (query: Knex.QueryBuilder, since: Forgotten): Knex.QueryBuilder =>
  query.whereRaw(`not (${FORGOTTEN})`, bindings(since));

const bindings = ({ restoredAt, paidUntil }: Forgotten): string[] => [restoredAt, paidUntil, restoredAt];

/** The column `problem` of a faktur that is kept back. */
export const KEPT_BACK = "may_be_exported";

/** Ready fakturs of a seller that may have been exported already and do not say so yet, oldest first. */
export const forgottenReady = (
  tx: Tx,
  seller: string,
  since: Forgotten,
  limit: number,
): Promise<FakturRow[]> =>
  tx<FakturRow>("fakturs")
    .where({ seller, state: "ready", problem: null, external_id: null, replaces_id: null })
    .whereRaw(FORGOTTEN, bindings(since))
    .orderBy("id")
    .limit(limit);

/** Whether this faktur may have been exported already. */
export const isForgotten = async (tx: Tx, id: string, since: Forgotten): Promise<boolean> =>
  (await tx<FakturRow>("fakturs").where({ id }).whereRaw(FORGOTTEN, bindings(since)).first("id")) !==
  undefined;

/** Keeps a faktur back, or no longer; false when another hand has moved it meanwhile. */
export async function setKeptBack(tx: Tx, id: string, back: boolean, now: Date): Promise<boolean> {
  const [from, to] = back ? [null, KEPT_BACK] : [KEPT_BACK, null];
  const changed = await tx<FakturRow>("fakturs")
    .where({ id, state: "ready", problem: from })
    .update({ problem: to, updated_at: now.toISOString() });
  return changed === 1;
}

const kept = (tx: Tx, seller: string) =>
  tx<FakturRow>("fakturs").where({ problem: KEPT_BACK, seller, state: "ready" });

/** Kept back behind this id, in its order; of one masa where it is named. */
export function keptBack(
  tx: Tx,
  seller: string,
  period: string | null,
  after: string,
  limit: number,
): Promise<FakturRow[]> {
  const query = kept(tx, seller).where("id", ">", after).orderBy("id").limit(limit);
  return period === null ? query : query.where({ period });
}

/** How many are kept back. */
export async function countKeptBack(tx: Tx, seller: string): Promise<number> {
  const [row] = await kept(tx, seller).count({ count: "*" });
  return Number(row?.["count"] ?? 0);
}

interface ClearanceRow {
  readonly faktur_id: string;
  readonly restored_at: string;
  readonly by: string;
  readonly at: string;
}

/** Once per faktur and restore; false when it stands already. */
export async function insertClearance(tx: Tx, row: ClearanceRow): Promise<boolean> {
  try {
    await tx<ClearanceRow>("export_clearances").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

/** Fakturs of a seller and masa that have a real number of the authority. */
export async function countNumbered(tx: Tx, seller: string, period: string): Promise<number> {
  const [row] = await numbered(tx, seller, period).count({ count: "*" });
  return Number(row?.["count"] ?? 0);
}

/** And how many of these have one of these serials. */
export async function countWithSerials(
  tx: Tx,
  seller: string,
  period: string,
  serials: readonly string[],
): Promise<number> {
  const different = [...new Set(serials)];
  let count = 0;
  for (let from = 0; from < different.length; from += BATCH) {
    const some = different.slice(from, from + BATCH);
    const [row] = await numbered(tx, seller, period).whereIn("serial", some).count({ count: "*" });
    count += Number(row?.["count"] ?? 0);
  }
  return count;
}

const BATCH = 200;

const numbered = (tx: Tx, seller: string, period: string) =>
  tx("fakturs").where({ seller, period, simulated: false }).whereNotNull("nsfp");
