import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Why a delivery cannot be believed; a closed list, for logs and alarms, never told to the sender. */
export type SignatureFault =
  | "no_secret"
  | "header_missing"
  | "id_malformed"
  | "timestamp_malformed"
  | "timestamp_off"
  | "signature_wrong";

export type SignatureCheck =
  | { readonly ok: true; readonly id: string; readonly timestamp: number }
  | { readonly ok: false; readonly reason: SignatureFault };

/** Deliveries older or newer than this are refused (contract, section 4). */
export const TOLERANCE_SECONDS = 300;

const PREFIX = "whsec_";

/**
 * The key bytes of `whsec_BASE64` (or of the bare base64), null when it is not base64 or empty: a secret that decodes
 * to nothing would make every signature forgeable.
 */
export function webhookKey(secret: string): Buffer | null {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const key = Buffer.from(encoded, "base64");
  return key.length === 0 ? null : key;
}

const digest = (key: Buffer, id: string, timestamp: string, body: Buffer): Buffer =>
  createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();

/**
 * Checks a delivery by the Standard Webhooks scheme: HMAC-SHA256 over `id.timestamp.body`, any of the secrets, any of
 * the `v1,BASE64` signatures of one or several headers, time within the tolerance both ways. Compares in constant time and never
 * stops at the first match.
 */
export function verifyStandardWebhook(d: {
  readonly secrets: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly now: Date;
  readonly toleranceSeconds: number;
}): SignatureCheck {
  const keys = d.secrets.map(webhookKey).filter((key) => key !== null);
  if (keys.length === 0) return { ok: false, reason: "no_secret" };
  const id = onlyHeader(d.headers["webhook-id"]);
  const timestamp = onlyHeader(d.headers["webhook-timestamp"]);
  const signatures = [d.headers["webhook-signature"] ?? []].flat().join(" ");
  if (id === null || timestamp === null || signatures === "") return { ok: false, reason: "header_missing" };
  // 200 visible characters: a delivery id becomes a database key.
  if (!/^[\x21-\x7e]{1,200}$/.test(id)) return { ok: false, reason: "id_malformed" };
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: "timestamp_malformed" };
  const seconds = Number(timestamp);
  const now = Math.floor(d.now.getTime() / 1000);
  if (Math.abs(now - seconds) > d.toleranceSeconds) return { ok: false, reason: "timestamp_off" };
  let matches = 0;
  for (const given of signaturesOf(signatures)) {
    for (const key of keys) {
      if (timingSafeEqual(given, digest(key, id, timestamp, d.body))) matches += 1;
    }
  }
  return matches > 0 ? { ok: true, id, timestamp: seconds } : { ok: false, reason: "signature_wrong" };
}

/** A header that must be there once; two of them are as bad as none. */
function onlyHeader(value: string | string[] | undefined): string | null {
  const all = [value ?? []].flat();
  const [first] = all;
  return all.length === 1 && first !== undefined && first !== "" ? first : null;
}

/** Blanks, and the commas by which a repeated header becomes one; the comma inside `v1,BASE64` is none of these. */
const BETWEEN = /,?\s+|,(?=v\d[a-z]?,)/;

/** The 32-byte `v1` signatures; other versions (`v1a`) and broken ones are passed over. */
function signaturesOf(header: string): Buffer[] {
  const found: Buffer[] = [];
  for (const entry of header.trim().split(BETWEEN).slice(0, 20)) {
    const match = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(entry);
    if (match) found.push(Buffer.from(match[1] as string, "base64"));
  }
  return found;
}

/** The three headers a sender sets. Throws RangeError when the secret is not base64. */
export function signStandardWebhook(d: {
  readonly secret: string;
  readonly id: string;
  readonly at: Date;
  readonly body: string | Buffer;
}): { "webhook-id": string; "webhook-timestamp": string; "webhook-signature": string } {
  const key = webhookKey(d.secret);
  if (key === null) throw new RangeError("a webhook secret is whsec_ followed by base64");
  const timestamp = String(Math.floor(d.at.getTime() / 1000));
  const signature = digest(key, d.id, timestamp, Buffer.from(d.body)).toString("base64");
  return { "webhook-id": d.id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
