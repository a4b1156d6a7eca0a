import type { TaxDay } from "../../clock";
import type { Money } from "../../money";
import { readbackFault, type ReadbackFault } from "./faults";
import { isNoNumber, readNsfp, sameNumber } from "./numbers";
import { dayOf, readAmount } from "./values";

/*
 * The left QR code of an official sheet: ten fields joined by "#" (coretax-xml 5.6, decoded on 56 of 66 approved sheets;
 * the authority has published no description, so more or fewer fields are taken for some other code).
 */

export interface QrFacts {
  readonly sellerNpwp: string;
  /** Null for a buyer without NPWP. */
  readonly buyerNpwp: string | null;
  readonly nsfp: string;
  readonly date: TaxDay | null;
  readonly dppNilaiLain: Money | null;
  readonly ppn: Money | null;
  /** The portal's word, in capitals; all that were seen say APPROVED. */
  readonly status: string;
}

const FIELDS = 10;

/** The facts of a code's text; null when it is another code, such as the link on the right. */
export function factsOfCode(code: string): QrFacts | null {
  // Names come first and third, cut off, and may hold the sign themselves: the fixed fields are counted from the end.
  const parts = code.split("#").map((part) => part.trim());
  if (parts.length < FIELDS) return null;
  const [buyer = "", number = "", day = "", dpp = "", ppn = "", , status = ""] = parts.slice(-7);
  const seller = parts.slice(1, -8).find((part) => NPWP.test(part)) ?? "";
  const nsfp = readNsfp(number);
  if (nsfp === null || !NPWP.test(seller) || status === "") return null;
  const date = /^(\d{2})-(\d{2})-(\d{4})$/.exec(day);
  return {
    ...{ sellerNpwp: seller, nsfp, status: status.toUpperCase() },
    buyerNpwp: isNoNumber(buyer) || !NPWP.test(buyer) ? null : buyer,
    date: date === null ? null : dayOf(date[3] ?? "", date[2] ?? "", date[1] ?? ""),
    dppNilaiLain: readAmount({ kind: "text", value: dpp }),
    ppn: readAmount({ kind: "text", value: ppn }),
  };
}

const NPWP = /^\d{15,16}$/;

/** Of several codes the one that speaks of a faktur; null when none does, or two that differ. */
export function factsOfCodes(codes: readonly string[]): QrFacts | "several" | null {
  const found = codes.map(factsOfCode).filter((facts) => facts !== null);
  const [first] = found;
  if (first === undefined) return null;
  return found.every((other) => other.nsfp === first.nsfp && other.buyerNpwp === first.buyerNpwp)
    ? first
    : "several";
}

/** What the text of a sheet says of the same. */
export interface TextFacts {
  readonly nsfp: string | null;
  readonly sellerNpwp: string | null;
  readonly buyers: readonly string[];
}

/** Where the code says other than the text, or that the faktur does not stand: such a sheet is nobody's paper. */
export function qrFaults(qr: QrFacts, text: TextFacts): readonly ReadbackFault[] {
  const fault = (key: string) => readbackFault("qr_contradicts_text", `/${key}`, key);
  const { buyerNpwp } = qr;
  const isBuyer =
    buyerNpwp === null || text.buyers.length === 0 || text.buyers.some((one) => sameNumber(one, buyerNpwp));
  const isSeller = text.sellerNpwp === null || sameNumber(text.sellerNpwp, qr.sellerNpwp);
  return [
    ...(text.nsfp === null || text.nsfp === qr.nsfp ? [] : [fault("nsfp")]),
    ...(isSeller ? [] : [fault("sellerNpwp")]),
    ...(isBuyer ? [] : [fault("buyerNumber")]),
    ...(qr.status === "APPROVED" ? [] : [readbackFault("qr_not_approved", "/status", qr.status)]),
  ];
}
