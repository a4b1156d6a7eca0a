import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The built program as a process of its own, in a folder of its own, with nothing of this process's environment. */

export const CHECKOUT = join(__dirname, "..", "..");
const MAIN = join(CHECKOUT, "dist", "src", "main.js");

export const MASTER_KEY = Buffer.alloc(32, 7).toString("base64");
export const ENOUGH = { FAKTUR_MASTER_KEY: MASTER_KEY, FAKTUR_MAIL_FROM: "faktur@hosting.example" } as const;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Where {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "faktur-cli-"));

function start(args: readonly string[], where: Where, out: "pipe" | number = "pipe"): ChildProcess {
  if (!existsSync(MAIN)) throw new Error("dist/ is missing: run `npm run build` first, as `npm test` does");
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: where.folder,
    env: { PATH: process.env["PATH"], ...where.env },
    stdio: ["ignore", out, "pipe"],
  });
}

/** Runs a command to its end. */
export function run(args: readonly string[], where: Where): Promise<Ran> {
  const child = start(args, where);
  const out = textOf(child.stdout);
  const err = textOf(child.stderr);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out: out(), err: err() })));
}

/** Runs a command whose reader goes away at once, as `| head` does. */
export function runUnread(args: readonly string[], where: Where): Promise<Ran> {
  const child = start(args, where);
  child.stdout?.destroy();
  const err = textOf(child.stderr);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out: "", err: err() })));
}

export interface Into {
  readonly ended: Promise<Ran>;
  stop(signal: NodeJS.Signals): Promise<Ran>;
}

/** Starts a command whose output goes to a file or device. */
export function launchInto(file: string, args: readonly string[], where: Where): Into {
  const out = openSync(file, "a");
  const child = start(args, where, out);
  closeSync(out);
  const err = textOf(child.stderr);
  const ended = new Promise<Ran>((resolve) =>
    child.once("close", (code) => resolve({ code, out: "", err: err() })),
  );
  return {
    ended,
    async stop(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

export interface Running {
  /** The first line of stdout that fits, whole. */
  line(pattern: RegExp): Promise<string>;
  /** Its reader goes away. */
  unread(): void;
  /** Asks it to stop and waits for its end. */
  stop(signal: NodeJS.Signals): Promise<Ran>;
}

/** Starts a command that keeps running. */
export function launch(args: readonly string[], where: Where): Running {
  const child = start(args, where);
  const out = textOf(child.stdout);
  const err = textOf(child.stderr);
  const closed = new Promise<Ran>((resolve) =>
    child.once("close", (code) => resolve({ code, out: out(), err: err() })),
  );
  if (child.stdout === null) throw new Error("no stdout");
  const lines = createInterface({ input: child.stdout });
  return {
    line: (pattern) =>
      new Promise((resolve, reject) => {
        lines.on("line", (line) => pattern.test(line) && resolve(line));
        void closed.then((ran) => reject(new Error(`it ended instead: ${ran.code} ${ran.out}${ran.err}`)));
      }),
    unread: () => void child.stdout?.destroy(),
    async stop(signal) {
      child.kill(signal);
      return closed;
    },
  };
}

function textOf(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}
