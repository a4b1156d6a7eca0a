#!/usr/bin/env node
import { run } from "./cli/program";
import { readEnvironment } from "./config";

/** What could not be said: whoever asked for it must not take it for done. */
let unsaid = false;

/** A reader that has seen enough (`faktur … | head`) closes its end: that is no failure of ours. */
process.stderr.on("error", () => undefined);
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE" || unsaid) return;
  unsaid = true;
  const code = error.code ?? error.message;
  process.stderr.write(
    `Keluaran tidak dapat ditulis (${code}). Beri tempat, lalu jalankan lagi. / The output cannot be written (${code}). Make room, then run it again.\n`,
  );
});

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
  for (const out of [process.stdout, process.stderr])
    if (out.writableLength > 0) await new Promise<void>((said) => out.write("", () => said()));
  // The word that it went wrong comes after the write.
  await new Promise(setImmediate);
  process.exitCode = code === 0 && unsaid ? 1 : code;
  // A call that was given up may still wait for its answer; nobody else does.
  setTimeout(() => process.exit(), LINGER_MS).unref();
});
