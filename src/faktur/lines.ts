import type { Fault } from "../errors";
import { isPayment, wordsOf, type InvoiceLine, type PaidInvoice } from "../hooks/invoice";
import { HUNDRED, shareHalfUp, sum, times, type Money, type Quantity } from "../money";
import type { FakturLine, TransactionCode } from "./faktur";
import { faultAt } from "./faults";
import { baseShare, type Fraction, type PpnLaw } from "./law";
import { codeOf, measureOf, OTHER_UNIT, type SellerCodes } from "./service-codes";

export const NAME_LENGTH = 255;

export type TaxedLines =
  | { readonly kind: "lines"; readonly lines: readonly FakturLine[] }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] };

/** What may differ from the usual when lines are made. */
export interface LineWish {
  /** Rupiah of one unit of a foreign currency: price and discount of a line are converted once, half-up to the hundredth. */
  readonly worth?: Fraction | undefined;
  /** The longest name, in characters. */
  readonly nameLength?: number | undefined;
}

const ONE: Fraction = { numerator: 1n, denominator: 1n };

/**
 * The lines of the faktur: what was sold with tax, each with its share of the taxed discounts, prices without tax.
 * Gift lines (price 0) and untaxed lines stay off. Faults: `discount_not_negative`, `discount_exceeds_lines`.
 */
export function taxedLines(
  invoice: PaidInvoice,
  law: PpnLaw,
  code: TransactionCode,
  codes: SellerCodes,
  wish: LineWish = {},
): TaxedLines {
  const { worth = ONE, nameLength = NAME_LENGTH } = wish;
  const faults = invoice.lines.flatMap((line, index) =>
    line.taxed && line.kind === "discount" && line.amount > 0n
      ? [faultAt("discount_not_negative", `/lines/${index}/amount`)]
      : [],
  );
  if (faults.length > 0) return { kind: "faults", faults };
  const taxed = invoice.lines.filter((line) => line.taxed && !isPayment(line));
  const sold = taxed.filter((line) => line.amount > 0n);
  const discounts = discountsOf(
    sold,
    taxed.filter((line) => line.amount < 0n),
  );
  if (discounts === null) return { kind: "faults", faults: [faultAt("discount_exceeds_lines", "/lines")] };
  const share = invoice.pricesIncludeTax ? netShare(law, code) : ONE;
  const net: Fraction = {
    numerator: share.numerator * worth.numerator,
    denominator: share.denominator * worth.denominator,
  };
  const lines = sold.map((line) => ({
    ...fakturLine(line, discounts.get(line) ?? 0n, net, law, code, codes),
    name: lineName(wordsOf(line), nameLength),
  }));
  return { kind: "lines", lines };
}

/**
 * The three amounts of a line in hundredths, each step half-up (coretax-xml 3.1; DJP computes the tax from the
 * already rounded base). Never by 11 % directly: that differs by a cent in some bases.
 */
export function lineAmounts(
  line: Pick<FakturLine, "price" | "quantity" | "discount">,
  law: PpnLaw,
  code: TransactionCode,
): Pick<FakturLine, "taxBase" | "otherTaxBase" | "vatRate" | "vat"> {
  const share = baseShare(law, code);
  const taxBase = times(line.price, line.quantity) - line.discount;
  const otherTaxBase = shareHalfUp(taxBase, share.numerator, share.denominator);
  return {
    taxBase,
    otherTaxBase,
    vatRate: law.vatRate,
    vat: shareHalfUp(otherTaxBase, law.vatRate, 10_000n),
  };
}

/** Net of a price with tax inside: 100/111 today, derived so that a new rate brings its own. */
function netShare(law: PpnLaw, code: TransactionCode): Fraction {
  const share = baseShare(law, code);
  const whole = 10_000n * share.denominator;
  return { numerator: whole, denominator: whole + law.vatRate * share.numerator };
}

function fakturLine(
  line: InvoiceLine,
  discount: Money,
  net: Fraction,
  law: PpnLaw,
  code: TransactionCode,
  codes: SellerCodes,
): Omit<FakturLine, "name"> {
  const whole = shareHalfUp(line.amount, net.numerator, net.denominator);
  const base = shareHalfUp(line.amount - discount, net.numerator, net.denominator);
  const counted = { ...unitPrice(line, whole, codes), discount: whole - base };
  return {
    ...codeOf(line.kind, codes),
    ...counted,
    ...lineAmounts(counted, law, code),
  };
}

/** Coretax wants price × quantity exact to the cent; what does not divide becomes one "Lainnya" (coretax-xml 8.4). */
function unitPrice(
  line: InvoiceLine,
  whole: Money,
  codes: SellerCodes,
): { unit: string; quantity: Quantity; price: Money } {
  const { unit, quantity } = measureOf(line, codes[line.kind]);
  const divides = (whole * HUNDRED) % quantity === 0n;
  return divides
    ? { unit, quantity, price: (whole * HUNDRED) / quantity }
    : { unit: OTHER_UNIT, quantity: HUNDRED, price: whole };
}

/**
 * How much discount each sold line bears. A discount goes to the line it names, else to the lines of its service, else
 * to all; what is larger than its lines goes on to the others. Sums are taken before anything is spread, so the order
 * of the lines does not matter. Null when the discounts exceed everything sold.
 */
function discountsOf(
  sold: readonly InvoiceLine[],
  discounts: readonly InvoiceLine[],
): ReadonlyMap<InvoiceLine, Money> | null {
  const borne = new Map<InvoiceLine, Money>();
  const bear = (lines: readonly InvoiceLine[], amount: Money): Money => {
    const shares = lines.map((line) => ({ line, room: line.amount - (borne.get(line) ?? 0n) }));
    const room = sum(shares.map((share) => share.room));
    const fits = amount < room ? amount : room;
    for (const [line, part] of spread(fits, shares)) borne.set(line, (borne.get(line) ?? 0n) + part);
    return amount - fits;
  };
  const places = discounts.map((discount) => ({
    amount: -discount.amount,
    line: sold.find((line) => line.id === discount.appliesTo),
    service: sold.find((line) => line.serviceId !== null && line.serviceId === discount.serviceId)?.serviceId,
  }));
  const total = (those: typeof places): Money => sum(those.map((place) => place.amount));

  let rest = total(places.filter((place) => place.line === undefined && place.service === undefined));
  for (const line of sold) rest += bear([line], total(places.filter((place) => place.line === line)));
  const byService = places.filter((place) => place.line === undefined && place.service !== undefined);
  for (const service of new Set(byService.map((place) => place.service))) {
    const lines = sold.filter((line) => line.serviceId === service);
    rest += bear(lines, total(byService.filter((place) => place.service === service)));
  }
  return bear(sold, rest) === 0n ? borne : null;
}

interface Share {
  readonly line: InvoiceLine;
  readonly room: Money;
}

/** The amount in proportion to the room of each line; the left-over cents go to the largest remainders. */
function spread(amount: Money, shares: readonly Share[]): readonly (readonly [InvoiceLine, Money])[] {
  const whole = sum(shares.map((share) => share.room));
  if (amount === 0n || whole === 0n) return [];
  const parts = shares.map(({ line, room }) => ({
    line,
    part: (amount * room) / whole,
    remainder: (amount * room) % whole,
  }));
  const leftOver = Number(amount - sum(parts.map(({ part }) => part)));
  const luckiest = [...parts].sort(
    (a, b) => compare(b.remainder, a.remainder) || compare(a.line.id, b.line.id),
  );
  const lucky = new Set(luckiest.slice(0, leftOver));
  return parts.map((share) => [share.line, share.part + (lucky.has(share) ? 1n : 0n)] as const);
}

const compare = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** One line: line breaks, control characters and double blanks become one blank, hidden characters nothing. */
export const oneLine = (value: string): string =>
  value
    .replace(/[\p{Cf}\p{Cs}\uFFFE\uFFFF]/gu, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();

/** One line without the markup that portals store in descriptions and addresses; other angle brackets stay. */
export const plainText = (value: string): string =>
  oneLine(
    oneLine(value).replace(/<\/?(?:br|p|b|i|u|em|strong|small|span|div|li|ul|ol)(?: [^<>]*)?\/?>/gi, " "),
  );

/** Cut at the end of a word where there is one; no limit is documented (coretax-xml 1.5). */
function lineName(words: string, most: number): string {
  const letters = Array.from(plainText(words));
  if (letters.length <= most) return letters.join("");
  const cut = letters.slice(0, most + 1).join("");
  const word = cut.lastIndexOf(" ");
  return word > most / 2 ? cut.slice(0, word).trimEnd() : letters.slice(0, most).join("");
}
