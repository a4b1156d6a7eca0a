/**
 * Proves that a thread answers as a function would, with its errors whole; that one which falls, spins or swells takes only
 * what it held with it; and that it keeps no process from ending. How: a real thread that does all of that when asked.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { AppError } from "../src/errors";
import { text } from "../src/text";
import { openThread, type Gone, type ThreadOptions } from "../src/thread";
import { until } from "./support/until";

type Odd = {
  count(): number;
  length(bytes: Uint8Array): number;
  bytes(size: number): Uint8Array;
  settings(): string[];
} & Readonly<
  Record<
    "refuse" | "stumble" | "unsendable" | "fall" | "burst" | "spin" | "swell" | "silence",
    (...given: unknown[]) => never
  >
>;

const MODULE = join(__dirname, "support", "odd-thread");
const gone = (why: Gone, cause: unknown): AppError => new AppError("pdf_faulty", text(why, why), { cause });
const open = (options: ThreadOptions = {}) => openThread<Odd>(MODULE, { gone, ...options });

describe("what is answered", () => {
  const thread = open();

  test("bytes go there and come back", async () => {
    expect(await thread.ask("length", Buffer.from("abc"))).toBe(3);
    for (const size of [0, 3, 100_000]) expect(await thread.ask("bytes", size)).toHaveLength(size);
  });

  test("one thread answers all", async () => {
    const counts = await Promise.all([thread.ask("count"), thread.ask("count"), thread.ask("count")]);
    expect(counts).toEqual([1, 2, 3]);
  });

  test("the settings, with their secrets, are not told to it", async () => {
    expect(Object.keys(process.env)).not.toEqual([]);
    expect(await thread.ask("settings")).toEqual([]);
  });
});

describe("an error comes through", () => {
  const thread = open();

  test("of the program: with code, words, faults, wait and cause", async () => {
    const thrown = await thread.ask("refuse").catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(AppError);
    expect(thrown).toMatchObject({
      ...{ code: "channel_busy", says: { id: "sibuk", en: "busy" }, mayRetry: true, waitMs: 5 },
      faults: [{ code: "x", path: "/y" }],
      cause: { name: "RangeError", message: "too far", code: "EFAR" },
    });
  });

  test("any other: with its name and message", async () => {
    await expect(thread.ask("stumble")).rejects.toMatchObject({ name: "RangeError", message: "stumbled" });
  });

  test("also when the answer, or the question, cannot be sent", async () => {
    await expect(thread.ask("unsendable")).rejects.toMatchObject({ name: "DataCloneError" });
    await expect(thread.ask("stumble", () => undefined)).rejects.toMatchObject({ name: "DataCloneError" });
  });
});

describe("a thread that is lost", () => {
  test.each(["fall", "burst"] as const)(
    "%s: takes what it held with it, and the next one goes on",
    async (how) => {
      const thread = open();
      expect(await thread.ask("count")).toBe(1);
      const held = thread.ask("silence");
      const lost = await Promise.allSettled([held, thread.ask(how)]);
      for (const one of lost)
        expect(one).toMatchObject({ reason: { code: "pdf_faulty", says: { en: "died" } } });
      expect(await thread.ask("count")).toBe(1);
    },
  );

  test("says, unless told otherwise, that the same may be tried again", async () => {
    const thread = openThread<Odd>(MODULE);
    await expect(thread.ask("fall")).rejects.toMatchObject({ code: "internal", mayRetry: true });
  });

  test("is ended when it takes too long, and what waits is asked of the next one", async () => {
    const thread = open({ limitMs: 1_000 });
    const asked = [thread.ask("count"), thread.ask("spin"), thread.ask("count"), thread.ask("count")];
    expect(await Promise.allSettled(asked)).toMatchObject([
      { value: 1 },
      { reason: { code: "pdf_faulty", says: { en: "late" } } },
      { value: 1 },
      { value: 2 },
    ]);
  });

  test("is ended when it fills its memory", async () => {
    const thread = open({ limitMs: 60_000, mostMegabytes: 30 });
    await expect(thread.ask("swell")).rejects.toMatchObject({ says: { en: "memory" } });
    expect(await thread.ask("count")).toBe(1);
  });

  test("that is not even there is told of at once", async () => {
    const thread = openThread<Odd>(join(__dirname, "support", "no-such-thread"));
    await expect(thread.ask("count")).rejects.toMatchObject({ code: "internal" });
  });
});

test("one that has been idle is ended, with what it has loaded, and started anew when it is asked", async () => {
  const thread = open({ idleMs: 10 });
  expect(await Promise.all([thread.ask("count"), thread.ask("count")])).toEqual([1, 2]);
  await until("it counts from the beginning", async () => ((await thread.ask("count")) === 1 ? true : null));
});

test("a process waits for an answer that is due, and ends beside an idle thread", () => {
  const script = `
    const { openThread } = require("./dist/src/thread");
    openThread(${JSON.stringify(MODULE)}).ask("count").then((count) => console.log(count));`;
  const run = spawnSync(process.execPath, ["-e", script], { encoding: "utf8", timeout: 20_000 });
  expect([run.status, run.stdout, run.stderr]).toEqual([0, "1\n", ""]);
});
