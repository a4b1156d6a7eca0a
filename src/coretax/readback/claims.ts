import type { TaxDay } from "../../clock";
import type { Faktur, FakturState, TransactionCode } from "../../faktur/faktur";
import { codeOf, referenceKey, serialOf } from "../../faktur/keys";
import { inOneGo, portioned, type Portions } from "../../portions";
import { absolute, HUNDRED, type Money } from "../../money";
import { numberKey, revisionOf, sameNumber } from "./numbers";

/** One faktur of our ledger, as far as recognising it needs. */
export interface OurFaktur {
  readonly id: string;
  readonly sellerNpwp: string;
  readonly reference: string;
  readonly state: FakturState;
  readonly nsfp: string | null;
  readonly transactionCode: TransactionCode;
  /** Every number under which the authority may show the buyer; zeros stand for a buyer without NPWP. */
  readonly buyerNumbers: readonly string[];
  readonly date: TaxDay;
  readonly dppNilaiLain: Money;
  readonly ppn: Money;
  readonly lineCount: number;
  /** An official PDF of it is stored already. */
  readonly hasOfficialPdf: boolean;
}

/** What a row of the list or a PDF says of the faktur it belongs to. */
export interface Claim {
  readonly nsfp: string | null;
  readonly reference: string | null;
  readonly sellerNpwp: string | null;
  readonly buyerNumber: string;
  readonly date: TaxDay | null;
  readonly dppNilaiLain: Money | null;
  readonly ppn: Money | null;
}

/** Where the portal and our ledger disagree. Carries whole numbers: for people, not for logs. */
export interface Difference {
  readonly field: "buyer" | "ppn" | "dppNilaiLain" | "nsfp" | "code" | "date" | "state";
  readonly ours: string;
  readonly theirs: string;
}

/** The facts of a stored faktur. */
export function ourFaktur(
  row: Pick<OurFaktur, "id" | "state" | "nsfp" | "hasOfficialPdf">,
  faktur: Faktur,
): OurFaktur {
  const { buyer } = faktur;
  return {
    ...row,
    sellerNpwp: faktur.seller.npwp,
    reference: faktur.reference,
    transactionCode: faktur.transactionCode,
    buyerNumbers: buyer.document === "TIN" ? [buyer.npwp] : [buyer.documentNumber, "0".repeat(16)],
    date: faktur.date,
    dppNilaiLain: faktur.totals.dppNilaiLain,
    ppn: faktur.totals.ppn,
    lineCount: faktur.lines.length,
  };
}

export interface Ledger {
  /** Those that the reference or the serial points to; each once. */
  claimedBy(claim: Claim): readonly OurFaktur[];
  /** Without a number yet, of the same seller, buyer, day and code, and with the same amounts. */
  alike(claim: Claim): readonly OurFaktur[];
}

/** Our fakturs, found by what the portal shows of them. */
export function* ledgerOf(ours: readonly OurFaktur[]): Portions<Ledger> {
  const byReference = yield* groupedInPortions(ours, (faktur) => referenceKey(faktur.reference));
  const bySerial = yield* groupedInPortions(ours, ({ nsfp }) => (nsfp === null ? null : serialOf(nsfp)));
  const waiting = ours
    .filter(isWaiting)
    .flatMap((faktur) => [...new Set(faktur.buyerNumbers)].map((number) => ({ faktur, number })));
  const byBuyerAndDay = yield* groupedInPortions(waiting, ({ faktur, number }) =>
    dayKey(number, faktur.date),
  );
  return {
    claimedBy(claim) {
      const key = referenceKey(claim.reference ?? "");
      const found = new Set([
        ...((key === "" ? undefined : byReference.get(key)) ?? []),
        ...((claim.nsfp === null ? undefined : bySerial.get(serialOf(claim.nsfp))) ?? []),
      ]);
      return meantOf(
        [...found].filter((faktur) => sameSeller(faktur, claim)),
        claim,
      );
    },
    alike(claim) {
      if (claim.date === null || claim.ppn === null) return [];
      return (byBuyerAndDay.get(dayKey(claim.buyerNumber, claim.date)) ?? [])
        .map(({ faktur }) => faktur)
        .filter((faktur) => sameSeller(faktur, claim))
        .filter((faktur) =>
          [numberDifferences, amountDifferences].every((f) => f(faktur, claim).length === 0),
        );
    },
  };
}

/** A faktur and its replacements share one serial: the whole number tells which of them is meant, else the latest is. */
function meantOf(found: readonly OurFaktur[], { nsfp }: Claim): readonly OurFaktur[] {
  if (found.length < 2 || nsfp === null) return found;
  const numbered = found.flatMap((faktur) => (faktur.nsfp === null ? [] : [{ faktur, nsfp: faktur.nsfp }]));
  const oneSerial = numbered.every((one) => serialOf(one.nsfp) === serialOf(nsfp));
  if (!oneSerial || numbered.length < found.length) return found;
  const exact = numbered.filter((one) => one.nsfp === nsfp);
  const last = Math.max(...numbered.map((one) => revisionOf(one.nsfp)));
  const meant = exact.length > 0 ? exact : numbered.filter((one) => revisionOf(one.nsfp) === last);
  return meant.map(({ faktur }) => faktur);
}

const dayKey = (buyerNumber: string, date: TaxDay): string => `${date} ${numberKey(buyerNumber)}`;

/** Handed to the portal, or about to be, and without its number: only such a one can still be recognised by its amounts. */
const isWaiting = (faktur: OurFaktur): boolean =>
  faktur.nsfp === null && ["ready", "submitting", "pending", "unknown"].includes(faktur.state);

const sameSeller = (faktur: OurFaktur, claim: Claim): boolean =>
  claim.sellerNpwp === null || sameNumber(claim.sellerNpwp, faktur.sellerNpwp);

/** By which of the two keys a claim reached this faktur. */
export const reachedBy = (faktur: OurFaktur, claim: Claim): "reference" | "serial" =>
  referenceKey(claim.reference ?? "") === referenceKey(faktur.reference) ? "reference" : "serial";

const isBuyer = (faktur: OurFaktur, number: string): boolean =>
  faktur.buyerNumbers.some((ours) => numberKey(ours) === numberKey(number));

/**
 * How far totals may be apart: one rupiah and a hundredth for each line, in whole rupiah since totals are
 * (coretax-xml 3.5, measured on 66 approved documents).
 */
export const tolerance = (lineCount: number): Money =>
  ((HUNDRED + BigInt(lineCount) + HUNDRED - 1n) / HUNDRED) * HUNDRED;

export function buyerDifferences(faktur: OurFaktur, claim: Claim): readonly Difference[] {
  if (isBuyer(faktur, claim.buyerNumber)) return [];
  return [{ field: "buyer", ours: faktur.buyerNumbers[0] ?? "", theirs: claim.buyerNumber }];
}

export function amountDifferences(faktur: OurFaktur, claim: Claim): readonly Difference[] {
  const most = tolerance(faktur.lineCount);
  return (["ppn", "dppNilaiLain"] as const).flatMap((field) => {
    const theirs = claim[field];
    if (theirs === null || absolute(theirs - faktur[field]) <= most) return [];
    return [{ field, ours: faktur[field].toString(), theirs: theirs.toString() }];
  });
}

/**
 * The same serial, and the code that our number bears or, while we have none, our document; the number of the
 * replacement may be a later one.
 */
export function numberDifferences(faktur: OurFaktur, claim: Claim): readonly Difference[] {
  const { nsfp } = faktur;
  if (claim.nsfp === null) return [];
  if (nsfp !== null && serialOf(nsfp) !== serialOf(claim.nsfp)) {
    return [{ field: "nsfp", ours: nsfp, theirs: claim.nsfp }];
  }
  const [ours, theirs] = [nsfp === null ? faktur.transactionCode : codeOf(nsfp), codeOf(claim.nsfp)];
  return ours === theirs ? [] : [{ field: "code", ours, theirs }];
}

/** The same buyer and amounts, whatever the day and the references. */
export const isAlike = (faktur: OurFaktur, claim: Claim): boolean =>
  buyerDifferences(faktur, claim).length === 0 && amountDifferences(faktur, claim).length === 0;

export const dateDifferences = (faktur: OurFaktur, claim: Claim): readonly Difference[] =>
  claim.date === null || claim.date === faktur.date
    ? []
    : [{ field: "date", ours: faktur.date, theirs: claim.date }];

/** Older than, same as or newer than the number we know; `same` while we know none. */
export function revisionAgainst(faktur: OurFaktur, claim: Claim): "older" | "same" | "newer" {
  if (faktur.nsfp === null || claim.nsfp === null) return "same";
  const [ours, theirs] = [revisionOf(faktur.nsfp), revisionOf(claim.nsfp)];
  return theirs === ours ? "same" : theirs > ours ? "newer" : "older";
}

export const grouped = <T, K>(items: Iterable<T>, keyOf: (item: T) => K | null): Map<K, T[]> =>
  inOneGo(groupedInPortions(items, keyOf));

/** The same of many. */
export function* groupedInPortions<T, K>(
  items: Iterable<T>,
  keyOf: (item: T) => K | null,
): Portions<Map<K, T[]>> {
  const groups = new Map<K, T[]>();
  yield* portioned(items, (item) => {
    const key = keyOf(item);
    if (key === null) return;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  });
  return groups;
}
