/** Hundredths of a rupiah (or of another currency's unit). Money is never a `number`. */
export type Money = bigint;

/** Hundredths of a unit of measure; Coretax takes at most two decimals (coretax-xml 1.4). */
export type Quantity = bigint;

export const HUNDRED = 100n;

/** `base × numerator / denominator`, rounded half away from zero to a whole hundredth ("pembulatan komersial"). */
export function shareHalfUp(base: Money, numerator: bigint, denominator: bigint): Money {
  if (denominator <= 0n) throw new RangeError("denominator must be positive");
  const exact = base * numerator;
  const size = exact < 0n ? -exact : exact;
  const rounded = (2n * size + denominator) / (2n * denominator);
  return exact < 0n ? -rounded : rounded;
}

/** Rounded half-up to whole rupiah, still in hundredths (PER-11/PJ/2025 art. 129(3)). */
export const toWholeRupiah = (amount: Money): Money => shareHalfUp(amount, 1n, HUNDRED) * HUNDRED;

/** Price of one unit times a quantity in hundredths, half-up to a hundredth. */
export const times = (price: Money, quantity: Quantity): Money => shareHalfUp(price, quantity, HUNDRED);

export const sum = (amounts: Iterable<Money>): Money => {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
};

export const absolute = (amount: Money): Money => (amount < 0n ? -amount : amount);

/** `"1110000.00"`, `"-3"`, `"0.5"` → hundredths; null for anything else. At most 15 whole digits and 2 decimals. */
export function parseMoney(value: string): Money | null {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,2}))?$/.exec(value);
  if (!match) return null;
  const size = BigInt(match[2] as string) * HUNDRED + BigInt((match[3] ?? "").padEnd(2, "0"));
  return match[1] === "-" ? -size : size;
}

/** Hundredths → `"1110000.00"`, always two decimals. */
export function formatMoney(amount: Money): string {
  const size = absolute(amount).toString().padStart(3, "0");
  return `${amount < 0n ? "-" : ""}${size.slice(0, -2)}.${size.slice(-2)}`;
}

/** Hundredths → the shortest spelling: `"15000"`, `"1234.5"`, `"0"`, as DJP's own samples write numbers. */
export const formatShort = (amount: Money): string => formatMoney(amount).replace(/\.?0+$/, "");

/** Whole rupiah without decimals: `"1110000"`. Throws when hundredths remain: rounding must have been done before. */
export function formatRupiah(amount: Money): string {
  if (amount % HUNDRED !== 0n) throw new RangeError("not a whole rupiah");
  return (amount / HUNDRED).toString();
}

/** Indonesian spelling for people: `1.234.567,89`; hundredths always shown. */
export function formatIndonesian(amount: Money): string {
  const [whole, cents] = formatMoney(absolute(amount)).split(".") as [string, string];
  return `${amount < 0n ? "-" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ".")},${cents}`;
}
