import type { Tx } from "./db";
import type { JobKind } from "./jobs";
import type { MessageRow } from "./webhooks";

/** The invoice that a job is about: by its id one search of the log tells the whole story. */
export async function traceOfJob(tx: Tx, kind: JobKind, subject: string): Promise<string | undefined> {
  switch (kind) {
    case "read":
    case "issue":
      return subject.split("#", 1)[0];
    case "submit":
    case "follow":
    case "cancel":
    case "paper":
      return traceOfFaktur(tx, subject);
    case "mail":
      return traceOfMail(tx, subject);
    case "webhook": {
      const message = await tx<MessageRow>("webhook_messages")
        .where({ id: subject })
        .first("type", "subject");
      return message === undefined ? undefined : traceOfMessage(tx, message.type, message.subject);
    }
    case "readRefund":
    case "readBill":
    case "readAccount":
    case "poll":
    case "digest":
    case "upkeep":
    case "export":
    case "letter":
    case "reconcile":
    case "services":
    case "transfer":
    case "ticket":
    case "bounces":
    case "notice":
      return undefined;
    default:
      return kind satisfies never;
  }
}

/** The invoice that a message to a subscriber is about. */
export async function traceOfMessage(tx: Tx, type: string, subject: string): Promise<string | undefined> {
  if (type === "webhook.test") return undefined;
  return type === "invoice.held" ? subject : traceOfFaktur(tx, subject);
}

async function traceOfFaktur(tx: Tx, id: string): Promise<string | undefined> {
  const row: { invoice_id: string } | undefined = await tx("fakturs").where({ id }).first("invoice_id");
  return row?.invoice_id;
}

async function traceOfMail(tx: Tx, id: string): Promise<string | undefined> {
  const row: { invoice_id: string } | undefined = await tx("mails")
    .join("fakturs", "fakturs.id", "mails.faktur_id")
    .where("mails.id", id)
    .first("fakturs.invoice_id");
  return row?.invoice_id;
}
