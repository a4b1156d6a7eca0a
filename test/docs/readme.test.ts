/**
 * Proves that the README can be followed: its two commands are those of package.json, the demo ends as the README's table
 * says, and the first real set-up is run block by block, as a stranger would paste it into a shell: real processes of the
 * built program, a real database (MariaDB where it is installed), a real SMTP server and the simulated authority.
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { systemClock } from "../../src/clock";
import { startSimulator } from "../support/api";
import { emptyDatabase, type EmptyDatabase } from "../support/databases";
import { mariadbInstalled } from "../support/mariadb";
import { requireTool } from "../support/tools";
import { until } from "../support/until";
import { blocks, readDocument, ROOT, section } from "./documents";

const readme = readDocument("README.md");
const MAIN = join(ROOT, "dist/src/main.js");

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end without holding up this one, which may be what it talks to. */
function ran(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env });
    const heard = { stdout: "", stderr: "" };
    child.stdout.on("data", (bytes) => (heard.stdout += String(bytes)));
    child.stderr.on("data", (bytes) => (heard.stderr += String(bytes)));
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, ...heard }));
  });
}

describe("the two commands", () => {
  const scripts = (JSON.parse(readDocument("package.json")) as { scripts: Record<string, string> }).scripts;

  test("are npm's own, and nothing else is asked for before them", () => {
    const [first = "", second = ""] = blocks(section(readme, "Two commands"), "bash");
    expect([first.trim(), second.trim()]).toEqual(["npm ci && npm run demo", "npm ci && npm test"]);
    expect(scripts["demo"]).toBe("node dist/src/main.js demo");
    expect(scripts["prepare"]).toBe("npm run build");
    expect(scripts["test"]).toContain("jest");
  });

  test("the first one ends as the README says, and leaves a PDF and a mail for each faktur", async () => {
    const folder = mkdtempSync(join(tmpdir(), "faktur-demo-"));
    try {
      const demo = await ran("node", [MAIN, "demo", "--once"], folder, { ...process.env, FAKTUR_PORT: "0" });
      expect(demo).toMatchObject({ status: 0 });
      const shown = outcomes(demo.stdout);
      expect(shown.size).toBe(17);
      for (const [invoice, outcome] of outcomes(blocks(readme, "text")[0] ?? ""))
        expect([invoice, shown.get(invoice)]).toEqual([invoice, outcome]);
      const issued = [...shown.values()].filter((outcome) => outcome === "issued").length;
      expect(readdirSync(join(folder, "data/demo/pdf"))).toHaveLength(issued);
      const mails = readdirSync(join(folder, "data/demo/outbox")).filter((name) => name.endsWith(".eml"));
      expect(mails).toHaveLength(issued);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Invoice number → outcome, from the demo's table. */
function outcomes(table: string): Map<string, string> {
  const found = table.matchAll(/^((?:INV|DEMO)-[\d-]+) .*? (issued|waiting|held|skipped) /gm);
  return new Map([...found].map(([, invoice = "", outcome = ""]) => [invoice, outcome]));
}

const ENGINE = mariadbInstalled() || process.env["CI"] !== undefined ? "MariaDB" : "SQLite";

describe(`the first real set-up on ${ENGINE}`, () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  requireTool("curl")("ends with an approved faktur in the company's mailbox", async () => {
    const folder = mkdtempSync(join(tmpdir(), "faktur-setup-"));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const setUp = section(readme, "First real set-up");
    const authority = await startSimulator(systemClock);
    closers.push(() => authority.close());
    const mailbox = await openMailbox(closers);
    const database = await emptyDatabase(ENGINE);
    closers.push(() => database.drop());
    const port = await freePort();
    const settings = settingsFrom(blocks(setUp, "ini")[0] ?? "", {
      database,
      mailPort: mailbox.port,
      port,
    });
    // The waits between status reads are for a real authority.
    writeFileSync(join(folder, ".env"), `${settings}\nFAKTUR_FOLLOW_SECONDS=0.2,0.5\n`);

    const [schema, ...calls] = blocks(setUp, "bash").map((block) =>
      block
        .replaceAll("https://openapi.pajak.io", authority.url)
        .replaceAll("http://127.0.0.1:8080", `http://127.0.0.1:${port}`),
    );
    installNpx(folder);
    const pidFile = join(folder, "service.pid");
    closers.push(() => stopped(pidFile));
    const start = (blocks(setUp, "sh")[0] ?? "").trim();
    const startBeside = `${start} >service.log 2>&1 & echo $! >${pidFile}`;
    const shell = (script: string) => ran("bash", ["-c", script], folder, environmentOf(folder));
    const waitForService = `curl -sf --retry 40 --retry-delay 1 --retry-connrefused http://127.0.0.1:${port}/readyz`;
    const script = [schema, startBeside, waitForService, ...calls].join("\n");
    const done = await shell(`set -euo pipefail\n${script}`);
    expect(done).toMatchObject({ status: 0 });
    expect(done.stdout).toContain('{"status":"accepted"}');
    expect(done.stdout).toMatch(/INV-2026-1234: (waiting|issued)/);

    const mail = await until("the mail arrives", () => mailbox.received[0] ?? null, 120);
    expect(mail.to).toEqual(["pajak@contoh.example"]);
    expect(mail.bytes).toMatch(/INV-2026-1234/);
    const explained = await shell("npx faktur explain toko 1234");
    expect(explained).toMatchObject({ status: 0 });
    expect(explained.stdout).toMatch(/INV-2026-1234: issued[^]*approved 0400\d{13}/);
    expect(mailbox.received).toHaveLength(1);
  });
});

interface Received {
  readonly to: readonly string[];
  readonly bytes: string;
}

async function openMailbox(closers: (() => unknown)[]) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    onData(stream, session, done) {
      let bytes = "";
      stream.on("data", (part) => (bytes += String(part)));
      stream.on("end", () => {
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), bytes });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { received, port: (server.server.address() as AddressInfo).port };
}

/** The README's own lines, with this machine's addresses in the places a reader fills in. */
function settingsFrom(block: string, d: { database: EmptyDatabase; mailPort: number; port: number }): string {
  const filled: Readonly<Record<string, string>> = {
    FAKTUR_DATABASE_URL: d.database.url,
    FAKTUR_MAIL_URL: `smtp://127.0.0.1:${d.mailPort}`,
    FAKTUR_MASTER_KEY: Buffer.alloc(32, 9).toString("base64"),
    FAKTUR_PORT: String(d.port),
  };
  const seen = block.match(/^\w+(?==)/gm) ?? [];
  expect(seen).toEqual(expect.arrayContaining(Object.keys(filled)));
  return block.replace(/^(\w+)=.*$/gm, (line, name: string) =>
    filled[name] === undefined ? line : `${name}=${filled[name]}`,
  );
}

const binOf = (folder: string): string => join(folder, "bin");

/** What a reader's shell knows: nothing of this process's own settings. */
const environmentOf = (folder: string): NodeJS.ProcessEnv => ({
  PATH: `${binOf(folder)}:${process.env["PATH"] ?? ""}`,
  HOME: folder,
  LANG: "C.UTF-8",
});

/** `npx faktur` is the built program, as it is in a checkout after the install. */
function installNpx(folder: string): void {
  mkdirSync(binOf(folder));
  const script = `#!/bin/sh\n[ "$1" = faktur ] || exit 9\nshift\nexec node "${MAIN}" "$@"\n`;
  writeFileSync(join(binOf(folder), "npx"), script, { mode: 0o755 });
}

async function stopped(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const id = Number(readFileSync(pidFile, "utf8"));
  if (isAlive(id)) process.kill(id, "SIGTERM");
  await until("the service stops", () => (isAlive(id) ? null : true), 120);
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
