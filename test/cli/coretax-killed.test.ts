/**
 * Proves that an import that is killed half-way loses nothing and repeats nothing: run again, it stores and mails the rest,
 * each faktur once. How: the built program as a process of its own, a ZIP of real sheets, and SIGKILL while it stores.
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createSeal } from "../../src/seal";
import { channelPurpose } from "../../src/seals";
import { openDb, type Db } from "../../src/store/db";
import type { FakturRow } from "../../src/store/fakturs";
import { migrate } from "../../src/store/migrate";
import { saveSeller } from "../../src/store/sellers";
import { officialSheet } from "../coretax/official-sheet";
import { zipOf } from "../coretax/readback/workbooks";
import { fakturAt, nsfpAt, stock } from "../coretax/stock";
import { AT, seed, sellerData } from "../support/rows";
import { CHECKOUT, ENOUGH, newFolder, run } from "./run";

const COUNT = 60;
const MAIN = join(CHECKOUT, "dist", "src", "main.js");
const IMPORT = ["coretax", "import", "pdf.zip"];

let folder: string;
let db: Db;
beforeAll(async () => {
  folder = newFolder();
  db = openDb(`sqlite:${join(folder, "data", "faktur.db")}`, 1);
  await migrate(db, () => AT);
  await seed(db);
  const sealed = createSeal(Buffer.alloc(32, 7)).close('{"kind":"coretax-file"}', channelPurpose("utama"));
  const seller = sellerData({ channel_kind: "coretax-file", channel_sealed: sealed });
  await saveSeller(db.knex, "utama", seller, AT);
  await stock(db, COUNT);
  const sheets = Array.from({ length: COUNT }, async (_, index) => ({
    ...{ name: `${index}.pdf`, bytes: await officialSheet(fakturAt(index), nsfpAt(index)) },
  }));
  writeFileSync(join(folder, "pdf.zip"), await zipOf(await Promise.all(sheets)));
}, 60_000);
afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Kills the import as soon as it says that some sheets are stored; how many it said. */
function killed(): Promise<number> {
  const child = spawn(process.execPath, [MAIN, ...IMPORT], {
    ...{ cwd: folder, env: { PATH: process.env["PATH"], ...ENOUGH }, stdio: ["ignore", "ignore", "pipe"] },
  });
  let said = 0;
  if (child.stderr === null) throw new Error("no stderr");
  createInterface({ input: child.stderr }).on("line", (line) => {
    const stored = /stored: ([1-9]\d*)\/60/.exec(line)?.[1];
    if (stored === undefined || said > 0) return;
    said = Number(stored);
    child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) =>
    child.once("close", (code, signal) =>
      signal === "SIGKILL" ? resolve(said) : reject(new Error(`it ended by itself: ${code}`)),
    ),
  );
}

const stored = (): Promise<FakturRow[]> => db.knex<FakturRow>("fakturs").whereNotNull("pdf_sha256");
const mails = (): string[] =>
  readdirSync(join(folder, "data", "outbox")).filter((name) => name.endsWith(".eml"));

test("killed while it stores, it goes on where it was; nothing is lost and nothing sent twice", async () => {
  const said = await killed();
  const before = (await stored()).length;
  expect(before).toBeGreaterThanOrEqual(said);
  expect(before).toBeLessThan(COUNT);

  const again = await run([...IMPORT, "--json"], { folder, env: ENOUGH });
  expect([again.code, again.err.includes("read: 60/60")]).toEqual([0, true]);
  const report = JSON.parse(again.out) as Record<string, number>;
  expect(report).toMatchObject({
    approved: COUNT - before,
    pdfs: COUNT - before,
    alreadyKnown: before,
    left: [],
  });
  expect(await stored()).toHaveLength(COUNT);
  const recipients = mails().map(
    (name) => /^To: (.+)$/m.exec(readFileSync(join(folder, "data", "outbox", name), "utf8"))?.[1],
  );
  expect(recipients).toHaveLength(COUNT);
  expect(new Set(recipients).size).toBe(COUNT);

  const third = await run([...IMPORT, "--json"], { folder, env: ENOUGH });
  expect(JSON.parse(third.out)).toMatchObject({ approved: 0, pdfs: 0, alreadyKnown: COUNT, left: [] });
  expect(mails()).toHaveLength(COUNT);
}, 120_000);
