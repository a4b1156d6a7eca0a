import { readFileSync } from "node:fs";
import { unreadable } from "../files";

/** A file named on the command line, whole. Throws `not_found` when it cannot be read. */
export function bytesAt(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** The same as UTF-8. */
export const wordsAt = (file: string): string => bytesAt(file).toString("utf8");
