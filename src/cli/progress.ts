import type { Out } from "./terminal";

export interface Progress {
  at(done: number, words: string): void;
  end(): void;
}

const WIDTH = 28;
const USUAL = 80;

/** A bar on a terminal; elsewhere a plain line whenever the number changes. */
export function startProgress(out: Out, total: number): Progress {
  let last = -1;
  return {
    at(done, words) {
      if (out.isTTY === true) draw(out, done, total, words);
      else if (done !== last) out.write(`${done}/${total} ${words}\n`);
      last = done;
    },
    end: () => clear(out),
  };
}

function draw(out: Out, done: number, total: number, words: string): void {
  const filled = total === 0 ? WIDTH : Math.round((done / total) * WIDTH);
  const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
  // Some terminals say that they have no columns at all.
  const columns = out.columns ?? 0;
  const width = (columns > WIDTH ? columns : USUAL) - 1;
  out.write(`\r\u001b[K${`${bar} ${done}/${total} ${words}`.slice(0, width)}`);
}

function clear(out: Out): void {
  if (out.isTTY === true) out.write("\r\u001b[K");
}

/** Work in several steps, each with a number of its own. */
export interface Steps {
  at(step: string, done: number, total: number): void;
  end(): void;
}

/** What is done before a bar could be read needs none. */
const WORTH_SHOWING = 20;

/** A bar on a terminal, drawn anew for each hundredth; elsewhere a plain line for each tenth of a step. */
export function startSteps(out: Out): Steps {
  const parts = out.isTTY === true ? 100 : 10;
  let last = "";
  return {
    at(step, done, total) {
      if (total < WORTH_SHOWING) return;
      const now = `${step} ${Math.floor((done * parts) / total)}`;
      if (now === last) return;
      last = now;
      if (out.isTTY === true) draw(out, done, total, step);
      else out.write(`${step}: ${done}/${total}\n`);
    },
    end: () => clear(out),
  };
}
