import type { IncomingMessage } from "node:http";

/** Why a body cannot be had. */
export type Unread = "compressed" | "tooLarge" | "broken";

/**
 * The bytes of a request as they were sent: a signature is over them, so compressed ones are not taken. One that is too
 * large is read to its end without being kept. A connection that broke off is nobody's error.
 */
export function readBody(
  request: IncomingMessage,
  limit: number,
): Promise<Buffer | Unread> | Buffer | Unread {
  if (request.destroyed) return "broken";
  const { headers } = request;
  const none = headers["transfer-encoding"] === undefined && headers["content-length"] === undefined;
  if (none) return Buffer.alloc(0);
  if ((headers["content-encoding"] ?? "identity").toLowerCase() !== "identity") return "compressed";
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.once("end", () => {
      const [only] = chunks;
      if (size > limit) resolve("tooLarge");
      else resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    request.once("error", () => resolve("broken"));
    request.once("close", () => resolve("broken"));
  });
}
