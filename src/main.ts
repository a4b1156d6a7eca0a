#!/usr/bin/env node
import { run } from "./cli/program";
import { readEnvironment } from "./config";

/** Start, exit code; nothing else. */
void run(process.argv.slice(2), {
  environment: readEnvironment(process.cwd()),
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
}).then((code) => {
  process.exitCode = code;
});
