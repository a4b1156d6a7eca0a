/**
 * Proves what an S3 server must do for documents, against the stand-in, and against a real one where FAKTUR_TEST_S3 names it: each
 * thing said here was seen on the servers that docs/scaling.md names.
 */
import { randomBytes } from "node:crypto";
import { openDocuments, type S3Access } from "../../src/documents/open";
import { BUCKET, openS3, type S3Server } from "../support/s3-server";

let server: S3Server;
beforeAll(async () => {
  server = await openS3();
});
afterAll(() => server.close());

const open = (changes: Partial<S3Access> = {}, url = `s3://${BUCKET}/uji`) => {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const access = { ...{ endpoint, accessKeyId, secretAccessKey }, region: "us-east-1", ...changes };
  return openDocuments(url, access, fetch, 5000);
};
/** Bytes that no earlier run has left there. */
const fresh = (length = 40) => randomBytes(length);

test.each(["application/pdf", "application/json", "application/xml", "text/plain", "image/png"])(
  "a document of kind %s comes back byte for byte, and is taken a second time",
  async (kind) => {
    const bytes = fresh();
    const sha256 = await open().put(bytes, kind);
    expect(await open().put(bytes, kind)).toBe(sha256);
    expect((await open().get(sha256)).equals(bytes)).toBe(true);
  },
);

test("an empty document, one of megabytes, and one without a prefix do too", async () => {
  const bare = open({}, `s3://${BUCKET}`);
  for (const [documents, bytes] of [
    [open(), Buffer.alloc(0)],
    [open(), fresh(5_000_000)],
    [bare, fresh()],
  ] as const) {
    expect((await documents.get(await documents.put(bytes, "application/pdf"))).equals(bytes)).toBe(true);
  }
});

test("what was never put is missing, here and under another prefix", async () => {
  const sha256 = await open().put(fresh(), "text/plain");
  await expect(open().get("a".repeat(64))).rejects.toMatchObject({ code: "document_missing" });
  const beside = open({}, `s3://${BUCKET}/lain`);
  await expect(beside.get(sha256)).rejects.toMatchObject({ code: "document_missing" });
});

test("the check passes, first and again", async () => {
  const documents = open();
  await documents.check();
  await documents.check();
});

test.each<[string, Partial<S3Access>, string | undefined, RegExp]>([
  ["a wrong secret", { secretAccessKey: "salah" }, undefined, /access key/],
  ["a missing bucket", {}, "s3://tidak-ada/uji", /no bucket tidak-ada/],
])("%s is told as one by put, get and check", async (_name, changes, url, words) => {
  const documents = open(changes, url);
  const failure = {
    code: "storage_failed",
    message: expect.stringMatching(words) as unknown,
  };
  await expect(documents.put(fresh(), "text/plain")).rejects.toMatchObject(failure);
  await expect(documents.get("a".repeat(64))).rejects.toMatchObject(failure);
  await expect(documents.check()).rejects.toMatchObject(failure);
});
