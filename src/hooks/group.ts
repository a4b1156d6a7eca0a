import { wasSwitchedSince } from "../accounts/snapshot";
import { findCompany, isAsTold, payingAccounts, saveAccount, type PayingAccount } from "../store/accounts";
import type { Tx } from "../store/db";
import { earlyStatesOf, insertDeliveries, knownDeliveries } from "../store/events";
import { insertInvoices, recordedInvoices, type InvoiceRow } from "../store/invoices";
import { enqueueFresh } from "../store/jobs";
import { contentWith, unreadRow, type LedgerDeps } from "./ledger";
import type { Heard, PortalConnection } from "./portal";

/** A payment, or a word to have one read: most of what portals say, and all of what comes in bursts. */
type Ordinary = Extract<Heard, { kind: "paid" | "wake" }>;
type Paid = Extract<Heard, { kind: "paid" }>;

export interface Message {
  readonly connection: PortalConnection;
  readonly heard: Ordinary;
}

/** The invoices of those messages of a group that were recorded with it. */
export type Recorded = ReadonlyMap<Message, InvoiceRow>;
export const NOBODY: Recorded = new Map();

export const isOrdinary = (heard: Heard): heard is Ordinary =>
  heard.kind === "paid" || (heard.kind === "wake" && heard.later !== true && heard.onlyKnown !== true);

const invoiceOf = ({ heard }: Message): string =>
  heard.kind === "paid" ? heard.invoice.invoiceId : heard.invoiceId;

/**
 * Records with few statements what says a thing for the first time. The others are left out; throws where something stands
 * already.
 */
export async function recordGroup(
  tx: Tx,
  d: LedgerDeps,
  portal: string,
  group: readonly Message[],
): Promise<Recorded> {
  const once = firstOfEach(group);
  const paid = once.flatMap(({ heard }) => (heard.kind === "paid" ? [heard] : []));
  const accounts = await accountsOf(tx, d, portal, paid);
  const rows = new Map<Message, InvoiceRow>();
  for (const one of once) {
    const row =
      one.heard.kind === "paid"
        ? paidRow(d, one.connection, one.heard, accounts)
        : unreadRow(d, one.connection, one.heard.invoiceId, one.heard.paid === true);
    if (row !== null) rows.set(one, row);
  }
  if (rows.size > 0) await write(tx, d, portal, rows);
  return rows;
}

/** A repetition finds out by itself what became of the first. */
function firstOfEach(group: readonly Message[]): readonly Message[] {
  const deliveries = new Set<string>();
  const invoices = new Set<string>();
  return group.filter((one) => {
    const fresh = !deliveries.has(one.heard.deliveryId) && !invoices.has(invoiceOf(one));
    deliveries.add(one.heard.deliveryId);
    invoices.add(invoiceOf(one));
    return fresh;
  });
}

/** Those of which neither the delivery nor the invoice stands already, nor was anything said before. */
export async function unheardOf(
  tx: Tx,
  portal: string,
  group: readonly Message[],
): Promise<readonly Message[]> {
  const named = group.map(({ heard }) => heard.deliveryId);
  const deliveries = new Set(await knownDeliveries(tx, portal, named));
  const told = group.map(invoiceOf);
  const invoices = new Set([
    ...(await recordedInvoices(tx, portal, told)),
    ...(await earlyStatesOf(tx, portal, told)),
  ]);
  return group.filter((one) => !deliveries.has(one.heard.deliveryId) && !invoices.has(invoiceOf(one)));
}

/** The accounts as the first that names them tells; only what is news is written. */
async function accountsOf(
  tx: Tx,
  d: LedgerDeps,
  portal: string,
  paid: readonly Paid[],
): Promise<ReadonlyMap<string, PayingAccount>> {
  if (paid.length === 0) return new Map();
  const told = new Map(paid.toReversed().map(({ invoice }) => [invoice.account.id, invoice.account]));
  const seen = await payingAccounts(tx, portal, [...told.keys()]);
  const accounts = new Map(seen.map((row) => [row.external_id, row]));
  const now = d.clock.now();
  for (const id of [...told.keys()].sort()) {
    const [account, known] = [told.get(id), accounts.get(id)];
    if (account === undefined || (known !== undefined && isAsTold(known, account))) continue;
    const saved = await saveAccount(tx, portal, account, d.newId(now), now);
    const company = known === undefined ? await findCompany(tx, saved.id) : known.company;
    accounts.set(id, { ...saved, company });
  }
  return accounts;
}

/** Null where it tells an account otherwise than another of its group, or its tab was switched since the payment. */
function paidRow(
  d: LedgerDeps,
  connection: PortalConnection,
  { invoice, saidAt }: Paid,
  accounts: ReadonlyMap<string, PayingAccount>,
): InvoiceRow | null {
  const account = accounts.get(invoice.account.id);
  if (account === undefined || !isAsTold(account, invoice.account)) return null;
  if (wasSwitchedSince(account.company, invoice.paidAt)) return null;
  return {
    ...unreadRow(d, connection, invoice.invoiceId),
    ...contentWith(invoice, account.id, account.company),
    portal_state: "paid",
    portal_state_at: (saidAt ?? invoice.paidAt).toISOString(),
    decision: "undecided",
  };
}

async function write(tx: Tx, d: LedgerDeps, portal: string, recorded: Recorded): Promise<void> {
  const now = d.clock.now();
  const at = now.toISOString();
  const deliveries = [...recorded.keys()].map(({ heard }) => {
    return { portal, delivery_id: heard.deliveryId, kind: heard.kind, at };
  });
  const rows = [...recorded.values()];
  const undecided = rows.filter(({ decision }) => decision === "undecided").map(({ id }) => id);
  const unread = rows.filter(({ decision }) => decision === "unread").map(({ id }) => id);
  // Said in one turn, in this order: none waits for the one before it to be answered.
  await Promise.all([
    insertDeliveries(tx, deliveries),
    insertInvoices(tx, rows),
    undecided.length > 0 ? enqueueFresh(tx, "issue", undecided, now) : null,
    unread.length > 0 ? enqueueFresh(tx, "read", unread, now) : null,
    undecided.length > 0 ? nothingSaid(tx, portal, rows) : null,
  ]);
}

/** Asked once the invoices are written, as in early.ts. */
async function nothingSaid(tx: Tx, portal: string, rows: readonly InvoiceRow[]): Promise<void> {
  const ids = rows.map((row) => row.external_id);
  if ((await earlyStatesOf(tx, portal, ids)).length > 0) throw new SaidBefore();
}

/** Of one of a group something was said before it was told. */
class SaidBefore extends Error {}
