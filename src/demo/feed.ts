import { randomUUID } from "node:crypto";
import { signStandardWebhook } from "../hooks/signature";
import { genericBody, type DemoCase } from "./cases";
import { stripeEvent } from "./stripe-api";

/** Where the demo's service listens and how it is let in. */
export interface Service {
  readonly url: string;
  readonly token: string;
  readonly webhookSecret: string;
  readonly stripeSecret: string;
}

/** One call of the service's own API, as any program outside would make it. */
export async function call(service: Service, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${service.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${service.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Seller and portals, as finance and admin would set them up. */
export async function setUp(service: Service, authorityUrl: string, stripeUrl: string): Promise<void> {
  await call(service, "PUT", "/sellers/utama", {
    npwp: "0010000001093000",
    name: "PT Hosting Percobaan",
    address: "Jl. M.H. Thamrin No. 10, Jakarta Pusat",
    city: "Jakarta Pusat",
    email: "pajak@hosting-percobaan.example",
    signer: { name: "Sri Lestari", title: "Direktur" },
    channel: { kind: "pajakio", baseUrl: authorityUrl, token: "demo" },
    upload: { auto: true },
    pdf: "official",
  });
  await call(service, "PUT", "/portals/demo", {
    kind: "generic",
    seller: "utama",
    secret: service.webhookSecret,
  });
  await call(service, "PUT", "/portals/stripe", {
    kind: "stripe",
    seller: "utama",
    secret: service.stripeSecret,
    api: { url: stripeUrl, secret: "sk_test_demo" },
  });
}

/** The NPWP tab of one account: entered, then switched as the story wants it. */
export async function enterCompany(service: Service, one: DemoCase, suffix?: string): Promise<void> {
  const path = `/accounts/${one.portal}/${encodeURIComponent(one.account.id)}`;
  await call(service, "PUT", path, {
    name: one.account.name,
    email: `billing-${one.account.id}@pelanggan.example`,
  });
  if (one.company === null) return;
  const { npwp, name, address, email, nitkuSuffix, tab } = one.company;
  const nitku = `${npwp}${suffix ?? nitkuSuffix ?? "000000"}`;
  await call(service, "PUT", `${path}/npwp`, { npwp, nitku, name, address, email });
  if (tab === "requested") return;
  await call(service, "POST", `${path}/npwp/activate`, {});
  if (tab === "suspended") await call(service, "POST", `${path}/npwp/suspend`, { reason: "demo" });
}

/** Posts the paid event the way its portal does, as often as the story says, all at once; returns the answers' statuses. */
export async function deliver(service: Service, one: DemoCase, paidAt: Date): Promise<readonly number[]> {
  const request =
    one.portal === "stripe" ? stripeRequest(service, one, paidAt) : genericRequest(service, one, paidAt);
  const answers = Array.from({ length: one.deliveries ?? 1 }, () =>
    fetch(`${service.url}/hooks/${one.portal}`, request),
  );
  return (await Promise.all(answers)).map((answer) => answer.status);
}

function genericRequest(service: Service, one: DemoCase, paidAt: Date): RequestInit {
  const body = genericBody(one, paidAt);
  const signed = signStandardWebhook({
    secret: service.webhookSecret,
    id: `msg_${randomUUID()}`,
    at: paidAt,
    body: Buffer.from(body),
  });
  return { method: "POST", headers: { "content-type": "application/json", ...signed }, body };
}

function stripeRequest(service: Service, one: DemoCase, paidAt: Date): RequestInit {
  const { body, signature } = stripeEvent(one, service.stripeSecret, paidAt);
  return {
    method: "POST",
    headers: { "content-type": "application/json", "stripe-signature": signature },
    body,
  };
}
