/**
 * Proves that the pictures the README shows are there, are PNGs, and are small enough to open at once; and that none lies in
 * docs/pictures that nobody shows. `npm run pictures` takes them anew.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/package";
import { readDocument } from "./documents";

const MOST_BYTES = 150_000;
const PNG = Buffer.from("89504e470d0a1a0a", "hex");

const named = [
  ...new Set(
    [...readDocument("README.md").matchAll(/docs\/pictures\/([\w-]+\.png)/g)].map(([, name]) => name!),
  ),
];

test("the README shows the main pages of the console", () => {
  expect(named.length).toBeGreaterThanOrEqual(6);
});

test.each(named)("%s is a small PNG", (name) => {
  const bytes = readFileSync(join(packageRoot(), "docs", "pictures", name));
  expect(bytes.subarray(0, 8)).toEqual(PNG);
  expect(bytes.length).toBeLessThan(MOST_BYTES);
});

test("no picture lies about that the README does not show", () => {
  expect(readdirSync(join(packageRoot(), "docs", "pictures")).sort()).toEqual([...named].sort());
});
