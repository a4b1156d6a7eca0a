import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime, { type Email } from "postal-mime";
import { enterNpwp, switchTab } from "../../src/accounts/tab";
import { headOffice, parseNitku, parseNpwp } from "../../src/accounts/npwp";
import { invoiceStanding } from "../../src/api/standings";
import { buildApp, type App, type Ambience } from "../../src/app";
import type { Config } from "../../src/config";
import { drawPaper } from "../../src/faktur/pdf/draw";
import type { Paper } from "../../src/faktur/paper";
import { silentLog } from "../../src/log";
import { channelPurpose, portalApiPurpose, portalSecretsPurpose } from "../../src/seals";
import { startAuthority, type RunningAuthority } from "../../src/simulator/authority";
import { saveAccount } from "../../src/store/accounts";
import { faktursOfInvoice, type FakturRow } from "../../src/store/fakturs";
import { findInvoice } from "../../src/store/invoices";
import { savePortal } from "../../src/store/portals";
import { saveSeller, type SellerData } from "../../src/store/sellers";
import { openStore, type EngineName, type Store } from "./databases";
import { sellerData } from "./rows";
import { secretNamed, signedHeaders } from "./sign-webhook";
import { testClock, type TestClock } from "./test-clock";

/**
 * The whole program as it runs, with nothing taken out: real database, real HTTP to the simulated authority, real files.
 * Only the clock stands still until a test turns it, and work runs when a test says so.
 */
export interface World {
  readonly clock: TestClock;
  readonly store: Store;
  authority: RunningAuthority;
  readonly folder: string;
  /** The program; `restart` puts a fresh one on the same database. */
  app: App;
  restart(ambience?: Ambience): Promise<void>;
  /** Another authority at the same address, which knows nothing. */
  replaceAuthority(): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly config?: Partial<Config>;
  readonly seller?: Partial<SellerData>;
  /** A database of the test's own. */
  readonly store?: Store;
  /** What the authority draws; its real sheets unless told. */
  readonly drawPdf?: (paper: Paper) => Promise<Buffer>;
}

export const SECRET = secretNamed("portal");
const MASTER_KEY = Buffer.alloc(32, 7);

export const BUYER = { npwp: "0012345678012000", name: "PT CONTOH SEJAHTERA", email: "pajak@contoh.example" };

/** Seller `utama`, generic portal `toko`, account `77` with an active company. */
export async function startWorld(engine: EngineName, options: WorldOptions = {}): Promise<World> {
  const clock = testClock();
  const store = options.store ?? (await openStore(engine));
  const folder = mkdtempSync(join(tmpdir(), "faktur-world-"));
  const drawPdf = options.drawPdf ?? ((paper: Paper) => drawPaper(paper));
  const authority = await startAuthority({ clock, drawPdf, host: "127.0.0.1", port: 0 });
  const config = configOf(store.url, folder, options.config);
  const build = (ambience: Ambience = {}) => buildApp(config, { clock, log: silentLog, ...ambience });
  const world: World = {
    ...{ clock, store, authority, folder },
    app: build(),
    async restart(ambience) {
      await world.app.close();
      world.app = build(ambience);
    },
    async replaceAuthority() {
      const port = Number(new URL(world.authority.url).port);
      await world.authority.close();
      // Its numbers go on from the clock.
      clock.pass(3600);
      world.authority = await startAuthority({ clock, drawPdf, host: "127.0.0.1", port });
    },
    async close() {
      await world.app.close();
      await world.authority.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await addSeller(world, "utama", options.seller);
  await addPortal(world, "toko");
  await addCompany(world, "77");
  return world;
}

const configOf = (databaseUrl: string, folder: string, more: Partial<Config> = {}): Config => ({
  databaseUrl,
  documentsUrl: `file:${join(folder, "documents")}`,
  mailUrl: `file:${join(folder, "outbox")}`,
  mailFrom: "Faktur <pajak@hosting.example>",
  host: "127.0.0.1",
  port: 0,
  workerPort: null,
  publicUrl: "http://127.0.0.1",
  masterKey: MASTER_KEY,
  logLevel: "silent",
  followSeconds: [2, 15, 60],
  retrySeconds: [5, 30],
  leaseSeconds: 60,
  channelTimeoutSeconds: 2,
  portalPollSeconds: 0,
  workers: 2,
  linkDays: 90,
  keepDays: 180,
  allowPrivateWebhooks: true,
  allowPrivateTargets: true,
  requireTotp: [],
  trustProxy: 0,
  oidc: null,
  s3: null,
  ...more,
});

export async function addSeller(world: World, slug: string, more: Partial<SellerData> = {}): Promise<void> {
  const channel = { kind: "pajakio", baseUrl: world.authority.url, token: "token-uji" };
  const channel_sealed = world.app.seal.close(JSON.stringify(channel), channelPurpose(slug));
  await saveSeller(world.store.db.knex, slug, sellerData({ channel_sealed, ...more }), world.clock.now());
}

export async function addPortal(
  world: World,
  slug: string,
  more: {
    kind?: "generic" | "stripe" | "whmcs";
    secret?: string;
    api?: Record<string, string>;
    options?: Record<string, unknown>;
  } = {},
): Promise<void> {
  const { seal } = world.app;
  const secrets = JSON.stringify([more.secret ?? SECRET]);
  const data = {
    kind: more.kind ?? "generic",
    seller: "utama",
    secrets_sealed: seal.close(secrets, portalSecretsPurpose(slug)),
    api_sealed: more.api ? seal.close(JSON.stringify(more.api), portalApiPurpose(slug)) : null,
    options: JSON.stringify(more.options ?? {}),
  };
  await savePortal(world.store.db.knex, slug, data, world.clock.now());
}

export interface CompanyWish {
  readonly portal?: string;
  readonly npwp?: string;
  readonly nitku?: string;
  readonly name?: string;
  readonly email?: string;
  readonly address?: string;
  readonly status?: "requested" | "active" | "suspended";
}

/** Makes the account, enters its company and brings the tab to the status asked for. */
export async function addCompany(world: World, account: string, wish: CompanyWish = {}): Promise<void> {
  const { portal = "toko", status = "active" } = wish;
  const { app } = world;
  const now = world.clock.now();
  await saveAccount(
    app.db.knex,
    portal,
    { id: account, name: "PT Contoh", email: null },
    app.api.newId(now),
    now,
  );
  await enterCompany(world, account, wish);
  if (status === "active") await switchTab(app, portal, account, "activate", null, "finance");
  if (status === "suspended") await switchTab(app, portal, account, "suspend", "uji", "finance");
}

export async function enterCompany(world: World, account: string, wish: CompanyWish = {}): Promise<void> {
  const npwp = parseNpwp(wish.npwp ?? BUYER.npwp);
  const data = {
    npwp,
    nitku: wish.nitku === undefined ? headOffice(npwp) : parseNitku(wish.nitku, npwp),
    name: wish.name ?? BUYER.name,
    address: wish.address ?? "JL. CONTOH NO. 2, JAKARTA",
    email: wish.email ?? BUYER.email,
    transactionCode: null,
    evidence: null,
  };
  await enterNpwp(world.app, wish.portal ?? "toko", account, data, "support");
}

type Json = Record<string, unknown>;

/** The body of `invoice.paid`: one year of hosting for Rp 1,000,000 and 11 % on top. */
export const paid = (id: string, invoice: Json = {}, account: Json = {}): Json => ({
  type: "invoice.paid",
  timestamp: "2026-11-03T09:10:00+07:00",
  data: {
    account: { id: "77", name: "PT Contoh", email: "billing@contoh.example", ...account },
    invoice: {
      id,
      number: `INV-${id}`,
      currency: "IDR",
      pricesIncludeTax: false,
      paidAt: "2026-11-03T09:10:00+07:00",
      subtotal: "1000000.00",
      tax: "110000.00",
      total: "1110000.00",
      lines: [line()],
      ...invoice,
    },
  },
});

export const line = (more: Json = {}): Json => ({
  id: "1",
  kind: "hosting",
  description: "Web Hosting Bisnis (2026-11-03 - 2027-11-02)",
  quantity: 1,
  amount: "1000000.00",
  taxed: true,
  serviceId: "S12",
  periodStart: "2026-11-03",
  periodEnd: "2027-11-02",
  ...more,
});

export const event = (type: string, data: Json): Json => ({
  type,
  timestamp: "2026-11-03T09:10:00+07:00",
  data,
});

export interface Told {
  readonly status: number;
  readonly body: Json;
}

let deliveries = 0;

/** Posts a signed webhook to the program's own web half, on a free port. */
export async function tell(
  world: World,
  body: unknown,
  more: { portal?: string; id?: string } = {},
): Promise<Told> {
  return withWeb(world.app, (url) => tellAt(url, world.clock.now(), body, more));
}

/** The same, at a web half that listens already. */
export async function tellAt(
  url: string,
  at: Date,
  body: unknown,
  more: { portal?: string; id?: string } = {},
): Promise<Told> {
  const bytes = JSON.stringify(body);
  const id = more.id ?? `msg_${(deliveries += 1)}`;
  const response = await fetch(`${url}/hooks/${more.portal ?? "toko"}`, {
    method: "POST",
    headers: { ...signedHeaders({ secret: SECRET, id, at, body: bytes }), connection: "close" } as Record<
      string,
      string
    >,
    body: bytes,
  });
  return { status: response.status, body: (await response.json()) as Json };
}

export async function withWeb<T>(app: App, use: (url: string) => Promise<T>): Promise<T> {
  const server: Server = createServer(app.web).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A night looks at each invoice of a suite again, a step for each. */
const MOST_STEPS = 200;

/** Runs what is due, turns the clock to what is due next, and so on until only what waits for a person is left. */
export async function runToEnd(world: World): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await world.app.worker.drain();
    const next = await nextDue(world);
    if (next === null) return;
    if (next > world.clock.now()) world.clock.set(next);
  }
  throw new Error(`work goes on and on: ${JSON.stringify(await world.store.db.knex("jobs"))}`);
}

/** When the next job is due, or the next lease runs out; null when none is left but those laid aside. */
async function nextDue(world: World): Promise<Date | null> {
  const jobs = await world.store.db
    .knex<{ kind: string; state: string; run_at: string; lease_until: string | null }>("jobs")
    .whereNot({ state: "stuck" })
    // These plan themselves anew for ever.
    .whereNotIn("kind", ["poll", "services"]);
  const times = jobs.map((job) =>
    job.state === "running" ? Date.parse(job.lease_until ?? job.run_at) + 1 : Date.parse(job.run_at),
  );
  return times.length === 0 ? null : new Date(Math.min(...times));
}

export interface InvoiceSeen {
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly fakturs: readonly FakturRow[];
}

/** Where an invoice has ended, as everyone sees it. */
export async function seen(world: World, externalId: string, portal = "toko"): Promise<InvoiceSeen> {
  const { db } = world.app;
  const row = await findInvoice(db.knex, portal, externalId);
  if (row === undefined) throw new Error(`invoice ${externalId} is not recorded`);
  const standing = await invoiceStanding(db, row);
  return {
    outcome: standing.outcome,
    reasons: standing.reasons.map((reason) => reason.code),
    fakturs: await faktursOfInvoice(db.knex, row.id),
  };
}

export async function invoiceId(world: World, externalId: string, portal = "toko"): Promise<string> {
  const row = await findInvoice(world.app.db.knex, portal, externalId);
  if (row === undefined) throw new Error(`invoice ${externalId} is not recorded`);
  return row.id;
}

/** The documents at the authority under this invoice's number, whatever revision. */
export const atAuthority = (world: World, number: string) =>
  world.authority.authority.state.all().filter(({ sale }) => sale.noInvoice.startsWith(number));

/** The mails in the outbox whose subject or text names this, oldest first. */
export async function mailsAbout(world: World, words: string): Promise<Email[]> {
  const outbox = join(world.folder, "outbox");
  let names: string[] = [];
  try {
    names = readdirSync(outbox).filter((name) => name.endsWith(".eml"));
  } catch {
    return [];
  }
  const mails = await Promise.all(
    names.toSorted().map((name) => PostalMime.parse(readFileSync(join(outbox, name)))),
  );
  return mails.filter((mail) => `${mail.subject ?? ""}\n${mail.text ?? ""}`.includes(words));
}

export const attachmentOf = (mail: Email): Buffer => {
  const content = mail.attachments[0]?.content;
  if (content === undefined || typeof content === "string") throw new Error("the mail has no attachment");
  return Buffer.from(content as ArrayBuffer);
};

export const DESK = { name: "finance" } as const;
