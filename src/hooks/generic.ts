import type { z } from "zod";
import { dayInJakarta } from "../clock";
import { malformed, openStandardDelivery } from "./envelope";
import { faultsOf } from "./fields";
import {
  accountEvent,
  createdEvent,
  envelope,
  faultsBetween,
  GENERIC_TYPES,
  invoiceEvent,
  lineFaults,
  movedEvent,
  paidEvent,
  refundedEvent,
  type GenericType,
} from "./generic-schema";
import type { PaidInvoice } from "./invoice";
import type { Delivery, Heard, Portal, PortalConnection, Refusal } from "./portal";

/** A portal of kind `generic`: its events carry everything, there is nothing to read back. */
export const genericPortal: Portal = { kind: "generic", receive: receiveGeneric };

/** Checks the Standard Webhooks signature, then reads the event (contract, section 4). Pure; never throws. */
export function receiveGeneric(connection: PortalConnection, delivery: Delivery): Heard | Refusal {
  const opened = openStandardDelivery(connection, delivery);
  return opened.kind === "opened" ? readGenericEvent(opened.deliveryId, opened.body) : opened;
}

/** An event of a generic portal, or every fault in it with its JSON pointer. Pure; never throws. */
export function readGenericEvent(deliveryId: string, body: unknown): Heard | Refusal {
  const head = envelope.safeParse(body);
  if (!head.success) return malformed(faultsOf(head.error.issues, body));
  const type = GENERIC_TYPES.find((known) => known === head.data.type);
  if (type === undefined) return { kind: "ignored", deliveryId, reason: "event_not_used" };
  return readKnown(type, deliveryId, body);
}

function readKnown(type: GenericType, deliveryId: string, body: unknown): Heard | Refusal {
  switch (type) {
    case "invoice.paid":
      return readPaid(deliveryId, body);
    case "invoice.created":
      return readCreated(deliveryId, body);
    case "invoice.refunded":
      return read(refundedEvent, body, ({ data }) => ({ kind: "refunded", deliveryId, ...data }));
    case "invoice.unpaid":
      return read(invoiceEvent, body, ({ data, timestamp }) => ({
        ...{ kind: "unpaid", deliveryId, saidAt: timestamp },
        ...data,
      }));
    case "invoice.cancelled":
      return read(invoiceEvent, body, ({ data, timestamp }) => ({
        ...{ kind: "cancelled", deliveryId, saidAt: timestamp },
        ...data,
      }));
    case "account.updated":
      return read(accountEvent, body, ({ data }) => ({
        kind: "accountUpdated",
        deliveryId,
        account: data.account,
      }));
    case "service.moved":
      return read(movedEvent, body, ({ data, timestamp }) => ({
        ...{ kind: "serviceMoved", deliveryId, saidAt: timestamp },
        ...data,
      }));
    default:
      return type satisfies never;
  }
}

function read<T>(schema: z.ZodType<T>, body: unknown, heard: (event: T) => Heard): Heard | Refusal {
  const parsed = schema.safeParse(body);
  return parsed.success ? heard(parsed.data) : malformed(faultsOf(parsed.error.issues, body));
}

function readPaid(deliveryId: string, body: unknown): Heard | Refusal {
  const parsed = paidEvent.safeParse(body);
  if (!parsed.success) return malformed([...faultsOf(parsed.error.issues, body), ...lineFaults(body)]);
  const between = faultsBetween(parsed.data.data.invoice.lines);
  if (between.length > 0) return malformed(between);
  const { data, timestamp } = parsed.data;
  return { kind: "paid", deliveryId, invoice: invoiceOf(data), saidAt: timestamp };
}

/** The bill of a collector is what makes the faktur due: its day stands where the day of payment would. */
function readCreated(deliveryId: string, body: unknown): Heard | Refusal {
  const parsed = createdEvent.safeParse(body);
  if (!parsed.success) return malformed([...faultsOf(parsed.error.issues, body), ...lineFaults(body)]);
  const between = faultsBetween(parsed.data.data.invoice.lines);
  if (between.length > 0) return malformed(between);
  const { account, invoice } = parsed.data.data;
  const { createdAt, ...rest } = invoice;
  const billed = invoiceOf({ account, invoice: { ...rest, paidAt: createdAt } });
  return { kind: "billed", deliveryId, invoice: billed, saidAt: parsed.data.timestamp };
}

function invoiceOf(data: z.output<typeof paidEvent>["data"]): PaidInvoice {
  const { id, ...rest } = data.invoice;
  return { invoiceId: id, ...rest, account: data.account, taxDay: dayInJakarta(rest.paidAt) };
}
