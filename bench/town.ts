/* The program as it runs, for benches: its database with a seller of signed renditions, and its processes beside the simulated outside. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { buildApp } from "../src/app";
import { parseConfig } from "../src/config";
import { silentLog } from "../src/log";
import { certificatePurpose, channelPurpose } from "../src/seals";
import { migrate } from "../src/store/migrate";
import { saveCertificate, saveSeller } from "../src/store/sellers";
import { makeP12 } from "../test/support/certificates";
import { sellerData } from "../test/support/rows";
import { until } from "../test/support/until";
import { addGenericPortal } from "./program";
import { startHelper, type Helper } from "./servers";

export const ACCOUNTS = 500;
const PASSPHRASE = "rahasia untuk mengukur";

export interface Outside {
  readonly authority: Helper;
  readonly smtp: Helper;
  stop(): Promise<void>;
}

export async function startOutside(latencyMs: number): Promise<Outside> {
  const authority = await startHelper("outside-server.js", ["authority", String(latencyMs)]);
  const smtp = await startHelper("outside-server.js", ["smtp", String(latencyMs)]);
  return { authority, smtp, stop: async () => void (await Promise.all([authority.stop(), smtp.stop()])) };
}

export type Settings = Readonly<Record<string, string>>;

/** The settings of a process: short waits, since this authority decides at once. */
export function settingsOf(
  folder: string,
  databaseUrl: string,
  outside: { authority: { port: number }; smtp: { port: number } },
  more: Settings = {},
): Settings {
  mkdirSync(folder, { recursive: true });
  return {
    FAKTUR_DATABASE_URL: databaseUrl,
    FAKTUR_DOCUMENTS_URL: `file:${join(folder, "documents")}`,
    FAKTUR_MAIL_URL: `smtp://127.0.0.1:${outside.smtp.port}`,
    FAKTUR_MAIL_FROM: "Faktur <pajak@hosting.example>",
    FAKTUR_MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
    FAKTUR_FOLLOW_SECONDS: "0,1,5",
    FAKTUR_RETRY_SECONDS: "1,5",
    FAKTUR_PORTAL_POLL_SECONDS: "0",
    FAKTUR_WORKERS: "8",
    ...more,
  };
}

/** Schema, seller `utama` with a certificate and a channel to the simulator, portal `toko`, accounts with a company. */
export async function prepare(
  settings: Settings,
  authority: { port: number },
  accounts = ACCOUNTS,
): Promise<Buffer> {
  const app = buildApp(parseConfig(settings), { log: silentLog });
  const at = new Date("2026-01-01T00:00:00Z");
  const p12 = makeP12({ kind: "aes", passphrase: PASSPHRASE });
  try {
    await migrate(app.db, () => at);
    const channel = { kind: "pajakio", baseUrl: `http://127.0.0.1:${authority.port}`, token: "token-uji" };
    const channel_sealed = app.seal.close(JSON.stringify(channel), channelPurpose("utama"));
    await saveSeller(app.db.knex, "utama", sellerData({ channel_sealed, pdf: "rendition" }), at);
    const sealed = app.seal.close(
      JSON.stringify({ p12: p12.toString("base64"), passphrase: PASSPHRASE }),
      certificatePurpose("utama"),
    );
    await saveCertificate(app.db.knex, "utama", sealed, "{}", at);
    await addGenericPortal(app, accounts);
  } finally {
    await app.close();
  }
  return p12;
}

export const PASSPHRASE_OF_BENCH = PASSPHRASE;

export interface Running {
  readonly process: ChildProcess;
  readonly port: number;
  stop(): Promise<void>;
}

/** What the unit and the image in deploy/ set. */
const AS_DEPLOYED = { NODE_ENV: "production", MALLOC_ARENA_MAX: "2" };

/** `faktur start …` as an operator runs it, its log at the usual level. */
export async function startFaktur(
  settings: Settings,
  halves: readonly ("--web" | "--worker")[],
  profile?: string,
): Promise<Running> {
  const port = await freePort();
  const main = join(__dirname, "..", "src", "main.js");
  const profiling = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const child = spawn(process.execPath, [...profiling, main, "start", ...halves], {
    env: { ...AS_DEPLOYED, PATH: process.env["PATH"] ?? "", ...settings, FAKTUR_PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let started = false;
  child.stdout.on("data", (lines: Buffer) => {
    started ||= lines.includes('"service.started"');
  });
  const gone = once(child, "exit");
  await until("the service starts", () => (started ? true : null), 60);
  return {
    process: child,
    port,
    async stop() {
      child.kill("SIGTERM");
      await gone;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
