/** Proves that the dependency audit of CI fails on what is found, and says by name when nothing could be asked. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs the step with an npm that answers so. */
function step(answer: string, says = ""): { readonly status: number | null; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), "faktur-audit-"));
  try {
    writeFileSync(join(folder, "npm"), `#!/bin/sh\nprintf '%s' '${answer}'\necho '${says}' >&2\nexit 1\n`);
    chmodSync(join(folder, "npm"), 0o755);
    const script = join(__dirname, "..", "..", "scripts", "audit.mjs");
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    const run = spawnSync(process.execPath, [script], { encoding: "utf8", env });
    return { status: run.status, output: run.stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const report = (severity: string): string =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities: { x: { name: "x", severity, range: "<2" } } });

test.each([
  ["high", 1],
  ["critical", 1],
  ["moderate", 0],
])("a fault that is %s ends it with %d", (severity, status) => {
  expect(step(report(severity)).status).toBe(status);
});

test("a registry that answers no audit requests is named, never taken for a clean one", () => {
  const { status, output } = step("", "npm error audit endpoint returned an error");
  expect([status, output]).toEqual([0, expect.stringContaining("NOT CHECKED") as string]);
});
