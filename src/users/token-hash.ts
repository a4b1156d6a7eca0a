import { createHash } from "node:crypto";

/** What is kept of a session cookie or a recovery code: 256 and 48 bits of chance, so a plain hash is enough. */
export const hashOfToken = (token: string): string => createHash("sha256").update(token).digest("hex");
