import { createHash } from "node:crypto";

/** What is kept of a session cookie: 256 bits of chance, so a plain hash is enough. */
export const hashOfToken = (token: string): string => createHash("sha256").update(token).digest("hex");

/** The same of a recovery code, 80 bits, however it was typed. Older ones have 48 and no groups, and open still. */
export const hashOfRecovery = (typed: string): string =>
  hashOfToken(typed.replace(/[\s-]/g, "").toLowerCase());
