/* The program on a database of its own in a temporary folder, for the benches. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp, type App } from "../src/app";
import { fixedClock } from "../src/clock";
import { silentLog } from "../src/log";
import { channelPurpose, portalApiPurpose, portalSecretsPurpose } from "../src/seals";
import { migrate } from "../src/store/migrate";
import { saveAccount, saveCompany } from "../src/store/accounts";
import { savePortal } from "../src/store/portals";
import { saveSeller } from "../src/store/sellers";
import { companyRow, sellerData } from "../test/support/rows";

export const NOW = "2026-11-03T09:10:00+07:00";
export const SECRET = `whsec_${Buffer.from("rahasia untuk mengukur..").toString("base64")}`;

export interface BenchProgram {
  readonly app: App;
  readonly folder: string;
  close(): Promise<void>;
}

/** Seller `utama` and a WHMCS portal `whmcs` connected two days ago. */
export async function startProgram(more: {
  databaseUrl?: string;
  apiUrl?: string;
  workers?: number;
}): Promise<BenchProgram> {
  const folder = mkdtempSync(join(tmpdir(), "faktur-bench-"));
  const clock = fixedClock(NOW);
  const app = buildApp(
    {
      databaseUrl: more.databaseUrl ?? `sqlite:${join(folder, "faktur.db")}`,
      documentsUrl: `file:${join(folder, "documents")}`,
      mailUrl: `file:${join(folder, "outbox")}`,
      mailFrom: "Faktur <pajak@hosting.example>",
      ...{ host: "127.0.0.1", port: 0, workerPort: null, publicUrl: "http://127.0.0.1" },
      masterKey: Buffer.alloc(32, 7),
      logLevel: "silent",
      ...{ followSeconds: [60], retrySeconds: [60], leaseSeconds: 60, channelTimeoutSeconds: 30 },
      ...{ portalPollSeconds: 300, workers: more.workers ?? 4, s3: null },
      ...{ linkDays: 90, keepDays: 180, allowPrivateWebhooks: false, trustProxy: 0, oidc: null },
      ...{ allowPrivateTargets: true, requireTotp: [] },
    },
    { clock, log: silentLog },
  );
  await migrate(app.db, () => clock.now());
  const connected = new Date("2026-11-01T00:00:00+07:00");
  const channel_sealed = app.seal.close("{}", channelPurpose("utama"));
  await saveSeller(app.db.knex, "utama", sellerData({ channel_sealed }), connected);
  const api = { url: more.apiUrl ?? "http://127.0.0.1:1", identifier: "bench", secret: "bench" };
  const data = {
    kind: "whmcs" as const,
    seller: "utama",
    secrets_sealed: app.seal.close(JSON.stringify([SECRET]), portalSecretsPurpose("whmcs")),
    api_sealed: app.seal.close(JSON.stringify(api), portalApiPurpose("whmcs")),
    options: "{}",
  };
  await savePortal(app.db.knex, "whmcs", data, connected);
  return {
    app,
    folder,
    async close() {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A generic portal `toko` beside it, and the account `1` of a company whose fakturs are made. */
export async function addGenericPortal(app: App, accounts = 1): Promise<void> {
  const at = new Date("2026-11-01T00:00:00+07:00");
  const data = {
    kind: "generic" as const,
    seller: "utama",
    secrets_sealed: app.seal.close(JSON.stringify([SECRET]), portalSecretsPurpose("toko")),
    api_sealed: null,
    options: "{}",
  };
  await savePortal(app.db.knex, "toko", data, at);
  for (let index = 1; index <= accounts; index += 1) {
    const account = { id: String(index), name: "PT Contoh", email: null };
    const { id } = await saveAccount(app.db.knex, "toko", account, app.api.newId(at), at);
    await saveCompany(app.db.knex, companyRow({ account_id: id }));
  }
}

export const megabytes = (): number => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1_048_576);
};
