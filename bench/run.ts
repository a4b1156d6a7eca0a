/*
 * `npm run bench [-- PART…] [--quick]`: runs the parts, each in a process of its own, and prints all their figures beside
 * their goals in one table. Ends with 1 when a goal is missed or a part has failed.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { lineOf, missed, type Figure } from "./report";

/** In the order of the table. Only those of the usual run are run when none is named. */
const PARTS: Readonly<Record<string, { readonly file: string; readonly usual: boolean }>> = {
  intake: { file: "intake.js", usual: true },
  pipeline: { file: "pipeline.js", usual: true },
  workers: { file: "workers.js", usual: true },
  growth: { file: "growth.js", usual: true },
  "check-xml": { file: "check-xml.js", usual: false },
  readback: { file: "readback.js", usual: false },
  poll: { file: "poll.js", usual: false },
  reconcile: { file: "reconcile.js", usual: false },
  console: { file: "console.js", usual: false },
};

interface Ran {
  readonly figures: readonly Figure[];
  readonly failed: boolean;
}

async function runPart(name: string, file: string, args: readonly string[]): Promise<Ran> {
  const started = performance.now();
  console.log(`\n== ${name}`);
  const figures: Figure[] = [];
  const child = fork(join(__dirname, file), [...args], { execArgv: ["--expose-gc"] });
  child.on("message", (figure) => figures.push(figure as Figure));
  const [code] = (await once(child, "exit")) as [number | null];
  console.log(`== ${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return { figures, failed: code !== 0 && !figures.some(missed) };
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const flags = args.filter((one) => one.startsWith("--"));
  const named = args.filter((one) => !one.startsWith("--"));
  const unknown = named.filter((one) => PARTS[one] === undefined);
  if (unknown.length > 0 || flags.some((one) => one !== "--quick")) {
    throw new Error(`npm run bench [-- PART…] [--quick]; the parts are ${Object.keys(PARTS).join(", ")}`);
  }
  const chosen = Object.entries(PARTS).filter(([name, { usual }]) =>
    named.length === 0 ? usual : named.includes(name),
  );
  const all: Ran[] = [];
  for (const [name, { file }] of chosen) all.push(await runPart(name, file, flags));
  console.log(`\n${availableParallelism()} cores, Node ${process.version}`);
  for (const figure of all.flatMap((ran) => ran.figures)) console.log(lineOf(figure));
  const failed = chosen.filter((_, index) => all[index]?.failed === true).map(([name]) => name);
  if (failed.length > 0) console.log(`failed: ${failed.join(", ")}`);
  if (failed.length > 0 || all.some((ran) => ran.figures.some(missed))) process.exitCode = 1;
}

void main();
