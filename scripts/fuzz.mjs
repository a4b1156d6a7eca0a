/**
 * `npm run fuzz -- --times 20 --seed 7 --only web`: the fuzz suites on so many times their usual inputs, and one table of
 * what was counted. Exit status 1 when an input broke a promise; the smallest one is in the output above the table.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "10" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    only: { type: "string", default: "" },
  },
});
for (const name of ["times", "seed"]) {
  if (/^\d{1,9}$/.test(values[name])) continue;
  process.stderr.write(`--${name} must be a whole number\n`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "faktur-fuzz-"));
const file = join(folder, "counted");
const jest = fileURLToPath(new URL("../node_modules/jest/bin/jest.js", import.meta.url));
const run = spawnSync(
  process.execPath,
  [
    ...["--experimental-vm-modules", "--no-warnings", jest],
    // What is only long is not stuck: the suites have a watchdog of their own.
    ...[`test/fuzz/${values.only}`, "--maxWorkers=1", "--testTimeout=86400000"],
  ],
  {
    stdio: "inherit",
    env: { ...process.env, FUZZ_TIMES: values.times, FUZZ_SEED: values.seed, FUZZ_REPORT: file },
  },
);

const rows = existsSync(file)
  ? readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
  : [];
rmSync(folder, { recursive: true, force: true });

const answersOf = (answers) =>
  Object.entries(answers)
    .sort(([, one], [, other]) => other - one)
    .map(([answer, count]) => `${answer} ×${count}`)
    .join(", ");
const table = [
  ["target", "inputs", "slowest", "memory", "answers"],
  ...rows.map((row) => [
    row.target,
    String(row.inputs),
    `${Math.round(row.slowestMs)} ms`,
    `+${Math.max(0, Math.round(row.memoryMb))} MB`,
    answersOf(row.answers),
  ]),
];
const width = (column) => Math.max(...table.map((row) => row[column].length));
for (const row of table) {
  const [target, ...figures] = row;
  const cells = figures.slice(0, 3).map((cell, index) => cell.padStart(width(index + 1)));
  process.stdout.write(`${[target.padEnd(width(0)), ...cells, row[4]].join("  ")}\n`);
}
const total = rows.reduce((sum, row) => sum + row.inputs, 0);
process.stdout.write(`${total} inputs, seed ${values.seed}\n`);
process.exit(run.status ?? 1);
