import type { TaxDay } from "../clock";
import type { Fault } from "../errors";
import type { Money, Quantity } from "../money";
import { text } from "../text";
import { totalsOf } from "./document";
import type { Faktur, FakturLine } from "./faktur";
import { lawOf, ppnOn, type PpnLaw } from "./law";
import { lineAmounts, plainText } from "./lines";
import { checkFaktur } from "./rules";

/** What a replacement may change about one line; what is left out stays. Lines count from 1. */
export interface LineChange {
  readonly line: number;
  readonly name?: string | undefined;
  readonly price?: Money | undefined;
  readonly quantity?: Quantity | undefined;
  readonly discount?: Money | undefined;
  readonly remove?: boolean | undefined;
}

export type Replacement =
  | { readonly kind: "faktur"; readonly faktur: Faktur }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] };

/**
 * The replacement (pengganti) of an approved faktur: buyer, code, period and rate of exchange stay, the date is the day
 * it is made, the amounts are computed anew from the changed lines (PER-11/PJ/2025 art. 48; tax-rules 7.1).
 */
export function replacementOf(
  original: Faktur,
  nsfp: string,
  reference: string,
  changes: readonly LineChange[],
  today: TaxDay,
): Replacement {
  const law = lawOf({ ...original, date: today });
  if (law === undefined || ppnOn(today) !== ppnOn(original.date)) return refused("/date", OTHER_LAW);
  const strays = changes.filter(({ line }) => original.lines[line - 1] === undefined);
  if (strays.length > 0) {
    return { kind: "faults", faults: strays.map(({ line }) => fault(`/lines/${line - 1}`, NO_LINE)) };
  }
  const lines = original.lines.flatMap((line, index) =>
    changedLine(
      line,
      changes.filter((change) => change.line === index + 1),
      law,
      original,
    ),
  );
  if (JSON.stringify(lines, plain) === JSON.stringify(original.lines, plain)) return refused("/lines", SAME);
  const faktur: Faktur = {
    ...original,
    ...{ reference, date: today, replaces: nsfp, lines, totals: totalsOf(lines) },
  };
  const faults = [...negativeFaults(lines), ...checkFaktur(faktur, today)];
  return faults.length > 0 ? { kind: "faults", faults } : { kind: "faktur", faktur };
}

const plain = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? value.toString() : value;

function changedLine(
  line: FakturLine,
  changes: readonly LineChange[],
  law: PpnLaw,
  faktur: Faktur,
): FakturLine[] {
  if (changes.some((change) => change.remove === true)) return [];
  const changed = changes.reduce(
    (before, { name, price, quantity, discount }) => ({
      name: name === undefined ? before.name : plainText(name),
      price: price ?? before.price,
      quantity: quantity ?? before.quantity,
      discount: discount ?? before.discount,
    }),
    { name: line.name, price: line.price, quantity: line.quantity, discount: line.discount },
  );
  return [{ ...line, ...changed, ...lineAmounts(changed, law, faktur.transactionCode) }];
}

const negativeFaults = (lines: readonly FakturLine[]): Fault[] =>
  lines.flatMap((line, index) => (line.taxBase < 0n ? [fault(`/lines/${index}/discount`, TOO_MUCH)] : []));

const refused = (path: string, message: Fault["message"]): Replacement => ({
  kind: "faults",
  faults: [fault(path, message)],
});

const fault = (path: string, message: Fault["message"]): Fault => ({
  ...{ code: "replacement_invalid", path, message },
  fix: text(
    "Betulkan isian pengganti lalu kirim lagi.",
    "Correct the replacement's data, then send it again.",
  ),
});

const NO_LINE = text("Faktur tidak mempunyai baris ini.", "The faktur has no such line.");
const SAME = text(
  "Tidak ada yang berubah; pengganti harus berbeda dari aslinya.",
  "Nothing changes; a replacement must differ from its original.",
);
const TOO_MUCH = text("Potongan melebihi harganya.", "The discount exceeds the price.");
const OTHER_LAW = text(
  "Ketentuan PPN sudah berubah sejak faktur aslinya. Buat penggantinya di portal Coretax bersama konsultan pajak.",
  "The PPN law has changed since the original. Make its replacement in the Coretax portal with the tax adviser.",
);
