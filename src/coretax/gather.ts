import type { TaxDay } from "../clock";
import { serialOf } from "../faktur/keys";
import { readFaktur } from "../faktur/stored";
import { inTurns, portioned } from "../portions";
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
  const references: string[] = [];
  const serials: string[] = [];
  const sort = ({ reference, nsfp }: Claim): void => {
    const key = keyOf(reference ?? "");
    if (key !== "") references.push(key);
    if (nsfp !== null) serials.push(serialOf(nsfp));
  };
  await inTurns(portioned(claims, sort));
  const found = new Map<string, OurFaktur>();
  const find = (row: KnownFaktur): void => void found.set(row.id, ours(row));
  await inTurns(portioned(await faktursWithKeys(tx, seller, references, serials), find));
  const ledger = await inTurns(ledgerOf([...found.values()]));
  const strangers: Claim[] = [];
  const judge = (claim: Claim): void => {
    if (!ledger.claimedBy(claim).some((faktur) => isAlike(faktur, claim))) strangers.push(claim);
  };
  await inTurns(portioned(claims, judge));
  for (const [date, group] of grouped(strangers, dayToSearch)) {
    // Buyers without NPWP stand with zeros in their row; which of them it is, their document tells.
    const buyers = [...group.map((claim) => numberKey(claim.buyerNumber)).filter(isNpwp), NO_NPWP];
    await inTurns(portioned(await faktursWithoutNumber(tx, seller, date, buyers), find));
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
