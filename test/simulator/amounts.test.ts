/**
 * Proves that the simulated authority takes every document whose amounts follow the chain and refuses one cent anywhere,
 * and that a JSON number is read exactly. How: properties over made-up lines, computed once more by other means.
 */
import fc from "fast-check";
import { dayInJakarta, fixedClock } from "../../src/clock";
import { toHundredths } from "../../src/simulator/amounts";
import { checkSale } from "../../src/simulator/validate";
import { line, sale } from "./client";

describe("amounts", () => {
  const today = dayInJakarta(fixedClock("2026-11-03T09:10:00+07:00").now());
  const asNumber = (hundredths: bigint): number => Number(hundredths) / 100;
  // Written out once more, with the half added by hand, so that the authority is not checked by itself.
  const halfUp = (numerator: bigint, denominator: bigint): bigint =>
    (numerator + denominator / 2n) / denominator;
  const lineOf = (price: bigint, quantity: bigint, discountShare: bigint) => {
    const gross = halfUp(price * quantity, 100n);
    const discount = (gross * discountShare) / 100n;
    const base = gross - discount;
    const other = halfUp(base * 11n, 12n);
    return { gross, discount, base, other, vat: halfUp(other * 12n, 100n), price, quantity };
  };
  const wire = (one: ReturnType<typeof lineOf>) => ({
    ...line,
    jumlah: asNumber(one.quantity),
    harga: asNumber(one.price),
    totalHarga: asNumber(one.gross),
    diskon: asNumber(one.discount),
    dpp: asNumber(one.base),
    dppLain: asNumber(one.other),
    ppn: asNumber(one.vat),
  });
  const saleOf = (lines: ReturnType<typeof lineOf>[]) => {
    const added = (pick: (one: ReturnType<typeof lineOf>) => bigint) =>
      asNumber(lines.reduce((total, one) => total + pick(one), 0n));
    return sale("INV", {
      barangJasa: lines.map(wire),
      totalDpp: added((one) => one.base),
      totalDppLain: added((one) => one.other),
      totalPpn: added((one) => one.vat),
    });
  };
  const lines = fc.array(
    fc
      .tuple(fc.bigInt(0n, 10_000_000_000n), fc.bigInt(1n, 10_000n), fc.bigInt(0n, 100n))
      .map(([price, quantity, share]) => lineOf(price, quantity, share)),
    { minLength: 1, maxLength: 5 },
  );

  test("a document that follows the chain is taken, whatever its prices", () => {
    fc.assert(
      fc.property(lines, (some) => expect(checkSale(saleOf(some), today)).toMatchObject({ ok: true })),
    );
  });

  test("one cent anywhere is refused", () => {
    const places = ["totalHarga", "dpp", "dppLain", "ppn"] as const;
    fc.assert(
      fc.property(lines, fc.constantFrom(...places), fc.constantFrom(1n, -1n), (some, place, cent) => {
        const [first, ...rest] = saleOf(some)["barangJasa"] as (typeof line)[];
        const hundredths = toHundredths(first![place])! + cent;
        const moved = { ...first, [place]: asNumber(hundredths) };
        const check = checkSale({ ...saleOf(some), barangJasa: [moved, ...rest] }, today);
        expect(check.ok ? [] : check.faults.map((fault) => fault.path)).toContain(`barangJasa[0].${place}`);
      }),
    );
  });

  test("every amount of two decimals up to the limit survives being a JSON number", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 7_000_000_000_000_000n), (hundredths) => {
        const digits = hundredths.toString().padStart(3, "0");
        const parsed = JSON.parse(`${digits.slice(0, -2)}.${digits.slice(-2)}`) as number;
        expect(toHundredths(parsed)).toBe(hundredths);
      }),
    );
  });
});
