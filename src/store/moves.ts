import { isDuplicate, type Tx } from "./db";
import { countOf } from "./home";

/** What was last seen of a service: one row each, whoever has it. */
export interface OwnerRow {
  readonly portal: string;
  readonly service_id: string;
  readonly account: string;
  readonly label: string | null;
  readonly name_key: string | null;
  readonly status: string;
  readonly seen_at: string;
}

export const ownerOf = (tx: Tx, portal: string, serviceId: string): Promise<OwnerRow | undefined> =>
  tx<OwnerRow>("service_owners").where({ portal, service_id: serviceId }).first();

export const ownersOf = (tx: Tx, portal: string, serviceIds: readonly string[]): Promise<OwnerRow[]> =>
  tx<OwnerRow>("service_owners")
    .where({ portal })
    .whereIn("service_id", [...serviceIds]);

/** What an account was last seen with. */
export async function servicesWith(tx: Tx, portal: string, account: string): Promise<string[]> {
  const rows = await tx<OwnerRow>("service_owners")
    .where({ portal, account })
    .orderBy("service_id")
    .select("service_id");
  return rows.map((row) => row.service_id);
}

/** What an account has under this domain name. */
export const namedAt = (tx: Tx, portal: string, account: string, nameKey: string): Promise<OwnerRow[]> =>
  tx<OwnerRow>("service_owners").where({ portal, account, name_key: nameKey }).orderBy("service_id");

/** False when the service has a row already. */
export async function insertOwner(tx: Tx, row: OwnerRow): Promise<boolean> {
  try {
    await tx<OwnerRow>("service_owners").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

/** Writes what was seen over what was known, only as it was read; false when another hand was faster. */
export async function changeOwner(tx: Tx, known: OwnerRow, seen: OwnerRow): Promise<boolean> {
  const { portal, service_id, account, seen_at } = known;
  const changed = await tx<OwnerRow>("service_owners")
    .where({ portal, service_id, account, seen_at })
    .update(seen);
  return changed === 1;
}

/** Services that look as they did: only when they were seen changes. */
export async function touchOwners(
  tx: Tx,
  portal: string,
  serviceIds: readonly string[],
  at: Date,
): Promise<void> {
  await tx<OwnerRow>("service_owners")
    .where({ portal })
    .whereIn("service_id", [...serviceIds])
    .where("seen_at", "<", at.toISOString())
    .update({ seen_at: at.toISOString() });
}

/** When the services of a portal were last seen; null while they never were. */
export async function lastSeen(tx: Tx, portal: string): Promise<string | null> {
  const row = await tx<OwnerRow>("service_owners").where({ portal }).orderBy("seen_at", "desc").first();
  return row?.seen_at ?? null;
}

/** `open`: nobody has said why. `tied`: to a ticket or a transfer. `closed`: and nothing of it is unpaid any more. */
export const MOVE_STATES = ["open", "tied", "closed"] as const;
export type MoveState = (typeof MOVE_STATES)[number];

/** How a move was seen: in the portal's list, told by its event, or on an invoice that was read back. */
export type MoveSource = "list" | "event" | "invoice";

export interface MoveRow {
  /** Its place in the order they were written down; given by the database. */
  readonly sequence?: number | string;
  readonly id: string;
  readonly portal: string;
  readonly service_id: string;
  readonly from_account: string;
  readonly to_account: string;
  readonly label: string | null;
  readonly source: MoveSource;
  readonly last_seen_from: string | null;
  /** When it was written down. */
  readonly seen_at: string;
  /** When the portal said so, or was asked: the order in which moves happened. */
  readonly said_at: string;
  readonly state: MoveState;
  readonly ticket: string | null;
  /** The portal itself has shown the ticket to be the old owner's. MySQL answers 0 and 1. */
  readonly ticket_checked: boolean | number;
  readonly note: string | null;
  readonly tied_by: string | null;
  readonly tied_at: string | null;
  readonly transfer_id: string | null;
  /** JSON of StoredUnpaid[]. */
  readonly unpaid: string | null;
  readonly unpaid_at: string | null;
  readonly closed_at: string | null;
}

export const placeOf = ({ sequence }: MoveRow): number => Number(sequence ?? 0);

export async function insertMove(tx: Tx, row: MoveRow): Promise<void> {
  await tx<MoveRow>("moves").insert(row);
}

export const moveById = (tx: Tx, id: string): Promise<MoveRow | undefined> =>
  tx<MoveRow>("moves").where({ id }).first();

/** The last move of a service that was said by then. */
export const moveUntil = (
  tx: Tx,
  portal: string,
  serviceId: string,
  at: Date,
): Promise<MoveRow | undefined> =>
  tx<MoveRow>("moves")
    .where({ portal, service_id: serviceId })
    .where("said_at", "<=", at.toISOString())
    .orderBy([
      { column: "said_at", order: "desc" },
      { column: "sequence", order: "desc" },
    ])
    .first();

/** The first move of a service that was said later. */
export const moveAfter = (
  tx: Tx,
  portal: string,
  serviceId: string,
  at: Date,
): Promise<MoveRow | undefined> =>
  tx<MoveRow>("moves")
    .where({ portal, service_id: serviceId })
    .where("said_at", ">", at.toISOString())
    .orderBy(["said_at", "sequence"])
    .first();

/** Writes that a move was said once more, where that was later. */
export async function moveSaidAgain(tx: Tx, id: string, at: Date): Promise<void> {
  const said_at = at.toISOString();
  await tx<MoveRow>("moves").where({ id }).where("said_at", "<", said_at).update({ said_at });
}

/** Every move of every service that has ever left this account, in the order in which they were said. */
export const movesTouching = (tx: Tx, portal: string, account: string): Promise<MoveRow[]> =>
  tx<MoveRow>("moves")
    .where({ portal })
    .whereIn("service_id", tx<MoveRow>("moves").where({ portal, from_account: account }).select("service_id"))
    .orderBy(["said_at", "sequence"]);

/** The services that have ever left this account, the latest first. */
export async function servicesLeft(tx: Tx, portal: string, account: string): Promise<string[]> {
  const rows = await tx<MoveRow>("moves")
    .where({ portal, from_account: account })
    .orderBy("sequence", "desc")
    .select("service_id");
  return [...new Set(rows.map((row) => row.service_id))];
}

/** Moves of a portal that are not closed, oldest first; of one service, or of all. */
export function standingMoves(tx: Tx, portal: string, serviceId?: string): Promise<MoveRow[]> {
  const query = tx<MoveRow>("moves").where({ portal }).whereNot({ state: "closed" }).orderBy("sequence");
  return serviceId === undefined ? query : query.where({ service_id: serviceId });
}

/** Moves of a seller's portals that are not closed, oldest first. */
export const standingMovesOf = (tx: Tx, seller: string, limit: number): Promise<MoveRow[]> =>
  standingOf(tx, seller).orderBy("sequence").limit(limit).select("moves.*");

export const countStandingMovesOf = (tx: Tx, seller: string): Promise<number> =>
  countOf(standingOf(tx, seller));

const standingOf = (tx: Tx, seller: string) =>
  tx<MoveRow>("moves")
    .whereIn("portal", tx("portals").where({ seller }).select("slug"))
    .whereNot({ state: "closed" });

/** Newest first; `before` is the id the page starts under. */
export function listMoves(
  tx: Tx,
  filter: {
    readonly state?: MoveState | undefined;
    readonly portal?: string | undefined;
    readonly transfer?: string | undefined;
  },
  before: string | null,
  limit: number,
): Promise<MoveRow[]> {
  const query = tx<MoveRow>("moves").orderBy("id", "desc").limit(limit);
  if (filter.state !== undefined) query.where({ state: filter.state });
  if (filter.portal !== undefined) query.where({ portal: filter.portal });
  if (filter.transfer !== undefined) query.where({ transfer_id: filter.transfer });
  if (before !== null) query.where("id", "<", before);
  return query;
}

/** Writes to a move only in the state it was read in; false when another hand was faster. */
export async function changeMove(
  tx: Tx,
  row: Pick<MoveRow, "id" | "state">,
  changes: Partial<Omit<MoveRow, "id" | "portal" | "service_id" | "from_account" | "to_account">>,
): Promise<boolean> {
  return (await tx<MoveRow>("moves").where({ id: row.id, state: row.state }).update(changes)) === 1;
}

export async function countMoves(tx: Tx): Promise<{ state: MoveState; count: number }[]> {
  const rows: { state: MoveState; count: number | string }[] = await tx("moves")
    .select("state")
    .count({ count: "*" })
    .groupBy("state");
  return rows.map((row) => ({ state: row.state, count: Number(row.count) }));
}

/** Invoices of an account that are being decided, or have a faktur that may not have left yet. */
export async function unsentInvoicesOf(tx: Tx, accountId: string): Promise<string[]> {
  // Those first: whoever is decided in between has its faktur by the time the others are read.
  const deciding: { id: string }[] = await tx("invoices")
    .join("jobs", "jobs.subject", "invoices.id")
    .where({ "jobs.kind": "issue", "invoices.account_id": accountId })
    .orderBy("invoices.id")
    .select("invoices.id as id");
  const rows: { invoice_id: string }[] = await tx("fakturs")
    .where({ account_id: accountId, external_id: null })
    .whereIn("state", ["draft", "ready", "rejected"])
    .orderBy("id")
    .select("invoice_id");
  return [...new Set([...deciding.map((row) => row.id), ...rows.map((row) => row.invoice_id)])];
}
