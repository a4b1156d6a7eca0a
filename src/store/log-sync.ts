import { open, type FileHandle } from "node:fs/promises";
import { systemCode } from "../files";

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
