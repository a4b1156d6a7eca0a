import { createToken } from "../../src/api/tokens";
import type { Log } from "../../src/log";
import { newId } from "../../src/ids";
import type { RunningAuthority } from "../../src/simulator/authority";
import type { Ambience } from "../../src/app";
import type { Config } from "../../src/config";
import {
  made,
  npwpBody,
  pay,
  portalBody,
  sellerBody,
  settle,
  startApi,
  startSimulator,
  type TestApi,
} from "../support/api";
import { secretNamed } from "../support/sign-webhook";
import { whmcsClient, whmcsInvoice, whmcsItem, whmcsProduct } from "../support/whmcs-rows";
import { startWhmcs, type WhmcsStandIn } from "../support/whmcs-stand-in";

/** A house in which there is one of everything, with every kind of secret set; its secrets are known to the test. */
export interface House {
  readonly api: TestApi;
  readonly whmcs: WhmcsStandIn;
  readonly authority: RunningAuthority;
  /** Real ids of what belongs to account 77 of the portal `toko`, by the name of their place in an address. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** What the program has logged, at every level. */
  readonly logged: string[];
  close(): Promise<void>;
}

export const COMPANY = { npwp: "0098765432109000", name: "PT Rahasia Sejahtera" } as const;
export const SECRETS = {
  channelToken: "token-kanal-sangat-rahasia-41",
  signerPassphrase: "Passphrase#Kanal-77",
  webhookOld: secretNamed("lama"),
  webhookNew: secretNamed("baru"),
  whmcsIdentifier: "pengenal-whmcs-rahasia",
  whmcsSecret: "kunci-whmcs-rahasia-93",
  whmcsAccessKey: "akses-whmcs-rahasia-17",
  stripeKey: "sk_test_51RahasiaSekali",
  stripeWebhook: "whsec_stripe_rahasia_28",
} as const;

/** A log that keeps its lines, all levels. */
export function keepingLog(lines: string[], keys: object = {}): Log {
  const write = (event: string, more: object = {}) =>
    void lines.push(JSON.stringify({ event, ...keys, ...more }));
  return {
    ...{ debug: write, info: write, warn: write, error: write },
    child: (more) => keepingLog(lines, { ...keys, ...more }),
  };
}

export async function startHouse(
  change: (config: Config) => Config = (config) => config,
  ambience: Ambience = {},
): Promise<House> {
  const logged: string[] = [];
  const whmcs = await startWhmcs();
  const api = await startApi(change, { log: keepingLog(logged), ...ambience });
  const authority = await startSimulator(api.clock, SECRETS.channelToken);
  await connect(api, authority, whmcs);
  const put = (path: string, body: object) => made(api.call("PUT", path, { body }));
  const post = (path: string, body?: object) =>
    made(api.call("POST", path, body === undefined ? {} : { body }));
  for (const account of ["77", "78"]) {
    await put(`/accounts/toko/${account}`, { name: COMPANY.name, email: "billing@contoh.example" });
    const own = account === "77" ? COMPANY : { npwp: "0012345678012000", name: "PT Tetangga" };
    await put(`/accounts/toko/${account}/npwp`, { ...npwpBody, ...own });
    await post(`/accounts/toko/${account}/npwp/activate`);
  }
  await put("/accounts/lain/77", { name: "PT Lain", email: "lain@contoh.example" });
  await pay(api, "1234");
  await pay(api, "5678", "78");
  await settle(api);
  return {
    ...{ api, whmcs, authority, logged },
    ids: await idsOf(api),
    async close() {
      // A test may have taken it away already.
      await authority.close().catch(() => undefined);
      await whmcs.close();
      await api.close();
    },
  };
}

async function connect(api: TestApi, authority: RunningAuthority, whmcs: WhmcsStandIn): Promise<void> {
  const put = (path: string, body: object) => made(api.call("PUT", path, { body }));
  const signer = { npwp: "0012345678901000", name: "Budi", title: "Direktur", city: "Jakarta" };
  const channel = { kind: "pajakio", baseUrl: authority.url, token: SECRETS.channelToken };
  await put("/sellers/utama", {
    ...sellerBody(authority.url),
    channel: { ...channel, signer: { ...signer, passphrase: SECRETS.signerPassphrase } },
  });
  await put("/sellers/berkas", { ...sellerBody(), channel: { kind: "coretax-file" } });
  await put("/portals/toko", { ...portalBody, secret: portalBody.secret });
  await put("/portals/lain", { ...portalBody, secret: [SECRETS.webhookNew, SECRETS.webhookOld] });
  await put("/portals/tangan", { ...portalBody, seller: "berkas" });
  Object.assign(whmcs.world, { identifier: SECRETS.whmcsIdentifier, secret: SECRETS.whmcsSecret });
  whmcs.world.clients = [
    whmcsClient(),
    whmcsClient({ id: 78, userid: 78, email: "penerima@contoh.example" }),
  ];
  whmcs.world.products = [whmcsProduct(12)];
  whmcs.world.invoices = [whmcsInvoice(5, { items: [whmcsItem({ id: 500 })] })];
  await put("/portals/tagihan", {
    ...{ ...portalBody, kind: "whmcs" },
    api: {
      ...{ url: whmcs.url, identifier: SECRETS.whmcsIdentifier, secret: SECRETS.whmcsSecret },
      accessKey: SECRETS.whmcsAccessKey,
    },
  });
  await put("/portals/kartu", {
    ...{ kind: "stripe", seller: "utama", secret: SECRETS.stripeWebhook },
    api: { url: "http://127.0.0.1:9", secret: SECRETS.stripeKey },
  });
}

async function idsOf(api: TestApi): Promise<House["ids"]> {
  const put = (path: string, body: object) => made(api.call("PUT", path, { body }));
  const post = (path: string, body?: object) =>
    made(api.call("POST", path, body === undefined ? {} : { body }));
  const idsIn = async (path: string): Promise<string[]> =>
    ((await made(api.call("GET", path))).json["items"] as { id: string }[]).map(({ id }) => id);
  const fakturs = await idsIn("/fakturs?account=77");
  const opened = await post("/cases", { faktur: fakturs[0], kind: "wrong_amount", note: "catatan kasus" });
  const evidence = await made(
    api.call("PUT", "/accounts/toko/77/npwp/evidence", {
      raw: Buffer.from("%PDF-1.7 bukti"),
      headers: { "x-filename": "bukti.pdf", "content-type": "application/octet-stream" },
    }),
  );
  await put("/webhooks/kantor", { url: "http://127.0.0.1:9/", events: ["invoice.held"] });
  await post("/webhooks/kantor/test");
  await put("/kurs/USD/2026-11-04", { rate: "16500.00", kmk: "KMK 1" });
  const user = await post("/users", { email: "siti@hosting.example", role: "viewer" });
  await post("/tokens", { name: "akunting", role: "viewer" });
  await post("/reconciliation/runs", { from: "2026-11-01", to: "2026-11-03" });
  await settle(api);
  const transfer = await post("/transfers", {
    ...{ portal: "tagihan", services: ["S12"], fromAccount: "77" },
    ...{ toEmail: "penerima@contoh.example", ticket: "859921" },
  });
  return {
    ...{ seller: ["utama"], portal: ["toko"], account: ["77"], invoice: ["1234"], npwp: [COMPANY.npwp] },
    id: [
      ...fakturs,
      String(opened.json["id"]),
      String(user.json["id"]),
      String(transfer.json["id"]),
      ...(await idsIn("/tokens")),
      ...(await idsIn("/webhooks/kantor/deliveries")),
      ...(await idsIn("/reconciliation/runs")),
    ],
    sha256: (evidence.json["files"] as { sha256: string }[]).map(({ sha256 }) => sha256),
    ...{ name: ["kantor"], n: ["1"], part: ["subject"], currency: ["USD"], from: ["2026-11-04"] },
  };
}

/** A token of the portal `lain` with everything its role may do. */
export const foreignToken = ({ app, clock }: TestApi, role: "finance" | "admin" = "admin"): Promise<string> =>
  createToken({ db: app.db, clock, newId }, `lain-${role}`, role, { portal: "lain" });
