/**
 * Asks the registry for known faults of what is installed in production. Exit status 1 for a fault that is high or worse;
 * a registry that does not answer such questions is said by name and is no success, but no reason to stop either.
 */
import { spawnSync } from "node:child_process";

const asked = spawnSync("npm", ["audit", "--omit=dev", "--audit-level=high", "--json"], {
  encoding: "utf8",
  timeout: 120_000,
});

function reportIn(output) {
  try {
    const report = JSON.parse(output);
    return report.auditReportVersion === undefined ? null : report;
  } catch {
    return null;
  }
}

const report = reportIn(asked.stdout ?? "");
if (report === null) {
  const why = (asked.stderr ?? "").split("\n").find((line) => /audit/.test(line)) ?? "no answer";
  process.stdout.write(
    `NOT CHECKED: the registry answers no audit requests (${why.replace(/https?:\S+/g, "…").trim()})\n`,
  );
  process.exit(0);
}
const bad = Object.values(report.vulnerabilities).filter(({ severity }) =>
  /^(?:high|critical)$/.test(severity),
);
for (const { name, severity, range } of bad) process.stdout.write(`${severity}: ${name} ${range}\n`);
process.stdout.write(`${bad.length} packages with faults that are high or worse\n`);
process.exit(bad.length === 0 ? 0 : 1);
