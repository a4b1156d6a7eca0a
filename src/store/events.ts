import { isDuplicate, type Tx } from "./db";

/** False when this portal has sent this delivery before. */
export async function insertDelivery(
  tx: Tx,
  delivery: { portal: string; delivery_id: string; kind: string; at: string },
): Promise<boolean> {
  try {
    await tx("hook_deliveries").insert(delivery);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

/** The same of several that nobody has sent before; throws where one was. */
export async function insertDeliveries(
  tx: Tx,
  deliveries: readonly { portal: string; delivery_id: string; kind: string; at: string }[],
): Promise<void> {
  await tx("hook_deliveries").insert([...deliveries]);
}

/** Those of these deliveries that the portal has sent before. */
export const knownDeliveries = (tx: Tx, portal: string, ids: readonly string[]): Promise<string[]> =>
  tx<{ portal: string; delivery_id: string }>("hook_deliveries")
    .where({ portal })
    .whereIn("delivery_id", [...ids])
    .pluck("delivery_id");

/** When a portal was last heard. */
export async function lastDelivery(tx: Tx, portal: string): Promise<string | null> {
  const row = await tx<{ portal: string; at: string }>("hook_deliveries")
    .where({ portal })
    .orderBy("at", "desc")
    .first("at");
  return row?.at ?? null;
}

export interface RefundRow {
  readonly portal: string;
  readonly external_id: string;
  readonly invoice_external_id: string;
  /** Decimal string; null = the whole invoice. */
  readonly amount: string | null;
  readonly state: "pending" | "done" | "failed";
  readonly refunded_at: string;
  readonly reason: string | null;
}

export async function saveRefund(tx: Tx, refund: RefundRow): Promise<void> {
  const { portal, external_id, ...rest } = refund;
  if ((await tx("refunds").where({ portal, external_id }).update(rest)) > 0) return;
  try {
    await tx("refunds").insert(refund);
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
    await tx("refunds").where({ portal, external_id }).update(rest);
  }
}

export const refundsOf = (tx: Tx, portal: string, invoiceExternalId: string): Promise<RefundRow[]> =>
  tx<RefundRow>("refunds").where({ portal, invoice_external_id: invoiceExternalId }).orderBy("refunded_at");

/** What a portal said of an invoice that it had not told yet. */
export interface EarlyStateRow {
  readonly portal: string;
  readonly invoice_external_id: string;
  readonly state: "unpaid" | "cancelled";
  readonly said_at: string;
}

/** The latest word counts, whenever it comes. */
export async function saveEarlyState(tx: Tx, row: EarlyStateRow): Promise<void> {
  const { portal, invoice_external_id, state, said_at } = row;
  try {
    await tx<EarlyStateRow>("early_states").insert(row);
  } catch (thrown) {
    if (!isDuplicate(thrown)) throw thrown;
    await tx<EarlyStateRow>("early_states")
      .where({ portal, invoice_external_id })
      .where("said_at", "<=", said_at)
      .update({ state, said_at });
  }
}

/** What was said is waited for while it is being written. */
export const earlyStateOf = (
  tx: Tx,
  portal: string,
  invoiceExternalId: string,
): Promise<EarlyStateRow | undefined> =>
  tx<EarlyStateRow>("early_states")
    .where({ portal, invoice_external_id: invoiceExternalId })
    .forShare()
    .first();

/** Those of these invoices of which the portal has said something before it told them; waits likewise. */
export const earlyStatesOf = (tx: Tx, portal: string, externalIds: readonly string[]): Promise<string[]> =>
  tx<EarlyStateRow>("early_states")
    .where({ portal })
    .whereIn("invoice_external_id", [...externalIds])
    .forShare()
    .pluck("invoice_external_id");
