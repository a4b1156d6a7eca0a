import type { Tx } from "./db";
import type { RefundRow } from "./events";
import type { FakturRow } from "./fakturs";
import type { InvoiceRow } from "./invoices";

/** The rows of one seller and month, a page at a time: `after` is the last id of the page before. */
export interface Page {
  readonly seller: string;
  readonly after: string;
  readonly limit: number;
}

export type FakturOfMonth = FakturRow & {
  readonly invoice_external_id: string;
  readonly invoice_number: string | null;
};

/** Fakturs that carry this masa, whatever their state. */
export const faktursOfPeriod = (tx: Tx, page: Page, period: string): Promise<FakturOfMonth[]> =>
  tx("fakturs")
    .join("invoices", "invoices.id", "fakturs.invoice_id")
    .where({ "fakturs.seller": page.seller, "fakturs.period": period })
    .where("fakturs.id", ">", page.after)
    .orderBy("fakturs.id")
    .limit(page.limit)
    .select("fakturs.*", "invoices.external_id as invoice_external_id", "invoices.number as invoice_number");

export const invoicesByIds = (tx: Tx, ids: readonly string[]): Promise<InvoiceRow[]> =>
  tx<InvoiceRow>("invoices").whereIn("id", [...ids]);

/** Invoices due on this day: a day at a time, so that the index gives them in their order. */
export const invoicesOfDay = (tx: Tx, page: Page, day: string): Promise<InvoiceRow[]> =>
  tx<InvoiceRow>("invoices")
    .where({ seller: page.seller, tax_day: day })
    .where("id", ">", page.after)
    .orderBy("id")
    .limit(page.limit);

/** Invoices that became known between two instants and were not read back since; they have no day yet. */
export const unreadInvoices = (tx: Tx, page: Page, from: string, before: string): Promise<InvoiceRow[]> =>
  tx<InvoiceRow>("invoices")
    .where({ seller: page.seller, tax_day: null })
    .where("created_at", ">=", from)
    .where("created_at", "<", before)
    .where("id", ">", page.after)
    .orderBy("id")
    .limit(page.limit);

export const faktursOfInvoices = (tx: Tx, invoiceIds: readonly string[]): Promise<FakturRow[]> =>
  tx<FakturRow>("fakturs")
    .whereIn("invoice_id", [...invoiceIds])
    .orderBy(["invoice_id", "revision", "part", "id"]);

export type RefundOfMonth = Pick<RefundRow, "portal" | "amount" | "state" | "refunded_at" | "reason"> & {
  readonly refund_id: string;
  readonly invoice_id: string;
};

const ofInvoice = (tx: Tx) =>
  tx("refunds").join("invoices", (on) => {
    on.on("invoices.portal", "refunds.portal").andOn("invoices.external_id", "refunds.invoice_external_id");
  });

/** Refunds between two instants, of invoices of this seller. */
export const refundsBetween = (
  tx: Tx,
  seller: string,
  from: string,
  before: string,
): Promise<RefundOfMonth[]> =>
  ofInvoice(tx)
    .where("invoices.seller", seller)
    .where("refunds.refunded_at", ">=", from)
    .where("refunds.refunded_at", "<", before)
    .orderBy(["refunds.refunded_at", "refunds.external_id"])
    .select(
      "refunds.portal as portal",
      "refunds.external_id as refund_id",
      "refunds.amount as amount",
      "refunds.state as state",
      "refunds.refunded_at as refunded_at",
      "refunds.reason as reason",
      "invoices.id as invoice_id",
    );

export type PartGivenBack = Pick<RefundOfMonth, "invoice_id" | "refunded_at"> & { readonly amount: string };

/** What stands of these invoices as given back in parts, of any month. */
export const partsGivenBack = (tx: Tx, invoiceIds: readonly string[]): Promise<PartGivenBack[]> =>
  ofInvoice(tx)
    .whereIn("invoices.id", [...invoiceIds])
    .whereNotNull("refunds.amount")
    .whereNot("refunds.state", "failed")
    .select("invoices.id as invoice_id", "refunds.refunded_at as refunded_at", "refunds.amount as amount");
/** The masas of those of these serials and references that stand on fakturs of the seller. */
export async function periodsOfNames(
  tx: Tx,
  seller: string,
  nsfps: readonly string[],
  references: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx<FakturRow>("fakturs")
    .where({ seller })
    .where((any) => void any.whereIn("nsfp", [...nsfps]).orWhereIn("reference", [...references]))
    .select("nsfp", "reference", "period");
  return new Map(
    rows.flatMap(({ nsfp, reference, period }): [string, string][] => [
      [nsfp ?? "", period],
      [reference, period],
    ]),
  );
}
