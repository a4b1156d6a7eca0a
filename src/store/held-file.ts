import Database from "better-sqlite3";
import { isHeld } from "../errors";

/**
 * Holds a file (made where it is missing) until the function it gives is called, or this process ends in whatever way: the
 * system itself lets go then, and no mark of a dead one is left. Null while another process holds it.
 */
export function holdFile(file: string): (() => void) | null {
  const held = new Database(file, { timeout: 0 });
  try {
    held.exec("BEGIN IMMEDIATE");
  } catch (thrown) {
    held.close();
    if (isHeld(thrown)) return null;
    throw thrown;
  }
  return () => void held.close();
}
