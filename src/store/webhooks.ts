import { isDuplicate, type Tx } from "./db";

/** What subscribers can be told; docs/webhooks.md has a section on each. */
export const WEBHOOK_EVENTS = [
  "faktur.approved",
  "faktur.rejected",
  "faktur.mailed",
  "invoice.held",
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export interface EndpointRow {
  readonly name: string;
  readonly url: string;
  /** JSON list of WebhookEvent. */
  readonly events: string;
  readonly seller: string | null;
  readonly portal: string | null;
  readonly secrets_sealed: string;
  readonly state: "on" | "disabled";
  readonly failures: number;
  /** Why it is disabled. */
  readonly says: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export const findEndpoint = (tx: Tx, name: string): Promise<EndpointRow | undefined> =>
  tx<EndpointRow>("webhook_endpoints").where({ name }).first();

export const listEndpoints = (tx: Tx): Promise<EndpointRow[]> =>
  tx<EndpointRow>("webhook_endpoints").orderBy("name");

/** False when one of this name stands already. */
export async function insertEndpoint(tx: Tx, row: EndpointRow): Promise<boolean> {
  try {
    await tx<EndpointRow>("webhook_endpoints").insert(row);
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

export async function changeEndpoint(
  tx: Tx,
  name: string,
  changes: Partial<Omit<EndpointRow, "name" | "created_at">>,
): Promise<void> {
  await tx<EndpointRow>("webhook_endpoints").where({ name }).update(changes);
}

/** Who is to be told of something of this seller and portal. */
export async function subscribersOf(
  tx: Tx,
  event: WebhookEvent,
  seller: string,
  portal: string,
): Promise<EndpointRow[]> {
  const on = await tx<EndpointRow>("webhook_endpoints").where({ state: "on" }).orderBy("name");
  return on.filter(
    (row) =>
      (row.seller === null || row.seller === seller) &&
      (row.portal === null || row.portal === portal) &&
      (JSON.parse(row.events) as string[]).includes(event),
  );
}

export interface MessageRow {
  /** The `webhook-id` of every try. */
  readonly id: string;
  readonly endpoint: string;
  readonly type: WebhookEvent | "webhook.test";
  /** The faktur or invoice it is about. */
  readonly subject: string;
  /** JSON, without the links. */
  readonly payload: string;
  readonly state: "queued" | "sent" | "failed";
  readonly attempts: number;
  /** The HTTP status of the last answer; null when there was none. */
  readonly status: number | null;
  readonly detail: string | null;
  readonly created_at: string;
  readonly tried_at: string | null;
}

export async function insertMessage(tx: Tx, row: MessageRow): Promise<void> {
  await tx<MessageRow>("webhook_messages").insert(row);
}

export const messageById = (tx: Tx, id: string): Promise<MessageRow | undefined> =>
  tx<MessageRow>("webhook_messages").where({ id }).first();

/** The latest messages of an endpoint, newest first. */
export const messagesOf = (tx: Tx, endpoint: string, limit: number): Promise<MessageRow[]> =>
  tx<MessageRow>("webhook_messages").where({ endpoint }).orderBy("id", "desc").limit(limit);

/** What waits for an endpoint that was switched off. */
export const queuedMessages = (tx: Tx, endpoint: string): Promise<Pick<MessageRow, "id">[]> =>
  tx<MessageRow>("webhook_messages").where({ endpoint, state: "queued" }).orderBy("id").select("id");

export async function changeMessage(
  tx: Tx,
  id: string,
  changes: Partial<Pick<MessageRow, "state" | "attempts" | "status" | "detail" | "tried_at" | "created_at">>,
): Promise<void> {
  await tx<MessageRow>("webhook_messages").where({ id }).update(changes);
}
