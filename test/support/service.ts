import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The built program as its own process; `npm test` builds it before. */
const MAIN = join(__dirname, "..", "..", "dist", "src", "main.js");

export interface Running {
  readonly process: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts `faktur …` with only these settings in its environment. */
export function startFaktur(args: readonly string[], settings: Readonly<Record<string, string>>): Running {
  if (!existsSync(MAIN)) throw new Error("dist is missing: npm run build");
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  return {
    process: child,
    output: () => printed,
    ended: once(child, "close").then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals),
  };
}

/** The settings without which nothing starts; every test adds its own database and folders. */
export const SETTINGS = {
  FAKTUR_MAIL_FROM: "Faktur <pajak@hosting.example>",
  FAKTUR_MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
} as const;
