import { dayInJakarta, type Period, type TaxDay } from "../clock";
import { buyerNumberOf } from "../faktur/buyer";
import { readInvoice, readFaktur } from "../faktur/stored";
import { HUNDRED } from "../money";
import type { ComparedFaktur, ComparedInvoice } from "../store/reconcile";
import type { OurFaktur } from "./compare-channel";
import type { LedgerInvoice, LedgerStanding } from "./compare-portal";

/** Rows of the store as the comparisons read them. */

export function ledgerInvoice(row: ComparedInvoice, refunded: boolean): LedgerInvoice {
  const content = row.content === null ? null : readInvoice(row.content);
  const paidDay = row.paid_at === null ? null : dayInJakarta(new Date(row.paid_at));
  return {
    id: row.id,
    invoiceId: row.external_id,
    number: row.number,
    account: row.account,
    paidDay,
    currency: content?.currency ?? null,
    grosses:
      content === null
        ? []
        : [
            content.subtotal + content.tax,
            content.total,
            // With tax inside, some portals give the gross as the subtotal too.
            ...(content.pricesIncludeTax ? [content.subtotal] : []),
          ],
    standing: standingOf(row),
    refunded,
  };
}

/** Known by name only, and not paid when last looked at: the portal's word of then. */
const NOT_PAID = /"code":"(?:not_paid_in_portal|absent_in_portal)"/;

function standingOf(row: ComparedInvoice): LedgerStanding {
  if (row.decision === "unread") return "reading";
  if (row.content === null && NOT_PAID.test(row.reasons)) return "notPaid";
  return row.portal_state;
}

export function ourFaktur(row: ComparedFaktur): OurFaktur {
  const { buyer } = readFaktur(row.document);
  // Drivers give back whole rupiah as a number or as text.
  const rupiah = (amount: string | number): bigint => BigInt(amount) * HUNDRED;
  return {
    id: row.id,
    seller: row.seller,
    portal: row.portal,
    invoiceId: row.invoice_external_id,
    invoiceNumber: row.invoice_number,
    account: row.account_external_id,
    state: row.state,
    reference: row.reference,
    date: row.date as TaxDay,
    period: row.period as Period,
    nsfp: row.nsfp,
    externalId: row.external_id,
    buyerNumber: buyerNumberOf(buyer),
    totals: {
      dpp: rupiah(row.dpp),
      dppNilaiLain: rupiah(row.dpp_nilai_lain),
      ppn: rupiah(row.ppn),
    },
    outdatedThere: Boolean(row.outdated_there),
    changedAt: new Date(row.updated_at),
  };
}
