/**
 * Proves that the README's first word works on every npm in use: `npm ci` of npm 11 and newer refuses a lock file in
 * which an optional package of another platform has no entry. `node scripts/complete-lock.mjs` writes what is missing.
 */
import { readDocument } from "./documents";

interface Locked {
  readonly version?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readDocument("package-lock.json")) as { packages: Record<string, Locked> };
const manifest = JSON.parse(readDocument("package.json")) as { allowScripts: Record<string, boolean> };

test("every optional package that is asked for has its entry", () => {
  const asked = Object.entries(lock.packages).flatMap(([at, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ at, name })),
  );
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter(({ at, name }) => !isLocked(at, name)).map(({ name }) => name)).toEqual([]);
});

/** Found from this folder upwards, as Node does. */
function isLocked(from: string, name: string): boolean {
  const steps = from === "" ? [] : from.split(/(?=\/node_modules\/)/);
  return [...steps, ""].some((_step, gone) => {
    const at = steps.slice(0, steps.length - gone).join("");
    return lock.packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`] !== undefined;
  });
}

test("every package with an install script is allowed or refused by name", () => {
  const scripted = Object.entries(lock.packages).filter(
    ([, { hasInstallScript }]) => hasInstallScript === true,
  );
  const names = scripted.map(([at]) => at.split("node_modules/").at(-1) ?? "");
  const undecided = names.filter((name) => manifest.allowScripts[name] === undefined);
  expect(names).toContain("better-sqlite3");
  expect(manifest.allowScripts["better-sqlite3"]).toBe(true);
  // macOS's own file watcher: never installed on a server, and npm asks nobody about it there.
  expect(undecided.filter((name) => name !== "fsevents")).toEqual([]);
});
