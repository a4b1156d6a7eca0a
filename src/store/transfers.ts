import { isDuplicate, type Tx } from "./db";
import { countOf, type Oldest } from "./home";

/** `open`: every condition holds. `blocked`: one does not. `approved`: to be carried out. `done`: seen at its new owner. */
export const TRANSFER_STATES = ["open", "blocked", "approved", "done", "rejected"] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

/** The answer in the ticket: none to give yet, on its way, given, or for a person to give. */
export const ANSWER_STATES = ["none", "queued", "sent", "by_hand"] as const;
export type AnswerState = (typeof ANSWER_STATES)[number];

export interface TransferRow {
  readonly id: string;
  readonly portal: string;
  readonly open_key: string | null;
  /** JSON of TransferItem[]. */
  readonly services: string;
  readonly from_account: string;
  readonly to_email: string;
  readonly to_account: string | null;
  /** As it was asked; `ticket_id` is the portal's own id. */
  readonly ticket: string;
  readonly ticket_id: string | null;
  readonly state: TransferState;
  /** JSON of TransferCheck[]. */
  readonly checks: string;
  readonly checked_at: string;
  /** JSON of TransferStep[]. */
  readonly steps: string;
  readonly opened_by: string;
  readonly opened_at: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly decision_reason: string | null;
  readonly answer_state: AnswerState;
  readonly answer: string | null;
  readonly answered_at: string | null;
  /** When it was told that nobody has carried it out in time. */
  readonly overdue_at: string | null;
  readonly done_at: string | null;
}

/** False when the same wish is waiting already. */
export async function insertTransfer(
  tx: Tx,
  row: TransferRow,
  serviceIds: readonly string[],
): Promise<boolean> {
  try {
    await tx<TransferRow>("transfers").insert(row);
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
  await tx("transfer_services").insert(
    serviceIds.map((service_id) => ({ transfer_id: row.id, service_id, approved_key: null })),
  );
  return true;
}

export const transferById = (tx: Tx, id: string): Promise<TransferRow | undefined> =>
  tx<TransferRow>("transfers").where({ id }).first();

/** The same, held until the transaction ends: what is written goes back to what was read. */
export const lockTransfer = (tx: Tx, id: string): Promise<TransferRow | undefined> =>
  tx<TransferRow>("transfers").where({ id }).forUpdate().first();

export const transferByOpenKey = (tx: Tx, openKey: string): Promise<TransferRow | undefined> =>
  tx<TransferRow>("transfers").where({ open_key: openKey }).first();

/** Newest first; `before` is the id the page starts under. */
export function listTransfers(
  tx: Tx,
  filter: { readonly state?: TransferState | undefined; readonly portal?: string | undefined },
  before: string | null,
  limit: number,
): Promise<TransferRow[]> {
  const query = tx<TransferRow>("transfers").orderBy("id", "desc").limit(limit);
  if (filter.state !== undefined) query.where({ state: filter.state });
  if (filter.portal !== undefined) query.where({ portal: filter.portal });
  if (before !== null) query.where("id", "<", before);
  return query;
}

/** Writes to a transfer only in the state it was read in; false when another hand was faster. */
export async function changeTransfer(
  tx: Tx,
  row: Pick<TransferRow, "id" | "state">,
  changes: Partial<Omit<TransferRow, "id" | "portal">>,
): Promise<boolean> {
  return (await tx<TransferRow>("transfers").where({ id: row.id, state: row.state }).update(changes)) === 1;
}

/** Claims the services for an approved transfer; false when another approved transfer holds one of them. */
export async function holdServices(
  tx: Tx,
  portal: string,
  transferId: string,
  serviceIds: readonly string[],
): Promise<boolean> {
  try {
    for (const service_id of serviceIds) {
      await tx("transfer_services")
        .where({ transfer_id: transferId, service_id })
        .update({ approved_key: `${portal}/${service_id}` });
    }
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export async function releaseServices(tx: Tx, transferId: string): Promise<void> {
  await tx("transfer_services").where({ transfer_id: transferId }).update({ approved_key: null });
}

/** The approved transfer that gives this service away, if one does. */
export const approvedFor = (tx: Tx, portal: string, serviceId: string): Promise<TransferRow | undefined> =>
  tx<TransferRow>("transfers")
    .whereIn(
      "id",
      tx("transfer_services")
        .where({ approved_key: `${portal}/${serviceId}` })
        .select("transfer_id"),
    )
    .first();

/** Transfers of a seller's portals that were approved and are overdue, oldest first. */
export const overdueOf = (tx: Tx, seller: string, limit: number): Promise<Oldest<TransferRow>> =>
  oldestOf(() => ofSeller(tx, seller).where({ state: "approved" }).whereNotNull("overdue_at"), limit);

/** Those whose conditions hold and that nobody has decided, oldest first. */
export const undecidedOf = (tx: Tx, seller: string, limit: number): Promise<Oldest<TransferRow>> =>
  oldestOf(() => ofSeller(tx, seller).where({ state: "open" }), limit);

/** Those whose ticket a person has to answer, oldest first. */
export const unansweredOf = (tx: Tx, seller: string, limit: number): Promise<Oldest<TransferRow>> =>
  oldestOf(() => ofSeller(tx, seller).where({ answer_state: "by_hand" }), limit);

const ofSeller = (tx: Tx, seller: string) =>
  tx<TransferRow>("transfers").whereIn("portal", tx("portals").where({ seller }).select("slug"));

async function oldestOf(
  query: () => ReturnType<typeof ofSeller>,
  limit: number,
): Promise<Oldest<TransferRow>> {
  const rows: TransferRow[] = await query().orderBy("id").limit(limit).select("transfers.*");
  return { rows, count: await countOf(query()) };
}

export async function countTransfers(tx: Tx): Promise<{ state: TransferState; count: number }[]> {
  const rows: { state: TransferState; count: number | string }[] = await tx("transfers")
    .select("state")
    .count({ count: "*" })
    .groupBy("state");
  return rows.map((row) => ({ state: row.state, count: Number(row.count) }));
}
