/**
 * The channel that a person carries by hand: proves that its settings are read with every fault named, that it says
 * what it cannot do, that whatever is asked of it is refused rather than done, and that doctor can try its folder.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCoretaxFile, parseCoretaxFileSettings } from "../../../src/faktur/channels/coretax-file";
import type { SubmissionKey } from "../../../src/faktur/channels/channel";
import { sampleFaktur } from "./sample";

const FAKTUR = sampleFaktur();
const KEY = "INV-1" as SubmissionKey;

test.each<[string, unknown, string[]]>([
  ["nothing more", { kind: "coretax-file" }, []],
  ["a folder", { kind: "coretax-file", dir: join(tmpdir(), "coretax") }, []],
  ["a folder from nowhere", { kind: "coretax-file", dir: "out" }, ["/dir"]],
  ["an empty folder", { kind: "coretax-file", dir: "" }, ["/dir"]],
  ["a number as folder", { kind: "coretax-file", dir: 5 }, ["/dir"]],
  ["what it does not know", { kind: "coretax-file", token: "x", url: "y" }, ["/token", "/url"]],
])("settings with %s", (_what, settings, paths) => {
  const read = parseCoretaxFileSettings(settings);
  expect(read.kind === "faults" ? read.faults.map((fault) => fault.path) : []).toEqual(paths);
  expect(read.kind).toBe(paths.length === 0 ? "settings" : "faults");
});

describe("the channel", () => {
  const channel = createCoretaxFile({ kind: "coretax-file" });

  test("says that it can do nothing by itself", () => {
    expect(Object.values(channel.capabilities)).toEqual([false, false, false, false, false, false]);
    expect(channel.checkBuyer).toBeUndefined();
  });

  test.each<[string, () => Promise<unknown>]>([
    ["create", () => channel.create(FAKTUR, KEY)],
    ["update", () => channel.update("x", FAKTUR, KEY)],
    ["upload", () => channel.upload("x")],
    ["lookup", () => channel.lookup(KEY)],
    ["status", () => channel.status("x")],
    ["fetchPdf", () => channel.fetchPdf("x")],
  ])("refuses to %s, for good", async (_what, call) => {
    await expect(call()).rejects.toMatchObject({ code: "channel_refused", mayRetry: false });
  });

  test("answers a wish to cancel with what to do", async () => {
    expect(await channel.cancel("x", "salah")).toMatchObject({ kind: "refused" });
  });
});

describe("its folder", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "faktur-coretax-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is tried by doctor, and named when it cannot be used", async () => {
    await createCoretaxFile({ kind: "coretax-file", dir: join(folder, "new") }).check?.();
    writeFileSync(join(folder, "file"), "");
    const blocked = createCoretaxFile({ kind: "coretax-file", dir: join(folder, "file", "below") });
    await expect(blocked.check?.()).rejects.toMatchObject({ code: "storage_failed" });
  });
});
