import type { Fault } from "../errors";
import { text } from "../text";
import type { Delivery, PortalConnection, Refusal } from "./portal";
import { TOLERANCE_SECONDS, verifyStandardWebhook } from "./signature";

export type Opened =
  { readonly kind: "opened"; readonly deliveryId: string; readonly body: unknown } | Refusal;

/** Checks the Standard Webhooks signature over the bytes, and only then reads them as JSON. */
export function openStandardDelivery(connection: PortalConnection, delivery: Delivery): Opened {
  const check = verifyStandardWebhook({
    secrets: connection.secrets,
    headers: delivery.headers,
    body: delivery.body,
    now: delivery.receivedAt,
    toleranceSeconds: TOLERANCE_SECONDS,
  });
  if (!check.ok) return { kind: "badSignature", reason: check.reason };
  const body = readJson(delivery.body);
  return body.ok ? { kind: "opened", deliveryId: check.id, body: body.value } : malformed([NOT_JSON]);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** JSON in UTF-8. Broken UTF-8 is refused: replaced letters would end up in a tax document. */
export function readJson(
  bytes: Buffer,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return {
      ok: true,
      value: JSON.parse(utf8.decode(bytes)) as unknown,
    };
  } catch {
    return { ok: false };
  }
}

export const malformed = (faults: readonly Fault[]): Refusal => ({ kind: "malformed", faults });

export const NOT_JSON: Fault = {
  code: "json_malformed",
  path: "",
  message: text("Isi kiriman bukan JSON.", "The body is not JSON."),
  fix: text("Kirim JSON dalam UTF-8.", "Send JSON in UTF-8."),
};
