import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDER = join(__dirname, "..", "golden");

/**
 * The text must equal `test/golden/<name>`. `UPDATE_GOLDEN=1` rewrites the file, and the difference is reviewed like
 * code; without it a missing file fails.
 */
export function expectGolden(name: string, text: string): void {
  const path = join(FOLDER, name);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  if (!existsSync(path)) {
    throw new Error(`test/golden/${name} is missing; run once with UPDATE_GOLDEN=1 and review it`);
  }
  expect(text).toBe(readFileSync(path, "utf8"));
}
