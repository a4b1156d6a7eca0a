import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROLES, type Role } from "../../src/api/roles";
import { createToken } from "../../src/api/tokens";
import { buildApp, type Ambience, type App } from "../../src/app";
import type { Clock } from "../../src/clock";
import type { Config } from "../../src/config";
import type { Problem } from "../../src/problem";
import { drawPaper } from "../../src/faktur/pdf/draw";
import { newId } from "../../src/ids";
import { silentLog } from "../../src/log";
import { startAuthority } from "../../src/simulator/authority";
import { migrate } from "../../src/store/migrate";
import { secretNamed, signedHeaders } from "./sign-webhook";

/** The whole program over SQLite in a folder of its own, spoken to over HTTP, with a clock that tests move. */

export interface Wish {
  readonly token?: string | null;
  readonly role?: Role;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly json: Readonly<Record<string, unknown>>;
  readonly problem: Problem;
}

export interface TestApi {
  readonly app: App;
  readonly url: string;
  readonly folder: string;
  readonly clock: Clock & { set(iso: string): void; pass(seconds: number): void };
  readonly tokens: Readonly<Record<Role, string>>;
  /** As admin, unless the wish says otherwise; `path` begins behind `/api/v1`. */
  call(method: string, path: string, wish?: Wish): Promise<Answer>;
  close(): Promise<void>;
}

export const PAID_AT = "2026-11-03T09:10:00+07:00";

export const testConfig = (folder: string): Config => ({
  databaseUrl: `sqlite:${join(folder, "faktur.db")}`,
  documentsUrl: `file:${join(folder, "documents")}`,
  mailUrl: `file:${join(folder, "outbox")}`,
  mailFrom: "Faktur <faktur@hosting.example>",
  host: "127.0.0.1",
  port: 0,
  workerPort: null,
  publicUrl: "http://127.0.0.1:8080",
  masterKey: Buffer.alloc(32, 7),
  logLevel: "silent",
  followSeconds: [2],
  retrySeconds: [5],
  leaseSeconds: 60,
  channelTimeoutSeconds: 5,
  portalPollSeconds: 0,
  workers: 1,
  linkDays: 90,
  keepDays: 180,
  allowPrivateWebhooks: true,
  allowPrivateTargets: true,
  requireTotp: [],
  trustProxy: 0,
  oidc: null,
  s3: null,
});

export async function startApi(
  change: (config: Config) => Config = (config) => config,
  ambience: Ambience = {},
): Promise<TestApi> {
  const folder = mkdtempSync(join(tmpdir(), "faktur-api-"));
  let at = new Date(PAID_AT);
  const clock = {
    now: () => at,
    set: (iso: string) => void (at = new Date(iso)),
    pass: (seconds: number) => void (at = new Date(at.getTime() + seconds * 1000)),
  };
  const app = buildApp(change(testConfig(folder)), { clock, log: silentLog, ...ambience });
  await migrate(app.db, () => clock.now());
  const tokens = {} as Record<Role, string>;
  for (const role of ROLES) tokens[role] = await createToken({ db: app.db, clock, newId }, `${role}-1`, role);
  const server = createServer(app.web);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function call(method: string, path: string, wish: Wish = {}): Promise<Answer> {
    const token = wish.token === undefined ? tokens[wish.role ?? "admin"] : wish.token;
    const body = wish.raw ?? (wish.body === undefined ? undefined : JSON.stringify(wish.body));
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...wish.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const json: unknown = /json/.test(response.headers.get("content-type") ?? "")
      ? JSON.parse(bytes.toString("utf8") || "null")
      : null;
    return {
      ...{ status: response.status, headers: response.headers, bytes },
      json: json as Answer["json"],
      problem: json as Problem,
    };
  }

  return {
    ...{ app, url, folder, clock, tokens, call },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const SECRET = secretNamed("api");
export const NPWP = "0012345678901000";
export const OTHER_NPWP = "0098765432109000";

export const sellerBody = (baseUrl = "http://127.0.0.1:9") => ({
  npwp: "01.234.567.8-901.000",
  name: "PT Hosting Utama",
  address: "Jl. Merdeka 1, Jakarta",
  city: "Jakarta Pusat",
  email: "pajak@hosting.example",
  signer: { name: "Budi Santoso", title: "Direktur" },
  channel: { kind: "pajakio", baseUrl, token: "token-sangat-rahasia" },
  upload: { auto: true },
});

export const portalBody = { kind: "generic", seller: "utama", secret: SECRET };
export const accountBody = { name: "PT Contoh Sejahtera", email: "billing@contoh.example" };
export const npwpBody = {
  npwp: OTHER_NPWP,
  name: "PT Contoh Sejahtera",
  address: "Jl. Sudirman 1, Jakarta",
  email: "pajak@contoh.example",
};

/** Seller `utama`, portal `toko` and account 77, without a company. */
export async function furnish(api: TestApi, authorityUrl?: string): Promise<void> {
  await made(api.call("PUT", "/sellers/utama", { body: sellerBody(authorityUrl) }));
  await made(api.call("PUT", "/portals/toko", { body: portalBody }));
  await made(api.call("PUT", "/accounts/toko/77", { body: accountBody }));
}

/** Fails with what the service said when a step that other things build on is refused. */
export async function made(answer: Promise<Answer>): Promise<Answer> {
  const done = await answer;
  if (done.status !== 200) throw new Error(`${done.status}: ${done.bytes.toString("utf8")}`);
  return done;
}

export const startSimulator = (clock: Clock, token?: string) =>
  startAuthority({
    ...{ clock, drawPdf: (paper) => drawPaper(paper), host: "127.0.0.1", port: 0 },
    ...(token === undefined ? {} : { token }),
  });

/** Tells the portal's webhook that this invoice was paid; the answer's status code. */
export async function pay(
  api: TestApi,
  invoiceId: string,
  account = "77",
  changes: Readonly<Record<string, unknown>> = {},
  portal = "toko",
): Promise<number> {
  const at = api.clock.now();
  const invoice = {
    id: invoiceId,
    number: `INV-${invoiceId}`,
    currency: "IDR",
    pricesIncludeTax: false,
    paidAt: PAID_AT,
    subtotal: "1000000.00",
    tax: "110000.00",
    total: "1110000.00",
    lines: [
      {
        id: "1",
        kind: "hosting",
        description: "Web Hosting Bisnis",
        quantity: 1,
        amount: "1000000.00",
        taxed: true,
      },
    ],
    ...changes,
  };
  const body = JSON.stringify({
    type: "invoice.paid",
    timestamp: PAID_AT,
    data: { account: { id: account, ...accountBody }, invoice },
  });
  const headers = signedHeaders({ secret: SECRET, id: `msg_${portal}_${invoiceId}`, at, body });
  const response = await fetch(`${api.url}/hooks/${portal}`, { method: "POST", headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** Runs all work that becomes due within a minute. */
export async function settle(api: TestApi): Promise<void> {
  for (let step = 0; step < 20; step += 1) {
    await api.app.worker.drain();
    api.clock.pass(3);
  }
}
