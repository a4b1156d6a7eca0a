import { z } from "zod";
import { malformed, openStandardDelivery } from "../envelope";
import { faultsOf, field, object, optional, readInstant, readType } from "../fields";
import type { Delivery, Heard, PortalConnection, Refusal } from "../portal";

/** WHMCS numbers its invoices; `"0012"` and 12 must not become two invoices. */
function readNumber(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === "string" && /^[1-9]\d{0,14}$/.test(value) ? value : null;
}

/** `S12` hosting and others, `D7` domain. */
const readService = (value: unknown): string | null =>
  typeof value === "string" && /^[SD][1-9]\d{0,14}$/.test(value) ? value : null;

const envelope = object({ type: field("type", readType) });
const event = <T extends z.ZodRawShape>(data: T) =>
  object({ timestamp: field("instant", readInstant), data: object(data) });

const number = field("invoiceNumber", readNumber);
const invoiceEvent = event({ invoiceId: number });
const transactionEvent = event({
  transactionId: number,
  // PHP writes 0 or nothing where a transaction belongs to no invoice.
  invoiceId: z.preprocess(
    (value) => (value === 0 || value === "" || value === "0" ? null : value),
    optional("invoiceNumber", readNumber),
  ),
});
const clientEvent = event({ clientId: number });
const serviceEvent = event({ serviceId: field("id", readService) });

/** The types the module inside WHMCS sends. None is believed: each leads to a question back. */
const EVENTS = {
  "invoice.paid": (id: string, body: unknown) => woken(id, body, { paid: true }),
  // These leave WHMCS before it has saved what they tell (trap T16), a refund before its credit note (trap T14).
  "invoice.refunded": (id: string, body: unknown) => woken(id, body, { later: true }),
  "invoice.unpaid": (id: string, body: unknown) => woken(id, body, { later: true, onlyKnown: true }),
  "invoice.cancelled": (id: string, body: unknown) => woken(id, body, { later: true, onlyKnown: true }),
  "invoice.created": (deliveryId: string, body: unknown) =>
    read(invoiceEvent, body, ({ data }) => ({ kind: "billWake", deliveryId, invoiceId: data.invoiceId })),
  "transaction.added": (deliveryId: string, body: unknown) =>
    read(transactionEvent, body, ({ data: { invoiceId } }) =>
      invoiceId === null
        ? { kind: "ignored", deliveryId, reason: "transaction_without_invoice" }
        : { kind: "wake", deliveryId, invoiceId, later: true },
    ),
  "client.updated": (deliveryId: string, body: unknown) =>
    read(clientEvent, body, ({ data }) => ({ kind: "accountWake", deliveryId, accountId: data.clientId })),
  "service.changed": (deliveryId: string, body: unknown) =>
    read(serviceEvent, body, ({ data }) => ({
      kind: "serviceChanged",
      deliveryId,
      serviceId: data.serviceId,
    })),
  // A ticket is read when a transfer names it; its opening alone changes nothing here.
  "ticket.opened": (deliveryId: string): Heard => ({
    kind: "ignored",
    deliveryId,
    reason: "ticket_read_when_named",
  }),
} as const;

const isKnown = (type: string): type is keyof typeof EVENTS => Object.hasOwn(EVENTS, type);

/** Checks the Standard Webhooks signature, then reads the wake-up (contract, section 4). Pure; never throws. */
export function receiveWhmcs(connection: PortalConnection, delivery: Delivery): Heard | Refusal {
  const opened = openStandardDelivery(connection, delivery);
  if (opened.kind !== "opened") return opened;
  const { deliveryId, body } = opened;
  const head = envelope.safeParse(body);
  if (!head.success) return malformed(faultsOf(head.error.issues, body));
  if (!isKnown(head.data.type)) return { kind: "ignored", deliveryId, reason: "event_not_used" };
  return EVENTS[head.data.type](deliveryId, body);
}

function read<T>(schema: z.ZodType<T>, body: unknown, heard: (event: T) => Heard): Heard | Refusal {
  const parsed = schema.safeParse(body);
  return parsed.success ? heard(parsed.data) : malformed(faultsOf(parsed.error.issues, body));
}

const woken = (
  deliveryId: string,
  body: unknown,
  how: { later?: true; onlyKnown?: true; paid?: true },
): Heard | Refusal =>
  read(invoiceEvent, body, ({ data }) => ({ kind: "wake", deliveryId, invoiceId: data.invoiceId, ...how }));
