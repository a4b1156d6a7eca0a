import Stripe from "stripe";
import { askOnce } from "../exchange";
import type { PortalConnection } from "../portal";
import { stripeFailure, unavailable } from "./failure";

/** The SDK's own newest, pinned: an upgrade of the SDK fails to compile here until the shapes have been looked at. */
export const STRIPE_API_VERSION = "2026-10-28.endive";

/** As many as Stripe gives at once. */
export const PAGE = 100;

export interface StripeDeps {
  readonly fetch: typeof globalThis.fetch;
  /** From the first byte sent to the last byte read. */
  readonly timeoutMs: number;
}

/** A page of 100 events, each with its whole invoice, is below one tenth of this. */
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;

/** A client for one connection, without retries of its own: the job that asked is repeated instead. */
export function clientOf(connection: PortalConnection, d: StripeDeps): Stripe {
  const key = connection.api?.secret;
  if (key === undefined || key === "")
    throw stripeFailure(new Error("no API key is set"), "portal_unauthorized");
  return new Stripe(key, {
    apiVersion: STRIPE_API_VERSION,
    maxNetworkRetries: 0,
    timeout: d.timeoutMs,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(boundedFetch(d.fetch, key)),
    ...addressOf(connection.api?.url),
  });
}

/**
 * The SDK takes an answer of any size, follows redirects with the key, and takes a refusal for an answer when it does not
 * look like Stripe's own (a proxy's page). Here nothing of that comes so far.
 */
const boundedFetch =
  (fetch: typeof globalThis.fetch, key: string): typeof globalThis.fetch =>
  async (input, init = {}) => {
    const { status, headers, bytes } = await askOnce(fetch, input, init, MAX_ANSWER_BYTES);
    if (status >= 400)
      return new Response(refusalOf(bytes.toString("utf8"), status, key), { status, headers });
    return new Response(bytes.length === 0 ? null : bytes, { status, headers });
  };

/** Stripe's own words without our key in them, for the log (trap T72); whatever is not Stripe's is told by its status. */
function refusalOf(said: string, status: number, key: string): string {
  const ownWords = /^\s*\{\s*"error"\s*:\s*\{/.test(said) ? said.replaceAll(key, "***") : null;
  return ownWords ?? JSON.stringify({ error: { type: "api_error", message: `status ${status}` } });
}

/** Another address than Stripe's, for tests (contract, fine print "Portals"). */
function addressOf(url: string | undefined): { host?: string; port?: string; protocol?: "http" | "https" } {
  if (url === undefined || url === "") return {};
  if (!URL.canParse(url)) throw unavailable("api.url is not an address");
  const { hostname, port, protocol } = new URL(url);
  const plain = protocol === "http:";
  return { host: hostname, port: port || (plain ? "80" : "443"), protocol: plain ? "http" : "https" };
}

/** One page of a list. An empty page that promises more would never end. */
export async function fetchPage(
  ask: () => Promise<{ readonly data: readonly unknown[]; readonly has_more: boolean }>,
): Promise<{ readonly data: readonly unknown[]; readonly more: boolean }> {
  const page = await ask().catch((thrown: unknown) => {
    throw stripeFailure(thrown);
  });
  if (!Array.isArray(page.data)) throw unavailable("the answer is not a list");
  if (page.has_more && page.data.length === 0) throw unavailable("an empty page promises more");
  return { data: page.data, more: page.has_more };
}
