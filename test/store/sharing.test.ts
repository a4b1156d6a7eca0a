/**
 * Proves that SQLite's commits wait for the disk together: whoever committed before a sync began is answered by it, whoever
 * came later waits for the next, nobody is answered when it fails; and that nothing is told of before it is on the disk.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDb } from "../../src/store/db";
import { oneAfterAnother, shared, sharedLooks } from "../../src/sharing";

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

describe("a look", () => {
  let at = 0;
  /** Counts its looks; what is found is held until the test lets go of it. */
  function looks() {
    const counted = { looks: 0 };
    const using = sharedLooks(
      async (key) => `${key}${(counted.looks += 1)}`,
      () => at,
    );
    const hold = (key: string) => {
      let letGo: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const found = new Promise<string>((resolve, reject) => {
        using(key, async (what) => (resolve(what), held)).catch(reject);
      });
      return { found, letGo };
    };
    return { using, hold };
  }
  const same = async (found: string): Promise<string> => found;

  test("serves all who come in its turn, each key its own", async () => {
    const { using } = looks();
    expect(await Promise.all([using("a", same), using("b", same), using("a", same)])).toEqual([
      ...["a1", "b2", "a1"],
    ]);
  });

  test("is made anew for whoever comes after one that it served was done", async () => {
    const { using, hold } = looks();
    expect([await using("a", same), await using("a", same)]).toEqual(["a1", "a2"]);
    const slow = hold("a");
    expect(await slow.found).toBe("a3");
    // Beside the slow one it serves once more; that one is done, so the next gets its own.
    expect([await using("a", same), await using("a", same)]).toEqual(["a3", "a4"]);
    slow.letGo();
  });

  test("is not believed for long, however slow the one is that it was made for", async () => {
    const { using, hold } = looks();
    const slow = hold("a");
    expect(await slow.found).toBe("a1");
    at += 50;
    expect(await using("a", same)).toBe("a2");
    slow.letGo();
  });

  test("that fails is told to those who shared it, and to nobody after them", async () => {
    let away = true;
    const using = sharedLooks((key) => (away ? Promise.reject(new Error("away")) : Promise.resolve(key)));
    const both = await Promise.allSettled([using("a", same), using("a", same)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    away = false;
    expect(await using("a", same)).toBe("a");
  });
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

test("work in turn is begun when what came before has ended, well or badly, and each gets its own end", async () => {
  const inTurn = oneAfterAnother();
  const begun: { end(): void; fail(): void }[] = [];
  const ask = (answer: string) =>
    inTurn(
      () =>
        new Promise<string>((resolve, reject) => {
          begun.push({ end: () => resolve(answer), fail: () => reject(new Error(answer)) });
        }),
    );
  const all = Promise.allSettled([ask("a"), ask("b"), ask("c")]);
  const seen: number[] = [];
  for (const how of ["end", "fail", "end"] as const) {
    await settled();
    seen.push(begun.length);
    begun.at(-1)?.[how]();
  }
  expect(seen).toEqual([1, 2, 3]);
  expect((await all).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
