import { isDuplicate, type Tx } from "./db";

/** `unread`: woken, not read back yet. `undecided`: read, the decision is still being made. */
export const DECISIONS = ["unread", "undecided", "issuing", "held", "skipped"] as const;
export type Decision = (typeof DECISIONS)[number];

/** What the portal last said of the payment; `billed`: nothing yet, the faktur is due with the bill. */
export type PortalState = "paid" | "unpaid" | "cancelled" | "billed";

export interface InvoiceRow {
  readonly id: string;
  readonly portal: string;
  readonly external_id: string;
  readonly seller: string;
  readonly account_id: string | null;
  readonly number: string | null;
  readonly paid_at: string | null;
  readonly tax_day: string | null;
  /** JSON of StoredInvoice; null while unread. */
  readonly content: string | null;
  readonly content_hash: string | null;
  /** JSON of CompanySnapshot: the company and its status when the payment became known. */
  readonly company_at_payment: string | null;
  readonly portal_state: PortalState;
  /** When the portal said so; older words that come later change nothing. */
  readonly portal_state_at?: string | null;
  /** JSON of ToldContent: what the portal told later, where it differs; null when it says the same. */
  readonly told?: string | null;
  readonly told_hash?: string | null;
  /** What made the faktur due: the payment, or the bill of a collector. */
  readonly basis?: "paid" | "billed";
  readonly decision: Decision;
  /** JSON of the reason codes that finance has accepted for this invoice. */
  readonly accepted: string;
  /** JSON of StoredReason[]. */
  readonly reasons: string;
  /** The code of the first reason; written with them. */
  readonly reason?: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export const findInvoice = (tx: Tx, portal: string, externalId: string): Promise<InvoiceRow | undefined> =>
  tx<InvoiceRow>("invoices").where({ portal, external_id: externalId }).first();

/** The same, kept from being changed by others until the transaction ends; one that is being written is waited for. */
export const lockedInvoice = (tx: Tx, portal: string, externalId: string): Promise<InvoiceRow | undefined> =>
  tx<InvoiceRow>("invoices").where({ portal, external_id: externalId }).forUpdate().first();

export const invoiceById = (tx: Tx, id: string): Promise<InvoiceRow | undefined> =>
  tx<InvoiceRow>("invoices").where({ id }).first();

const HEAD = ["portal", "number", "external_id", "paid_at", "portal_state", "company_at_payment"] as const;

export type InvoiceHead = Pick<InvoiceRow, (typeof HEAD)[number]>;

/** What most steps ask of an invoice, without what it holds: that is by far the most of it. */
export const invoiceHead = (tx: Tx, id: string): Promise<InvoiceHead | undefined> =>
  tx<InvoiceRow>("invoices")
    .where({ id })
    .first(...HEAD);

const GROUNDS = ["portal_state", "accepted", "content_hash", "told_hash", "company_at_payment"] as const;

/** What a decision rests on, kept from being decided or changed by others until the transaction ends. */
export const lockedGrounds = (
  tx: Tx,
  id: string,
): Promise<Pick<InvoiceRow, (typeof GROUNDS)[number]> | undefined> =>
  tx<InvoiceRow>("invoices")
    .where({ id })
    .first(...GROUNDS)
    .forUpdate();

const TOLD = ["id", "portal", "content", "told", "told_hash"] as const;

export type ToldRow = Pick<InvoiceRow, (typeof TOLD)[number]>;

/** An invoice of which something else is told than was recorded; undefined for every other. */
export const toldBeside = (tx: Tx, id: string): Promise<ToldRow | undefined> =>
  tx<InvoiceRow>("invoices")
    .where({ id })
    .whereNotNull("told_hash")
    .first(...TOLD);

/** Number and the portal's own id of several; without what they hold. */
export const invoiceNames = (
  tx: Tx,
  ids: readonly string[],
): Promise<Pick<InvoiceRow, "id" | "external_id" | "number">[]> =>
  tx<InvoiceRow>("invoices")
    .whereIn("id", [...ids])
    .select("id", "external_id", "number");

/** Records an invoice once; false when this portal's invoice stands already. */
export async function insertInvoice(tx: Tx, row: InvoiceRow): Promise<boolean> {
  try {
    await tx<InvoiceRow>("invoices").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

/** Records several new ones at once, or none: throws where one stands already. */
export async function insertInvoices(tx: Tx, rows: readonly InvoiceRow[]): Promise<void> {
  await tx<InvoiceRow>("invoices").insert([...rows]);
}

/** Those of these invoices of a portal that stand already, by the portal's own ids. */
export const recordedInvoices = (tx: Tx, portal: string, externalIds: readonly string[]): Promise<string[]> =>
  tx<InvoiceRow>("invoices")
    .where({ portal })
    .whereIn("external_id", [...externalIds])
    .pluck("external_id");

/** Fills in what a read-back found, only while the invoice is still unread. */
export async function fillInvoice(
  tx: Tx,
  id: string,
  content: Pick<
    InvoiceRow,
    "account_id" | "number" | "paid_at" | "tax_day" | "content" | "content_hash" | "company_at_payment"
  >,
  now: Date,
): Promise<boolean> {
  const filled = await tx<InvoiceRow>("invoices")
    .where({ id, decision: "unread" })
    .update({ ...content, decision: "undecided", updated_at: now.toISOString() });
  return filled === 1;
}

/** The content of an invoice that was corrected in its portal before anything was made from it. */
export async function refillInvoice(tx: Tx, id: string, content: Corrected, now: Date): Promise<void> {
  await tx<InvoiceRow>("invoices")
    .where({ id })
    .update({ ...content, updated_at: now.toISOString() });
  if (content.tax_day === undefined) return;
  // A place that a cancelled faktur has left stands in the list under this day.
  await tx("fakturs")
    .where({ invoice_id: id })
    .whereNotNull("vacant_day")
    .update({ vacant_day: content.tax_day });
}

export async function decideInvoice(
  tx: Tx,
  id: string,
  decision: Decision,
  reasons: string,
  now: Date,
): Promise<void> {
  const [first] = JSON.parse(reasons) as { readonly code: string }[];
  const changes = { decision, reasons, reason: first?.code ?? null, updated_at: now.toISOString() };
  await tx<InvoiceRow>("invoices").where({ id }).update(changes);
}

/** For a decision anew by a person: the company as it is now takes the place of the one at payment. */
export async function reopenInvoice(
  tx: Tx,
  id: string,
  anew: Pick<InvoiceRow, "company_at_payment" | "accepted" | "decision">,
  now: Date,
): Promise<void> {
  await tx<InvoiceRow>("invoices")
    .where({ id })
    .update({ ...anew, updated_at: now.toISOString() });
}

/** What finance has accepted for this invoice, as the JSON of its codes. */
export async function setAccepted(tx: Tx, id: string, accepted: string, now: Date): Promise<void> {
  await tx<InvoiceRow>("invoices").where({ id }).update({ accepted, updated_at: now.toISOString() });
}

/** Invoices of an account for which finance has accepted this reason. */
export const acceptingInvoicesOf = (tx: Tx, accountId: string, reason: string): Promise<{ id: string }[]> =>
  tx<InvoiceRow>("invoices")
    .where({ account_id: accountId })
    .where("accepted", "like", `%"${reason}"%`)
    .orderBy("id")
    .select("id");

/** Keeps others from deciding or changing this invoice until the transaction ends. */
export async function lockInvoice(tx: Tx, id: string): Promise<void> {
  await tx<InvoiceRow>("invoices").where({ id }).update("decision", tx.ref("decision"));
}

/** What the portal says of the payment, and when it said so; null when it did not tell. */
export async function setPortalState(
  tx: Tx,
  id: string,
  state: PortalState,
  saidAt: Date | null,
  now: Date,
): Promise<void> {
  await tx<InvoiceRow>("invoices")
    .where({ id })
    .update({
      portal_state: state,
      ...(saidAt === null ? {} : { portal_state_at: saidAt.toISOString() }),
      updated_at: now.toISOString(),
    });
}

/** Keeps what the portal told later beside what is recorded; null once both say the same. */
export async function noteTold(
  tx: Tx,
  id: string,
  told: { readonly told: string | null; readonly told_hash: string | null },
  now: Date,
): Promise<void> {
  await tx<InvoiceRow>("invoices")
    .where({ id })
    .update({ ...told, updated_at: now.toISOString() });
}

type Content = Pick<
  InvoiceRow,
  "account_id" | "number" | "paid_at" | "tax_day" | "content" | "content_hash" | "company_at_payment"
>;

/** What of the record a correction may change. */
type Corrected = Partial<Content & Pick<InvoiceRow, "basis" | "portal_state" | "portal_state_at">>;

/** The record becomes what the portal told later; only where no faktur rests on it. */
export async function takeTold(tx: Tx, id: string, content: Corrected, now: Date): Promise<void> {
  await tx<InvoiceRow>("invoices")
    .where({ id })
    .update({ ...content, told: null, told_hash: null, updated_at: now.toISOString() });
}

/** The payment of an invoice that was recorded with its bill; the bill stays what the faktur rests on. */
export async function notePayment(tx: Tx, id: string, paidAt: Date, now: Date): Promise<void> {
  await tx<InvoiceRow>("invoices")
    .where({ id, paid_at: null })
    .update({ paid_at: paidAt.toISOString(), updated_at: now.toISOString() });
}

/** Held invoices of an account that name this reason. */
export async function heldInvoicesOf(
  tx: Tx,
  accountId: string,
  reason: string,
): Promise<Pick<InvoiceRow, "id" | "company_at_payment">[]> {
  const rows = await tx<InvoiceRow>("invoices")
    .where({ account_id: accountId, decision: "held" })
    .orderBy("id");
  return rows.filter((row) => row.reasons.includes(`"code":"${reason}"`));
}

/** Invoices of an account that were paid at or after this moment, oldest first. */
export const invoicesPaidSince = (tx: Tx, accountId: string, since: string): Promise<InvoiceRow[]> =>
  tx<InvoiceRow>("invoices")
    .where({ account_id: accountId })
    .where("paid_at", ">=", since)
    .orderBy("id")
    .limit(1000);

export async function countInvoices(tx: Tx): Promise<{ decision: Decision; count: number }[]> {
  const rows: { decision: Decision; count: number | string }[] = await tx("invoices")
    .select("decision")
    .count({ count: "*" })
    .groupBy("decision");
  return rows.map((row) => ({ decision: row.decision, count: Number(row.count) }));
}
