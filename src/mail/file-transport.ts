import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { probeFolder, systemCode, writeDurably } from "../files";

/** A folder of `.eml` files, one for each Message-ID. */
export interface Outbox {
  /** Writes a mail, durable when this resolves, and returns the file's name. A repeat goes into the same file. */
  write(messageId: string, date: Date, bytes: Buffer): Promise<string>;
  check(): Promise<void>;
}

/** Throws the file system's own errors; the mailer says them in its words. */
export function openOutbox(dir: string): Outbox {
  return {
    async write(messageId, date, bytes) {
      const tail = tailOf(messageId);
      // A repeat may carry a later date: the file that has this Message-ID keeps its name.
      const earlier = (await namesIn(dir)).find((name) => name.endsWith(tail));
      const name = earlier ?? `${stampOf(date)}${tail}`;
      await writeDurably(join(dir, name), bytes);
      return name;
    },
    check: () => probeFolder(dir),
  };
}

/** Sortable and readable, in UTC: `20261103T021000Z`. */
const stampOf = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, "");

/** The readable part may be cut or altered; the hash keeps different Message-IDs apart. */
function tailOf(messageId: string): string {
  const readable = messageId.replace(/[^A-Za-z0-9.@-]+/g, "").slice(0, 80);
  const hash = createHash("sha256").update(messageId).digest("hex").slice(0, 16);
  return `_${readable}_${hash}.eml`;
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return [];
    throw thrown;
  }
}
