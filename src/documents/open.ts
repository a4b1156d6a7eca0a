import { AppError } from "../errors";
import { folderOf } from "../files";
import { text } from "../text";
import { readBucketUrl } from "./bucket-url";
import type { Documents } from "./documents";
import { openFileDocuments } from "./file";
import { openS3Documents, type S3Options } from "./s3";

export type S3Access = Pick<
  S3Options,
  "endpoint" | "region" | "accessKeyId" | "secretAccessKey" | "sessionToken"
>;

/**
 * The document store that FAKTUR_DOCUMENTS_URL names: `file:DIR` or `s3://bucket/prefix`. Nothing is opened or made
 * yet; `check()` does. Throws `config_invalid`.
 */
export function openDocuments(
  url: string,
  s3: S3Access | null,
  fetch: typeof globalThis.fetch,
  timeoutMs = 30_000,
): Documents {
  const folder = folderOf(url);
  if (folder !== null) return openFileDocuments(folder);
  const place = readBucketUrl(url);
  if (place === null) {
    throw new AppError(
      "config_invalid",
      text(
        "FAKTUR_DOCUMENTS_URL harus file:DIR atau s3://bucket/prefix.",
        "FAKTUR_DOCUMENTS_URL must be file:DIR or s3://bucket/prefix.",
      ),
    );
  }
  if (s3 === null) {
    throw new AppError(
      "config_invalid",
      text(
        "Untuk s3:// isi AWS_REGION, AWS_ACCESS_KEY_ID dan AWS_SECRET_ACCESS_KEY.",
        "For s3:// set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
      ),
    );
  }
  return openS3Documents({ ...s3, ...place, fetch, timeoutMs });
}
