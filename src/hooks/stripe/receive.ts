import Stripe from "stripe";
import { malformed, NOT_JSON, readJson } from "../envelope";
import { faultsOf, field, object, readId, readType } from "../fields";
import type { Delivery, Heard, PortalConnection, Refusal } from "../portal";
import { TOLERANCE_SECONDS } from "../signature";

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
  return json.ok ? readStripeEvent(json.value) : malformed([NOT_JSON]);
}

function readStripeEvent(body: unknown): Heard | Refusal {
  const read = head.safeParse(body);
  if (!read.success) return malformed(faultsOf(read.error.issues, body));
  const deliveryId = read.data.id;
  const use = useOf(read.data.type.replace(/^v1\./, ""));
  if (use === "notUsed") return { kind: "ignored", deliveryId, reason: "event_not_used" };
  if (use === "creditNote") return { kind: "ignored", deliveryId, reason: "credit_note" };
  const related = thin.safeParse(body);
  const event = snapshot.safeParse(body);
  if (!event.success && !related.success) return malformed(faultsOf(event.error.issues, body));
  const id = event.data?.data.object.id ?? related.data?.related_object.id ?? "";
  return use === "paid"
    ? { kind: "wake", deliveryId, invoiceId: id }
    : { kind: "refundWake", deliveryId, refundId: id };
}

/** `invoice.payment_succeeded` comes for the same payment as `invoice.paid`: the same wake-up, recorded once. */
function useOf(type: string): "paid" | "refund" | "creditNote" | "notUsed" {
  if (type === "invoice.paid" || type === "invoice.payment_succeeded") return "paid";
  if (type.startsWith("refund.")) return "refund";
  if (type.startsWith("credit_note.")) return "creditNote";
  return "notUsed";
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
