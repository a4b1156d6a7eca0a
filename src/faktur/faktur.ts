import type { Period, TaxDay } from "../clock";
import type { Money, Quantity } from "../money";

/** Transaction codes 01–10 of PER-11/PJ/2025, Annex D. */
export const TRANSACTION_CODES = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10"] as const;
export type TransactionCode = (typeof TRANSACTION_CODES)[number];

/** The channel that a person carries by hand, as files to and from the Coretax portal. */
export const FILE_CHANNEL = "coretax-file";

/** How a buyer is identified, as Coretax spells it in `BuyerDocument`. */
export type BuyerDocument = "TIN" | "National ID" | "Passport" | "Other ID";

export interface FakturSeller {
  readonly slug: string;
  readonly npwp: string;
  readonly nitku: string;
  readonly name: string;
  readonly address: string;
  readonly city: string;
  readonly email: string;
  readonly signer: { readonly name: string; readonly npwp: string | null; readonly title: string | null };
}

/** The other party (lawan transaksi), frozen when the document is made. */
export interface FakturBuyer {
  readonly document: BuyerDocument;
  /** NPWP 16; sixteen zeros when `document` is not TIN. */
  readonly npwp: string;
  /** NIK, passport or other number; empty for TIN. */
  readonly documentNumber: string;
  readonly nitku: string;
  readonly name: string;
  readonly address: string;
  readonly email: string;
  /** ISO alpha-3 as in DJP's list; Indonesia is IDN. */
  readonly country: string;
}

/** What a code 07 or 08 rests on: DJP's paired codes and the document that the buyer has supplied. */
export interface FakturFacility {
  /** `TD.005nn`, keterangan tambahan. */
  readonly addInfo: string;
  /** `TD.011nn`, cap fasilitas. */
  readonly stamp: string;
  readonly documentNumber: string;
  /** `MMYYYY`. */
  readonly documentPeriod: string;
}

export interface FakturLine {
  /** A goods, B services. */
  readonly kind: "A" | "B";
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  /** Of one unit, before discount and tax. */
  readonly price: Money;
  readonly quantity: Quantity;
  readonly discount: Money;
  /** price × quantity − discount. */
  readonly taxBase: Money;
  /** 11/12 of the tax base where nilai lain applies, else equal to it. */
  readonly otherTaxBase: Money;
  /** Percent, in hundredths: 1200 is 12 %. */
  readonly vatRate: bigint;
  readonly vat: Money;
}

/** Whole rupiah, kept in hundredths: sums of the lines, half-up once (PER-11/PJ/2025 art. 129). */
export interface FakturTotals {
  readonly price: Money;
  readonly discount: Money;
  readonly dpp: Money;
  readonly dppNilaiLain: Money;
  readonly ppn: Money;
}

/** The Finance Minister's rate (KMK) of one week, as a foreign invoice was converted by it. */
export interface FakturKurs {
  /** ISO 4217. */
  readonly currency: string;
  /** Hundredths of a rupiah for `per` units of the currency. */
  readonly rate: Money;
  readonly per: bigint;
  /** Number of the decree. */
  readonly kmk: string;
  /** First and last day of the week it holds. */
  readonly from: TaxDay;
  readonly to: TaxDay;
}

/** The document as the law wants it; everything DJP, the PDF and the mail say comes from here. */
export interface Faktur {
  /** Our invoice number on the document: the key under which it can be found again at the authority. */
  readonly reference: string;
  readonly transactionCode: TransactionCode;
  /** The buyer's document behind a code 07 or 08; null or absent for every other code. */
  readonly facility?: FakturFacility | null;
  readonly date: TaxDay;
  readonly period: Period;
  /** The seller's choice of the full price as base, for codes whose base the sources leave open (docs/law.md 9). */
  readonly fullBase?: true;
  /** Made in the portal and taken over from its list: lines may be one that stands for all, the paper is the official one. */
  readonly adopted?: true;
  /** NSFP of the faktur that this one replaces (pengganti); absent for an ordinary one. */
  readonly replaces?: string;
  readonly seller: FakturSeller;
  readonly buyer: FakturBuyer;
  readonly lines: readonly FakturLine[];
  readonly totals: FakturTotals;
  /** The rate of a foreign invoice, kept with its faktur; null or absent for one in rupiah. */
  readonly kurs?: FakturKurs | null;
}

export const FAKTUR_STATES = [
  "draft",
  "ready",
  "submitting",
  "pending",
  "unknown",
  "approved",
  "rejected",
  "cancelling",
  "cancelled",
  "replacing",
  "replaced",
] as const;
export type FakturState = (typeof FAKTUR_STATES)[number];

export type FakturEvent =
  | "release"
  | "submit"
  | "pend"
  | "lose"
  | "absent"
  | "approve"
  | "reject"
  | "redraft"
  | "withhold"
  | "askCancel"
  | "cancel"
  | "keep"
  | "askReplace"
  | "replace";

/**
 * Everything that may happen to a faktur. What is not written here cannot happen.
 * `absent` is the authority's word, not a time-out's: only then may the same document be sent again.
 */
export const MOVES: Readonly<Record<FakturState, Partial<Record<FakturEvent, FakturState>>>> = {
  draft: { release: "ready", cancel: "cancelled" },
  ready: { submit: "submitting", withhold: "draft", cancel: "cancelled" },
  submitting: { pend: "pending", approve: "approved", reject: "rejected", lose: "unknown", absent: "ready" },
  unknown: { pend: "pending", approve: "approved", reject: "rejected", absent: "ready" },
  pending: { approve: "approved", reject: "rejected", lose: "unknown" },
  rejected: { redraft: "ready", cancel: "cancelled" },
  approved: { askCancel: "cancelling", cancel: "cancelled", askReplace: "replacing" },
  cancelling: { cancel: "cancelled", keep: "approved" },
  replacing: { replace: "replaced", keep: "approved" },
  cancelled: {},
  replaced: { cancel: "cancelled" },
};

/** A faktur that stands or may come to stand: at most one of an invoice part is live, by a database constraint. */
export const isLive = (state: FakturState): boolean => state !== "cancelled" && state !== "replaced";
