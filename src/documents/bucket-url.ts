const BUCKET_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([A-Za-z0-9._\-/]*))?$/;

/** The bucket that `s3://bucket/prefix` names, and the prefix without slashes at its ends; null for anything else. */
export function readBucketUrl(url: string): { readonly bucket: string; readonly prefix: string } | null {
  const [, bucket, path = ""] = BUCKET_URL.exec(url) ?? [];
  const steps = path.split("/").filter(Boolean);
  if (bucket === undefined || steps.some((step) => /^\.+$/.test(step))) return null;
  return { bucket, prefix: steps.join("/") };
}
