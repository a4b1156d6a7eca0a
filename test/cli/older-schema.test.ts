/**
 * The new program on a database that an older one made and may still use: commands that only read refuse it, a backup copies
 * it as it is, and neither changes it. Of all commands only those of a first set-up make a database where there is none. On
 * both engines.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MIGRATIONS } from "../../migrations";
import { openDb, type Db } from "../../src/store/db";
import { migrate } from "../../src/store/migrate";
import { command } from "../support/command";
import { describeEngines, emptyDatabase, MIGRATED_AT, type EmptyDatabase } from "../support/databases";
import { ENOUGH } from "./run";

const READING = [
  ["explain", "toko", "1"],
  ["audit", "verify"],
  ["report", "spt", "--seller", "utama", "--masa", "2026-11"],
];

/** What they are about can only stand in a database that is there already. */
const WRITING = [
  ["coretax", "export", "--seller", "utama", "--out", "out"],
  ["coretax", "import", "daftar.xlsx", "--seller", "utama"],
  ["coretax", "import", "daftar.xlsx"],
  ["coretax", "release", "--seller", "utama", "--reason", "dilihat di portal"],
  ["kurs", "import", "kurs.csv"],
  ["reconcile"],
  ["report", "receipts", "bukti.csv", "--seller", "utama"],
  ["restore", "--loaded"],
  ["rotate-key"],
];

/** Of an early version, before later tables and columns. */
const EARLY = MIGRATIONS.slice(0, 4);

describeEngines("a database of an older version", (engine) => {
  let empty: EmptyDatabase;
  let folder: string;
  let db: Db;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "faktur-older-"));
    empty = await emptyDatabase(engine);
    db = openDb(empty.url, 2);
  });
  afterEach(async () => {
    await db.close();
    await empty.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const faktur = (args: readonly string[], url = empty.url) =>
    command(args, {
      ...{ ...ENOUGH, FAKTUR_DATABASE_URL: url, FAKTUR_DOCUMENTS_URL: `file:${join(folder, "documents")}` },
      FAKTUR_MAIL_URL: `file:${join(folder, "outbox")}`,
    });
  const applied = (): Promise<string[]> => db.knex("schema_migrations").orderBy("name").pluck("name");
  const early = EARLY.map(({ name }) => name);

  test.each(READING)("%s %s only reads: it names what is missing and changes nothing", async (...args) => {
    await migrate(db, () => MIGRATED_AT, EARLY);
    const ran = await faktur(args);
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.err).toContain("0031-moves-said");
    expect(ran.err).toContain("faktur migrate");
    expect(await applied()).toEqual(early);
  });

  test.each([...READING, ...WRITING])(
    "%s %s says where it found no schema, and makes none",
    async (...args) => {
      const ran = await faktur(args);
      expect([ran.code, ran.out]).toEqual([2, ""]);
      expect(ran.err).toContain("FAKTUR_DATABASE_URL");
      expect(await db.knex.schema.hasTable("schema_migrations")).toBe(false);
    },
  );

  test("one that is newer is refused by all of them", async () => {
    await migrate(db, () => MIGRATED_AT);
    await db.knex("schema_migrations").insert({ name: "9999-later", applied_at: MIGRATED_AT.toISOString() });
    for (const args of [...READING, ["backup", join(folder, "copy")]]) {
      const ran = await faktur(args);
      expect([ran.code, ran.err.includes("9999-later")]).toEqual([1, true]);
    }
    expect(existsSync(join(folder, "copy"))).toBe(false);
  });

  if (engine === "SQLite") {
    test("backup copies it as it is, and what it copied is what the older version left", async () => {
      await migrate(db, () => MIGRATED_AT, EARLY);
      const ran = await faktur(["backup", join(folder, "copy")]);
      expect([ran.code, ran.err]).toEqual([0, ""]);
      expect(ran.out).toContain("from before this version");
      expect(await applied()).toEqual(early);
      const copy = openDb(`sqlite:${join(folder, "copy", "faktur.db")}`, 1);
      expect(await copy.knex("schema_migrations").orderBy("name").pluck("name")).toEqual(early);
      await copy.close();
    });

    test("put back by this version it is this version's: whoever goes back is told to put it back by the older one", async () => {
      await migrate(db, () => MIGRATED_AT, EARLY);
      const made = await faktur(["backup", join(folder, "copy")]);
      expect(made.out).toContain("Put it back with that version's own faktur restore");
      const there = `sqlite:${join(folder, "there", "faktur.db")}`;
      expect((await faktur(["restore", join(folder, "copy")], there)).code).toBe(0);
      const back = openDb(there, 1);
      await expect(migrate(back, () => MIGRATED_AT, EARLY)).rejects.toMatchObject({ code: "schema_newer" });
      await back.close();
    });

    test("where there is no file none is made", async () => {
      const nowhere = join(folder, "not", "here.db");
      for (const args of [...READING, ...WRITING, ["backup", join(folder, "copy")]]) {
        const ran = await faktur(args, `sqlite:${nowhere}`);
        expect([args, ran.code, ran.err.includes(nowhere)]).toEqual([args, 2, true]);
      }
      expect(readdirSync(folder)).toEqual([]);
    });
  }
});
