/**
 * Two demos in one folder, as real processes: each would clear what the other has made. The second goes away while the
 * first lives, and a demo that was killed stands in nobody's way.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { launch, newFolder, run } from "./run";

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = { FAKTUR_PORT: "0" };
const token = () => readFileSync(join(folder, "data", "demo", "token"), "utf8");

test("a second demo leaves the first one's data alone, exit 1; after a killed one it begins anew", async () => {
  const first = launch(["demo", "--invoices", "1"], { folder, env });
  try {
    await first.line(/^Ctrl-C/);
    const made = token();
    const second = await run(["demo", "--once", "--invoices", "1"], { folder, env });
    expect([second.code, second.out]).toEqual([1, ""]);
    expect(second.err).toMatch(/^Demo lain .* \/ Another demo runs in .*demo\. Stop it first/);
    expect(token()).toBe(made);
  } finally {
    await first.stop("SIGKILL");
  }
  const third = await run(["demo", "--once", "--invoices", "1"], { folder, env });
  expect([third.code, third.out]).toEqual([0, expect.stringContaining("issued")]);
  expect(token).toThrow("ENOENT");
});
