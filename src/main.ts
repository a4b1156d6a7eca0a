#!/usr/bin/env node
import { run } from "./cli/program";
import { readEnvironment } from "./config";

/** A reader that has seen enough (`faktur … | head`) closes its end: that is no failure of ours. */
for (const out of [process.stdout, process.stderr]) {
  out.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const LINGER_MS = 500;

/** Start, exit code; nothing else. */
void run(process.argv.slice(2), {
  get environment() {
    return readEnvironment(process.cwd());
  },
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
}).then(async (code) => {
  process.exitCode = code;
  for (const out of [process.stdout, process.stderr])
    await new Promise<void>((said) => out.write("", () => said()));
  // A call that was given up may still wait for its answer; nobody else does.
  setTimeout(() => process.exit(), LINGER_MS).unref();
});
