import type { CompanyRow } from "./accounts";
import type { Tx } from "./db";
import type { RefundRow } from "./events";
import type { FakturRow } from "./fakturs";
import type { InvoiceRow } from "./invoices";
import type { MailRow } from "./mails";
import { ofSameCompany } from "./sellers";

/** Look-ups of the reconciliation: each in batches by an index, so that no table is ever read whole into memory. */

export type ComparedInvoice = Pick<
  InvoiceRow,
  | "id"
  | "external_id"
  | "number"
  | "paid_at"
  | "tax_day"
  | "content"
  | "portal_state"
  | "decision"
  | "updated_at"
> & { readonly account: string | null; readonly basis: "paid" | "billed"; readonly reasons: string };

const invoices = (tx: Tx, portal: string) =>
  tx("invoices")
    .leftJoin("accounts", "accounts.id", "invoices.account_id")
    .where("invoices.portal", portal)
    .select(
      ...["id", "external_id", "number", "paid_at", "tax_day", "content", "portal_state"].map(
        (column) => `invoices.${column} as ${column}`,
      ),
      "invoices.decision as decision",
      "invoices.updated_at as updated_at",
      "invoices.basis as basis",
      "invoices.reasons as reasons",
      "accounts.external_id as account",
    );

/** The invoices of a portal under these ids of its own. */
export const invoicesNamed = (tx: Tx, portal: string, ids: readonly string[]): Promise<ComparedInvoice[]> =>
  invoices(tx, portal).whereIn("invoices.external_id", [...ids]);

/** Where a page of rows ended: by day, then by id, as the indexes have them. */
export interface Place {
  readonly day: string;
  readonly id: string;
}

interface Days {
  readonly from: string;
  readonly to: string;
}

/** Before the first row of these days. */
export const beforeAll = (days: Days): Place => ({ day: days.from, id: "" });

/** Invoices of a portal with a tax day between two, in pages. */
export const invoicesBetween = (
  tx: Tx,
  portal: string,
  days: Days,
  after: Place,
  limit: number,
): Promise<ComparedInvoice[]> =>
  invoices(tx, portal)
    .whereBetween("invoices.tax_day", [after.day, days.to])
    .where((any) => void any.where("invoices.tax_day", ">", after.day).orWhere("invoices.id", ">", after.id))
    .orderBy([{ column: "invoices.tax_day" }, { column: "invoices.id" }])
    .limit(limit);

/** Which of these invoices have a refund of the whole that stands. */
export async function wholeRefundsOf(tx: Tx, portal: string, ids: readonly string[]): Promise<Set<string>> {
  const rows: string[] = await tx<RefundRow>("refunds")
    .where({ portal, state: "done", amount: null })
    .whereIn("invoice_external_id", [...ids])
    .pluck("invoice_external_id");
  return new Set(rows);
}

export type ComparedFaktur = FakturRow & {
  /** The portal's ids. */
  readonly invoice_external_id: string;
  readonly invoice_number: string | null;
  readonly account_external_id: string;
  readonly company_at_payment: string | null;
};

const fakturs = (tx: Tx) =>
  tx("fakturs")
    .join("invoices", "invoices.id", "fakturs.invoice_id")
    .join("accounts", "accounts.id", "fakturs.account_id")
    .select(
      "fakturs.*",
      "invoices.external_id as invoice_external_id",
      "invoices.number as invoice_number",
      "invoices.company_at_payment as company_at_payment",
      "accounts.external_id as account_external_id",
    );

/** The fakturs of a seller that answer to one of these documents. Asked for both at once, SQLite reads all of the seller's. */
export async function faktursHeldAs(
  tx: Tx,
  seller: string,
  externalIds: readonly string[],
  references: readonly string[],
): Promise<ComparedFaktur[]> {
  const among = (column: string, values: readonly string[]): Promise<ComparedFaktur[]> =>
    fakturs(tx)
      .where("fakturs.seller", seller)
      .whereIn(column, [...values]);
  const held = await among("fakturs.external_id", externalIds);
  const named = await among("fakturs.reference", references);
  const known = new Set(held.map(({ id }) => id));
  return [...held, ...named.filter(({ id }) => !known.has(id))];
}

/** How fakturs of the same company stand at the authority under the names of its other sellers, of these references. */
export const heldUnderOtherNames = (
  tx: Tx,
  seller: string,
  references: readonly string[],
): Promise<Pick<FakturRow, "reference" | "external_id" | "nsfp">[]> =>
  tx<FakturRow>("fakturs")
    .whereIn("seller", ofSameCompany(tx, seller))
    .whereNot({ seller })
    .whereIn("reference", [...references])
    .select("reference", "external_id", "nsfp");

/** Fakturs of a seller, or of one of its portals, dated between two days, in pages. */
export function faktursBetween(
  tx: Tx,
  which: { readonly seller: string; readonly portal?: string | undefined },
  days: Days,
  after: Place,
  limit: number,
): Promise<ComparedFaktur[]> {
  const query = fakturs(tx)
    .where("fakturs.seller", which.seller)
    .whereBetween("fakturs.date", [after.day, days.to])
    .where((any) => void any.where("fakturs.date", ">", after.day).orWhere("fakturs.id", ">", after.id))
    .orderBy([{ column: "fakturs.date" }, { column: "fakturs.id" }])
    .limit(limit);
  if (which.portal !== undefined) void query.where("fakturs.portal", which.portal);
  return query;
}

/** Every mail of these fakturs. */
export const mailsOfFakturs = (tx: Tx, ids: readonly string[]): Promise<MailRow[]> =>
  tx<MailRow>("mails")
    .whereIn("faktur_id", [...ids])
    .orderBy("id");

export type RegisteredCompany = Pick<CompanyRow, "account_id" | "npwp" | "identity" | "email">;

/** The companies of these accounts as they are registered today, by our id of the account. */
export async function companiesOf(
  tx: Tx,
  accountIds: readonly string[],
): Promise<Map<string, RegisteredCompany>> {
  const rows: RegisteredCompany[] = await tx("companies")
    .whereIn("account_id", [...accountIds])
    .select("account_id", "npwp", "identity", "email");
  return new Map(rows.map((row) => [row.account_id, row]));
}

const MOST_GROUPS = 1000;

/** Parts of invoices with more than one faktur that stands; there can be none, by a constraint. */
export function liveTogether(
  tx: Tx,
  seller: string,
  days: Days,
): Promise<{ invoice_id: string; part: string | null }[]> {
  return (
    tx("fakturs")
      .where({ seller })
      .whereBetween("date", [days.from, days.to])
      .whereNotIn("state", ["cancelled", "replaced", "replacing"])
      // A replacement counts beside its original only once it stands.
      .where((any) => void any.whereNull("replaces_id").orWhere("state", "approved"))
      .groupBy("invoice_id", "part")
      .having(tx.raw("count(*)"), ">", 1)
      .limit(MOST_GROUPS)
      .select("invoice_id", "part")
  );
}

export interface RefundCase {
  readonly seller: string;
  readonly portal: string;
  readonly external_id: string;
  readonly number: string | null;
  readonly account: string | null;
  readonly kind: string;
  readonly detail: string;
  readonly created_at: string;
}

/** Undecided cases of money given back, of a seller's invoices of these days. */
export const openRefundCases = (tx: Tx, seller: string, days: Days): Promise<RefundCase[]> =>
  tx("cases")
    .join("invoices", "invoices.id", "cases.invoice_id")
    .leftJoin("accounts", "accounts.id", "invoices.account_id")
    .where({ "cases.state": "open", "invoices.seller": seller })
    .whereIn("cases.kind", ["refund", "partial_refund"])
    .whereBetween("invoices.tax_day", [days.from, days.to])
    .orderBy("cases.id")
    .limit(MOST_GROUPS)
    .select(
      ...["seller", "portal", "external_id", "number"].map((column) => `invoices.${column} as ${column}`),
      "accounts.external_id as account",
      "cases.kind as kind",
      "cases.detail as detail",
      "cases.opened_at as created_at",
    );

/** Serial numbers that stand on several fakturs, whoever's they are. */
export function nsfpsTwice(
  tx: Tx,
  days: Days,
): Promise<{ nsfp: string; one: string; other: string; seller: string }[]> {
  return tx("fakturs as a")
    .join("fakturs as b", (on) => void on.on("a.nsfp", "b.nsfp").andOn("a.id", "<", "b.id"))
    .whereBetween("b.date", [days.from, days.to])
    .orderBy("b.id")
    .limit(MOST_GROUPS)
    .select("a.nsfp as nsfp", "a.reference as one", "b.reference as other", "b.seller as seller");
}

export interface ImportedList {
  readonly name: string;
  readonly sha256: string;
  /** When it was first imported: an old file may be brought again. */
  readonly at: string;
}

/** The portal lists of a seller, the one that was brought last first. */
export const importedLists = (tx: Tx, seller: string, limit: number): Promise<ImportedList[]> =>
  tx("coretax_imports")
    .where({ seller })
    .whereRaw("lower(name) like '%.xlsx'")
    .groupBy("sha256")
    .orderBy("at", "desc")
    .limit(limit)
    .select("sha256", tx.raw("max(name) as name"), tx.raw("min(at) as at"));
