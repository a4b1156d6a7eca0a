import type { Money } from "../money";

/** A refund that a portal shows beside its invoice. */
export interface ListedRefund {
  readonly refundId: string;
  /** null = the whole invoice. */
  readonly amount: Money | null;
  readonly refundedAt: Date;
  readonly reason: string | null;
  /** Absent where the portal shows only what is done. */
  readonly state?: "pending" | "done";
}

/** What a portal's refund turned out to be. */
export interface RefundRead {
  readonly invoiceId: string | null;
  readonly amount: Money | null;
  readonly refundedAt: Date;
  /** A refund can be created and fail later (Stripe). `failed`: nothing of it stands, or others tell of it all. */
  readonly state: "pending" | "done" | "failed";
  readonly reason: string | null;
  /** Credited before anything was paid: it lowers a bill whose faktur may stand, and is nothing to any other invoice. */
  readonly beforePayment?: true;
  /** The buyer's bank took it; the seller gave nothing back. */
  readonly chargeback?: true;
  /** The invoices of its payment where that settled several: which it was for, a person must say. `invoiceId` is null then. */
  readonly shared?: readonly SharedRefund[];
  /** Others that tell of the same money, each read back for itself (a credit note's refunds). */
  readonly alsoRefunds?: readonly string[];
}

/** What a refund may be to one of several invoices that the same payment settled. */
export interface SharedRefund {
  /** The refund's id, and the invoice's behind it. */
  readonly refundId: string;
  readonly invoiceId: string;
  readonly amount: Money | null;
  readonly state: RefundRead["state"];
  readonly reason: string;
}
