import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What stands under a key: its bytes, and the kind they were given. */
export interface Stored {
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
}

export interface S3StandIn {
  readonly endpoint: string;
  /** By path, `/bucket/prefix/ab/cd/hash`. */
  readonly stored: Map<string, Stored>;
  /** The requests whose signature was looked at, in order. */
  readonly seen: { method: string; path: string; signed: string[] }[];
  /** Answers in the store's place; null leaves it to the store. */
  answerInstead:
    | ((
        path: string,
        method: string,
      ) => { status: number; body: string; location?: string } | "silence" | null)
    | null;
  close(): Promise<void>;
}

const hex = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: Buffer | string, value: string) => createHmac("sha256", key).update(value).digest();

/** A server with the one bucket `faktur-docs` that speaks as much of S3 as documents need, and recomputes every signature from the bytes it received. */
export async function startS3(secret: string): Promise<S3StandIn> {
  const stored = new Map<string, Stored>();
  const seen: S3StandIn["seen"] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const path = String(request.url);
      const special = standIn.answerInstead?.(path, String(request.method)) ?? null;
      if (special === "silence") return;
      if (special !== null) {
        const headers = special.location === undefined ? {} : { location: special.location };
        return void response.writeHead(special.status, headers).end(special.body);
      }
      const { expected, given, signed } = signatureOf(secret, request, body);
      seen.push({ method: String(request.method), path, signed });
      if (expected !== given || request.headers["x-amz-content-sha256"] !== hex(body)) {
        return void response.writeHead(403).end("<Error><Code>SignatureDoesNotMatch</Code></Error>");
      }
      // As Ceph since 20: a kind that the signature does not cover could be anyone's.
      if (request.headers["content-type"] !== undefined && !signed.includes("content-type")) {
        return void response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
      }
      if (!path.startsWith("/faktur-docs/")) {
        return void response.writeHead(404).end("<Error><Code>NoSuchBucket</Code></Error>");
      }
      if (request.method === "PUT") {
        // As Backblaze B2, which knows no newer checksum, and as a bucket with Object Lock, which takes nothing without one.
        const newer = Object.keys(request.headers).find((name) => name.startsWith("x-amz-checksum-"));
        const checksum = createHash("md5").update(body).digest("base64");
        if (newer !== undefined || request.headers["content-md5"] !== checksum) {
          const code = newer === undefined ? "InvalidRequest" : "InvalidArgument";
          return void response.writeHead(400).end(`<Error><Code>${code}</Code></Error>`);
        }
        stored.set(path, { bytes: body, contentType: request.headers["content-type"] });
        return void response.writeHead(200).end();
      }
      const found = stored.get(path);
      if (found) return void response.writeHead(200).end(found.bytes);
      response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const standIn: S3StandIn = {
    ...{ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stored, seen },
    answerInstead: null,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return standIn;
}

/** The signature AWS documents for these headers and bytes ("Signature Version 4", signing a request). */
function signatureOf(
  secret: string,
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
  const key = ["s3", "aws4_request"].reduce(hmac, hmac(hmac(`AWS4${secret}`, day), region));
  return { expected: hmac(key, toSign).toString("hex"), given, signed };
}
