/**
 * Proves that documents in a folder come back byte for byte, are written once, are never taken for whole when they are
 * not, and that only a hash ever becomes a path. Real files in a folder of its own.
 */
import fc from "fast-check";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileDocuments } from "../../src/documents/file";
import { openDocuments } from "../../src/documents/open";

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "documents-"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const hashOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const pathOf = (sha256: string, ending: string) => join(base, sha256.slice(0, 2), `${sha256}.${ending}`);
const filesUnder = async () =>
  (await readdir(base, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

test("any bytes come back as they were put, under their SHA-256", async () => {
  const documents = openFileDocuments(base);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.string(), async (content, contentType) => {
      const bytes = Buffer.from(content);
      const sha256 = await documents.put(bytes, contentType);
      expect(sha256).toBe(hashOf(bytes));
      expect((await documents.get(sha256)).equals(bytes)).toBe(true);
    }),
    {
      numRuns: 40,
      // Every object has these without having been given them.
      examples: ["__proto__", "constructor"].map((word) => [new Uint8Array(0), word]),
    },
  );
});

test.each([
  ["application/pdf", "pdf"],
  ["application/json; charset=utf-8", "json"],
  ["application/xml", "xml"],
  ["TEXT/XML", "xml"],
  ["text/plain;charset=utf-8", "txt"],
  ["application/octet-stream", "bin"],
  ["../../x", "bin"],
  ["", "bin"],
])("content of type %j is kept with the ending %s", async (contentType, ending) => {
  const sha256 = await openFileDocuments(base).put(Buffer.from("abc"), contentType);
  expect(await readFile(pathOf(sha256, ending), "utf8")).toBe("abc");
});

test("the same bytes are stored once, whatever type they are given, and the file is left alone", async () => {
  const documents = openFileDocuments(base);
  const sha256 = await documents.put(Buffer.from("abc"), "application/pdf");
  const path = pathOf(sha256, "pdf");
  await utimes(path, 1, 1);
  expect(await documents.put(Buffer.from("abc"), "application/pdf")).toBe(sha256);
  expect(await documents.put(Buffer.from("abc"), "text/plain")).toBe(sha256);
  expect(await filesUnder()).toHaveLength(1);
  expect((await stat(path)).mtimeMs).toBe(1000);
});

test("twenty at once of the same bytes leave one whole file and nothing else", async () => {
  const bytes = Buffer.alloc(100_000, 7);
  const stores = Array.from({ length: 20 }, () => openFileDocuments(base).put(bytes, "application/pdf"));
  expect(new Set(await Promise.all(stores)).size).toBe(1);
  const files = await filesUnder();
  expect(files.map((file) => file.name)).toEqual([`${hashOf(bytes)}.pdf`]);
  expect((await openFileDocuments(base).get(hashOf(bytes))).equals(bytes)).toBe(true);
});

test("changed bytes are told, and the same document put again heals them", async () => {
  const documents = openFileDocuments(base);
  const sha256 = await documents.put(Buffer.from("abc"), "application/pdf");
  await writeFile(pathOf(sha256, "pdf"), "abd");
  await expect(documents.get(sha256)).rejects.toMatchObject({ code: "document_damaged" });
  await documents.put(Buffer.from("abc"), "text/plain");
  expect((await documents.get(sha256)).toString()).toBe("abc");
  expect(await filesUnder()).toHaveLength(1);
});

describe("a document a folder deeper, where buckets and earlier versions have it", () => {
  const sha256 = hashOf(Buffer.from("abc"));
  const deeper = () => join(base, sha256.slice(0, 2), sha256.slice(2, 4));
  const lay = async (name: string, bytes: string) => {
    await mkdir(deeper(), { recursive: true });
    await writeFile(join(deeper(), name), bytes);
  };

  test.each(["", ".pdf", ".bin"])("is found with the ending %j, and is not stored again", async (ending) => {
    await lay(`${sha256}${ending}`, "abc");
    const documents = openFileDocuments(base);
    expect((await documents.get(sha256)).toString()).toBe("abc");
    expect(await documents.put(Buffer.from("abc"), "text/plain")).toBe(sha256);
    expect(await filesUnder()).toHaveLength(1);
  });

  test("is healed where it lies", async () => {
    await lay(`${sha256}.pdf`, "abd");
    const documents = openFileDocuments(base);
    await expect(documents.get(sha256)).rejects.toMatchObject({ code: "document_damaged" });
    await documents.put(Buffer.from("abc"), "text/plain");
    expect(await readFile(join(deeper(), `${sha256}.pdf`), "utf8")).toBe("abc");
    expect(await filesUnder()).toHaveLength(1);
  });

  test("does not hide a whole one beside it", async () => {
    await lay(`${sha256}.pdf`, "abd");
    await writeFile(pathOf(sha256, "txt"), "abc");
    expect((await openFileDocuments(base).get(sha256)).toString()).toBe("abc");
  });
});

test("a cut-off file is told as damaged", async () => {
  const documents = openFileDocuments(base);
  const sha256 = await documents.put(Buffer.from("abc"), "application/pdf");
  await writeFile(pathOf(sha256, "pdf"), "");
  await expect(documents.get(sha256)).rejects.toMatchObject({ code: "document_damaged" });
});

test.each([
  ["a hash nothing was stored under", "a".repeat(64)],
  ["a path", "../../../../etc/passwd"],
  ["a short hash", "ab"],
  ["upper case", "A".repeat(64)],
  ["a hash and a path", `${"a".repeat(60)}/../`],
  ["a hash and a line", `${"a".repeat(64)}\n`],
  ["nothing", ""],
])("%s is missing", async (_name, sha256) => {
  await expect(openFileDocuments(base).get(sha256)).rejects.toMatchObject({ code: "document_missing" });
});

test("a store that is no folder fails in a way that may pass, for put, get and check", async () => {
  await writeFile(join(base, "file"), "");
  const documents = openFileDocuments(join(base, "file"));
  const failure = { code: "storage_failed", mayRetry: true };
  await expect(documents.put(Buffer.from("abc"), "text/plain")).rejects.toMatchObject(failure);
  await expect(documents.get("a".repeat(64))).rejects.toMatchObject(failure);
  await expect(documents.check()).rejects.toMatchObject(failure);
});

test("the check makes the folder and leaves nothing in it", async () => {
  await openFileDocuments(join(base, "new/store")).check();
  expect(await readdir(join(base, "new/store"))).toEqual([]);
});

describe("openDocuments", () => {
  const access = { region: "ap-southeast-3", accessKeyId: "k", secretAccessKey: "s" };

  test.each(["file:", "file://"])("%s with a folder opens that folder", async (scheme) => {
    const documents = openDocuments(`${scheme}${base}`, null, fetch);
    const sha256 = await documents.put(Buffer.from("abc"), "text/plain");
    expect(await readFile(pathOf(sha256, "txt"), "utf8")).toBe("abc");
  });

  test.each([
    "",
    "data",
    "file:",
    "http://x.example/",
    "s3://",
    "s3://UPPER/x",
    "s3://bucket/a/../b",
    "s3://bucket/a?b",
  ])("%j is not a store", (url) => {
    expect(() => openDocuments(url, access, fetch)).toThrow(
      expect.objectContaining({ code: "config_invalid" }),
    );
  });

  test("s3 without keys says which settings are missing", () => {
    expect(() => openDocuments("s3://bucket/x", null, fetch)).toThrow(/AWS_ACCESS_KEY_ID/);
  });
});
