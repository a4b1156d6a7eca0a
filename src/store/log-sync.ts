import { open, type FileHandle } from "node:fs/promises";
import { systemCode } from "../files";

/**
 * Resolves once all that was committed before the call is on the disk: one `sync` for everyone who waits at that moment,
 * beside the event loop. SQLite itself would hold up the whole process at every commit.
 */
export function sharedSync(sync: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;

  async function after(other: Promise<void>): Promise<void> {
    await other.catch(() => undefined);
    // Whoever commits from here on may be too late for this one.
    waiting = null;
    running = sync();
    await running;
  }

  return () => (waiting ??= after(running));
}

/** SQLite's write-ahead log, to be brought to the disk. It stands as long as anybody has the database open. */
export function openLog(database: string) {
  let log: FileHandle | null = null;
  return {
    async sync(): Promise<void> {
      log ??= await openThere(`${database}-wal`);
      await log?.datasync();
    },
    async close(): Promise<void> {
      await log?.close();
      log = null;
    },
  };
}

async function openThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, "r+");
  } catch (thrown) {
    // Who closes the database last takes the log over into it, and syncs that.
    if (systemCode(thrown) === "ENOENT") return null;
    throw thrown;
  }
}
