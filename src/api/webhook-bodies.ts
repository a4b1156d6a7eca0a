import { z } from "zod";
import { WEBHOOK_EVENTS } from "../store/webhooks";

const slug = z.string().min(1).max(64);
const instant = z.iso.datetime({ offset: true });

export const webhookBody = z.object({
  url: z.string().min(1).max(500),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(20),
  seller: slug.optional().describe("only what concerns this seller"),
  portal: slug.optional().describe("only what concerns this portal"),
});

const webhook = z.object({
  name: z.string(),
  url: z.string(),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  seller: z.string().nullable(),
  portal: z.string().nullable(),
  state: z.enum(["on", "disabled"]),
  says: z.string().nullable().describe("why it was switched off"),
  updatedAt: instant,
});

const delivery = z.object({
  id: z.string().describe("the webhook-id of every try"),
  type: z.string(),
  subject: z.string(),
  state: z.enum(["queued", "sent", "failed"]),
  attempts: z.int(),
  status: z.int().nullable().describe("of the last answer"),
  detail: z.string().nullable(),
  at: instant,
  triedAt: instant.nullable(),
});

/** The answers about links for customers and about outgoing webhooks. */
export const OUTSIDE_ANSWERS = {
  CustomerLink: z.object({ url: z.string(), until: instant }),
  RevokedLinks: z.object({ revoked: z.boolean() }),
  Webhook: webhook,
  Webhooks: z.object({ items: z.array(webhook) }),
  SavedWebhook: webhook.extend({ secret: z.string().optional().describe("shown once") }),
  WebhookDelivery: delivery,
  WebhookDeliveries: z.object({ items: z.array(delivery) }),
} as const;
