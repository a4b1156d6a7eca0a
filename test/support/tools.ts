import { execFileSync, spawnSync } from "node:child_process";

/** Programs outside the project that some tests look through: poppler's, openssl. */

const there = (tool: string): boolean => {
  const asked = spawnSync(tool, ["--version"], { stdio: "ignore" });
  return (asked.error as NodeJS.ErrnoException | undefined)?.code !== "ENOENT";
};

type Body = () => void | Promise<void>;

/** `test` for what needs this program. */
export const requireTool = (tool: string): ((name: string, body: Body) => void) =>
  requireAll(there(tool) ? [] : [tool]);

/**
 * `test` for what needs programs. Where some are missing the test is skipped and its name says why; in CI it fails
 * instead, so that nothing goes unproved there by accident.
 */
export function requireAll(missing: readonly string[]): (name: string, body: Body) => void {
  const says = `${missing.join(", ")} is not installed`;
  if (missing.length === 0) {
    return (name, body) =>
      test(name, async () => {
        await body();
      });
  }
  if (process.env["CI"] !== undefined) {
    return (name) =>
      test(name, () => {
        throw new Error(says);
      });
  }
  return (name) => test.skip(`${name} [skipped: ${says}]`, () => undefined);
}

/** What the program prints; throws with its complaint when it fails. */
export function runTool(tool: string, args: readonly string[]): string {
  return execFileSync(tool, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 50_000_000,
  });
}
