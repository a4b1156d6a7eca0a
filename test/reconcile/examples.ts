import type { Period, TaxDay } from "../../src/clock";
import type { ListedFaktur } from "../../src/faktur/channels/channel";
import type { PaidListed } from "../../src/hooks/portal";
import type { OurFaktur } from "../../src/reconcile/compare-channel";
import type { MailedFaktur, SentMail } from "../../src/reconcile/compare-mail";
import type { LedgerInvoice, PortalScope } from "../../src/reconcile/compare-portal";
import type { Difference } from "../../src/reconcile/differences";

/** Two sides that agree, to be bent by the tests. */

export const day = (value: string): TaxDay => value as TaxDay;
export const NOW = new Date("2026-11-20T06:00:00+07:00");
export const PAID_AT = new Date("2026-11-03T09:10:00+07:00");

export const scope: PortalScope = {
  ...{ seller: "utama", portal: "toko", from: day("2026-10-11"), to: day("2026-11-20") },
  expectedFrom: day("2026-01-01"),
  settledBefore: new Date("2026-11-20T05:00:00+07:00"),
};

export const listed = (invoiceId: string, more: Partial<PaidListed> = {}): PaidListed => ({
  invoiceId,
  number: `INV-${invoiceId}`,
  accountId: "77",
  paidAt: PAID_AT,
  gross: 111_000_000n,
  currency: "IDR",
  ...more,
});

export const recorded = (invoiceId: string, more: Partial<LedgerInvoice> = {}): LedgerInvoice => ({
  id: `our-${invoiceId}`,
  invoiceId,
  number: `INV-${invoiceId}`,
  account: "77",
  paidDay: day("2026-11-03"),
  currency: "IDR",
  grosses: [111_000_000n, 111_000_000n],
  standing: "paid",
  refunded: false,
  ...more,
});

export const byId = (...rows: readonly LedgerInvoice[]): Map<string, LedgerInvoice> =>
  new Map(rows.map((row) => [row.invoiceId, row]));

const TOTALS = { dpp: 100_000_000n, dppNilaiLain: 91_666_700n, ppn: 11_000_000n };
export const BUYER = "0012345678012000";

export const faktur = (id: string, more: Partial<OurFaktur> = {}): OurFaktur => ({
  id,
  ...{ seller: "utama", portal: "toko", invoiceId: id, invoiceNumber: `INV-${id}`, account: "77" },
  ...{ state: "approved", reference: `INV-${id}`, date: day("2026-11-03") },
  ...{ period: "2026-11" as Period },
  nsfp: `040026${id.padStart(11, "0")}`,
  externalId: `X-${id}`,
  buyerNumber: BUYER,
  totals: TOTALS,
  outdatedThere: false,
  changedAt: new Date("2026-11-03T10:00:00+07:00"),
  ...more,
});

/** The document that the authority holds for a faktur of ours. */
export const held = (ours: OurFaktur, more: Partial<ListedFaktur> = {}): ListedFaktur => ({
  externalId: ours.externalId ?? `X-${ours.id}`,
  ...{ state: "approved", status: "APPROVAL_SUKSES", nsfp: ours.nsfp, message: null },
  ...{ buyerNumber: ours.buyerNumber, totals: ours.totals, simulated: false },
  ...{ reference: ours.reference, date: ours.date },
  ...more,
});

export const sent = (recipient: string, more: Partial<SentMail> = {}): SentMail => ({
  ...{ recipient, sequence: 0, state: "sent", detail: "250 OK", at: new Date("2026-11-03T10:05:00+07:00") },
  ...more,
});

export const mailed = (ours: OurFaktur, more: Partial<MailedFaktur> = {}): MailedFaktur => ({
  faktur: ours,
  hasPdf: true,
  pdfByHand: false,
  expected: ["pajak@contoh.example"],
  registered: [],
  mails: [sent("pajak@contoh.example")],
  ...more,
});

/** Code and whose it is, sorted: what tests compare. */
export const told = (differences: readonly Difference[]): string[] =>
  differences.map((one) => `${one.code} ${one.invoiceId ?? one.externalId ?? "?"}`).sort();
