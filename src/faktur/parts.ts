import type { CompanySnapshot } from "../accounts/company";
import type { Facility } from "../accounts/facility";
import { needsFacility } from "../codes/facilities";
import { isPayment, type InvoiceLine, type PaidInvoice } from "../hooks/invoice";
import { absolute, shareHalfUp, sum, type Money } from "../money";
import { isLive, type FakturFacility, type FakturState, type TransactionCode } from "./faktur";
import { transactionCodeOn } from "./law";

/** What one faktur is made of: a faktur has one transaction code, so a mixed invoice becomes two (coretax-xml 2.1). */
export interface InvoicePart {
  readonly invoice: PaidInvoice;
  readonly code: TransactionCode;
  readonly facility: FakturFacility | null;
  /** The code when the invoice has several parts; null for the whole invoice. */
  readonly part: TransactionCode | null;
}

type Facts = Pick<CompanySnapshot, "transactionCode" | "facility">;

/**
 * An invoice as the fakturs it needs. Without a facility: one, under the company's verified code or the ordinary one of
 * the day. With one: what the facility covers under 07 or 08, the rest under the ordinary code; a PPN that is not
 * collected is not billed either, so covered lines count whatever the portal's tax mark says, and carry no tax inside.
 */
export function partsOf(invoice: PaidInvoice, company: Facts): readonly InvoicePart[] {
  const attribute = company.transactionCode;
  const ordinary = transactionCodeOn(invoice.taxDay, null, null);
  const facility = company.facility ?? null;
  if (attribute === null || !needsFacility(attribute) || facility === null) {
    return [whole(invoice, transactionCodeOn(invoice.taxDay, attribute, null), null)];
  }
  const covered = invoice.lines.filter((line) => isCovered(facility, line));
  const others = invoice.lines.filter((line) => isSold(line) && line.taxed && !covered.includes(line));
  if (covered.length === 0) return [whole(invoice, ordinary, null)];
  if (others.length === 0) return [whole(underFacility(invoice, covered), attribute, documentOf(facility))];
  const [free, rest] = split(invoice, covered, others);
  const parts: readonly InvoicePart[] = [
    { invoice: rest, code: ordinary, facility: null, part: ordinary },
    { invoice: free, code: attribute, facility: documentOf(facility), part: attribute },
  ];
  const [only, ...more] = parts.filter((part) => !isGivenAway(part.invoice));
  return only !== undefined && more.length === 0 ? [{ ...only, part: null }] : parts;
}

/** Discounts give away all that was sold with tax: a faktur over nothing is none. */
function isGivenAway({ lines }: PaidInvoice): boolean {
  const taxed = lines.filter((line) => line.taxed && !isPayment(line));
  return taxed.some(isSold) && sum(taxed.map((line) => line.amount)) === 0n;
}

const whole = (
  invoice: PaidInvoice,
  code: TransactionCode,
  facility: FakturFacility | null,
): InvoicePart => ({ invoice, code, facility, part: null });

export const documentOf = ({ addInfo, stamp, documentNumber, documentPeriod }: Facility): FakturFacility => ({
  addInfo,
  stamp,
  documentNumber,
  documentPeriod,
});

const isSold = (line: InvoiceLine): boolean =>
  line.amount > 0n && !isPayment(line) && line.kind !== "discount";

/** A late fee without tax is a penalty, no supply, unless the facility names it. */
function isCovered({ lineKinds }: Facility, line: InvoiceLine): boolean {
  if (!isSold(line)) return false;
  return lineKinds === null ? line.taxed || line.kind !== "lateFee" : lineKinds.includes(line.kind);
}

const isReduction = (line: InvoiceLine): boolean => line.amount < 0n && !isPayment(line);

/** The whole invoice goes under the facility; its head stays, so that everything on it is still checked. */
function underFacility(invoice: PaidInvoice, covered: readonly InvoiceLine[]): PaidInvoice {
  const lines = invoice.lines.map((line) =>
    covered.includes(line) || (isReduction(line) && !namesAnother(line, invoice, covered))
      ? { ...line, taxed: true }
      : line,
  );
  return { ...invoice, lines, pricesIncludeTax: invoice.pricesIncludeTax && invoice.tax !== 0n };
}

/** The covered lines with their discounts as an invoice without tax, and all the rest with the tax that was billed. */
function split(
  invoice: PaidInvoice,
  covered: readonly InvoiceLine[],
  others: readonly InvoiceLine[],
): readonly [free: PaidInvoice, rest: PaidInvoice] {
  const free: InvoiceLine[] = [];
  const rest: InvoiceLine[] = [];
  for (const line of invoice.lines) {
    if (covered.includes(line)) free.push({ ...line, taxed: true });
    else if (!isReduction(line) || namesAnother(line, invoice, [...covered, ...others])) rest.push(line);
    else {
      const share = freeShare(line, covered, others);
      if (share !== 0n) free.push({ ...line, amount: share, taxed: true });
      if (share !== line.amount) rest.push({ ...line, amount: line.amount - share });
    }
  }
  const amount = sum(free.map((line) => line.amount));
  return [
    { ...invoice, lines: free, pricesIncludeTax: false, subtotal: amount, tax: 0n, total: amount },
    withOwnCredit({
      ...{ ...invoice, lines: rest },
      ...{ subtotal: invoice.subtotal - amount, total: invoice.total - amount },
    }),
  ];
}

const isCredit = (line: InvoiceLine): boolean => line.kind === "credit" && line.amount < 0n;

/** Of the credit that paid the whole invoice, what paid the covered lines went with them. */
function withOwnCredit(rest: PaidInvoice): PaidInvoice {
  const [first] = rest.lines.filter(isCredit);
  const credit = -sum(rest.lines.filter(isCredit).map((line) => line.amount));
  const over = -rest.total;
  if (first === undefined || over <= 0n || over > credit) return rest;
  const all = sum(rest.lines.map((line) => line.amount));
  const isTakenOff = absolute(all - rest.subtotal) < absolute(all + credit - rest.subtotal);
  return {
    ...rest,
    lines: [...rest.lines.filter((line) => !isCredit(line)), { ...first, amount: over - credit }],
    subtotal: isTakenOff ? rest.subtotal + over : rest.subtotal,
    total: 0n,
  };
}

/** A discount of a line that is on none of the fakturs stays with it. */
const namesAnother = (discount: InvoiceLine, invoice: PaidInvoice, sold: readonly InvoiceLine[]): boolean =>
  invoice.lines.some((line) => line.id === discount.appliesTo && !sold.includes(line));

/** How much of a discount belongs to covered lines: of the line or service it names, else of all with the same tax mark. */
function freeShare(
  discount: InvoiceLine,
  covered: readonly InvoiceLine[],
  others: readonly InvoiceLine[],
): Money {
  const all = [...covered, ...others];
  const candidates: readonly ((line: InvoiceLine) => boolean)[] = [
    (line) => line.id === discount.appliesTo,
    (line) => discount.serviceId !== null && line.serviceId === discount.serviceId,
    (line) => line.taxed === discount.taxed,
  ];
  const belongs = candidates.find((matches) => all.some(matches));
  if (belongs === undefined) return 0n;
  const whole = sum(all.filter(belongs).map((line) => line.amount));
  return shareHalfUp(discount.amount, sum(covered.filter(belongs).map((line) => line.amount)), whole);
}

interface PartRow {
  readonly id: string;
  readonly revision: number;
  readonly state: FakturState;
  readonly part?: string | null;
  readonly replaces_id?: string | null;
  readonly nsfp?: string | null;
}

/**
 * The fakturs that hold a place in their invoice: the live ones, and one that was replaced by what is not known here,
 * since its replacement stands at the authority until somebody has found out.
 */
export const holdersOf = <Row extends PartRow>(fakturs: readonly Row[]): readonly Row[] =>
  fakturs.filter((faktur) => isLive(faktur.state) || isReplacedByUnknown(faktur, fakturs));

/** True while no later faktur stands in its place, and none that was approved has replaced it. */
function isReplacedByUnknown(faktur: PartRow, fakturs: readonly PartRow[]): boolean {
  if (faktur.state !== "replaced") return false;
  const later = fakturs.filter((one) => one.revision > faktur.revision && isSamePlace(one, faktur));
  return !later.some(
    (one) => isLive(one.state) || (one.replaces_id === faktur.id && (one.nsfp ?? null) !== null),
  );
}

const isSamePlace = (one: PartRow, other: PartRow): boolean =>
  one.part == null || other.part == null || one.part === other.part;

/**
 * The fakturs an invoice rests on, one slot for each part: the faktur that holds it, or null where none does. One slot
 * for a whole invoice; none when nothing is held.
 */
export function slotsOf<Row extends PartRow>(fakturs: readonly Row[]): readonly (Row | null)[] {
  const holders = holdersOf(fakturs);
  const single = holders.find((faktur) => (faktur.part ?? null) === null);
  if (single !== undefined) return [single];
  if (holders.length === 0) return [];
  const oldest = Math.min(...holders.map((faktur) => faktur.revision));
  const parts = fakturs.flatMap((faktur) =>
    faktur.revision >= oldest && faktur.part != null ? [faktur.part] : [],
  );
  return [...new Set(parts)].map((part) => holders.find((faktur) => faktur.part === part) ?? null);
}

/** True when nothing of the invoice is left to issue. */
export const isWholeLive = (fakturs: readonly PartRow[]): boolean => {
  const slots = slotsOf(fakturs);
  return slots.length > 0 && slots.every((slot) => slot !== null);
};

/** The constraint that each part lives once; the ordinary part holds the key of the whole, so that none lives beside it. */
export const liveKeyOf = (invoiceId: string, index: number, part: string | null): string =>
  index === 0 || part === null ? invoiceId : `${invoiceId}#${part}`;

/** Parts have distinct references: the authority's answer is found by them. */
export const referenceOf = (reference: string, part: string | null): string =>
  part === null ? reference : `${reference}-${part}`;
