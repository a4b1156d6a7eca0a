import { maskEmail } from "../addresses";
import { isoInJakarta, type Clock } from "../clock";
import type { NewId } from "../ids";
import { accountById } from "../store/accounts";
import type { Tx } from "../store/db";
import type { FakturRow } from "../store/fakturs";
import { invoiceHead, type InvoiceRow } from "../store/invoices";
import { enqueue } from "../store/jobs";
import { insertMessage, subscribersOf, type EndpointRow, type WebhookEvent } from "../store/webhooks";

export interface AnnounceDeps {
  readonly clock: Clock;
  readonly newId: NewId;
}

/** What has become of a faktur, beside what its row says. */
export interface FakturNews {
  readonly state: string;
  readonly nsfp?: string | null;
  /** The authority's own words. */
  readonly message?: string | null;
  readonly mailedTo?: string;
}

/** Tells subscribers what became of a faktur: rows and jobs in the transaction of the fact itself, or nothing. */
export async function announceFaktur(
  tx: Tx,
  d: AnnounceDeps,
  type: Exclude<WebhookEvent, "invoice.held">,
  row: FakturRow,
  news: FakturNews,
): Promise<void> {
  const told = await subscribersOf(tx, type, row.seller, row.portal);
  if (told.length === 0) return;
  const invoice = await invoiceHead(tx, row.invoice_id);
  await tell(tx, d, told, type, row.id, {
    ...(await about(tx, row, row.account_id, invoice)),
    faktur: {
      ...{ id: row.id, reference: row.reference, state: news.state, nsfp: news.nsfp ?? row.nsfp },
      ...{ date: row.date, period: row.period, transactionCode: row.transaction_code },
      // SQLite hands whole digits back as numbers.
      totals: { dpp: String(row.dpp), dppNilaiLain: String(row.dpp_nilai_lain), ppn: String(row.ppn) },
    },
    simulated: Boolean(row.simulated),
    ...(news.message == null ? {} : { message: news.message }),
    ...(news.mailedTo === undefined ? {} : { mailedTo: maskEmail(news.mailedTo) }),
  });
}

/** Tells subscribers that an invoice waits for a person, with the reasons' codes. */
export async function announceHeld(
  tx: Tx,
  d: AnnounceDeps,
  invoice: InvoiceRow,
  reasons: readonly { readonly code: string }[],
): Promise<void> {
  // Decided again without anything new: told before.
  if (invoice.decision === "held") return;
  const told = await subscribersOf(tx, "invoice.held", invoice.seller, invoice.portal);
  if (told.length === 0) return;
  const data = {
    ...(await about(tx, invoice, invoice.account_id, invoice)),
    reasons: reasons.map(({ code }) => code),
  };
  await tell(tx, d, told, "invoice.held", invoice.id, data);
}

/** A message for one endpoint, queued; `tell` for those who subscribed. */
export async function queueMessage(
  tx: Tx,
  d: AnnounceDeps,
  endpoint: EndpointRow,
  type: WebhookEvent | "webhook.test",
  subject: string,
  data: object,
): Promise<string> {
  const now = d.clock.now();
  const id = `msg_${d.newId(now)}`;
  const payload = JSON.stringify({ type, timestamp: isoInJakarta(now), data });
  await insertMessage(tx, {
    ...{ id, endpoint: endpoint.name, type, subject, payload, state: "queued", attempts: 0 },
    ...{ status: null, detail: null, created_at: now.toISOString(), tried_at: null },
  });
  await enqueue(tx, "webhook", id, now, now);
  return id;
}

async function tell(
  tx: Tx,
  d: AnnounceDeps,
  endpoints: readonly EndpointRow[],
  type: WebhookEvent,
  subject: string,
  data: object,
): Promise<void> {
  for (const one of endpoints) await queueMessage(tx, d, one, type, subject, data);
}

/** Ids by which the receiver finds it again: its own of the portal, and the seller's. */
async function about(
  tx: Tx,
  of: { readonly seller: string; readonly portal: string },
  accountId: string | null,
  invoice: Pick<InvoiceRow, "external_id" | "number"> | undefined,
) {
  const account = accountId === null ? undefined : await accountById(tx, accountId);
  return {
    ...{ seller: of.seller, portal: of.portal, account: account?.external_id ?? null },
    invoice: { id: invoice?.external_id ?? null, number: invoice?.number ?? null },
  };
}
