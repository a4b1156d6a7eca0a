import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** This package's own folder, found from the sources as well as from the built files. */
export function packageRoot(): string {
  for (let at = __dirname; at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
  }
  throw new Error("the package's own folder was not found");
}

export function packageVersion(): string {
  const about: unknown = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  return typeof about === "object" && about !== null && "version" in about ? String(about.version) : "0";
}
