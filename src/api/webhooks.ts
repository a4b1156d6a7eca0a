import { isoInJakarta, plusMs } from "../clock";
import { AppError } from "../errors";
import { appendAudit } from "../store/audit";
import type { Tx } from "../store/db";
import { enqueue } from "../store/jobs";
import { findPortal } from "../store/portals";
import { findSeller } from "../store/sellers";
import {
  changeEndpoint,
  changeMessage,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  messageById,
  messagesOf,
  queuedMessages,
  type EndpointRow,
  type MessageRow,
} from "../store/webhooks";
import { text, type Text } from "../text";
import { queueMessage } from "../webhooks/announce";
import { urlFault } from "../webhooks/address";
import { newSecret, sealSecrets, secretsLeft } from "../webhooks/secrets";
import { nothing } from "./bodies";
import type { ApiDeps } from "./deps";
import { portalUnknown } from "./portal-view";
import { json, route, type Call, type Route } from "./route";
import { slugOf } from "./sellers";
import { webhookBody } from "./webhook-bodies";

const PATH = "/webhooks/:name";
/** Deliveries that are shown. */
const SHOWN = 100;
/** After a rotation the earlier secret signs beside the new one for so long. */
const OVERLAP_MS = 7 * 86_400_000;

export const webhookRoutes = (d: ApiDeps): Route[] => [
  route({
    method: "get",
    path: "/webhooks",
    action: "read",
    summary: "Who is told of what becomes of fakturs; secrets never",
    answer: "Webhooks",
    body: nothing,
    query: nothing,
    handle: async () => json({ items: (await listEndpoints(d.db.knex)).map((row) => endpointView(row)) }),
  }),
  route({
    method: "put",
    path: PATH,
    action: "portal.write",
    summary: "Make or change a subscriber; the secret is in the answer that makes it, and never again",
    answer: "SavedWebhook",
    body: webhookBody,
    query: nothing,
    async handle({ params, body, caller }) {
      const name = slugOf(params["name"]);
      const fault = urlFault(body.url, d.webhooks.allowPrivate);
      if (fault !== null) throw new AppError("refused", fault);
      if (body.seller !== undefined && (await findSeller(d.db.knex, body.seller)) === undefined) {
        throw new AppError("seller_unknown", NO_SELLER);
      }
      if (body.portal !== undefined && (await findPortal(d.db.knex, body.portal)) === undefined) {
        throw portalUnknown();
      }
      const at = d.clock.now().toISOString();
      const wanted = {
        ...{ url: body.url, events: JSON.stringify([...new Set(body.events)]), updated_at: at },
        ...{ seller: body.seller ?? null, portal: body.portal ?? null },
      };
      const secret = newSecret();
      const made = await d.db.transaction(async (tx) => {
        const sealed = sealSecrets(d.seal, name, [{ secret, until: null }]);
        const row: EndpointRow = {
          ...{
            name,
            ...wanted,
            secrets_sealed: sealed,
            state: "on",
            failures: 0,
            says: null,
            created_at: at,
          },
        };
        const standing = await findEndpoint(tx, name);
        const fresh = standing === undefined && (await insertEndpoint(tx, row));
        if (!fresh) await changeEndpoint(tx, name, wanted);
        await noted(tx, d, caller.name, name, fresh ? "made" : "changed");
        return fresh;
      });
      return json({ ...endpointView(await named(d, name)), ...(made ? { secret } : {}) });
    },
  }),
  route({
    method: "get",
    path: `${PATH}/deliveries`,
    action: "read",
    summary: "The last hundred messages of a subscriber, newest first",
    answer: "WebhookDeliveries",
    body: nothing,
    query: nothing,
    async handle({ params }) {
      const row = await named(d, params["name"]);
      return json({ items: (await messagesOf(d.db.knex, row.name, SHOWN)).map(messageView) });
    },
  }),
  route({
    method: "post",
    path: `${PATH}/deliveries/:id/again`,
    action: "portal.write",
    summary: "Send a message once more, under the same id",
    answer: "WebhookDelivery",
    body: nothing,
    query: nothing,
    async handle({ params, caller }) {
      const row = await named(d, params["name"]);
      const message = await messageById(d.db.knex, params["id"] ?? "");
      if (message === undefined || message.endpoint !== row.name) throw unknown(NO_MESSAGE);
      const now = d.clock.now();
      await d.db.transaction(async (tx) => {
        await changeMessage(tx, message.id, { state: "queued", created_at: now.toISOString() });
        await enqueue(tx, "webhook", message.id, now, now);
        await noted(tx, d, caller.name, row.name, "again", message.id);
      });
      d.wake();
      return json(messageView({ ...message, state: "queued" }));
    },
  }),
  acting(d, "test", "Queue a message of type webhook.test", (tx, row) =>
    queueMessage(tx, d, row, "webhook.test", row.name, { webhook: row.name }),
  ),
  acting(d, "disable", "Stop telling a subscriber; what happens meanwhile is not told later", (tx, row, at) =>
    changeEndpoint(tx, row.name, { state: "disabled", says: null, updated_at: at }),
  ),
  acting(
    d,
    "enable",
    "Tell a subscriber again; messages that were waiting are tried anew",
    async (tx, row, at) => {
      await changeEndpoint(tx, row.name, { state: "on", failures: 0, says: null, updated_at: at });
      for (const { id } of await queuedMessages(tx, row.name)) {
        await enqueue(tx, "webhook", id, d.clock.now(), d.clock.now());
      }
    },
  ),
  route({
    method: "post",
    path: `${PATH}/rotate`,
    action: "portal.write",
    summary: "A new secret; the earlier one signs beside it for seven days",
    answer: "SavedWebhook",
    body: nothing,
    query: nothing,
    async handle({ params, caller }) {
      const secret = newSecret();
      const now = d.clock.now();
      const row = await named(d, params["name"]);
      await d.db.transaction(async (tx) => {
        const [before] = secretsLeft(d.seal, row.name, row.secrets_sealed, now);
        const until = plusMs(now, OVERLAP_MS).toISOString();
        const earlier = before === undefined ? [] : [{ secret: before, until }];
        const secrets_sealed = sealSecrets(d.seal, row.name, [{ secret, until: null }, ...earlier]);
        await changeEndpoint(tx, row.name, { secrets_sealed, updated_at: now.toISOString() });
        await noted(tx, d, caller.name, row.name, "rotated");
      });
      return json({ ...endpointView(await named(d, row.name)), secret });
    },
  }),
];

const acting = (
  d: ApiDeps,
  verb: "test" | "disable" | "enable",
  summary: string,
  act: (tx: Tx, row: EndpointRow, at: string) => Promise<unknown>,
): Route =>
  route({
    method: "post",
    path: `${PATH}/${verb}`,
    action: "portal.write",
    summary,
    answer: "Webhook",
    body: nothing,
    query: nothing,
    async handle({ params, caller }: Call) {
      const row = await named(d, params["name"]);
      if (verb === "test" && row.state !== "on") throw new AppError("wrong_state", IS_OFF);
      await d.db.transaction(async (tx) => {
        await act(tx, row, d.clock.now().toISOString());
        await noted(tx, d, caller.name, row.name, verb);
      });
      d.wake();
      return json(endpointView(await named(d, row.name)));
    },
  });

async function named(d: ApiDeps, name: string | undefined): Promise<EndpointRow> {
  const row = await findEndpoint(d.db.knex, name ?? "");
  if (row === undefined) throw unknown(NO_WEBHOOK);
  return row;
}

const noted = (tx: Tx, d: ApiDeps, actor: string, name: string, what: string, detail: string | null = null) =>
  appendAudit(tx, {
    ...{ at: d.clock.now().toISOString(), actor, action: `webhook.${what}` },
    ...{ subject: `webhook:${name}`, detail },
  });

const endpointView = (row: EndpointRow) => ({
  name: row.name,
  url: row.url,
  events: JSON.parse(row.events) as unknown,
  seller: row.seller,
  portal: row.portal,
  state: row.state,
  says: row.says,
  updatedAt: isoInJakarta(new Date(row.updated_at)),
});

const messageView = (row: MessageRow) => ({
  id: row.id,
  type: row.type,
  subject: row.subject,
  state: row.state,
  attempts: row.attempts,
  status: row.status,
  detail: row.detail,
  at: isoInJakarta(new Date(row.created_at)),
  triedAt: row.tried_at === null ? null : isoInJakarta(new Date(row.tried_at)),
});

const unknown = (says: Text): AppError => new AppError("not_found", says);

const NO_WEBHOOK = text("Webhook tidak ditemukan.", "There is no such webhook.");
const NO_MESSAGE = text("Kiriman webhook tidak ditemukan.", "There is no such delivery.");
const NO_SELLER = text("Penjual ini belum ada. Buat dahulu.", "There is no such seller. Make it first.");
const IS_OFF = text("Webhook ini dimatikan. Nyalakan dahulu.", "This webhook is off. Switch it on first.");
