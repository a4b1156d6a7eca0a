import type { TaxDay } from "../clock";
import type { Money, Quantity } from "../money";
import type { Faktur } from "./faktur";
import { unitName } from "../codes/units";
import { notesOf, stampOf, type PaperNote } from "./paper-notes";

/** What kind of sheet is drawn; the mark is printed so that no one can take it for another kind. */
export type PaperMark =
  /** Made by the seller from the approved data: "SALINAN" (a copy, without DJP's QR). */
  | "copy"
  /** Not approved yet: "PRATINJAU". */
  | "preview"
  /** Made by the simulated authority: "SIMULASI", worthless as a tax document. */
  | "simulation";

/** Everything a faktur sheet shows, already decided; drawing adds nothing. Layout blocks of PER-11/PJ/2025, coretax-xml 5.6. */
export interface Paper {
  readonly mark: PaperMark;
  /** 17 digits, or null on a preview. */
  readonly nsfp: string | null;
  readonly reference: string;
  readonly date: TaxDay;
  readonly seller: {
    readonly name: string;
    readonly address: string;
    readonly npwp: string;
    readonly nitku: string;
    readonly city: string;
    readonly signer: string;
    readonly signerTitle: string | null;
  };
  readonly buyer: {
    readonly name: string;
    readonly address: string;
    readonly nitku: string;
    /** Empty string where the buyer has none; printed as "-". */
    readonly npwp: string;
    readonly nik: string;
    readonly passport: string;
    readonly otherId: string;
    readonly email: string;
  };
  readonly lines: readonly {
    readonly code: string;
    readonly name: string;
    readonly unitName: string;
    readonly price: Money;
    readonly quantity: Quantity;
    readonly discount: Money;
  }[];
  readonly totals: {
    readonly price: Money;
    readonly discount: Money;
    /** Printed as "Dasar Pengenaan Pajak": on a code-04 faktur the 11/12 value. */
    readonly dppNilaiLain: Money;
    readonly ppn: Money;
  };
  /** Below the totals: code, replaced faktur, facility, rate. */
  readonly notes: readonly PaperNote[];
  /** The stamp (cap) of a facility; null for none. */
  readonly stamp: string | null;
  /** True when the PDF will carry the seller's digital signature. */
  readonly signed: boolean;
}

/** Nothing but zeros stands for "has none" (NPWP of a buyer who is identified by something else). */
const unlessZeros = (digits: string): string => (/^0*$/.test(digits) ? "" : digits);

/** The sheet of a faktur. Pure: same faktur, number and mark, same sheet. `signed` says whether a signature will follow. */
export function paperOfFaktur(faktur: Faktur, nsfp: string | null, mark: PaperMark, signed: boolean): Paper {
  const { seller, buyer, totals, transactionCode, facility = null } = faktur;
  return {
    mark,
    nsfp,
    reference: faktur.reference,
    date: faktur.date,
    seller: {
      name: seller.name,
      address: seller.address,
      npwp: seller.npwp,
      nitku: seller.nitku,
      city: seller.city,
      signer: seller.signer.name,
      signerTitle: seller.signer.title,
    },
    buyer: {
      name: buyer.name,
      address: buyer.address,
      nitku: unlessZeros(buyer.nitku),
      npwp: buyer.document === "TIN" ? unlessZeros(buyer.npwp) : "",
      nik: buyer.document === "National ID" ? buyer.documentNumber : "",
      passport: buyer.document === "Passport" ? buyer.documentNumber : "",
      otherId: buyer.document === "Other ID" ? buyer.documentNumber : "",
      email: buyer.email,
    },
    lines: faktur.lines.map((line) => ({
      code: line.code,
      name: line.name,
      unitName: unitName(line.unit) ?? line.unit,
      price: line.price,
      quantity: line.quantity,
      discount: line.discount,
    })),
    totals: {
      price: totals.price,
      discount: totals.discount,
      dppNilaiLain: totals.dppNilaiLain,
      ppn: totals.ppn,
    },
    notes: notesOf({
      transactionCode,
      facility,
      replaces: faktur.replaces ?? null,
      kurs: faktur.kurs ?? null,
    }),
    stamp: facility === null ? null : stampOf(transactionCode, facility.stamp),
    signed,
  };
}
