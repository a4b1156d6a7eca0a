import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { requireAll } from "./tools";
import { until } from "./until";

/** The stand-in for WHMCS under real PHP, with our module in it: its hooks from the command line, its pages over HTTP. */

const STAND_IN = join(__dirname, "whmcs-php");
export const MODULES = join(__dirname, "..", "..", "plugins", "whmcs", "modules");

/** What the stand-in is made of: how PHP tells that it is there, and what Debian calls it. */
const NEEDED: readonly (readonly [probe: string, name: string])[] = [
  ["extension_loaded('curl')", "php-curl"],
  ["extension_loaded('mbstring')", "php-mbstring"],
  ["extension_loaded('pdo_sqlite')", "php-sqlite3"],
  ["stream_resolve_include_path('smarty4/Smarty.class.php')", "smarty4"],
  ["stream_resolve_include_path('Illuminate/Database/autoload.php')", "php-illuminate-database"],
];

function missing(): string[] {
  const script = `echo json_encode([${NEEDED.map(([probe]) => `(bool) ${probe}`).join(",")}]);`;
  const asked = spawnSync("php", ["-r", script], { encoding: "utf8" });
  if (asked.status !== 0) return ["php-cli"];
  const there = JSON.parse(asked.stdout) as boolean[];
  return NEEDED.flatMap(([, name], index) => (there[index] === true ? [] : [name]));
}

/** `test` for what needs PHP with the libraries of the stand-in. */
export const phpTest = requireAll(missing());

export type Vars = Readonly<Record<string, unknown>>;

export interface WhmcsPhp {
  readonly home: string;
  /** Runs hooks one after the other in one request; how long each took, in milliseconds. */
  fire(...hooks: readonly (readonly [hook: string, vars: Vars])[]): Promise<number[]>;
  run<Answer = unknown>(command: string, given?: unknown): Promise<Answer>;
  sql<Row = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  queue(): Promise<QueueRow[]>;
  activityLog(): Promise<string[]>;
  /** Starts its web half, dressed in this style sheet; the address. */
  serve(style?: string): Promise<string>;
  close(): Promise<void>;
}

export interface QueueRow {
  readonly event_id: string;
  readonly type: string;
  readonly body: string;
  readonly attempts: number;
  readonly next_at: number;
  readonly last_error: string | null;
}

export interface WhmcsWish {
  readonly modules?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly clients?: readonly Vars[];
}

/** Admin 1 has role 1 (full), admin 2 has role 2 (support); clients 77 and 78. */
export async function startWhmcs(wish: WhmcsWish = {}): Promise<WhmcsPhp> {
  const home = mkdtempSync(join(tmpdir(), "faktur-whmcs-"));
  const env = { ...process.env, WHMCS_HOME: home, WHMCS_MODULES: wish.modules ?? MODULES };
  let server: ChildProcess | undefined;

  async function run<Answer>(command: string, given: unknown = null): Promise<Answer> {
    const args = [join(STAND_IN, "cli.php"), command, JSON.stringify(given)];
    const { stdout } = await promisify(execFile)("php", args, { env, timeout: 60_000 });
    return JSON.parse(stdout) as Answer;
  }
  const sql = <Row>(text: string, values: readonly unknown[] = []) =>
    run<Row[]>("sql", { sql: text, values });

  const clients = wish.clients ?? [client(77, "PT Contoh Sejahtera"), client(78, "PT Lain")];
  await run("install", { admins: { 1: 1, 2: 2 }, clients });
  await run("activate");
  if (wish.settings !== undefined) await run("settings", wish.settings);
  return {
    home,
    run,
    sql,
    fire: (...hooks) => run("fire", hooks),
    queue: () => sql<QueueRow>("select * from mod_faktur_otomatis_queue order by id"),
    activityLog: async () =>
      (await sql<{ description: string }>("select description from tblactivitylog order by id")).map(
        (row) => row.description,
      ),
    async serve(style = "") {
      const port = await freePort();
      server = spawn("php", ["-S", `127.0.0.1:${port}`, join(STAND_IN, "server.php")], {
        env: { ...env, WHMCS_STYLE: style },
        stdio: "ignore",
      });
      const url = `http://127.0.0.1:${port}`;
      await until("php -S answers", async () => (await fetch(url).catch(() => null)) && true);
      return url;
    },
    async close() {
      if (server !== undefined && server.exitCode === null) {
        server.kill();
        await once(server, "close");
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export const client = (id: number, companyname: string): Vars => ({
  ...{ id, firstname: "Budi", lastname: "Santoso", companyname },
  email: `billing-${id}@contoh.example`,
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export interface Page {
  readonly status: number;
  readonly html: string;
  readonly bytes: Buffer;
  readonly headers: Headers;
}

/** Somebody with a browser's cookie: opens pages, sends forms. */
export interface Visitor {
  get(path: string): Promise<Page>;
  /** Sends fields as a form, with the token of the page that was opened last unless told otherwise. */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Page>;
}

export async function visit(url: string, who: string): Promise<Visitor> {
  let cookie = "";
  let token = "";
  let seen = "";
  async function ask(path: string, init: RequestInit = {}): Promise<Page> {
    const headers = { ...init.headers, ...(cookie === "" ? {} : { cookie }) };
    const response = await fetch(`${url}${path}`, { redirect: "manual", ...init, headers });
    cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    const bytes = Buffer.from(await response.arrayBuffer());
    const html = bytes.toString("utf8");
    token = /name="token" value="([^"]+)"/.exec(html)?.[1] ?? token;
    seen = /name="faktur_otomatis_seen" value="([^"]+)"/.exec(html)?.[1] ?? seen;
    const to = response.headers.get("location");
    if (response.status === 302 && to !== null) {
      return ask(new URL(to, `${url}${path}`).href.slice(url.length));
    }
    return { status: response.status, html, bytes, headers: response.headers };
  }
  await ask(`/login?${who}`);
  return {
    get: (path) => ask(path),
    post: (path, fields) =>
      ask(path, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ token, faktur_otomatis_seen: seen, ...fields }).toString(),
      }),
  };
}
