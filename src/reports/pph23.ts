import type { Period } from "../clock";
import type { FakturState } from "../faktur/faktur";
import { absolute, HUNDRED, sum, type Money } from "../money";
import { grouped } from "./figures";

/** A faktur of the masa on which its buyer should withhold. */
export interface ExpectedPph23 {
  readonly fakturId: string;
  readonly state: FakturState;
  readonly nsfp: string | null;
  readonly date: string;
  readonly reference: string;
  readonly invoiceId: string;
  readonly invoiceNumber: string | null;
  readonly buyerNpwp: string;
  readonly buyerName: string;
  /** The part of the DPP that is subject to PPh 23, and the whole. */
  readonly base: Money;
  readonly dpp: Money;
  readonly expected: Money;
  /** The kinds of its lines cannot be told any more: nothing is expected of it, and a person looks. */
  readonly uncertain: boolean;
}

/** A bukti potong as finance has entered it. */
export interface Receipt {
  readonly id: string;
  readonly number: string;
  readonly date: string;
  readonly masa: string;
  readonly buyerNpwp: string;
  readonly dpp: Money;
  readonly pph: Money;
  readonly nsfp: string | null;
  readonly invoice: string | null;
}

/** By what a receipt was matched: its words first, then equal amounts of one buyer in one masa. */
export type MatchedBy = "nsfp" | "invoice" | "amount" | "sum";

export const UNMATCHED_CODES = [
  "faktur_of_other_masa",
  "nothing_expected",
  "faktur_unknown",
  "other_buyer",
  "buyer_unknown",
  "no_equal_amount",
] as const;
export type UnmatchedCode = (typeof UNMATCHED_CODES)[number];

export interface Pph23Row extends ExpectedPph23 {
  readonly received: Money;
  /** Expected less received: what is still to come, or negative when more was withheld. */
  readonly difference: Money;
  readonly settled: boolean;
  readonly receipts: readonly { readonly number: string; readonly by: MatchedBy; readonly pph: Money }[];
}

export interface Pph23Report {
  readonly seller: string;
  readonly masa: Period;
  readonly rows: readonly Pph23Row[];
  readonly unmatched: readonly (Receipt & { readonly why: UnmatchedCode })[];
  readonly totals: {
    readonly base: Money;
    readonly expected: Money;
    readonly received: Money;
    readonly difference: Money;
    /** Receipts of the masa that belong to none of its fakturs. */
    readonly unmatched: Money;
  };
}

/** No rounding of PPh 23 is published: a rupiah up or down is the same amount. */
const near = (one: Money, other: Money): boolean => absolute(one - other) <= HUNDRED;

/** The serial without the two digits that a replacement raises. */
const serial = (nsfp: string): string => nsfp.slice(0, 2) + nsfp.slice(4);

interface Share {
  readonly row: ExpectedPph23;
  readonly receipt: Receipt;
  readonly by: MatchedBy;
  readonly pph: Money;
}

/**
 * What buyers should have withheld on the fakturs of a masa against the bukti potong received. A receipt that names a
 * faktur or an invoice belongs to it, whatever its own masa; one of this masa that names none is matched to the buyer's
 * faktur of equal amount, or to all of the buyer's together. `known` says of a receipt, by its id, why the faktur that
 * it names is not among those of which something is expected.
 */
export function pph23Report(
  seller: string,
  masa: Period,
  expected: readonly ExpectedPph23[],
  receipts: readonly Receipt[],
  known: ReadonlyMap<string, UnmatchedCode> = new Map(),
): Pph23Report {
  const shares: Share[] = [];
  const unmatched: (Receipt & { why: UnmatchedCode })[] = [];
  const find = finder(expected);
  const unnamed: Receipt[] = [];
  for (const receipt of receipts) {
    if (receipt.nsfp === null && receipt.invoice === null) unnamed.push(receipt);
    else {
      const named = find(receipt);
      if (typeof named !== "string") shares.push({ ...named, receipt, pph: receipt.pph });
      else if (receipt.masa === masa) {
        const why = named === "faktur_unknown" ? (known.get(receipt.id) ?? named) : named;
        unmatched.push({ ...receipt, why });
      }
    }
  }
  for (const receipt of unnamed.filter((one) => one.masa === masa)) {
    const free = expected.filter(
      (row) => row.buyerNpwp === receipt.buyerNpwp && !shares.some((share) => share.row === row),
    );
    const found = byAmount(receipt, free);
    shares.push(...found);
    if (found.length > 0) continue;
    const buys = expected.some((row) => row.buyerNpwp === receipt.buyerNpwp);
    unmatched.push({ ...receipt, why: buys ? "no_equal_amount" : "buyer_unknown" });
  }
  const rows = rowsOf(expected, shares);
  return {
    ...{ seller, masa, rows, unmatched },
    totals: {
      base: sum(rows.map((row) => row.base)),
      expected: sum(rows.map((row) => row.expected)),
      received: sum(rows.map((row) => row.received)),
      difference: sum(rows.map((row) => row.difference)),
      unmatched: sum(unmatched.map((receipt) => receipt.pph)),
    },
  };
}

/** The faktur that a receipt names, or why it cannot be that one. */
function finder(expected: readonly ExpectedPph23[]) {
  const bySerial = new Map(expected.flatMap((row) => (row.nsfp === null ? [] : [[serial(row.nsfp), row]])));
  const byName = new Map(
    expected.flatMap((row) =>
      [row.reference, row.invoiceNumber, row.invoiceId].flatMap((name) =>
        name === null ? [] : [[name, row]],
      ),
    ),
  );
  return (receipt: Receipt): { row: ExpectedPph23; by: MatchedBy } | "faktur_unknown" | "other_buyer" => {
    const { nsfp, invoice } = receipt;
    const found: [ExpectedPph23 | undefined, MatchedBy] =
      nsfp !== null ? [bySerial.get(serial(nsfp)), "nsfp"] : [byName.get(invoice ?? ""), "invoice"];
    const [row, by] = found;
    if (row === undefined) return "faktur_unknown";
    return row.buyerNpwp === receipt.buyerNpwp ? { row, by } : "other_buyer";
  };
}

/** The buyer's faktur of that amount, else all of the buyer's fakturs that come to it together. */
function byAmount(receipt: Receipt, free: readonly ExpectedPph23[]): Share[] {
  const one = free.find((row) => near(row.base, receipt.dpp) || near(row.expected, receipt.pph));
  if (one !== undefined) return [{ row: one, receipt, by: "amount", pph: receipt.pph }];
  const [base, expected] = [sum(free.map((row) => row.base)), sum(free.map((row) => row.expected))];
  const all = free.length > 1 && (near(base, receipt.dpp) || near(expected, receipt.pph));
  if (!all) return [];
  // Each bears what was expected of it; what is over or short stands at the last.
  return free.map((row, index) => ({
    ...{ row, receipt, by: "sum" as const },
    pph: index === free.length - 1 ? receipt.pph - (expected - row.expected) : row.expected,
  }));
}

function rowsOf(expected: readonly ExpectedPph23[], shares: readonly Share[]): Pph23Row[] {
  const byRow = grouped(shares, (share) => share.row);
  return expected.map((row) => {
    const own = byRow.get(row) ?? [];
    const received = sum(own.map((share) => share.pph));
    return {
      ...row,
      received,
      difference: row.expected - received,
      settled: own.length > 0 && near(row.expected, received),
      receipts: own.map(({ receipt, by, pph }) => ({ number: receipt.number, by, pph })),
    };
  });
}
