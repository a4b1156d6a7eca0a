import type { Delivery, PortalConnection, PortalKind } from "../../src/hooks/portal";
import { signStandardWebhook } from "../../src/hooks/signature";

/** A secret of 24 bytes, as Standard Webhooks recommends; made from a word so that tests can have several. */
export const secretNamed = (name: string): string =>
  `whsec_${Buffer.from(name.padEnd(24, ".")).toString("base64")}`;

/** All headers of a signed JSON delivery. */
export const signedHeaders = (d: { secret: string; id: string; at: Date; body: string | Buffer }) => ({
  "content-type": "application/json",
  ...signStandardWebhook(d),
});

export const connectionOf = (kind: PortalKind, more: Partial<PortalConnection> = {}): PortalConnection => ({
  slug: kind,
  kind,
  seller: "utama",
  secrets: [secretNamed("one")],
  api: null,
  options: {},
  ...more,
});

/** What the router would hand to `receive` for this body. */
export function deliveryOf(body: unknown, d: { secret?: string; id?: string; at: Date }): Delivery {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const sign = { secret: d.secret ?? secretNamed("one"), id: d.id ?? "msg_1", at: d.at, body: bytes };
  return { body: bytes, headers: signStandardWebhook(sign), receivedAt: d.at };
}
