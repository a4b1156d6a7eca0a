import type { TaxDay } from "../../clock";
import type { Money } from "../../money";
import type { Faktur } from "../faktur";

/** Stable per document: stored before the first call, sent with it, and looked up after any doubt. */
export type SubmissionKey = string & { readonly __brand: "SubmissionKey" };

/** The authority's state in our words. A provider's word that is not in its adapter's table becomes `unknown`. */
export type ChannelState =
  "draft" | "pending" | "approved" | "rejected" | "cancelling" | "cancelled" | "replaced" | "unknown";

/** What the authority holds, as far as its answer told. */
export interface ChannelDocument {
  readonly externalId: string;
  readonly state: ChannelState;
  /** The provider's own word, kept verbatim. */
  readonly status: string;
  /** 17 digits; only an approved document has one, and an approval without one is not an approval yet. */
  readonly nsfp: string | null;
  /** The authority's words about a refusal, verbatim. */
  readonly message: string | null;
  /** For adoption after doubt; null when the answer did not carry it. */
  readonly buyerNumber: string | null;
  /** Whose document it is, where the answer told: several companies may share one account at a provider. */
  readonly sellerNpwp?: string;
  /** In whole rupiah like the totals of a `Faktur`, whatever the provider counts in; null likewise. */
  readonly totals: { readonly dpp: Money; readonly dppNilaiLain: Money; readonly ppn: Money } | null;
  /** True when the other side declared itself a simulation. */
  readonly simulated: boolean;
}

/** A row of a channel's own list, for comparing it with the ledger. */
export interface ListedFaktur extends ChannelDocument {
  /** The key it was sent under; null when the list does not tell it. */
  readonly reference: string | null;
  /** The faktur's date; null likewise. */
  readonly date: TaxDay | null;
}

/** The exact bytes of one exchange, for the record; secrets already replaced by `***`. */
export interface Exchange {
  readonly operation: string;
  readonly request: string;
  readonly response: string | null;
}

export type SubmitReply =
  | { readonly kind: "created"; readonly externalId: string; readonly simulated: boolean }
  /** The authority already holds something under this key: look it up, adopt only if equal. */
  | { readonly kind: "duplicate"; readonly message: string }
  /** Gone, or not in a state that can be corrected: read the state again. */
  | { readonly kind: "wrongState"; readonly message: string }
  /** Understood and refused; a person must fix the data. */
  | { readonly kind: "refused"; readonly message: string; readonly simulated: boolean };

export type UploadReply =
  | { readonly kind: "accepted" }
  /** Gone, or not in a state that can be uploaded: read the state again. */
  | { readonly kind: "wrongState"; readonly message: string }
  | { readonly kind: "refused"; readonly message: string };

/** "refused" says nothing of whether it is still there: read the state again. */
export type RemoveReply =
  { readonly kind: "removed" } | { readonly kind: "refused"; readonly message: string };

export type CancelReply = { readonly kind: "asked" } | { readonly kind: "refused"; readonly message: string };

/** The buyer as the tax register has it. */
export type BuyerCheck =
  | {
      readonly kind: "found";
      readonly name: string;
      readonly address: string;
      readonly active: boolean;
      readonly status: string;
    }
  | { readonly kind: "notFound"; readonly message: string };

/** What a channel can do; asked instead of tried. */
export interface ChannelCapabilities {
  /** Sends by itself; false = a person carries a file. */
  readonly automatic: boolean;
  readonly checkBuyer: boolean;
  readonly cancel: boolean;
  readonly replace: boolean;
  readonly fetchPdf: boolean;
  /** The whole set of the provider's field names is from public code, not from the vendor. */
  readonly provisional: boolean;
}

/**
 * What issuing needs from a tax channel. Every method that fails in a way that may pass throws an AppError of the
 * `channel_*` family; a time-out is `channel_timeout` and says nothing about what the authority has done.
 */
export interface Channel {
  readonly kind: string;
  readonly capabilities: ChannelCapabilities;
  /** Makes a draft at the authority. At most once per key unless `lookup` said "absent". */
  create(faktur: Faktur, key: SubmissionKey, replaces?: string): Promise<SubmitReply>;
  /** Corrects a draft or a refused document before it is uploaded again; `replaces` as when it was created. */
  update(externalId: string, faktur: Faktur, key: SubmissionKey, replaces?: string): Promise<SubmitReply>;
  upload(externalId: string): Promise<UploadReply>;
  /** What the authority holds under this key. "absent" only when its whole answer was read and nothing matched. */
  lookup(key: SubmissionKey): Promise<ChannelDocument | "absent">;
  /** The state now. "absent" when the authority no longer knows the id. */
  status(externalId: string): Promise<ChannelDocument | "absent">;
  /** The official PDF. Throws `pdf_not_ready` while there is none; the bytes are not judged here. */
  fetchPdf(externalId: string): Promise<Buffer>;
  cancel(externalId: string, reason: string): Promise<CancelReply>;
  /** Deletes a draft or a refused document; what is gone already counts as removed. */
  remove(externalId: string): Promise<RemoveReply>;
  checkBuyer?(npwp: string): Promise<BuyerCheck>;
  /** Everything the authority holds with a date between two days, whoever made it; in pages, each document once. */
  listFakturs?(days: { readonly from: TaxDay; readonly to: TaxDay }): AsyncIterable<ListedFaktur>;
  /** For doctor, where a channel has nobody to ask: throws when what it needs is not there. */
  check?(): Promise<void>;
}

/** Called with each exchange before its result is used, so that the exact bytes are on record. */
export type RecordExchange = (exchange: Exchange) => Promise<void>;
