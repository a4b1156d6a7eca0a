import type { IncomingHttpHeaders } from "node:http";
import type { NpwpHint } from "../accounts/hints";
import type { Fault } from "../errors";
import type { Money } from "../money";
import type { Text } from "../text";
import type { PaidInvoice, PortalAccount } from "./invoice";
import type { ListedRefund, RefundRead } from "./refunds";

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
  /** When the connection was first made: what was paid before that day is history (trap T71). */
  readonly connectedAt?: Date | undefined;
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
  | {
      readonly kind: "billed";
      readonly deliveryId: string;
      readonly invoice: PaidInvoice;
      readonly saidAt?: Date;
    }
  /** The event only wakes us: the invoice is read back through the portal's API. */
  | {
      readonly kind: "wake";
      readonly deliveryId: string;
      readonly invoiceId: string;
      /** Once the portal has settled: it may tell before it has saved. */
      readonly later?: true;
      /** Only of an invoice that is recorded already. */
      readonly onlyKnown?: true;
      /** It tells of a payment: no history, however old the date that the payment was given. */
      readonly paid?: true;
    }
  /** A bill was made or published: read back only where a company's faktur is due with the bill. */
  | { readonly kind: "billWake"; readonly deliveryId: string; readonly invoiceId: string }
  /** An account was changed: name and e-mail address are read back. */
  | { readonly kind: "accountWake"; readonly deliveryId: string; readonly accountId: string }
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
      readonly saidAt: Date;
    }
  /** Something about a service was changed; who has it is asked for. null = which one is not told. */
  | { readonly kind: "serviceChanged"; readonly deliveryId: string; readonly serviceId: string | null }
  | { readonly kind: "ignored"; readonly deliveryId: string; readonly reason: string };

/** Why a delivery is refused before anything is recorded. */
export type Refusal =
  | { readonly kind: "badSignature"; readonly reason: string }
  | { readonly kind: "malformed"; readonly faults: readonly Fault[] };

/** What a read-back of an invoice found. */
export type InvoiceRead =
  | {
      readonly kind: "paid";
      readonly invoice: PaidInvoice;
      /** Other invoices the same payment paid (a mass payment's children): each is read back for itself. */
      readonly alsoPaid?: readonly string[];
      readonly refunds?: readonly ListedRefund[];
      /** Ids under which refunds may have been listed that stand no more: the sale is paid for again. */
      readonly undone?: readonly string[];
      /** What the portal shows now as the taxpayer behind the account; absent where it was not asked. */
      readonly npwpHints?: readonly NpwpHint[];
    }
  | {
      readonly kind: "notPaid";
      /** The portal's own word, for people. */
      readonly status: string;
      /** What that word means to a faktur that may stand already. */
      readonly state: "unpaid" | "cancelled" | "refunded" | "other";
      /** Of a mass payment that was refunded: the invoices it had paid. */
      readonly alsoPaid?: readonly string[];
      readonly refunds?: readonly ListedRefund[];
    }
  | { readonly kind: "absent" };

/** One row of a portal's list of paid invoices: enough to find and to compare, not to decide. */
export interface PaidListed {
  readonly invoiceId: string;
  readonly number: string | null;
  readonly accountId: string | null;
  /** null where the list does not tell it. */
  readonly paidAt: Date | null;
  /** With tax, in the invoice's currency; null where the list does not tell it. */
  readonly gross: Money | null;
  readonly currency: string | null;
}

/** How far a list of paid invoices goes back: what was lately paid, or everything (slow, complete). */
export type ListDepth =
  { readonly kind: "since"; readonly since: Date } | { readonly kind: "all"; readonly since: Date | null };

/** One thing a customer has: `S12` (hosting and others) or `D7` (domain). */
export interface PortalService {
  readonly serviceId: string;
  readonly accountId: string;
  /** The domain or product name people see; null when the portal has none. */
  readonly label: string | null;
  /** The portal's own word. */
  readonly status: string;
}

/** An invoice that waits for its payment. */
export interface UnpaidInvoice {
  readonly invoiceId: string;
  readonly number: string | null;
  readonly accountId: string;
  readonly gross: Money | null;
  readonly currency: string | null;
  /** Which services and domains its lines name. */
  readonly serviceIds: readonly string[];
}

export interface PortalTicket {
  readonly id: string;
  /** The number people see. */
  readonly number: string;
  /** null when a guest wrote it. */
  readonly accountId: string | null;
  readonly subject: string;
  readonly status: string;
  /** The service the ticket names, if any. */
  readonly serviceId: string | null;
}

/** A transfer as a portal's guide needs it. */
export interface ServiceTransfer {
  readonly services: readonly { readonly serviceId: string; readonly label: string | null }[];
  readonly fromAccount: string;
  readonly toAccount: string;
}

/** One thing that a person does in the portal to carry a transfer out. */
export interface GuideStep {
  readonly code: string;
  readonly says: Text;
  /** The page where it is done; null where there is none to name. */
  readonly url: string | null;
  /** Set on the step that gives this service away: it is ticked by its new owner being seen. */
  readonly moves: string | null;
}

/** An account as it is now, with what the portal shows as its taxpayer where it shows any. */
export interface ReadAccount extends PortalAccount {
  readonly npwpHints?: readonly NpwpHint[];
}

export type ApiField = "url" | "identifier" | "secret";

/** The contract every kind of portal fulfils. `receive` is pure; the others speak with the portal. */
export interface Portal {
  readonly kind: PortalKind;
  /** What a connection of this kind cannot do without; nothing where events carry everything. */
  readonly apiNeeds?: readonly ApiField[];
  /** Whether this can be a webhook secret; `whsec_` and base64 (Standard Webhooks) unless told. */
  isSecret?(secret: string): boolean;
  /** Checks the signature over the bytes, then parses them. No I/O. */
  receive(connection: PortalConnection, delivery: Delivery): Heard | Refusal;
  /** Reads an invoice back. Throws `portal_unavailable` or `portal_unauthorized`; absent only for kinds that carry everything in the event. */
  readInvoice?(connection: PortalConnection, invoiceId: string): Promise<InvoiceRead>;
  /** A bill that waits for its payment, as if it were paid on the day it was made; null when it does not wait. */
  readBill?(connection: PortalConnection, invoiceId: string): Promise<PaidInvoice | null>;
  readRefund?(connection: PortalConnection, refundId: string): Promise<RefundRead>;
  /** Paid invoices that no webhook may have told; bounded pages, nothing missed while rows arrive. */
  listPaid?(connection: PortalConnection, depth: ListDepth): AsyncIterable<PaidListed>;
  /** What the portal could not deliver since then, or was never asked to, as `receive` would have heard it. */
  listMissed?(connection: PortalConnection, since: Date): AsyncIterable<Heard>;
  /** Every service and domain with the account it belongs to today; of one account where it is named. */
  listServices?(connection: PortalConnection, accountId?: string): AsyncIterable<PortalService>;
  /**
   * These services and domains as they are now; what the portal does not know is missing from the answer. `accountId`: who
   * should have most of them, for portals that can read them together.
   */
  readServices?(
    connection: PortalConnection,
    serviceIds: readonly string[],
    accountId?: string,
  ): Promise<readonly PortalService[]>;
  /** What one account still has to pay. */
  listUnpaid?(connection: PortalConnection, accountId: string): Promise<readonly UnpaidInvoice[]>;
  readAccount?(connection: PortalConnection, accountId: string): Promise<ReadAccount | null>;
  /** The registered account with this e-mail address; null when there is none. */
  findAccount?(connection: PortalConnection, email: string): Promise<PortalAccount | null>;
  /** By the portal's id or by the number people see; null when there is none. */
  readTicket?(connection: PortalConnection, ticket: string): Promise<PortalTicket | null>;
  /**
   * Adds an answer to a ticket. `reference` stands in the message: a ticket that carries it already is left alone, so
   * that asking again after a lost answer does no harm. Throws `not_found` when the ticket is gone.
   */
  answerTicket?(
    connection: PortalConnection,
    ticketId: string,
    message: string,
    reference: string,
  ): Promise<void>;
  /** Gives a service to another account; only for portals that can. */
  moveService?(connection: PortalConnection, serviceId: string, toAccount: string): Promise<void>;
  /** How a person carries a transfer out in this portal. No I/O. */
  transferGuide?(connection: PortalConnection, transfer: ServiceTransfer): readonly GuideStep[];
  /** Everything wrong with the options of a connection of this kind. */
  optionFaults?(options: Readonly<Record<string, unknown>>): readonly Fault[];
  /** Asks the portal without changing anything; throws what is wrong, says what is well. For `doctor`. */
  check?(connection: PortalConnection): Promise<Text>;
}
