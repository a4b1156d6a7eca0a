import type { PpnLaw } from "../faktur/law";
import { formatMoney, formatShort, shareHalfUp, sum, times, type Money } from "../money";
import { hundredths } from "./amounts";
import type { Sale, SaleFault, SaleItem } from "./sale";

/** Percent in hundredths → parts of the base. */
const RATE_UNIT = 10_000n;

/**
 * What is wrong with one line's amounts by the law of its day: signs, then the chain, each step half-up to the cent
 * (coretax-xml 3.1).
 */
export function amountFaults(
  line: SaleItem,
  transactionCode: string,
  law: PpnLaw,
  path: string,
): SaleFault[] {
  const quantity = hundredths(line.jumlah);
  const price = hundredths(line.harga);
  const discount = hundredths(line.diskon);
  const rate = hundredths(line.tarifPpn);
  const luxuryRate = hundredths(line.tarifPpnbm);
  const gross = times(price, quantity);
  const { numerator, denominator } = law.otherBase;
  const reduced = numerator !== denominator;
  const range = [
    ...ranges(quantity <= 0n, `${path}.jumlah`, "harus lebih dari nol"),
    ...ranges(price < 0n, `${path}.harga`, "tidak boleh negatif"),
    ...ranges(discount < 0n || discount > gross, `${path}.diskon`, "harus antara nol dan harga kali jumlah"),
    ...ranges(rate !== law.vatRate, `${path}.tarifPpn`, `harus ${formatShort(law.vatRate)}`),
    ...ranges(luxuryRate < 0n || luxuryRate > RATE_UNIT, `${path}.tarifPpnbm`, "harus antara 0 dan 100"),
    // Code 04 exists for nilai lain, so a line of it on the full price contradicts its own document (tax-rules 2.1).
    ...ranges(
      reduced && transactionCode === "04" && !line.cekDppLain,
      `${path}.cekDppLain`,
      "harus true pada kode 04",
    ),
    ...ranges(!reduced && line.cekDppLain, `${path}.cekDppLain`, "harus false sebelum 2025"),
  ];
  if (range.length > 0) return range;
  const base = hundredths(line.dpp);
  const otherBase = hundredths(line.dppLain);
  return [
    ...chain(`${path}.totalHarga`, hundredths(line.totalHarga), gross, "harga × jumlah"),
    ...chain(`${path}.dpp`, base, gross - discount, "harga × jumlah − diskon"),
    ...(line.cekDppLain
      ? chain(
          `${path}.dppLain`,
          otherBase,
          shareHalfUp(base, numerator, denominator),
          `${numerator}/${denominator} × dpp`,
        )
      : chain(`${path}.dppLain`, otherBase, base, "dpp")),
    ...chain(
      `${path}.ppn`,
      hundredths(line.ppn),
      shareHalfUp(otherBase, rate, RATE_UNIT),
      "tarifPpn × dppLain",
    ),
    ...chain(
      `${path}.ppnbm`,
      hundredths(line.ppnbm),
      shareHalfUp(otherBase, luxuryRate, RATE_UNIT),
      "tarifPpnbm × dppLain",
    ),
  ];
}

/** Totals must be the plain sums of the lines, to the cent. */
export function totalFaults(sale: Sale): SaleFault[] {
  const added = (pick: (line: SaleItem) => number): Money =>
    sum(sale.barangJasa.map((line) => hundredths(pick(line))));
  return [
    ...total(
      "totalDpp",
      sale.totalDpp,
      added((line) => line.dpp),
    ),
    ...total(
      "totalDppLain",
      sale.totalDppLain,
      added((line) => line.dppLain),
    ),
    ...total(
      "totalPpn",
      sale.totalPpn,
      added((line) => line.ppn),
    ),
    ...total(
      "totalPpnBm",
      sale.totalPpnBm,
      added((line) => line.ppnbm),
    ),
  ];
}

const ranges = (wrong: boolean, path: string, what: string): SaleFault[] =>
  wrong ? [{ code: "AMOUNT_RANGE", path, message: `${path} ${what}` }] : [];

const chain = (path: string, given: Money, expected: Money, rule: string): SaleFault[] =>
  given === expected
    ? []
    : [{ code: "AMOUNT_CHAIN", path, message: `${path} seharusnya ${formatMoney(expected)} (${rule})` }];

const total = (path: string, given: number, expected: Money): SaleFault[] =>
  hundredths(given) === expected
    ? []
    : [{ code: "TOTALS", path, message: `${path} seharusnya ${formatMoney(expected)} (jumlah semua baris)` }];
