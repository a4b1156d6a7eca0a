import { FILE_CHANNEL, type FakturState } from "../faktur/faktur";
import type { Tx } from "./db";
import { unindexed } from "./faktur-search";
import type { Decision } from "./invoices";
import { undelivered } from "./undelivered";

/** What is not at its end, for deadlines and the daily digest. */

/** More than anyone can read; beyond it the counts say "at least". */
const MOST = 20_000;

export interface OpenInvoice {
  readonly id: string;
  readonly seller: string;
  readonly portal: string;
  readonly external_id: string;
  readonly number: string | null;
  readonly tax_day: string | null;
  readonly decision: Decision;
  readonly reasons: string;
  readonly created_at: string;
}

/** Invoices that are held or not decided yet, oldest first. */
export function openInvoices(tx: Tx, seller?: string): Promise<OpenInvoice[]> {
  const query = tx("invoices")
    .whereIn("decision", ["unread", "undecided", "held"])
    .orderBy("id")
    .limit(MOST)
    .select(
      "id",
      "seller",
      "portal",
      "external_id",
      "number",
      "tax_day",
      "decision",
      "reasons",
      "created_at",
    );
  return seller === undefined ? query : query.where(unindexed(tx, "seller"), "=", seller);
}

export interface OpenFaktur {
  readonly id: string;
  readonly seller: string;
  readonly portal: string;
  readonly external_id: string;
  readonly number: string | null;
  readonly reference: string;
  readonly state: FakturState;
  readonly deadline: string;
  readonly problem: string | null;
  readonly channel_message: string | null;
  readonly created_at: string;
  readonly replaces_id: string | null;
  /** Its id in the channel. */
  readonly channel_id: string | null;
  /** Of its invoice: when it was due. */
  readonly tax_day: string | null;
}

/** The states of a faktur that the authority has not approved and that has not been given up. */
const UNAPPROVED: readonly FakturState[] = ["draft", "ready", "submitting", "pending", "unknown", "rejected"];

/** Fakturs that are not approved yet, with the invoice they belong to, oldest first. */
export function openFakturs(tx: Tx, seller?: string): Promise<OpenFaktur[]> {
  const query = tx("fakturs")
    .join("invoices", "invoices.id", "fakturs.invoice_id")
    .whereIn("fakturs.state", [...UNAPPROVED])
    .orderBy("fakturs.id")
    .limit(MOST)
    .select(
      "fakturs.id as id",
      "fakturs.seller as seller",
      "fakturs.portal as portal",
      "invoices.external_id as external_id",
      "invoices.number as number",
      "fakturs.reference as reference",
      "fakturs.state as state",
      "fakturs.deadline as deadline",
      "fakturs.problem as problem",
      "fakturs.channel_message as channel_message",
      "fakturs.created_at as created_at",
      "fakturs.replaces_id as replaces_id",
      "fakturs.external_id as channel_id",
      "invoices.tax_day as tax_day",
    );
  // Few are open: they are found by their state, and not among all that a seller has.
  return seller === undefined ? query : query.where(unindexed(tx, "fakturs.seller"), "=", seller);
}

export type TroubledFaktur = Pick<OpenFaktur, "state" | "problem" | "created_at">;

/** Fakturs past their approval that a person must look at all the same, oldest first: found by what is wrong with them. */
export function troubledAfterApproval(tx: Tx, seller: string): Promise<TroubledFaktur[]> {
  return tx("fakturs")
    .where("problem", ">", "")
    .whereNotIn("state", [...UNAPPROVED])
    .where(unindexed(tx, "seller"), "=", seller)
    .orderBy("id")
    .limit(MOST)
    .select("state", "problem", "created_at");
}

/** The states in which a channel may be working on a document, or is just being given it. */
const THERE: readonly FakturState[] = ["submitting", "pending", "unknown", "cancelling"];

/**
 * References of a seller's fakturs that its channel may hold and that are not at their end there. What was
 * never given an id there is a draft at most, which nobody hands over.
 */
export async function handedOver(tx: Tx, seller: string, limit: number): Promise<string[]> {
  const rows: { reference: string }[] = await tx("fakturs")
    .where({ seller })
    .whereIn("state", [...THERE])
    .whereNot({ channel_kind: FILE_CHANNEL })
    .where((any) => void any.where({ state: "submitting" }).orWhereNotNull("external_id"))
    // In the order of the index by state: by the id alone all that the seller ever had would be walked.
    .orderBy(["state", "id"])
    .limit(limit)
    .select("reference");
  return rows.map(({ reference }) => reference);
}

export interface ChangingFaktur {
  readonly state: FakturState;
  /** What the authority said last; of one being replaced, of its replacement. */
  readonly channel_status: string | null;
  /** Since when it stands so. */
  readonly updated_at: string;
}

/** Approved fakturs whose cancellation or replacement is under way, oldest first. */
export async function changingFakturs(tx: Tx, seller: string): Promise<ChangingFaktur[]> {
  return tx("fakturs")
    .leftJoin("fakturs as next", (join) => {
      join.on("next.replaces_id", "fakturs.id").andOn("next.invoice_id", "fakturs.invoice_id");
      join.andOnNotIn("next.state", ["cancelled", "replaced"]);
    })
    .where("fakturs.seller", seller)
    .whereIn("fakturs.state", ["cancelling", "replacing"])
    .orderBy("fakturs.id")
    .limit(MOST)
    .select(
      "fakturs.state as state",
      "fakturs.updated_at as updated_at",
      tx.raw("coalesce(next.channel_status, fakturs.channel_status) as channel_status"),
    );
}

export interface RefusedMail {
  readonly reference: string;
  readonly recipient: string;
  readonly detail: string | null;
  readonly at: string;
}

/** Mails that were refused or came back, and that no later one has made good. */
export const refusedMails = (tx: Tx, seller: string): Promise<RefusedMail[]> =>
  undelivered(tx)
    .where("f.seller", seller)
    .orderBy("m.id")
    .limit(MOST)
    .select("f.reference as reference", "m.recipient as recipient", "m.detail as detail", "m.at as at");
