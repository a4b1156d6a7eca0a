import Stripe from "stripe";
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
    httpClient: Stripe.createFetchHttpClient(boundedFetch(d.fetch)),
    ...addressOf(connection.api?.url),
  });
}

/** The SDK would read an answer of any size, and its fetch would carry the key to wherever it is redirected. */
const boundedFetch =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (input, init) => {
    const { status, headers, body } = await fetch(input, { ...init, redirect: "manual" });
    if (status >= 300 && status < 400) {
      await body?.cancel();
      throw new Error(`redirected with status ${status}`);
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    // Leaving the loop by a throw cancels the stream and with it the connection.
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > MAX_ANSWER_BYTES) throw new Error("the answer is too large");
      chunks.push(chunk);
    }
    return new Response(size === 0 ? null : Buffer.concat(chunks), { status, headers });
  };

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
