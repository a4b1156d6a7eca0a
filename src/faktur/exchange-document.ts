import { createHash } from "node:crypto";
import type { ExchangeRow } from "../store/exchanges";
import type { Exchange } from "./channels/channel";

/** Both sides of an exchange in one document, a line end between them: each document is two trips to the disk. */

const BETWEEN = Buffer.from("\n");

const hashOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

type Hashes = Pick<ExchangeRow, "request_sha256" | "response_sha256">;
type Place = Pick<ExchangeRow, "document_sha256" | "request_bytes">;

/** What the exact bytes of either side are told by. */
export const hashesOf = ({ request, response }: Exchange): Hashes => ({
  request_sha256: hashOf(Buffer.from(request)),
  response_sha256: response === null ? null : hashOf(Buffer.from(response)),
});

/** The document of an exchange, and how many of its bytes are the request's. */
export function documentOf({ request, response }: Exchange): {
  readonly bytes: Buffer;
  readonly requestBytes: number;
} {
  const asked = Buffer.from(request);
  const bytes = response === null ? asked : Buffer.concat([asked, BETWEEN, Buffer.from(response)]);
  return { bytes, requestBytes: asked.length };
}

/** The document that holds one side, and which of its bytes are that side's; null where no answer came. */
export function placeOf(
  row: Hashes & Place,
  side: "request" | "response",
): { readonly sha256: string; readonly from: number; readonly to?: number } | null {
  const sha256 = row[`${side}_sha256`];
  if (sha256 === null) return null;
  const { document_sha256, request_bytes } = row;
  if (document_sha256 === null || request_bytes === null) return { sha256, from: 0 };
  return side === "request"
    ? { sha256: document_sha256, from: 0, to: request_bytes }
    : { sha256: document_sha256, from: request_bytes + BETWEEN.length };
}
