import { malformed, openStandardDelivery } from "../envelope";
import { faultsOf, field, object, readInstant, readType } from "../fields";
import type { Delivery, Heard, PortalConnection, Refusal } from "../portal";

/** WHMCS numbers its invoices; `"0012"` and 12 must not become two invoices. */
function readInvoiceNumber(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === "string" && /^[1-9]\d{0,14}$/.test(value) ? value : null;
}

const envelope = object({ type: field("type", readType) });

const wakeUp = object({
  timestamp: field("instant", readInstant),
  data: object({ invoiceId: field("invoiceNumber", readInvoiceNumber) }),
});

/** The types the module inside WHMCS sends, and what each means to us. */
const KINDS = {
  "invoice.paid": "wake",
  // The hook InvoiceRefunded carries no amount and no transaction: the state is read back.
  "invoice.refunded": "wake",
  "invoice.unpaid": "unpaid",
  "invoice.cancelled": "cancelled",
} as const;

const isKnown = (type: string): type is keyof typeof KINDS => Object.hasOwn(KINDS, type);

/** Checks the Standard Webhooks signature, then reads the wake-up (contract, section 4). Pure; never throws. */
export function receiveWhmcs(connection: PortalConnection, delivery: Delivery): Heard | Refusal {
  const opened = openStandardDelivery(connection, delivery);
  if (opened.kind !== "opened") return opened;
  const { deliveryId, body } = opened;
  const head = envelope.safeParse(body);
  if (!head.success) return malformed(faultsOf(head.error.issues, body));
  if (!isKnown(head.data.type)) return { kind: "ignored", deliveryId, reason: "event_not_used" };
  const event = wakeUp.safeParse(body);
  if (!event.success) return malformed(faultsOf(event.error.issues, body));
  const { timestamp: saidAt, data } = event.data;
  return { kind: KINDS[head.data.type], deliveryId, invoiceId: data.invoiceId, saidAt };
}
