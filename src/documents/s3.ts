import { AwsV4Signer } from "aws4fetch";
import { createHash } from "node:crypto";
import { AppError, inBrackets } from "../errors";
import { text, type Text } from "../text";
import type { Documents } from "./documents";
import { documentMissing, isSha256, provenBytes } from "./file";
import { sha256Of } from "./folder";

export interface S3Options {
  readonly bucket: string;
  /** Without slashes at the ends; empty for the bucket's root. */
  readonly prefix: string;
  /** Another server that speaks S3 (path-style); undefined for AWS. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** For one call, its body included. */
  readonly timeoutMs: number;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const PROBE = Buffer.from("faktur-otomatis");
const isProbe = ({ status, body }: Answer): boolean => status === 200 && body.equals(PROBE);

/**
 * A probe that was written and read is only read for so long. A bucket with versioning keeps every one that is written, and
 * Amazon slows down a bucket that has an object of millions of versions.
 */
const WRITTEN_MS = 3_600_000;

/**
 * Documents in an S3 bucket under `prefix/ab/cd/<sha256>`. The hash is signed, so the server itself refuses bytes that
 * changed on the way; a repeated `put` writes the same bytes under the same key.
 */
export function openS3Documents(options: S3Options): Documents {
  const call = (method: "GET" | "PUT", key: string, body?: Buffer, contentType?: string) =>
    callS3(options, method, key, body, contentType);
  const keyOf = (sha256: string) => `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;

  let writtenUntil = -Infinity;

  return {
    async put(bytes, contentType) {
      const sha256 = sha256Of(bytes);
      const answer = await call("PUT", keyOf(sha256), bytes, contentType);
      if (answer.status === 200) return sha256;
      // A bucket that is full, or only to be read by now, still reads well: the next check writes.
      writtenUntil = -Infinity;
      throw refused(options, answer);
    },

    async get(sha256) {
      if (!isSha256(sha256)) throw documentMissing(sha256);
      const answer = await call("GET", keyOf(sha256));
      if (answer.status === 404 && codeIn(answer) !== "NoSuchBucket") throw documentMissing(sha256);
      if (answer.status !== 200) throw refused(options, answer);
      return provenBytes(answer.body, sha256);
    },

    async check() {
      if (performance.now() < writtenUntil && isProbe(await call("GET", "probe"))) return;
      const written = await call("PUT", "probe", PROBE, "text/plain");
      if (written.status !== 200) throw refused(options, written);
      const read = await call("GET", "probe");
      if (!isProbe(read)) throw refused(options, read);
      writtenUntil = performance.now() + WRITTEN_MS;
    },
  };
}

async function callS3(
  options: S3Options,
  method: "GET" | "PUT",
  key: string,
  body?: Buffer,
  contentType?: string,
): Promise<Answer> {
  const { accessKeyId, secretAccessKey, sessionToken, region } = options;
  const signed = await new AwsV4Signer({
    method,
    url: addressOf(options, key),
    headers: {
      "x-amz-content-sha256": sha256Of(body ?? Buffer.alloc(0)),
      // A bucket with Object Lock wants a checksum beside it, and this is the one that every server knows.
      ...(body === undefined ? {} : { "content-md5": createHash("md5").update(body).digest("base64") }),
      ...(contentType === undefined ? {} : { "content-type": contentType }),
    },
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    region,
    service: "s3",
    // S3 wants Content-Type signed where there is one; Ceph refuses it otherwise.
    allHeaders: true,
  }).sign();
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await options.fetch(signed.url, {
      method,
      headers: signed.headers,
      // Another region answers with a redirect; following it would carry a signature made for this one.
      redirect: "manual",
      signal,
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  } catch (thrown) {
    const says = signal.aborted ? tooSlow(options) : notReached(options, thrown);
    throw new AppError("storage_failed", says, { cause: thrown });
  }
}

function notReached({ bucket }: S3Options, thrown: unknown): Text {
  const why = inBrackets(thrown);
  return text(
    `Penyimpanan S3 (bucket ${bucket}) tidak terhubung${why}. Periksa jaringan, alamat dan sertifikatnya; akan dicoba lagi.`,
    `The S3 store (bucket ${bucket}) was not reached${why}. Check the network, its address and its certificate; it is tried again.`,
  );
}

function tooSlow({ bucket, timeoutMs }: S3Options): Text {
  const seconds = timeoutMs / 1000;
  return text(
    `Penyimpanan S3 (bucket ${bucket}) tidak selesai menjawab dalam ${seconds} detik. Periksa servernya dan jaringannya; akan dicoba lagi.`,
    `The S3 store (bucket ${bucket}) did not finish its answer in ${seconds} s. Look at its server and the network; it is tried again.`,
  );
}

/** Path-style for other servers, and for buckets with a dot, which AWS's certificate does not cover as a host name. */
function addressOf({ endpoint, bucket, prefix, region }: S3Options, key: string): string {
  const path = (prefix === "" ? key : `${prefix}/${key}`).split("/").map(encodeURIComponent).join("/");
  if (endpoint !== undefined) return `${endpoint.replace(/\/+$/, "")}/${bucket}/${path}`;
  return bucket.includes(".")
    ? `https://s3.${region}.amazonaws.com/${bucket}/${path}`
    : `https://${bucket}.s3.${region}.amazonaws.com/${path}`;
}

const codeIn = (answer: Answer): string | undefined =>
  /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(answer.body.subarray(0, 4096).toString("utf8"))?.[1];

function refused({ bucket }: S3Options, answer: Answer): AppError {
  const code = codeIn(answer) ?? "";
  const said = `${answer.status} ${code}`.trim();
  return new AppError("storage_failed", adviceFor(refusalOf(answer.status, code), bucket, said));
}

type Refusal = "full" | "too_large" | "clock" | "access" | "no_bucket" | "elsewhere" | "other";

/** Without room: of Ceph, of Swift (nothing of ours is near the size that Amazon means by it), and of MinIO. */
const FULL: ReadonlySet<string> = new Set([
  "QuotaExceeded",
  "EntityTooLarge",
  "XMinioAdminBucketQuotaExceeded",
  "XMinioStorageFull",
]);
/** Refusals that come as 400 and mean what others tell by their status: temporary keys that have ended, another region. */
const KEYS_ENDED: ReadonlySet<string> = new Set(["ExpiredToken", "InvalidToken"]);
const OTHER_REGION: ReadonlySet<string> = new Set(["AuthorizationHeaderMalformed", "InvalidRegion"]);

function refusalOf(status: number, code: string): Refusal {
  if (FULL.has(code)) return "full";
  if (status === 413) return "too_large";
  if (code === "RequestTimeTooSkewed") return "clock";
  if (status === 401 || status === 403 || KEYS_ENDED.has(code)) return "access";
  if (status === 404) return "no_bucket";
  if ((status >= 300 && status < 400) || OTHER_REGION.has(code)) return "elsewhere";
  return "other";
}

function adviceFor(refusal: Refusal, bucket: string, said: string): Text {
  switch (refusal) {
    case "full":
      return text(
        `Bucket S3 ${bucket} penuh (${said}). Kosongkan ruang atau naikkan kuotanya; pekerjaan dilanjutkan dengan sendirinya.`,
        `The S3 bucket ${bucket} is full (${said}). Free some space or raise its quota; work goes on by itself.`,
      );
    case "too_large":
      return text(
        `Server atau proxy di depan bucket ${bucket} tidak menerima dokumen sebesar ini (${said}). Naikkan batasnya (nginx: client_max_body_size).`,
        `The server or proxy in front of bucket ${bucket} takes no document of this size (${said}). Raise its limit (nginx: client_max_body_size).`,
      );
    case "clock":
      return text(
        `Jam mesin ini dan jam S3 terlalu jauh berbeda (${said}). Sinkronkan dengan NTP; pekerjaan dilanjutkan dengan sendirinya.`,
        `This machine's clock and that of S3 are too far apart (${said}). Keep them by NTP; work goes on by itself.`,
      );
    case "access":
      return text(
        `S3 menolak akses ke bucket ${bucket} (${said}). Periksa kunci akses dan AWS_SESSION_TOKEN, jam server, dan hak s3:GetObject, s3:PutObject, s3:ListBucket.`,
        `S3 refused access to bucket ${bucket} (${said}). Check the access key and AWS_SESSION_TOKEN, the server's clock, and the rights s3:GetObject, s3:PutObject, s3:ListBucket.`,
      );
    case "no_bucket":
      return text(
        `Bucket ${bucket} tidak ada (${said}). Buat bucket itu, atau perbaiki FAKTUR_DOCUMENTS_URL atau AWS_ENDPOINT_URL_S3.`,
        `There is no bucket ${bucket} (${said}). Create it, or correct FAKTUR_DOCUMENTS_URL or AWS_ENDPOINT_URL_S3.`,
      );
    case "elsewhere":
      return text(
        `Bucket ${bucket} berada di region lain (${said}). Perbaiki AWS_REGION atau AWS_ENDPOINT_URL_S3.`,
        `Bucket ${bucket} is in another region (${said}). Correct AWS_REGION or AWS_ENDPOINT_URL_S3.`,
      );
    case "other":
      return text(
        `Penyimpanan S3 (bucket ${bucket}) menjawab ${said}. Akan dicoba lagi.`,
        `The S3 store (bucket ${bucket}) answered ${said}. It is tried again.`,
      );
    default:
      return refusal satisfies never;
  }
}
