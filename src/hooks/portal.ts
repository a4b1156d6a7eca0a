import type { IncomingHttpHeaders } from "node:http";
import type { Fault } from "../errors";
import type { Money } from "../money";
import type { PaidInvoice, PortalAccount } from "./invoice";

export const PORTAL_KINDS = ["generic", "whmcs", "stripe"] as const;
export type PortalKind = (typeof PORTAL_KINDS)[number];

/** A portal connection as configured; secrets are already opened. */
export interface PortalConnection {
  readonly slug: string;
  readonly kind: PortalKind;
  readonly seller: string;
  /** One secret, or two during rotation. */
  readonly secrets: readonly string[];
  readonly api: {
    readonly url?: string | undefined;
    readonly identifier?: string | undefined;
    readonly secret?: string | undefined;
    readonly accessKey?: string | undefined;
  } | null;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A delivery as it came in, before anything is believed. */
export interface Delivery {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly receivedAt: Date;
}

/** What a portal told us, after its signature was checked. */
export type Heard =
  /** The event carries the whole invoice. */
  | {
      readonly kind: "paid";
      readonly deliveryId: string;
      readonly invoice: PaidInvoice;
      /** When the portal said so; its words may come in another order. */
      readonly saidAt?: Date;
    }
  /** A bill just made, not paid yet: matters to collectors alone. `paidAt` is when it was made. */
  | { readonly kind: "billed"; readonly deliveryId: string; readonly invoice: PaidInvoice }
  /** The event only wakes us: the invoice is read back through the portal's API. */
  | {
      readonly kind: "wake";
      readonly deliveryId: string;
      readonly invoiceId: string;
      readonly saidAt?: Date;
    }
  | {
      readonly kind: "refunded";
      readonly deliveryId: string;
      readonly invoiceId: string;
      /** null = the whole invoice. */
      readonly amount: Money | null;
      readonly refundedAt: Date;
      readonly reason: string | null;
    }
  /** A refund whose invoice and amount must be asked for (Stripe). */
  | { readonly kind: "refundWake"; readonly deliveryId: string; readonly refundId: string }
  | {
      readonly kind: "unpaid" | "cancelled";
      readonly deliveryId: string;
      readonly invoiceId: string;
      readonly saidAt: Date;
    }
  | { readonly kind: "accountUpdated"; readonly deliveryId: string; readonly account: PortalAccount }
  | {
      readonly kind: "serviceMoved";
      readonly deliveryId: string;
      readonly serviceId: string;
      readonly fromAccount: string;
      readonly toAccount: string;
      readonly ticket: string | null;
    }
  | { readonly kind: "ignored"; readonly deliveryId: string; readonly reason: string };

/** Why a delivery is refused before anything is recorded. */
export type Refusal =
  | { readonly kind: "badSignature"; readonly reason: string }
  | { readonly kind: "malformed"; readonly faults: readonly Fault[] };

/** What a read-back of an invoice found. */
export type InvoiceRead =
  | { readonly kind: "paid"; readonly invoice: PaidInvoice }
  | { readonly kind: "notPaid"; readonly status: string }
  | { readonly kind: "absent" };

/** What a portal's refund turned out to be. */
export interface RefundRead {
  readonly invoiceId: string | null;
  readonly amount: Money | null;
  readonly refundedAt: Date;
  /** A refund can be created and fail later (Stripe). */
  readonly state: "pending" | "done" | "failed";
  readonly reason: string | null;
}

/** The contract every kind of portal fulfils. `receive` is pure; the others speak with the portal. */
export interface Portal {
  readonly kind: PortalKind;
  /** Checks the signature over the bytes, then parses them. No I/O. */
  receive(connection: PortalConnection, delivery: Delivery): Heard | Refusal;
  /** Reads an invoice back. Throws `portal_unavailable` or `portal_unauthorized`; absent only for kinds that carry everything in the event. */
  readInvoice?(connection: PortalConnection, invoiceId: string): Promise<InvoiceRead>;
  readRefund?(connection: PortalConnection, refundId: string): Promise<RefundRead>;
  /** Paid invoices since an instant, for what no webhook told; ids only, pages bounded inside. */
  listPaid?(connection: PortalConnection, since: Date): AsyncIterable<string>;
}
