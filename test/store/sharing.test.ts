/**
 * Proves that SQLite's commits wait for the disk together: whoever committed before a sync began is answered by it, whoever
 * came later waits for the next, nobody is answered when it fails; and that nothing is told of before it is on the disk.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDb } from "../../src/store/db";
import { shared, sharedBy } from "../../src/sharing";

/** Syncs that end when the test says so. */
function syncs() {
  const begun: { end(): void; fail(): void }[] = [];
  const sync = () =>
    new Promise<void>((resolve, reject) => {
      begun.push({ end: resolve, fail: () => reject(new Error("EIO")) });
    });
  return { begun, wait: shared(sync) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("all who wait at one moment share one sync", async () => {
  const { begun, wait } = syncs();
  const all = Promise.all([wait(), wait(), wait()]);
  await settled();
  expect(begun).toHaveLength(1);
  begun[0]?.end();
  await all;
});

test("a commit that comes while a sync runs waits for the one after it", async () => {
  const { begun, wait } = syncs();
  const first = wait();
  await settled();
  let late = false;
  const second = Promise.all([wait(), wait()]).then(() => (late = true));
  begun[0]?.end();
  await first;
  await settled();
  expect({ late, begun: begun.length }).toEqual({ late: false, begun: 2 });
  begun[1]?.end();
  await second;
});

test("a sync that fails is told to those who waited for it, and to nobody else", async () => {
  const { begun, wait } = syncs();
  const first = wait();
  await settled();
  const second = wait();
  begun[0]?.fail();
  await expect(first).rejects.toThrow("EIO");
  await settled();
  begun[1]?.end();
  await second;
});

test("each key has its own, and the results are those of work that began after the question", async () => {
  let reads = 0;
  const ask = sharedBy(async (key) => `${key}${(reads += 1)}`);
  expect(await Promise.all([ask("a"), ask("b"), ask("a")])).toEqual(["a1", "b2", "a1"]);
  expect(await ask("a")).toBe("a3");
});

test("who asks later in the same turn shares it too, and who asks after the work has begun does not", async () => {
  let reads = 0;
  let end = () => {};
  const ask = sharedBy((key) => {
    const found = `${key}${(reads += 1)}`;
    return new Promise<string>((resolve) => (end = () => resolve(found)));
  });
  const begun = async (count: number) => {
    while (reads < count) await settled();
  };
  const first = ask("a");
  await Promise.resolve();
  const beside = ask("a");
  await begun(1);
  const late = ask("a");
  end();
  expect(await Promise.all([first, beside])).toEqual(["a1", "a1"]);
  await begun(2);
  end();
  expect(await late).toBe("a2");
});

describe("a transaction", () => {
  const folder = mkdtempSync(join(tmpdir(), "faktur-sync-"));
  const db = openDb(`sqlite:${join(folder, "faktur.db")}`, 2);
  beforeAll(() => db.knex.schema.createTable("words", (table) => void table.string("word").unique()));
  afterAll(async () => {
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["transaction", "alone"] as const)("is told of once its log is on the disk: %s", async (verb) => {
    const probe = await open(join(folder, "probe"), "w");
    const syncing = jest.spyOn(Object.getPrototypeOf(probe) as FileHandle, "datasync");
    await probe.close();
    let onDisk: () => void = () => undefined;
    syncing.mockReturnValue(new Promise((resolve) => (onDisk = resolve)));
    let told = false;
    const written = db[verb]((tx) => tx("words").insert({ word: verb })).then(() => (told = true));
    while (syncing.mock.calls.length === 0) await settled();
    expect(await db.knex("words").where({ word: verb })).toHaveLength(1);
    expect(told).toBe(false);
    onDisk();
    await written;
    syncing.mockRestore();
  });

  test("that fails leaves what stood before", async () => {
    await db.transaction((tx) => tx("words").insert({ word: "satu" }));
    await expect(db.transaction((tx) => tx("words").insert({ word: "satu" }))).rejects.toMatchObject({
      code: "internal",
    });
    expect(await db.knex("words").where({ word: "satu" })).toHaveLength(1);
  });

  test("many at once are all kept", async () => {
    const words = Array.from({ length: 50 }, (_, index) => `kata-${index}`);
    await Promise.all(words.map((word) => db.transaction((tx) => tx("words").insert({ word }))));
    expect(await db.knex("words").where("word", "like", "kata-%")).toHaveLength(50);
  });
});
