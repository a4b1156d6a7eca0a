import { registerOf } from "../accounts/register";
import { readSnapshot } from "../accounts/snapshot";
import { dayInJakarta } from "../clock";
import type { PaidInvoice } from "../hooks/invoice";
import { servicesGone } from "../hooks/move-rules";
import { accountById, findCompany } from "../store/accounts";
import type { Tx } from "../store/db";
import { refundsOf } from "../store/events";
import { faktursOfInvoice, referenceTaken, type FakturRow } from "../store/fakturs";
import { invoiceById, lockedGrounds, type InvoiceRow } from "../store/invoices";
import { kursOfRow, listKurs } from "../store/kurs";
import { meanwhileOf } from "../store/meanwhile";
import { movesTouching, placeOf } from "../store/moves";
import { findSeller, type SellerRow } from "../store/sellers";
import type { InvoiceFacts } from "./decide";
import { TRANSACTION_CODES, type FakturKurs } from "./faktur";
import type { FakturDeps } from "./flow";
import { kursOn } from "./kurs";
import { holdersOf, isWholeLive, referenceOf } from "./parts";
import type { ReasonCode } from "./reasons";
import { isTooLong, referencesOf } from "./references";
import { sellerOf, sellerOptions } from "./seller";
import { readInvoice } from "./stored";

/** What the decision about an invoice rests on, and where it would be written. */
export interface Gathered {
  readonly row: InvoiceRow;
  readonly seller: SellerRow;
  readonly facts: InvoiceFacts;
  readonly revision: number;
  /** Fakturs that hold other parts of the invoice; most invoices have none. */
  readonly standing: readonly FakturRow[];
  /** The account in its portal, and the last move away from it that the decision knows. */
  readonly holder: string;
  readonly lastMove: number;
}

/** Null when there is nothing to decide: unknown, not read yet, skipped before, or no place is free. */
export async function gather(d: FakturDeps, invoiceId: string): Promise<Gathered | null> {
  const tx = d.db.knex;
  const row = await invoiceById(tx, invoiceId);
  if (row === undefined || row.content === null || row.decision === "skipped") return null;
  const fakturs = await faktursOfInvoice(tx, row.id);
  if (isWholeLive(fakturs)) return null;
  const standing = holdersOf(fakturs);
  const seller = await findSeller(tx, row.seller);
  if (seller === undefined) return null;
  const revision = Math.max(0, ...fakturs.map((faktur) => faktur.revision)) + 1;
  const account = row.account_id === null ? undefined : await accountById(tx, row.account_id);
  const company = readSnapshot(row.company_at_payment);
  const holder = account?.external_id ?? "";
  const moves = account === undefined ? [] : await movesTouching(tx, row.portal, holder);
  const lastMove = Math.max(0, ...moves.filter((move) => move.from_account === holder).map(placeOf));
  const refunds = await refundsOf(tx, row.portal, row.external_id);
  const invoice = readInvoice(row.content);
  const facts: InvoiceFacts = {
    invoice,
    kurs: await kursOf(tx, invoice),
    company,
    portalState: row.portal_state,
    seller: sellerOf(seller),
    codes: sellerOptions(seller).codes ?? {},
    reference: await freeReference(tx, row, revision, company?.facility?.lineKinds != null),
    refunds: refunds.filter((refund) => refund.state !== "failed"),
    movedServices: servicesGone(moves, holder, invoice.paidAt),
    accepted: new Set(JSON.parse(row.accepted) as ReasonCode[]),
    today: dayInJakarta(d.clock.now()),
    register: registerOf(account && (await findCompany(tx, account.id))),
    nonTinIdtku: sellerOptions(seller).nonTinIdtku,
    choices: sellerOptions(seller).taxChoices,
  };
  return { row, seller, facts, revision, standing, holder, lastMove };
}

/** The rate of a foreign invoice on its tax day: when the faktur should have been made (PP 44/2022 art. 21). */
export async function kursOf(tx: Tx, { currency, taxDay }: PaidInvoice): Promise<FakturKurs | null> {
  if (currency === "IDR") return null;
  const rates = await listKurs(tx, { currency, day: taxDay }, null, 1);
  return kursOn(rates.map(kursOfRow), currency, taxDay);
}

/** The invoice's number where it is free among this seller's fakturs; two portals may use the same numbers. */
async function freeReference(
  tx: Tx,
  row: InvoiceRow,
  revision: number,
  mayBeSplit: boolean,
): Promise<string> {
  for (const reference of referencesOf(row, revision)) {
    const needed = mayBeSplit
      ? [reference, ...TRANSACTION_CODES.map((code) => referenceOf(reference, code))]
      : [reference];
    if (needed.some(isTooLong)) continue;
    const taken = await Promise.all(needed.map((one) => referenceTaken(tx, row.seller, one)));
    if (!taken.includes(true)) return reference;
  }
  return `${row.id}-R${revision}`;
}

/**
 * Holds the invoice, so that a refund, a move, another company, or a change of its content, its payment or what is told
 * beside it comes wholly before its faktur or after.
 */
export async function standsStill(tx: Tx, { row, facts, holder, lastMove }: Gathered): Promise<boolean> {
  // In this order: what comes meanwhile waits for the lock.
  const [grounds, now] = await Promise.all([lockedGrounds(tx, row.id), meanwhileOf(tx, row, holder)]);
  return (
    grounds?.portal_state === row.portal_state &&
    grounds.accepted === row.accepted &&
    grounds.content_hash === row.content_hash &&
    (grounds.told_hash ?? null) === (row.told_hash ?? null) &&
    grounds.company_at_payment === row.company_at_payment &&
    now.refunds === facts.refunds.length &&
    now.lastMove === lastMove
  );
}
