import { addDays, dayInJakarta, type TaxDay } from "../../clock";
import { sum, type Money, type Quantity } from "../../money";
import { clean } from "../fields";
import { LINE_KINDS, type InvoiceLine, type LineKind } from "../invoice";
import { sellingFactsOf, type StripeLine, type StripeTax } from "./shape";

/** How an invoice carries its tax. Stripe allows both ways on one invoice; a faktur needs one. */
export type Pricing = "inclusive" | "exclusive" | "mixed";

/** `options` of a Stripe connection that are read here. */
export interface LineOptions {
  /** What a line sells when nothing says so; `item` when not set. */
  readonly lineKind?: unknown;
  /** Stripe product or price id → kind of line. */
  readonly productKinds?: unknown;
}

export const taxesOf = (line: StripeLine): readonly StripeTax[] => line.taxes ?? line.tax_amounts ?? [];

/** From the taxes that are not zero; without any the prices count as without tax. */
export function pricingOf(taxes: readonly StripeTax[]): Pricing {
  const charged = taxes.filter((tax) => tax.amount !== 0);
  const inside = charged.filter((tax) => tax.inclusive).length;
  if (inside === 0) return "exclusive";
  return inside === charged.length ? "inclusive" : "mixed";
}

/**
 * Stripe's lines as ours. A line's discounts become lines of their own behind it; a negative line (the credit of a
 * proration) becomes a discount of the line it corrects. On a mixed invoice every line is given net of the tax inside
 * it and of its discounts, so that the prices are without tax throughout.
 */
export function linesOf(
  lines: readonly StripeLine[],
  pricing: Pricing,
  money: (amount: number) => Money,
  options: LineOptions,
): InvoiceLine[] {
  return lines.flatMap((line) => {
    const discounts = (line.discount_amounts ?? [])
      .map((discount) => money(discount.amount))
      .filter((d) => d !== 0n);
    const amount = money(line.amount);
    const own = ownLine(line, options);
    if (pricing === "mixed") {
      const inside = sum(taxesOf(line).map((tax) => (tax.inclusive ? money(tax.amount) : 0n)));
      return [asDiscountIfNegative({ ...own, amount: amount - sum(discounts) - inside }, line, lines)];
    }
    if (amount < 0n) return [asDiscountIfNegative({ ...own, amount: amount - sum(discounts) }, line, lines)];
    return [{ ...own, amount }, ...discounts.map((discount, index) => discountOf(own, discount, index))];
  });
}

type OwnLine = Omit<InvoiceLine, "amount">;

function ownLine(line: StripeLine, options: LineOptions): OwnLine {
  return {
    id: line.id,
    kind: kindOf(line, options),
    description: cut(clean(line.description ?? "")) || "Layanan",
    quantity: quantityOf(line.quantity),
    taxed: isTaxed(line),
    serviceId: serviceOf(line),
    ...periodOf(line.period ?? null),
    appliesTo: null,
  };
}

const cut = (words: string): string => [...words].slice(0, 500).join("");

const discountOf = (own: OwnLine, discount: Money, index: number): InvoiceLine => ({
  ...own,
  id: `${own.id}-d${index + 1}`,
  kind: "discount",
  description: cut(`Diskon: ${own.description}`),
  quantity: 100n,
  amount: -discount,
  appliesTo: own.id,
});

function asDiscountIfNegative(own: InvoiceLine, line: StripeLine, lines: readonly StripeLine[]): InvoiceLine {
  if (own.amount >= 0n) return own;
  return { ...own, kind: "discount", quantity: 100n, appliesTo: correctedBy(line, lines) };
}

/**
 * The line that a negative one corrects: of the positive lines of the same subscription, taxed alike, the largest,
 * which is the one that can bear it. null (the whole invoice) when there is none.
 */
function correctedBy(negative: StripeLine, lines: readonly StripeLine[]): string | null {
  const service = serviceOf(negative);
  if (service === null) return null;
  let best: StripeLine | null = null;
  for (const line of lines) {
    const fits = line.amount > 0 && serviceOf(line) === service && isTaxed(line) === isTaxed(negative);
    if (fits && (best === null || line.amount > best.amount)) best = line;
  }
  return best?.id ?? null;
}

/** Reasons that mean a rate applies even where the tax came to nothing. */
const TAXED_REASONS = new Set([
  "standard_rated",
  "reduced_rated",
  "portion_standard_rated",
  "portion_reduced_rated",
  "proportionally_rated",
  "taxable_basis_reduced",
]);

const isTaxed = (line: StripeLine): boolean =>
  taxesOf(line).some((tax) => tax.amount !== 0 || TAXED_REASONS.has(tax.reason ?? ""));

const serviceOf = (line: StripeLine): string | null =>
  line.parent?.subscription_item_details?.subscription ??
  line.parent?.invoice_item_details?.subscription ??
  line.subscription ??
  null;

const isKind = (value: unknown): value is LineKind => LINE_KINDS.some((kind) => kind === value);

/** `faktur_kind` in the metadata of line, price or product; else the connection's table; else its `lineKind`; else item. */
function kindOf(line: StripeLine, options: LineOptions): LineKind {
  const facts = sellingFactsOf(line);
  for (const metadata of facts.metadata) {
    if (isKind(metadata["faktur_kind"])) return metadata["faktur_kind"];
  }
  const table = new Map(Object.entries(options.productKinds ?? {}));
  for (const id of facts.ids) {
    const kind: unknown = table.get(id);
    if (isKind(kind)) return kind;
  }
  return isKind(options.lineKind) ? options.lineKind : "item";
}

/** Whole units only; a metered fraction is sold as one, since its amount is the whole line anyway. */
const quantityOf = (quantity: number | null | undefined): Quantity =>
  typeof quantity === "number" && Number.isSafeInteger(quantity) && quantity > 0
    ? BigInt(quantity) * 100n
    : 100n;

const DAY_SECONDS = 86_400;

/**
 * Stripe's period ends at the instant the next one starts. A period of whole days ends on the day before (3 Nov 09:10
 * to 3 Dec 09:10 is 3 Nov – 2 Dec), any other on the day of its last second. One-off items have no period.
 */
function periodOf(period: { start: number; end: number } | null): {
  periodStart: TaxDay | null;
  periodEnd: TaxDay | null;
} {
  if (period === null || period.end <= period.start) return { periodStart: null, periodEnd: null };
  const wholeDays = (period.end - period.start) % DAY_SECONDS === 0;
  const periodEnd = wholeDays ? addDays(dayOf(period.end), -1) : dayOf(period.end - 1);
  return { periodStart: dayOf(period.start), periodEnd };
}

const dayOf = (seconds: number): TaxDay => dayInJakarta(new Date(seconds * 1000));
