import { writeSync } from "node:fs";
import { systemCode } from "./files";

/** How long a reader that is behind may hold up the process; then lines are dropped until it reads on. */
export const READER_MS = 1_000;
const LOOK_MS = 10;

export interface LinesIo {
  write(fd: number, bytes: Buffer, from: number): number;
  /** Stands still for so long. */
  wait(ms: number): void;
}

/**
 * Writes whole lines at once. A full disk or a reader that went away costs lines, never the process: they are counted, and
 * `tell` hears of them once when a line goes through again.
 */
export function linesTo(
  fd: number,
  tell: (lost: number, cause: string) => void,
  io: LinesIo = system,
): { write(line: string): void } {
  let lost = 0;
  let cause = "";
  let torn = false;
  const put = (line: string): boolean => {
    // What was cut off is ended first, so that one line is lost and not two.
    const bytes = Buffer.from(torn ? `\n${line}` : line);
    let [done, waited] = [0, 0];
    while (done < bytes.length) {
      try {
        done += io.write(fd, bytes, done);
      } catch (thrown) {
        cause = systemCode(thrown) ?? String(thrown);
        const patience = lost > 0 ? 0 : READER_MS;
        if (cause !== "EAGAIN" || waited >= patience) {
          torn ||= done > 0;
          return false;
        }
        io.wait(LOOK_MS);
        waited += LOOK_MS;
      }
    }
    torn = false;
    return true;
  };
  return {
    write(line) {
      if (!put(line)) {
        lost += 1;
        return;
      }
      if (lost === 0) return;
      const [count, why] = [lost, cause];
      lost = 0;
      tell(count, why);
      // It did not go through itself: the count is kept for the next time.
      if (lost > 0) lost += count;
    },
  };
}

const still = new Int32Array(new SharedArrayBuffer(4));

const system: LinesIo = {
  write: (fd, bytes, from) => writeSync(fd, bytes, from),
  wait: (ms) => void Atomics.wait(still, 0, 0, ms),
};
