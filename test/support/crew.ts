import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { packageRoot } from "../../src/package";
import { until } from "./until";

/** The built program as processes that can be struck at a step, stopped and gone on with, from outside. */

export type StepKind = "write" | "call" | "document";
export type Counts = Readonly<Record<StepKind, number>>;

/** At which step, counted from the moment of arming, a process is sent a signal. */
export interface Plan {
  readonly kind: StepKind;
  readonly nth: number;
  readonly when: "before" | "after";
  readonly signal: "SIGKILL" | "SIGSTOP";
}

export interface Hand {
  readonly process: ChildProcess;
  /** Where it answers; empty for one that only works. */
  readonly url: string;
  /** Everything printed so far. */
  output(): string;
  /** Counts from now on, and strikes by this plan; null only counts. */
  arm(plan: Plan | null): Promise<void>;
  counts(): Promise<Counts>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts `faktur start` with only these settings in its environment, and waits until it works. */
export async function startHand(
  settings: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<Hand> {
  const trap = join(packageRoot(), "test", "support", "trap.cjs");
  const main = join(packageRoot(), "dist", "src", "main.js");
  const child = spawn(process.execPath, ["--require", trap, main, "start", ...flags], {
    env: { PATH: process.env["PATH"] ?? "", ...settings },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const ended = once(child, "close").then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);
  const url = await until(
    "the service starts",
    () => {
      if (hasEnded(child)) throw new Error(printed);
      return /"web":"([^"]*)","worker"/.exec(printed)?.[1] ?? null;
    },
    60,
  );
  const ask = async (words: Plan | "counts" | null): Promise<unknown> => {
    if (hasEnded(child)) throw new Error("the process has ended");
    const answer = once(child, "message").then(([told]: unknown[]) => told);
    child.send(words ?? NOTHING, () => undefined);
    return Promise.race([answer, ended.then((how) => Promise.reject(new Error(`it ended: ${how}`)))]);
  };
  return {
    ...{ process: child, url, ended, output: () => printed },
    arm: async (plan) => void (await ask(plan)),
    counts: async () => (await ask("counts")) as Counts,
    kill: (signal) => void child.kill(signal),
  };
}

export const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

const NOTHING: Plan = { kind: "write", nth: 0, when: "before", signal: "SIGKILL" };

/** Waits until a signal has stopped the process; Linux and macOS both say so by a T. */
export const untilStopped = (hand: Hand): Promise<true> =>
  until("the process is stopped", () => {
    const asked = spawnSync("ps", ["-o", "stat=", "-p", String(hand.process.pid)], { encoding: "utf8" });
    return asked.stdout.trim().startsWith("T") ? true : null;
  });
