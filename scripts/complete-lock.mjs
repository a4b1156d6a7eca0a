/**
 * Completes package-lock.json: an optional package for another platform that could not be asked for while installing is
 * left out of the lock, and `npm ci` of npm 11 and newer then refuses the whole lock. Each gets its entry, from the
 * version and the platform its name says. Run after `npm install`; `test/docs/lockfile.test.ts` says when it is needed.
 */
import { readFileSync, writeFileSync } from "node:fs";

const FILE = "package-lock.json";
const PLATFORM = /-(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-(gnu|musl))?/;
const LIBC = { gnu: "glibc", musl: "musl" };

const lock = JSON.parse(readFileSync(FILE, "utf8"));

/** Found from this folder upwards, as Node does. */
function isLocked(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf("/node_modules/"), 0))) {
    if (lock.packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === "") return false;
  }
}

function entryOf(name, version, dev) {
  const [, os, cpu, libc] = PLATFORM.exec(name) ?? [];
  if (os === undefined) throw new Error(`${name}: its name does not say for which platform it is`);
  return {
    version,
    cpu: [cpu],
    ...(dev === true ? { dev } : {}),
    ...(os === "linux" && libc !== undefined ? { libc: [LIBC[libc]] } : {}),
    optional: true,
    os: [os],
  };
}

const added = [];
for (const [at, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isLocked(at, name)) continue;
    lock.packages[`node_modules/${name}`] = entryOf(name, version, dev);
    added.push(name);
  }
}

if (added.length > 0) {
  const byName = Object.entries(lock.packages).sort(([one], [other]) => one.localeCompare(other, "en"));
  writeFileSync(FILE, `${JSON.stringify({ ...lock, packages: Object.fromEntries(byName) }, null, 2)}\n`);
}
process.stdout.write(`${added.length} added${added.map((name) => `\n  ${name}`).join("")}\n`);
