import type { Clock } from "../clock";
import { AppError, type Outcome } from "../errors";
import { signStandardWebhook } from "../hooks/signature";
import type { Keys, Log } from "../log";
import type { Seal } from "../seal";
import { appendAudit } from "../store/audit";
import type { Db, Tx } from "../store/db";
import type { Work } from "../store/fence";
import { traceOfMessage } from "../store/traces";
import {
  changeEndpoint,
  changeMessage,
  findEndpoint,
  messageById,
  type EndpointRow,
  type MessageRow,
} from "../store/webhooks";
import { text } from "../text";
import type { Post, Posted } from "./post";
import { secretsAt } from "./secrets";

export interface SendDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly seal: Seal;
  readonly publicUrl: string;
  readonly post: Post;
  readonly allowPrivate: boolean;
}

/** A message is tried for so long, then given up. */
const GIVE_UP_MS = 3 * 86_400_000;
/** And so often at least: while this service was off it tried none. */
const LEAST_TRIES = 8;
/** Messages given up in a row before an endpoint is switched off. */
const GIVEN_UP_BEFORE_OFF = 3;
/** A receiver has so long for its whole answer. */
const TIMEOUT_MS = 15_000;

/** Job `webhook`: one message to one subscriber. Failures wait as FAKTUR_RETRY_SECONDS says. */
export async function sendWebhook(d: SendDeps, work: Work): Promise<Outcome> {
  const message = await messageById(d.db.knex, work.job.subject);
  if (message === undefined || message.state !== "queued") return { kind: "done" };
  const endpoint = await findEndpoint(d.db.knex, message.endpoint);
  // What is switched off keeps its messages; switching it on queues them again.
  if (endpoint === undefined || endpoint.state !== "on") return { kind: "done" };
  work.mayAct();
  const posted = await post(d, endpoint, message);
  const status = posted.kind === "answered" ? posted.status : null;
  const detail = (posted.kind === "answered" ? posted.body : posted.why).slice(0, 500);
  const now = d.clock.now();
  const tried = { attempts: message.attempts + 1, status, detail, tried_at: now.toISOString() };
  if (status !== null && status >= 200 && status < 300) {
    await work.transaction(async (tx) => {
      await changeMessage(tx, message.id, { ...tried, state: "sent" });
      await changeEndpoint(tx, endpoint.name, { failures: 0 });
    });
    d.log.info("webhook.sent", await keysOf(d, message));
    return { kind: "done" };
  }
  const isOld = now.getTime() - Date.parse(message.created_at) >= GIVE_UP_MS;
  const over = isOld && tried.attempts >= LEAST_TRIES;
  if (over || status === 410) {
    await work.transaction(async (tx) => {
      await changeMessage(tx, message.id, { ...tried, state: "failed" });
      await countFailure(tx, d, endpoint, status === 410);
    });
    d.log.warn("webhook.given_up", { ...(await keysOf(d, message)), answered: status });
    return { kind: "done" };
  }
  await work.transaction((tx) => changeMessage(tx, message.id, tried));
  const waitMs = posted.kind === "answered" ? posted.waitMs : undefined;
  const because = new AppError("webhook_failed", NOT_TAKEN, {
    cause: new Error(`${status ?? "-"} ${detail}`),
    waitMs,
  });
  return { kind: "retry", because };
}

async function keysOf(d: SendDeps, { id, type, endpoint, subject }: MessageRow): Promise<Keys> {
  return { message: id, type, endpoint, trace: await traceOfMessage(d.db.knex, type, subject) };
}

function post(d: SendDeps, endpoint: EndpointRow, message: MessageRow): Promise<Posted> {
  const now = d.clock.now();
  const body = bodyOf(d.publicUrl, message);
  const signed = secretsAt(d.seal, endpoint.name, endpoint.secrets_sealed, now).map((secret) =>
    signStandardWebhook({ secret, id: message.id, at: now, body }),
  );
  const headers = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "user-agent": "faktur-otomatis",
    "webhook-id": message.id,
    "webhook-timestamp": signed[0]?.["webhook-timestamp"] ?? "",
    "webhook-signature": signed.map((one) => one["webhook-signature"]).join(" "),
  };
  return d.post(endpoint.url, headers, body, { timeoutMs: TIMEOUT_MS, allowPrivate: d.allowPrivate });
}

/** The payload as it was written with the fact, and where to read more of it. */
function bodyOf(publicUrl: string, message: MessageRow): string {
  const told = JSON.parse(message.payload) as { type: string; timestamp: string; data: ToldData };
  const { portal, invoice, faktur } = told.data;
  const invoicePath = `${encodeURIComponent(portal ?? "")}/${encodeURIComponent(invoice?.id ?? "")}`;
  const links =
    faktur !== undefined
      ? {
          api: `${publicUrl}/api/v1/fakturs/${faktur.id}`,
          console: `${publicUrl}/console/faktur/${faktur.id}`,
        }
      : {
          api: `${publicUrl}/api/v1/invoices/${invoicePath}`,
          console: `${publicUrl}/console/invoice/${invoicePath}`,
        };
  const data = message.type === "webhook.test" ? told.data : { ...told.data, links };
  return JSON.stringify({ ...told, data });
}

interface ToldData {
  readonly portal?: string;
  readonly invoice?: { readonly id: string | null };
  readonly faktur?: { readonly id: string };
}

/** An endpoint that takes nothing for days, or says that it is gone, is switched off, and that is an alarm. */
async function countFailure(tx: Tx, d: SendDeps, endpoint: EndpointRow, gone: boolean): Promise<void> {
  const failures = endpoint.failures + 1;
  const off = gone || failures >= GIVEN_UP_BEFORE_OFF;
  const at = d.clock.now().toISOString();
  const says = gone ? "410 Gone" : `${failures} messages given up in a row`;
  await changeEndpoint(tx, endpoint.name, {
    failures,
    ...(off ? { state: "disabled" as const, says, updated_at: at } : {}),
  });
  if (!off) return;
  const subject = `webhook:${endpoint.name}`;
  await appendAudit(tx, { at, actor: "system", action: "webhook.disabled", subject, detail: says });
  d.log.error("webhook.disabled", { endpoint: endpoint.name, cause: says });
}

const NOT_TAKEN = text("Penerima webhook tidak menerimanya.", "The webhook's receiver did not take it.");
