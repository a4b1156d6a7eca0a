import type { TaxDay } from "../clock";
import { serialOf } from "../faktur/keys";
import { readFaktur } from "../faktur/stored";
import { faktursWithKeys, faktursWithoutNumber, type KnownFaktur } from "../store/coretax";
import type { Tx } from "../store/db";
import { keyOf } from "../store/fakturs";
import { grouped, isAlike, ledgerOf, ourFaktur, type Claim, type OurFaktur } from "./readback/claims";
import { numberKey } from "./readback/numbers";

const NO_NPWP = "0".repeat(16);

/**
 * The fakturs of a seller that these claims can mean, found by indexed keys: by reference and serial, and for what
 * reaches none that it fits by day and buyer. What is not in the answer no claim could match, so that the number of
 * fakturs beside them costs nothing.
 */
export async function faktursMeant(tx: Tx, seller: string, claims: readonly Claim[]): Promise<OurFaktur[]> {
  const references = claims.map((claim) => keyOf(claim.reference ?? "")).filter((key) => key !== "");
  const serials = claims.flatMap(({ nsfp }) => (nsfp === null ? [] : [serialOf(nsfp)]));
  const named = (await faktursWithKeys(tx, seller, references, serials)).map(ours);
  const ledger = ledgerOf(named);
  const found = new Map(named.map((faktur) => [faktur.id, faktur]));
  const strangers = claims.filter(
    (claim) => !ledger.claimedBy(claim).some((faktur) => isAlike(faktur, claim)),
  );
  for (const [date, group] of grouped(strangers, dayToSearch)) {
    // Buyers without NPWP stand with zeros in their row; which of them it is, their document tells.
    const buyers = [...group.map((claim) => numberKey(claim.buyerNumber)).filter(isNpwp), NO_NPWP];
    for (const row of await faktursWithoutNumber(tx, seller, date, buyers)) found.set(row.id, ours(row));
  }
  return [...found.values()];
}

const isNpwp = (number: string): boolean => /^\d{16}$/.test(number);

/** Without its day and its tax nothing is recognised by its amounts. */
const dayToSearch = ({ date, ppn }: Claim): TaxDay | null => (ppn === null ? null : date);

/** Whatever went out as this faktur's paper is not replaced by another. */
export const ours = ({
  id,
  state,
  nsfp,
  document,
  pdf_sha256,
}: Pick<KnownFaktur, "id" | "state" | "nsfp" | "document" | "pdf_sha256">): OurFaktur =>
  ourFaktur({ id, state, nsfp, hasOfficialPdf: pdf_sha256 !== null }, readFaktur(document));
