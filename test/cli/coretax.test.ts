/**
 * `faktur coretax import` and `export --again` as a person runs them, in this process but over a real database and real
 * files: exit codes, what is printed, and that what was approved is mailed before the command ends.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { channelPurpose } from "../../src/seals";
import { list, listed, nsfpOf, sheet } from "../coretax/portal";
import { command, settingsOf } from "../support/command";
import {
  addSeller,
  DESK,
  mailsAbout,
  paid,
  runToEnd,
  seen,
  startWorld,
  tell,
  type World,
} from "../support/world";

let world: World;
beforeEach(async () => {
  world = await startWorld("SQLite");
  const seal = (value: unknown, purpose: string) => world.app.seal.close(JSON.stringify(value), purpose);
  await addSeller(world, "utama", {
    channel_kind: "coretax-file",
    channel_sealed: seal({ kind: "coretax-file" }, channelPurpose("utama")),
  });
  await tell(world, paid("1"));
  await runToEnd(world);
  await world.app.api.coretax.export("utama", join(world.folder, "out"), DESK);
});
afterEach(() => world.close());

const coretax = (...args: string[]) => command(["coretax", ...args], settingsOf(world));

const NSFP = nsfpOf(1);

async function faktur() {
  const [one] = (await seen(world, "1")).fakturs;
  if (one === undefined) throw new Error("no faktur");
  return one;
}

async function listFile(reference: string): Promise<string> {
  const path = join(world.folder, "daftar.xlsx");
  writeFileSync(path, await list([listed(await faktur(), NSFP, { Referensi: reference })]));
  return path;
}

test("what list and PDF approve is mailed before the command ends", async () => {
  const pdf = join(world.folder, "1.pdf");
  writeFileSync(pdf, await sheet(await faktur(), NSFP));
  const done = await coretax("import", await listFile("INV-1"), pdf);
  expect([done.code, done.err]).toEqual([0, ""]);
  expect(done.out).toContain("approved: 1; PDF: 1");
  expect(await mailsAbout(world, "INV-1")).toHaveLength(1);
});

test("what is left is named and ends with 1; --json tells the same", async () => {
  const file = await listFile("ORANG-LAIN");
  writeFileSync(join(world.folder, "x.txt"), "");
  const told = await coretax("import", join(world.folder, "x.txt"), "--seller", "utama");
  expect([told.code, told.out.includes("kind_unknown")]).toEqual([1, true]);
  const report = await coretax("import", "--json", file);
  expect(report.code).toBe(1);
  const { left } = JSON.parse(report.out) as { left: { code: string; fakturs: string[] }[] };
  expect(left.map(({ code }) => code)).toEqual(["needs_confirmation"]);
  const confirm = `${left[0]?.fakturs[0]}=${NSFP}`;
  expect((await coretax("import", "--confirm", confirm, file)).code).toBe(0);
  expect((await coretax("import", "--confirm", "x", file)).code).toBe(2);
  expect((await coretax("import", join(world.folder, "nothing.xlsx"))).code).toBe(1);
});

test("export writes nothing twice, and a file again byte for byte", async () => {
  const again = join(world.folder, "again");
  mkdirSync(again);
  const none = await coretax("export", "--seller", "utama", "--out", again, "--json");
  expect(JSON.parse(none.out)).toEqual({ files: [], leftOut: [], tooLate: 0, keptBack: 0 });
  const name = "faktur-utama-20261103-001.xml";
  expect((await coretax("export", "--seller", "utama", "--out", again, "--again", name)).code).toBe(0);
  const bytes = (folder: string) => readFileSync(join(world.folder, folder, name));
  expect(bytes("again").equals(bytes("out"))).toBe(true);
  expect((await coretax("export", "--seller", "lain", "--out", again)).code).toBe(1);
  expect((await coretax("export", "--seller", "utama")).code).toBe(2);
});
