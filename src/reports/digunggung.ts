import type { Period } from "../clock";
import type { ReasonCode } from "../faktur/reasons";
import { sum, type Money } from "../money";
import { figuresOf, grouped, type Figures } from "./figures";
import { DIGUNGGUNG_REASONS, type DigunggungReason, type Placement } from "./placement";

/** One invoice of the masa with its place. */
export interface PlacedInvoice {
  readonly portal: string;
  readonly invoiceId: string;
  readonly number: string | null;
  /** Null while it was not read back: then it counts for the masa in which it became known. */
  readonly taxDay: string | null;
  readonly currency: string | null;
  /** What the portal billed, in the invoice's currency. */
  readonly subtotal: Money | null;
  readonly tax: Money | null;
  readonly total: Money | null;
  readonly placement: Placement;
}

/** Money given back in the masa; what follows from it is for a person to judge. */
export interface RefundSeen {
  readonly portal: string;
  readonly invoiceId: string;
  readonly number: string | null;
  /** The masa of the invoice, which may be an earlier one. */
  readonly invoiceMasa: string | null;
  readonly refundedOn: string;
  readonly currency: string | null;
  /** In the invoice's currency; null while the invoice's own total is not known. */
  readonly amount: Money | null;
  readonly whole: boolean;
  readonly state: "pending" | "done" | "failed";
  readonly reason: string | null;
  readonly block: Placement["block"];
}

export interface DigunggungReport {
  readonly seller: string;
  readonly masa: Period;
  readonly invoices: readonly PlacedInvoice[];
  readonly total: Figures;
  readonly days: readonly (Figures & { readonly day: string })[];
  /** A buyer who has asked for a faktur is hardly a final consumer: kept apart. */
  readonly byReason: readonly (Figures & { readonly reason: DigunggungReason })[];
  /** How many invoices have a faktur, are in the recap, or in neither. */
  readonly blocks: Readonly<Record<Placement["block"], number>>;
  readonly neither: readonly { readonly reasons: readonly ReasonCode[]; readonly count: number }[];
  /** The fakturs of the masa's invoices, by the masa they carry: late ones are in a later return. */
  readonly fakturMasas: readonly (Figures & { readonly masa: string })[];
  readonly refunds: readonly RefundSeen[];
}

/** What the refund of a whole invoice brings beside what was given back in parts before, which those tell. */
export function restOf(total: Money | null, before: readonly Money[]): Money | null {
  if (total === null) return null;
  const told = sum(before);
  return told < total ? total - told : 0n;
}

/**
 * The recap of paid invoices whose buyers get no faktur (PER-11/PJ/2025 art. 51-52, 123), a day and in all. Each invoice
 * is rounded to whole rupiah once, as its faktur would be, and days and total are sums of those.
 */
export function digunggungReport(
  seller: string,
  masa: Period,
  invoices: readonly PlacedInvoice[],
  refunds: readonly RefundSeen[],
): DigunggungReport {
  const recap = invoices.flatMap(({ taxDay, placement }) =>
    placement.block === "digunggung"
      ? [{ day: taxDay ?? "", because: placement.because, amounts: placement.amounts }]
      : [],
  );
  const amountsOf = (rows: typeof recap) => figuresOf(rows.map((row) => row.amounts));
  const fakturs = invoices.flatMap(({ placement }) =>
    placement.block === "faktur" ? placement.fakturs : [],
  );
  return {
    ...{ seller, masa, invoices, refunds },
    total: amountsOf(recap),
    days: inOrder(grouped(recap, (row) => row.day)).map(([day, rows]) => ({ day, ...amountsOf(rows) })),
    byReason: DIGUNGGUNG_REASONS.map((reason) => ({
      ...{ reason },
      ...amountsOf(recap.filter((row) => row.because === reason)),
    })),
    blocks: {
      faktur: countOf(invoices, "faktur"),
      digunggung: recap.length,
      neither: countOf(invoices, "neither"),
    },
    neither: neitherOf(invoices),
    fakturMasas: inOrder(grouped(fakturs, (one) => one.period)).map(([period, rows]) => ({
      ...{ masa: period },
      ...figuresOf(rows),
    })),
  };
}

const countOf = (invoices: readonly PlacedInvoice[], block: Placement["block"]): number =>
  invoices.filter(({ placement }) => placement.block === block).length;

function neitherOf(invoices: readonly PlacedInvoice[]): DigunggungReport["neither"] {
  const left = invoices.flatMap(({ placement }) =>
    placement.block === "neither" ? [placement.reasons] : [],
  );
  return inOrder(grouped(left, (reasons) => [...reasons].sort().join(","))).map(([, rows]) => ({
    reasons: rows[0] ?? [],
    count: rows.length,
  }));
}

const inOrder = <Row>(groups: ReadonlyMap<string, Row>): [string, Row][] =>
  [...groups].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
