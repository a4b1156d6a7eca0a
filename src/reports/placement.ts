import type { TaxChoices } from "../faktur/choices";
import { asReason } from "../faktur/decide";
import { buildFaktur } from "../faktur/document";
import {
  isLive,
  type FakturBuyer,
  type FakturKurs,
  type FakturSeller,
  type FakturState,
  type TransactionCode,
} from "../faktur/faktur";
import { transactionCodeOn } from "../faktur/law";
import { slotsOf } from "../faktur/parts";
import type { Reason, ReasonCode } from "../faktur/reasons";
import type { SellerCodes } from "../faktur/service-codes";
import type { PaidInvoice } from "../hooks/invoice";
import type { Amounts } from "./figures";
import { sptBlock } from "./spt";

/** The buyer gets no faktur of its own: the only ways into the recap. */
export const DIGUNGGUNG_REASONS = ["no_company", "company_requested", "company_suspended"] as const;
export type DigunggungReason = (typeof DIGUNGGUNG_REASONS)[number];

/** A faktur of the invoice, as far as a recap needs it. */
export interface PlacedFaktur extends Amounts {
  readonly id: string;
  readonly state: FakturState;
  readonly period: string;
  readonly code: TransactionCode;
  readonly revision: number;
  readonly part: string | null;
  readonly replaces_id: string | null;
  readonly nsfp: string | null;
}

/** What the ledger holds of an invoice; `content` is null while it was not read back. */
export interface LedgerInvoice {
  readonly content: PaidInvoice | null;
  readonly decision: "unread" | "undecided" | "issuing" | "held" | "skipped";
  readonly reasons: readonly ReasonCode[];
  readonly portalState: "paid" | "unpaid" | "cancelled" | "billed";
  readonly fakturs: readonly PlacedFaktur[];
  /** The rate of a foreign invoice on its tax day; null where none has been entered. */
  readonly kurs: FakturKurs | null;
}

/** How a seller's fakturs are made. */
export interface SellerTerms {
  readonly seller: FakturSeller;
  readonly codes: SellerCodes;
  readonly choices?: TaxChoices | undefined;
}

/** Every invoice of a masa stands in exactly one of these. */
export type Placement =
  | {
      readonly block: "faktur";
      /** What the invoice rests on: without a replacement whose original still stands. */
      readonly fakturs: readonly PlacedFaktur[];
      /** Why one of several parts has none. */
      readonly reasons: readonly ReasonCode[];
    }
  | { readonly block: "digunggung"; readonly because: DigunggungReason; readonly amounts: Amounts }
  | { readonly block: "neither"; readonly reasons: readonly ReasonCode[] };

/**
 * Where an invoice belongs: a live faktur decides first, then why there is none. The amounts of the recap are those of
 * the faktur that it would have been, by the law of its day and under the ordinary code.
 */
export function placeInvoice(invoice: LedgerInvoice, terms: SellerTerms): Placement {
  const slots = slotsOf(invoice.fakturs);
  if (slots.length > 0) {
    const reasons = [...new Set(slots.flatMap(reasonOfSlot))];
    const fakturs = standing(invoice.fakturs);
    return fakturs.length === 0 ? { block: "neither", reasons } : { block: "faktur", fakturs, reasons };
  }
  const reasons = withoutFaktur(invoice);
  const because = DIGUNGGUNG_REASONS.find((code) => reasons.length === 1 && reasons[0] === code);
  if (because === undefined || invoice.content === null) return { block: "neither", reasons };
  const built = buildFaktur({
    ...terms,
    ...{ invoice: invoice.content, buyer: NOBODY, reference: "", kurs: invoice.kurs },
    transactionCode: transactionCodeOn(invoice.content.taxDay, null, null),
  });
  if (built.kind === "faults") {
    const codesOf = built.faults.map((fault) => asReason(fault).code);
    return { block: "neither", reasons: [...new Set(codesOf)] };
  }
  const { dpp, dppNilaiLain, ppn } = built.faktur.totals;
  return { block: "digunggung", because, amounts: { dpp, dppNilaiLain, ppn } };
}

/** Why a part has no faktur that is known here. */
function reasonOfSlot(slot: PlacedFaktur | null): readonly ReasonCode[] {
  if (slot === null) return ["faktur_cancelled"];
  return slot.state === "replaced" ? ["replaced_at_authority"] : [];
}

/** Why an invoice without a live faktur has none; what the portal says of the payment goes before the decision. */
function withoutFaktur(invoice: LedgerInvoice): readonly ReasonCode[] {
  switch (invoice.decision) {
    case "unread":
      return ["being_read"];
    case "undecided":
      return ["being_decided"];
    case "issuing":
      return ["faktur_cancelled"];
    case "held":
      return invoice.reasons;
    case "skipped":
      if (invoice.portalState === "unpaid") return ["unpaid_again"];
      if (invoice.portalState === "cancelled") return ["cancelled_in_portal"];
      return invoice.portalState === "billed" ? ["not_paid_in_portal"] : invoice.reasons;
    default:
      return invoice.decision satisfies never;
  }
}

/** Live fakturs; of a replacement under way and its original only the one that stands at the authority. */
function standing(fakturs: readonly PlacedFaktur[]): readonly PlacedFaktur[] {
  const live = fakturs.filter((one) => isLive(one.state));
  const stands = new Set(live.filter((one) => sptBlock(one.state) === "counted").map((one) => one.id));
  return live.filter((one) => stands.has(one.id) || one.replaces_id === null || !stands.has(one.replaces_id));
}

/** The codes of stored reasons. */
export const reasonCodesOf = (json: string): readonly ReasonCode[] =>
  (JSON.parse(json) as readonly Reason[]).map((reason) => reason.code);

/** The identity is not judged here: the recap names no buyer. */
const NOBODY: FakturBuyer = {
  ...{ document: "Other ID", npwp: "", documentNumber: "", nitku: "" },
  ...{ name: "", address: "", email: "", country: "" },
};
