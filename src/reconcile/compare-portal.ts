import { dayInJakarta, type TaxDay } from "../clock";
import type { InvoiceRead, PaidListed } from "../hooks/portal";
import { formatMoney, type Money } from "../money";
import { difference, type Difference, type Subject } from "./differences";

/** Which days of which portal are compared, and what may be expected of it. */
export interface PortalScope {
  readonly seller: string;
  readonly portal: string;
  readonly from: TaxDay;
  readonly to: TaxDay;
  /** What was paid before is history, and no business of the ledger (trap T71). */
  readonly expectedFrom: TaxDay;
  /** What was paid after this may still be on its way to us. */
  readonly settledBefore: Date;
}

/** What the ledger says of the payment. `reading`: known by name only, being read back. */
export type LedgerStanding = "paid" | "reading" | "billed" | "unpaid" | "cancelled" | "notPaid";

/** An invoice of the ledger, as far as it is compared with its portal. */
export interface LedgerInvoice {
  readonly id: string;
  readonly invoiceId: string;
  readonly number: string | null;
  readonly account: string | null;
  /** The day of the payment; null until it is known. */
  readonly paidDay: TaxDay | null;
  readonly currency: string | null;
  /** Every figure that a portal may mean by the invoice's whole amount; empty until it was read. */
  readonly grosses: readonly Money[];
  readonly standing: LedgerStanding;
  /** A refund of the whole invoice is known here. */
  readonly refunded: boolean;
}

export interface ComparedPortal {
  readonly differences: readonly Difference[];
  /** Paid in the portal and not recorded so: to be read back. */
  readonly untold: readonly PaidListed[];
  /** How many rows fell into the days that are compared. */
  readonly compared: number;
}

/** A part of the portal's paid list against what the ledger holds under the same ids. Order does not matter. */
export function comparePortal(
  scope: PortalScope,
  listed: readonly PaidListed[],
  ledger: ReadonlyMap<string, LedgerInvoice>,
): ComparedPortal {
  const differences: Difference[] = [];
  const untold: PaidListed[] = [];
  let compared = 0;
  for (const row of listed) {
    const ours = ledger.get(row.invoiceId);
    if (!isWithin(scope, row, ours)) continue;
    compared += 1;
    if (ours === undefined || !isKnownPaid(ours)) {
      if (isExpected(scope, row)) untold.push(row);
    } else differences.push(...rowDifferences(scope, row, ours));
  }
  return { differences, untold, compared };
}

/** Either side's day counts: a day that differs must not hide the invoice. */
function isWithin(scope: PortalScope, row: PaidListed, ours: LedgerInvoice | undefined): boolean {
  const within = (day: TaxDay): boolean => day >= scope.from && day <= scope.to;
  const listedDay = row.paidAt === null ? null : dayInJakarta(row.paidAt);
  if (ours?.paidDay != null && within(ours.paidDay)) return true;
  return listedDay === null ? ours === undefined : within(listedDay);
}

const isKnownPaid = ({ standing }: LedgerInvoice): boolean => standing === "paid" || standing === "reading";

function isExpected({ expectedFrom, settledBefore }: PortalScope, { paidAt }: PaidListed): boolean {
  return paidAt === null || (dayInJakarta(paidAt) >= expectedFrom && paidAt < settledBefore);
}

/** An invoice that the portal calls paid and the ledger does not. */
export const untoldDifference = (
  scope: Pick<PortalScope, "seller" | "portal">,
  row: PaidListed,
  ours: LedgerInvoice | undefined,
  mended: boolean,
): Difference =>
  difference(
    "paid_in_portal_not_in_ledger",
    { ...scopeOf(scope), invoiceId: row.invoiceId, invoiceNumber: row.number, account: row.accountId },
    mended ? null : (ours?.standing ?? null),
    shownPayment(row),
    { mended },
  );

const scopeOf = ({ seller, portal }: Pick<PortalScope, "seller" | "portal">) => ({ seller, portal });

const shownPayment = ({ paidAt, gross, currency }: PaidListed): string =>
  [
    paidAt === null ? null : dayInJakarta(paidAt),
    gross === null ? null : `${currency ?? ""} ${formatMoney(gross)}`.trim(),
  ]
    .filter((part) => part !== null)
    .join(" · ") || "paid";

function rowDifferences(scope: PortalScope, row: PaidListed, ours: LedgerInvoice): Difference[] {
  const about = aboutInvoice(scope, ours, row.number);
  return [
    ...amountDifferences(about, row, ours),
    ...(row.accountId !== null && ours.account !== null && row.accountId !== ours.account
      ? [difference("account_differs", about, ours.account, row.accountId)]
      : []),
    ...dayDifferences(about, row, ours),
  ];
}

const aboutInvoice = (
  scope: Pick<PortalScope, "seller" | "portal">,
  ours: LedgerInvoice,
  number: string | null,
): Subject => ({
  ...scopeOf(scope),
  invoiceId: ours.invoiceId,
  invoiceNumber: ours.number ?? number,
  account: ours.account,
});

/** Portals differ in what they call the total once credit was used: any figure of the invoice's own will do (T4). */
function amountDifferences(about: Subject, row: PaidListed, ours: LedgerInvoice): Difference[] {
  const { gross, currency } = row;
  const [first] = ours.grosses;
  if (gross === null || first === undefined) return [];
  const sameCurrency = currency === null || ours.currency === null || currency === ours.currency;
  if (sameCurrency && ours.grosses.includes(gross)) return [];
  const shown = (code: string | null, amount: Money) => `${code ?? ""} ${formatMoney(amount)}`.trim();
  return [difference("amount_differs", about, shown(ours.currency, first), shown(currency, gross))];
}

function dayDifferences(about: Subject, row: PaidListed, ours: LedgerInvoice): Difference[] {
  if (row.paidAt === null || ours.paidDay === null) return [];
  const day = dayInJakarta(row.paidAt);
  return day === ours.paidDay ? [] : [difference("paid_day_differs", about, ours.paidDay, day)];
}

/**
 * An invoice of the ledger that was not on the portal's list, after it was read back by itself: a list may leave out
 * what the portal holds all the same. `read` is null where nobody could be asked.
 */
export function compareMissing(
  scope: PortalScope,
  ours: LedgerInvoice,
  read: InvoiceRead | null,
): readonly Difference[] {
  const about = aboutInvoice(scope, ours, null);
  const gone = (theirs: string | null) => [
    difference("in_ledger_not_paid_in_portal", about, ours.paidDay, theirs),
  ];
  if (read === null) return gone(null);
  switch (read.kind) {
    case "paid":
      return rowDifferences(scope, listedOf(read.invoice), ours);
    case "notPaid":
      // A refund that is known here has had its case already.
      return read.state === "refunded" && ours.refunded ? [] : gone(read.status);
    case "absent":
      return gone("absent");
    default:
      return read satisfies never;
  }
}

type PaidRead = Extract<InvoiceRead, { kind: "paid" }>["invoice"];

const listedOf = (invoice: PaidRead): PaidListed => ({
  invoiceId: invoice.invoiceId,
  number: invoice.number,
  accountId: invoice.account.id,
  paidAt: invoice.paidAt,
  gross: invoice.subtotal + invoice.tax,
  currency: invoice.currency,
});
