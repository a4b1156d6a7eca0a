import type { Tx } from "./db";
import type { InvoiceRow } from "./invoices";

/** Behind the slug in the subject of a job `poll`: the whole list instead of a quick look. */
export const WHOLE_LIST = "#all";

/** When a portal was last asked for its paid invoices; an instant is when that look began. */
export interface PollRow {
  readonly portal: string;
  readonly quick_at: string | null;
  readonly full_at: string | null;
  readonly full_rows: number;
  readonly full_fresh: number;
}

export const findPoll = (tx: Tx, portal: string): Promise<PollRow | undefined> =>
  tx<PollRow>("portal_polls").where({ portal }).first();

/** Writes down a look that went through to its end. */
export async function savePoll(
  tx: Tx,
  portal: string,
  done: Partial<Omit<PollRow, "portal">>,
): Promise<void> {
  if ((await findPoll(tx, portal)) === undefined) {
    await tx("portal_polls").insert({ portal, quick_at: null, full_at: null, full_rows: 0, full_fresh: 0 });
  }
  await tx<PollRow>("portal_polls").where({ portal }).update(done);
}

/** The rows of these invoices that stand already. */
export const knownInvoices = (
  tx: Tx,
  portal: string,
  externalIds: readonly string[],
): Promise<InvoiceRow[]> =>
  tx<InvoiceRow>("invoices")
    .where({ portal })
    .whereIn("external_id", [...externalIds]);

/**
 * Invoices that were not paid when they were last looked at, those looked at longest ago first: known by name only, unpaid
 * again, or recorded with their bill.
 */
export const unpaidInvoices = (
  tx: Tx,
  portal: string,
  made: { readonly since: Date },
  limit: number,
): Promise<Pick<InvoiceRow, "id">[]> =>
  tx<InvoiceRow>("invoices")
    .where({ portal })
    .where("created_at", ">=", made.since.toISOString())
    .where((query) => {
      const notPaid = { decision: "skipped", content: null } as const;
      void query
        .where((skipped) => {
          void skipped.where(notPaid).where("reasons", "like", '%"not_paid_in_portal"%');
        })
        .orWhere({ portal_state: "unpaid" })
        .orWhere({ portal_state: "billed" });
    })
    .orderBy("updated_at")
    .limit(limit)
    .select("id");

/**
 * Invoices paid within these days that have, or may get, a faktur and were last looked at before then, those looked at
 * longest ago first. A mass payment is among them: its money comes back to it and not to the invoices inside.
 */
export const standingInvoices = (
  tx: Tx,
  portal: string,
  which: { readonly from: string; readonly to: string; readonly lookedBefore: Date; readonly now: Date },
  limit: number,
): Promise<Pick<InvoiceRow, "id" | "updated_at">[]> =>
  tx<InvoiceRow>("invoices")
    .where({ portal })
    .whereBetween("tax_day", [which.from, which.to])
    .where((due) => {
      void due.where("updated_at", "<", which.lookedBefore.toISOString());
      void due.orWhere("updated_at", ">", which.now.toISOString());
    })
    .where((query) => void query.whereNot({ decision: "skipped" }).orWhere({ reason: "container" }))
    .orderBy("updated_at")
    .limit(limit)
    .select("id", "updated_at");

/** They are looked at now, whatever comes of it: the next look takes others first. */
export async function markLookedAt(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  await tx<InvoiceRow>("invoices")
    .whereIn("id", [...ids])
    .update({ updated_at: now.toISOString() });
}
