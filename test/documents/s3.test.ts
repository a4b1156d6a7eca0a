/**
 * Proves what goes to an S3 server: every request carries a Signature Version 4 that a stand-in server recomputes by
 * itself from the bytes it received, the payload's hash is true, and each of the server's answers becomes the right
 * failure. Real HTTP on this machine; the addresses used at AWS are read from a recording `fetch`.
 */
import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openDocuments, type S3Access } from "../../src/documents/open";

const SECRET = "rahasia/+kunci";
const hex = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: Buffer | string, value: string) => createHmac("sha256", key).update(value).digest();

/** The signature AWS documents for these headers and bytes ("Signature Version 4", signing a request). */
function signatureOf(
  request: IncomingMessage,
  body: Buffer,
): { expected: string; given: string; signed: string[] } {
  const authorization = String(request.headers.authorization);
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      authorization,
    );
  if (!match) throw new Error(`not a signature: ${authorization}`);
  const [, , day = "", region = "", names = "", given = ""] = match;
  const signed = names.split(";");
  const [path = "", query = ""] = String(request.url).split("?");
  const canonical = [
    request.method,
    path,
    query,
    ...signed.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    "",
    names,
    hex(body),
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, hex(canonical)].join("\n");
  const key = ["s3", "aws4_request"].reduce(hmac, hmac(hmac(`AWS4${SECRET}`, day), region));
  return { expected: hmac(key, toSign).toString("hex"), given, signed };
}

interface Stored {
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
}

const stored = new Map<string, Stored>();
const seen: { method: string; path: string; signed: string[] }[] = [];
let answerInstead: ((path: string) => { status: number; body: string } | "silence" | null) | null = null;
let server: Server;
let endpoint: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const path = String(request.url);
      const special = answerInstead?.(path) ?? null;
      if (special === "silence") return;
      if (special !== null) return void response.writeHead(special.status).end(special.body);
      const { expected, given, signed } = signatureOf(request, body);
      seen.push({ method: String(request.method), path, signed });
      if (expected !== given || request.headers["x-amz-content-sha256"] !== hex(body)) {
        return void response.writeHead(403).end("<Error><Code>SignatureDoesNotMatch</Code></Error>");
      }
      if (request.method === "PUT") {
        const checksum = createHash("sha256").update(body).digest("base64");
        if (request.headers["x-amz-checksum-sha256"] !== checksum) return void response.writeHead(400).end();
        stored.set(path, { bytes: body, contentType: request.headers["content-type"] });
        return void response.writeHead(200).end();
      }
      const found = stored.get(path);
      if (found) return void response.writeHead(200).end(found.bytes);
      response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  stored.clear();
  seen.length = 0;
  answerInstead = null;
});

const access = (): S3Access => ({
  endpoint,
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
  expect(stored.get(key)).toEqual({ bytes, contentType: "application/pdf" });
  expect((await open().get(sha256)).equals(bytes)).toBe(true);
  expect(seen.map((one) => [one.method, one.path])).toEqual([
    ["PUT", key],
    ["GET", key],
  ]);
});

test("the signature covers host, time, payload hash, checksum and session token", async () => {
  await open({ sessionToken: "sesi" }).put(bytes, "application/pdf");
  expect(seen[0]?.signed).toEqual(
    expect.arrayContaining([
      "host",
      "x-amz-date",
      "x-amz-content-sha256",
      "x-amz-checksum-sha256",
      "x-amz-security-token",
    ]),
  );
});

test("an empty document and a bucket without prefix work alike", async () => {
  const documents = openDocuments("s3://faktur-docs", access(), fetch);
  const sha256 = await documents.put(Buffer.alloc(0), "text/plain");
  expect((await documents.get(sha256)).length).toBe(0);
  expect([...stored.keys()]).toEqual([`/faktur-docs/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`]);
});

test("a wrong secret is refused by the server and told as storage_failed, without the secret", async () => {
  const failing = open({ secretAccessKey: "salah" }).put(bytes, "application/pdf");
  await expect(failing).rejects.toMatchObject({
    code: "storage_failed",
    message: expect.stringContaining("SignatureDoesNotMatch") as unknown,
  });
  await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining("salah") as unknown });
  expect(stored.size).toBe(0);
});

test("a hash nothing was stored under is missing, and what is no hash is never asked for", async () => {
  await expect(open().get("a".repeat(64))).rejects.toMatchObject({ code: "document_missing" });
  expect(seen).toHaveLength(1);
  await expect(open().get("../../other-bucket/secret")).rejects.toMatchObject({ code: "document_missing" });
  expect(seen).toHaveLength(1);
});

test("bytes changed on the server are told as damaged", async () => {
  const sha256 = await open().put(bytes, "application/pdf");
  for (const [key, one] of stored) stored.set(key, { ...one, bytes: Buffer.from("other") });
  await expect(open().get(sha256)).rejects.toMatchObject({ code: "document_damaged" });
});

test.each([
  ["a missing bucket", 404, "NoSuchBucket"],
  ["no right", 403, "AccessDenied"],
  ["another region", 301, "PermanentRedirect"],
  ["too many requests", 503, "SlowDown"],
  ["a server error", 500, "InternalError"],
])("%s is storage_failed for put, get and check", async (_name, status, code) => {
  answerInstead = () => ({ status, body: `<Error><Code>${code}</Code></Error>` });
  const failure = { code: "storage_failed", message: expect.stringContaining(code) as unknown };
  await expect(open().put(bytes, "text/plain")).rejects.toMatchObject(failure);
  await expect(open().get(hex(bytes))).rejects.toMatchObject(failure);
  await expect(open().check()).rejects.toMatchObject(failure);
});

test("a server that never answers, or is not there, is storage_failed", async () => {
  answerInstead = () => "silence";
  await expect(open({}, 100).get(hex(bytes))).rejects.toMatchObject({ code: "storage_failed" });
  await expect(open({ endpoint: "http://127.0.0.1:1" }).check()).rejects.toMatchObject({
    code: "storage_failed",
  });
});

test("the check writes and reads one probe, always the same", async () => {
  await open().check();
  await open().check();
  expect([...stored.keys()]).toEqual(["/faktur-docs/prod/a/probe"]);
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
