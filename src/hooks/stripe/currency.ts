import { shareHalfUp, type Money } from "../../money";

/**
 * How many decimals Stripe's whole numbers carry where it is not two (docs.stripe.com/currencies). IDR has two:
 * Rp 111,000 is 11100000. ISK, HUF, TWD and UGX are spelt with two although they have no cents.
 */
const DECIMALS: Readonly<Record<string, 0 | 3>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  MGA: 0,
  PYG: 0,
  RWF: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  JOD: 3,
  KWD: 3,
  OMR: 3,
  TND: 3,
};

/** Stripe's smallest units of a currency (ISO 4217, capitals) → hundredths; thousandths are rounded half-up. */
export function fromStripe(amount: number, currency: string): Money {
  const units = BigInt(amount);
  const decimals = DECIMALS[currency];
  if (decimals === 0) return units * 100n;
  return decimals === 3 ? shareHalfUp(units, 1n, 10n) : units;
}
