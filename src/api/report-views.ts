import type { Amounts, Figures } from "../reports/figures";
import { amountsOf, reasonsOf } from "../reports/digunggung-sheets";
import type { DigunggungReport, PlacedInvoice, RefundSeen } from "../reports/digunggung";
import type { MonthPaper } from "../reports/papers";
import type { Pph23Report, Pph23Row } from "../reports/pph23";
import type { SptReport } from "../reports/spt";
import { formatMoney, formatRupiah, type Money } from "../money";
import { isoInJakarta } from "../clock";
import type { ReceiptRow } from "../store/pph23";

/** Reports as the API and `--json` show them: whole rupiah as decimal strings, like the totals of a faktur. */
export function paperView(paper: MonthPaper) {
  switch (paper.name) {
    case "spt":
      return sptView(paper.report);
    case "digunggung":
      return digunggungView(paper.report);
    case "pph23":
      return pph23View(paper.report);
    default:
      return paper satisfies never;
  }
}

const amounts = ({ dpp, dppNilaiLain, ppn }: Amounts) => ({
  dpp: formatRupiah(dpp),
  dppNilaiLain: formatRupiah(dppNilaiLain),
  ppn: formatRupiah(ppn),
});

const figures = (one: Figures) => ({ count: one.count, ...amounts(one) });

const sptView = (report: SptReport) => ({
  ...{ seller: report.seller, masa: report.masa },
  byCode: report.byCode.map((one) => ({ code: one.code, section: one.section, ...figures(one) })),
  bySection: {
    collected: figures(report.bySection.collected),
    collectedByBuyer: figures(report.bySection.collectedByBuyer),
    notCollected: figures(report.bySection.notCollected),
    exempt: figures(report.bySection.exempt),
  },
  counted: figures(report.counted),
  pending: figures(report.pending),
  pendingReplacements: figures(report.pendingReplacements),
  replacementUnknown: figures(report.replacementUnknown),
  dropped: report.dropped,
  fakturs: report.rows.map((row) => ({ ...row, ...amounts(row), ppnbm: "0" })),
});

const digunggungView = (report: DigunggungReport) => ({
  ...{ seller: report.seller, masa: report.masa, blocks: report.blocks },
  total: figures(report.total),
  days: report.days.map((one) => ({ day: one.day, ...figures(one) })),
  byReason: report.byReason.map((one) => ({ reason: one.reason, ...figures(one) })),
  fakturMasas: report.fakturMasas.map((one) => ({ masa: one.masa, ...figures(one) })),
  neither: report.neither,
  invoices: report.invoices.map(placedView),
  refunds: report.refunds.map(refundView),
});

const billed = (value: Money | null): string | null => (value === null ? null : formatMoney(value));

function placedView({ placement, ...row }: PlacedInvoice) {
  const own = amountsOf(placement);
  return {
    ...row,
    ...{ subtotal: billed(row.subtotal), tax: billed(row.tax), total: billed(row.total) },
    block: placement.block,
    reasons: reasonsOf(placement),
    amounts: own === null ? null : amounts(own),
    fakturs:
      placement.block === "faktur"
        ? placement.fakturs.map((one) => ({ id: one.id, state: one.state, masa: one.period }))
        : [],
  };
}

const refundView = (refund: RefundSeen) => ({ ...refund, amount: billed(refund.amount) });

const pph23View = (report: Pph23Report) => ({
  ...{ seller: report.seller, masa: report.masa },
  totals: {
    base: formatRupiah(report.totals.base),
    expected: formatRupiah(report.totals.expected),
    received: formatRupiah(report.totals.received),
    difference: formatRupiah(report.totals.difference),
    unmatched: formatRupiah(report.totals.unmatched),
  },
  fakturs: report.rows.map(rowView),
  unmatched: report.unmatched.map((one) => ({
    ...one,
    ...{ dpp: formatRupiah(one.dpp), pph: formatRupiah(one.pph) },
  })),
});

const rowView = (row: Pph23Row) => ({
  ...row,
  ...{ base: formatRupiah(row.base), dpp: formatRupiah(row.dpp), expected: formatRupiah(row.expected) },
  ...{ received: formatRupiah(row.received), difference: formatRupiah(row.difference) },
  receipts: row.receipts.map(({ number, by, pph }) => ({ number, by, pph: formatRupiah(pph) })),
});

export const receiptView = (row: ReceiptRow) => ({
  ...{ id: row.id, seller: row.seller, number: row.number, date: row.date, masa: row.masa },
  ...{ buyerNpwp: row.buyer_npwp, dpp: String(row.dpp), pph: String(row.pph) },
  ...{ nsfp: row.nsfp, invoice: row.invoice, recordedBy: row.recorded_by },
  recordedAt: isoInJakarta(new Date(row.recorded_at)),
  withdrawn:
    row.withdrawn_at === null
      ? null
      : {
          by: row.withdrawn_by,
          at: isoInJakarta(new Date(row.withdrawn_at)),
          reason: row.withdrawn_reason,
        },
});
