import type { Clock } from "../clock";
import type { Tx } from "../store/db";
import { earlyStateOf, saveEarlyState } from "../store/events";
import { lockedInvoice, setPortalState, type InvoiceRow } from "../store/invoices";
import { isOutdated } from "./outdated";

/**
 * A portal's words come in any order (trap T43), and two at once. Each side first writes its own row and only then looks for
 * the other's, waiting for one that is being written: one of the two always sees the other.
 */

/** Keeps what was said of an invoice that is not told yet; returns the invoice where it was told meanwhile. */
export async function keepEarly(
  tx: Tx,
  portal: string,
  said: { readonly kind: "unpaid" | "cancelled"; readonly invoiceId: string; readonly saidAt: Date },
): Promise<InvoiceRow | undefined> {
  const said_at = said.saidAt.toISOString();
  await saveEarlyState(tx, { portal, invoice_external_id: said.invoiceId, state: said.kind, said_at });
  return lockedInvoice(tx, portal, said.invoiceId);
}

/** What was said of an invoice before it was told counts, unless it is older; a bill that is not paid yet is no news. */
export async function takeEarly(tx: Tx, d: { readonly clock: Clock }, written: InvoiceRow): Promise<void> {
  const early = await earlyStateOf(tx, written.portal, written.external_id);
  if (early === undefined) return;
  const saidAt = new Date(early.said_at);
  if (isOutdated(written, saidAt)) return;
  if (written.portal_state === "billed" && early.state === "unpaid") return;
  await setPortalState(tx, written.id, early.state, saidAt, d.clock.now());
}
