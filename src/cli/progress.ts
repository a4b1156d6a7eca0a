import type { Out } from "./terminal";

export interface Progress {
  at(done: number, words: string): void;
  end(): void;
}

const WIDTH = 28;

/** A bar on a terminal; elsewhere a plain line whenever the number changes. */
export function startProgress(out: Out, total: number): Progress {
  let last = -1;
  return {
    at(done, words) {
      if (out.isTTY === true) {
        const filled = total === 0 ? WIDTH : Math.round((done / total) * WIDTH);
        const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
        out.write(`\r\u001b[K${bar} ${done}/${total} ${words}`.slice(0, (out.columns ?? 100) + 5));
      } else if (done !== last) {
        out.write(`${done}/${total} ${words}\n`);
      }
      last = done;
    },
    end() {
      if (out.isTTY === true) out.write("\r\u001b[K");
    },
  };
}
