import { parseMoney, type Money } from "../money";

/** Above 2^46 a double's steps are wider than a hundredth, so two neighbouring amounts become one. */
const LARGEST = 70_000_000_000_000;

/** A JSON number in hundredths, or null when it has more than two decimals or is too large to be exact. */
export function toHundredths(value: number): Money | null {
  return Math.abs(value) <= LARGEST ? parseMoney(String(value)) : null;
}

/** The same for a number that has been checked before. Throws RangeError for any other. */
export function hundredths(value: number): Money {
  const amount = toHundredths(value);
  if (amount === null) throw new RangeError("more than two decimals");
  return amount;
}
