/**
 * Proves what goes to an S3 server: every request carries a Signature Version 4 that a stand-in server recomputes by
 * itself from the bytes it received, the payload's hash is true, and each of the server's answers becomes the right
 * failure. Real HTTP on this machine; the addresses used at AWS are read from a recording `fetch`.
 */
import { createHash } from "node:crypto";
import { openDocuments, type S3Access } from "../../src/documents/open";
import { startS3, type S3StandIn } from "../support/s3-stand-in";

const SECRET = "rahasia/+kunci";
const hex = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");

let s3: S3StandIn;
beforeAll(async () => {
  s3 = await startS3(SECRET);
});
afterAll(() => s3.close());
beforeEach(() => {
  s3.stored.clear();
  s3.seen.length = 0;
  s3.answerInstead = null;
});

const access = (): S3Access => ({
  endpoint: s3.endpoint,
  region: "ap-southeast-3",
  accessKeyId: "AKIAX",
  secretAccessKey: SECRET,
});
const open = (changes: Partial<S3Access> = {}, timeoutMs = 5000) =>
  openDocuments("s3://faktur-docs/prod/a", { ...access(), ...changes }, fetch, timeoutMs);

const bytes = Buffer.from([0, 1, 2, 255, 254, 13, 10, 0]);

test("a document is put under prefix, two folders and its hash, and comes back byte for byte", async () => {
  const sha256 = await open().put(bytes, "application/pdf");
  expect(sha256).toBe(hex(bytes));
  const key = `/faktur-docs/prod/a/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
  expect(s3.stored.get(key)).toEqual({ bytes, contentType: "application/pdf" });
  expect((await open().get(sha256)).equals(bytes)).toBe(true);
  expect(s3.seen.map((one) => [one.method, one.path])).toEqual([
    ["PUT", key],
    ["GET", key],
  ]);
});

test("the signature covers host, time, payload hash, checksum, kind and session token", async () => {
  await open({ sessionToken: "sesi" }).put(bytes, "application/pdf");
  expect(s3.seen[0]?.signed).toEqual(
    expect.arrayContaining([
      "host",
      "x-amz-date",
      "x-amz-content-sha256",
      "content-md5",
      "content-type",
      "x-amz-security-token",
    ]),
  );
});

test("an empty document and a bucket without prefix work alike", async () => {
  const documents = openDocuments("s3://faktur-docs", access(), fetch);
  const sha256 = await documents.put(Buffer.alloc(0), "text/plain");
  expect((await documents.get(sha256)).length).toBe(0);
  expect([...s3.stored.keys()]).toEqual([
    `/faktur-docs/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`,
  ]);
});

test("a wrong secret is refused by the server and told as storage_failed, without the secret", async () => {
  const failing = open({ secretAccessKey: "salah" }).put(bytes, "application/pdf");
  await expect(failing).rejects.toMatchObject({
    code: "storage_failed",
    message: expect.stringContaining("SignatureDoesNotMatch") as unknown,
  });
  await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining("salah") as unknown });
  expect(s3.stored.size).toBe(0);
});

test("a hash nothing was stored under is missing, and what is no hash is never asked for", async () => {
  await expect(open().get("a".repeat(64))).rejects.toMatchObject({ code: "document_missing" });
  expect(s3.seen).toHaveLength(1);
  await expect(open().get("../../other-bucket/secret")).rejects.toMatchObject({ code: "document_missing" });
  expect(s3.seen).toHaveLength(1);
});

test("bytes changed on the server are told as damaged", async () => {
  const sha256 = await open().put(bytes, "application/pdf");
  for (const [key, one] of s3.stored) s3.stored.set(key, { ...one, bytes: Buffer.from("other") });
  await expect(open().get(sha256)).rejects.toMatchObject({ code: "document_damaged" });
});

test.each([
  ["a missing bucket", 404, "NoSuchBucket"],
  ["no right", 403, "AccessDenied"],
  ["another region", 301, "PermanentRedirect"],
  ["too many requests", 503, "SlowDown"],
  ["a server error", 500, "InternalError"],
])("%s is storage_failed for put, get and check", async (_name, status, code) => {
  s3.answerInstead = () => ({ status, body: `<Error><Code>${code}</Code></Error>` });
  const failure = { code: "storage_failed", message: expect.stringContaining(code) as unknown };
  await expect(open().put(bytes, "text/plain")).rejects.toMatchObject(failure);
  await expect(open().get(hex(bytes))).rejects.toMatchObject(failure);
  await expect(open().check()).rejects.toMatchObject(failure);
});

test.each([
  [400, "ExpiredToken", /access key/],
  [400, "InvalidToken", /access key/],
  [400, "AuthorizationHeaderMalformed", /AWS_REGION/],
  [400, "InvalidRegion", /AWS_REGION/],
])("what never passes by itself is told with its mend: %d %s", async (status, code, mend) => {
  s3.answerInstead = () => ({ status, body: `<Error><Code>${code}</Code></Error>` });
  const failure = await open()
    .check()
    .catch((thrown: unknown) => String(thrown));
  expect(failure).toContain(code);
  expect(failure).toMatch(mend);
  expect(failure).not.toContain("tried again");
});

test.each([
  // Ceph, Swift, and the two of MinIO.
  [403, "QuotaExceeded"],
  [400, "EntityTooLarge"],
  [400, "XMinioAdminBucketQuotaExceeded"],
  [507, "XMinioStorageFull"],
])("a full bucket is told as one, whatever the status: %d %s", async (status, code) => {
  s3.answerInstead = () => ({ status, body: `<Error><Code>${code}</Code></Error>` });
  await expect(open().put(bytes, "text/plain")).rejects.toMatchObject({
    code: "storage_failed",
    message: expect.stringMatching(new RegExp(`full \\(${status} ${code}\\)`)) as unknown,
  });
});

test("a proxy that takes nothing so large is told as one, not as what passes", async () => {
  s3.answerInstead = () => ({ status: 413, body: "<html>413 Request Entity Too Large</html>" });
  const failure = await open()
    .put(bytes, "application/pdf")
    .catch((thrown: unknown) => String(thrown));
  expect(failure).toMatch(/client_max_body_size/);
  expect(failure).not.toContain("tried again");
});

test("a bucket that is not there may be one asked for at the wrong name: Ceph takes a host it does not know for a bucket", async () => {
  s3.answerInstead = () => ({ status: 404, body: "<Error><Code>NoSuchBucket</Code></Error>" });
  await expect(open().check()).rejects.toMatchObject({
    message: expect.stringContaining("AWS_ENDPOINT_URL_S3") as unknown,
  });
});

test("a clock that is off is told alone: keys and rights are right", async () => {
  s3.answerInstead = () => ({ status: 403, body: "<Error><Code>RequestTimeTooSkewed</Code></Error>" });
  const failure = await open()
    .check()
    .catch((thrown: unknown) => String(thrown));
  expect(failure).toMatch(/clock/);
  expect(failure).not.toMatch(/access key/);
});

test("a redirect is followed nowhere: neither document nor signature goes to another address", async () => {
  const other = await startS3(SECRET);
  try {
    s3.answerInstead = (path) => ({ status: 307, body: "", location: `${other.endpoint}${path}` });
    const failure = { code: "storage_failed" };
    await expect(open().put(bytes, "text/plain")).rejects.toMatchObject(failure);
    await expect(open().get(hex(bytes))).rejects.toMatchObject(failure);
    expect([other.seen, other.stored.size]).toEqual([[], 0]);
  } finally {
    await other.close();
  }
});

test("a server that never answers, or is not there, is storage_failed", async () => {
  s3.answerInstead = () => "silence";
  const silent = { code: "storage_failed", message: expect.stringContaining("in 0.1 s") as unknown };
  await expect(open({}, 100).get(hex(bytes))).rejects.toMatchObject(silent);
  await expect(open({ endpoint: "http://127.0.0.1:1" }).check()).rejects.toMatchObject({
    code: "storage_failed",
  });
});

test("the check writes and reads one probe, always the same", async () => {
  await open().check();
  await open().check();
  expect([...s3.stored.keys()]).toEqual(["/faktur-docs/prod/a/probe"]);
});

test("asked again and again it reads each time and writes at long intervals: in a versioned bucket each write stays for ever", async () => {
  const documents = open();
  const asked = async (): Promise<string[]> => {
    s3.seen.length = 0;
    await documents.check();
    return s3.seen.map(({ method }) => method);
  };
  expect([await asked(), await asked(), await asked()]).toEqual([["PUT", "GET"], ["GET"], ["GET"]]);
  s3.stored.clear();
  expect([await asked(), await asked()]).toEqual([["GET", "PUT", "GET"], ["GET"]]);
});

test("after a document was refused the probe is written again: a bucket that is full, or only to be read, still reads well", async () => {
  const documents = open();
  await documents.check();
  s3.answerInstead = (_path, method) =>
    method === "PUT" ? { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" } : null;
  await documents.check();
  const failure = { code: "storage_failed" };
  await expect(documents.put(bytes, "text/plain")).rejects.toMatchObject(failure);
  await expect(documents.check()).rejects.toMatchObject(failure);
  s3.answerInstead = null;
  await documents.check();
  s3.seen.length = 0;
  await documents.check();
  expect(s3.seen.map(({ method }) => method)).toEqual(["GET"]);
});

test.each([
  ["s3://faktur-docs/x", "https://faktur-docs.s3.ap-southeast-3.amazonaws.com/x/probe"],
  ["s3://faktur.docs/x", "https://s3.ap-southeast-3.amazonaws.com/faktur.docs/x/probe"],
])("without an endpoint %s is at %s", async (url, expected) => {
  const asked: string[] = [];
  const recording: typeof fetch = (input) => {
    asked.push(input instanceof Request ? input.url : input.toString());
    return Promise.resolve(new Response("", { status: 500 }));
  };
  const documents = openDocuments(url, { ...access(), endpoint: undefined }, recording);
  await expect(documents.check()).rejects.toMatchObject({ code: "storage_failed" });
  expect(asked).toEqual([expected]);
});
