import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { systemCode } from "../files";

/**
 * Makes a file, and folders that are missing above it, for its owner alone: SQLite would make it for everybody to read, and
 * gives its log the rights of the database. What stands already keeps its rights.
 */
export function makePrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (thrown) {
    if (systemCode(thrown) !== "EEXIST") throw thrown;
  }
}
