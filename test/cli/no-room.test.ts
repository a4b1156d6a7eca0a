/**
 * A command that cannot use a file or folder names it and says what to look at, never "internal error"; and a restore by
 * other means answers in JSON where it is asked to.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENOUGH, newFolder, run } from "./run";

let folder: string;
beforeEach(async () => {
  folder = newFolder();
  await run(["migrate"], { folder, env: ENOUGH });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a folder that cannot be made is named", async () => {
  writeFileSync(join(folder, "file"), "");
  expect((await run(["backup", "copy"], { folder, env: ENOUGH })).code).toBe(0);
  const there = { FAKTUR_DATABASE_URL: "sqlite:file/faktur.db", FAKTUR_DOCUMENTS_URL: "file:file/documents" };
  const ran = [
    await run(["backup", "file/copy"], { folder, env: ENOUGH }),
    await run(["restore", "copy"], { folder, env: { ...ENOUGH, ...there } }),
  ];
  for (const { code, err } of ran) {
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/file.* cannot be used \(E\w+\)\. Check its folder/),
    ]);
  }
  const elsewhere = newFolder();
  writeFileSync(join(elsewhere, "data"), "");
  const demo = await run(["demo", "--once"], { folder: elsewhere });
  expect([demo.code, demo.err]).toEqual([1, expect.stringMatching(/data.* cannot be used \(E\w+\)/)]);
  rmSync(elsewhere, { recursive: true });
});

test("restore --loaded --json prints JSON and nothing else", async () => {
  const ran = await run(["restore", "--loaded", "--json"], { folder, env: ENOUGH });
  expect([ran.code, JSON.parse(ran.out)]).toEqual([
    0,
    { loaded: "loaded", at: expect.any(String) as string },
  ]);
});

test("doctor does not call a clock right that it could not compare", async () => {
  const { out } = await run(["doctor", "--json"], { folder, env: ENOUGH });
  const checks = JSON.parse(out) as { name: string; says: { en: string } }[];
  expect(checks.find(({ name }) => name === "clock")?.says.en).toMatch(/^Not checked/);
  expect((await run(["doctor"], { folder, env: ENOUGH })).out).toMatch(/^– clock: /m);
});
