import Stripe from "stripe";
import { malformed, NOT_JSON, readJson } from "../envelope";
import { faultsOf, field, object, readId, readType } from "../fields";
import type { Delivery, Heard, PortalConnection, Refusal } from "../portal";
import { TOLERANCE_SECONDS } from "../signature";
import { isOfOtherMode } from "./mode";

const head = object({ id: field("id", readId), type: field("type", readType) });

const snapshot = object({ data: object({ object: object({ id: field("id", readId) }) }) });

// A thin event names its object beside the data (Stripe docs, endive: thin events for v1 resources).
const thin = object({ related_object: object({ id: field("id", readId) }) });

/**
 * Checks `Stripe-Signature` with the official SDK over the raw bytes, then reads what the event is about. The event
 * only wakes us: its payload follows the endpoint's API version, the read-back follows ours. Pure; never throws.
 */
export function receiveStripe(connection: PortalConnection, delivery: Delivery): Heard | Refusal {
  const reason = signatureFault(connection.secrets, delivery);
  if (reason !== null) return { kind: "badSignature", reason };
  const json = readJson(delivery.body);
  if (!json.ok) return malformed([NOT_JSON]);
  const heard = readStripeEvent(json.value);
  if ("deliveryId" in heard && isOfOtherMode(json.value, connection))
    return { kind: "ignored", deliveryId: heard.deliveryId, reason: "test_mode" };
  return heard.kind === "wake" ? { ...heard, paid: true } : heard;
}

/** The types an endpoint needs, and what each is about. Every other type is ignored. */
const USES = {
  "invoice.paid": "invoice",
  // Comes for the same payment as `invoice.paid`: the same wake-up, recorded once (trap T51).
  "invoice.payment_succeeded": "invoice",
  // Matters only where a faktur is due with its bill.
  "invoice.finalized": "bill",
  // A refund may be created and fail later (trap T52); each of these asks how it stands now.
  "refund.created": "givenBack",
  "refund.updated": "givenBack",
  "refund.failed": "givenBack",
  // The charge is named, not the refund.
  "charge.refunded": "givenBack",
  // A dispute takes the money when it is more than an inquiry, and may be won later (trap T14).
  "charge.dispute.funds_withdrawn": "givenBack",
  "charge.dispute.funds_reinstated": "givenBack",
  "charge.dispute.closed": "givenBack",
  "credit_note.created": "givenBack",
  "credit_note.updated": "givenBack",
  "credit_note.voided": "givenBack",
  "customer.updated": "customer",
  "customer.tax_id.created": "taxId",
  "customer.tax_id.updated": "taxId",
  "customer.tax_id.deleted": "taxId",
} as const;

/** What is asked for again where Stripe could not deliver it; at most 20 (Stripe's limit). */
export const MISSED_TYPES = Object.keys(USES);

const isUsed = (type: string): type is keyof typeof USES => Object.hasOwn(USES, type);

const taxIdEvent = object({ data: object({ object: object({ customer: field("id", readId) }) }) });

/** What an event wakes, by the id of its object alone; its signature was checked, or Stripe itself listed it. */
export function readStripeEvent(body: unknown): Heard | Refusal {
  const read = head.safeParse(body);
  if (!read.success) return malformed(faultsOf(read.error.issues, body));
  const deliveryId = read.data.id;
  const type = read.data.type.replace(/^v1\./, "");
  if (!isUsed(type)) return { kind: "ignored", deliveryId, reason: "event_not_used" };
  const use = USES[type];
  if (use === "taxId") return readTaxIdEvent(deliveryId, body);
  const related = thin.safeParse(body);
  const event = snapshot.safeParse(body);
  if (!event.success && !related.success) return malformed(faultsOf(event.error.issues, body));
  const id = event.data?.data.object.id ?? related.data?.related_object.id ?? "";
  if (use === "invoice") return { kind: "wake", deliveryId, invoiceId: id };
  if (use === "bill") return { kind: "billWake", deliveryId, invoiceId: id };
  if (use === "customer") return { kind: "accountWake", deliveryId, accountId: id };
  return { kind: "refundWake", deliveryId, refundId: id };
}

/** A thin event names the tax id and not whose it is; the next invoice of the customer tells. */
function readTaxIdEvent(deliveryId: string, body: unknown): Heard | Refusal {
  if (thin.safeParse(body).success) return { kind: "ignored", deliveryId, reason: "customer_not_named" };
  const event = taxIdEvent.safeParse(body);
  if (!event.success) return malformed(faultsOf(event.error.issues, body));
  return { kind: "accountWake", deliveryId, accountId: event.data.data.object.customer };
}

/** Why the signature is not believed, null when one of the secrets made it within the tolerance both ways. */
function signatureFault(secrets: readonly string[], delivery: Delivery): string | null {
  const header = [delivery.headers["stripe-signature"] ?? []].flat();
  const [only] = header;
  if (header.length !== 1 || only === undefined || only === "") return "header_missing";
  const times = only.split(",").filter((part) => part.startsWith("t="));
  const seconds = Number(/^t=(\d{1,12})$/.exec(times[0] ?? "")?.[1] ?? "NaN");
  if (times.length !== 1 || Number.isNaN(seconds)) return "timestamp_malformed";
  // The SDK refuses old timestamps only; one from the future could be replayed for as long as it lies ahead.
  if (seconds - Math.floor(delivery.receivedAt.getTime() / 1000) > TOLERANCE_SECONDS) return "timestamp_off";
  return secrets.some((secret) => isSignedWith(secret, only, delivery)) ? null : "signature_wrong";
}

function isSignedWith(secret: string, header: string, delivery: Delivery): boolean {
  const receivedAt = delivery.receivedAt.getTime();
  try {
    const signature = Stripe.webhooks.signature;
    return (
      signature?.verifyHeader(delivery.body, header, secret, TOLERANCE_SECONDS, undefined, receivedAt) ===
      true
    );
  } catch {
    return false;
  }
}
