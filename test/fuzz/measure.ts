import { Worker } from "node:worker_threads";
import fc from "fast-check";

/** Counts what generated inputs came to: how many, how they were answered, the slowest, the most memory. */

export interface Counted {
  readonly target: string;
  readonly inputs: number;
  /** How often each answer was given. */
  readonly answers: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** Resident memory above what was there before, at its most. */
  readonly memoryMb: number;
}

export interface Fuzzed<Input> {
  readonly target: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** One input takes no longer than this; more is a hang. */
  readonly mostMs: number;
  /** What came of it, in a word or a status. Throws for what must never be. */
  run(input: Input): Promise<string> | string;
}

/** How much is tried: a share of the target's own number, and the seed that makes a run repeatable. */
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_122);
const TIMES = Number(process.env["FUZZ_TIMES"] ?? 1);

export const counted: Counted[] = [];

/** Runs a target on so many inputs (times FUZZ_TIMES); throws with the smallest input that breaks its promise. */
export async function fuzz<Input>(runs: number, target: Fuzzed<Input>): Promise<Counted> {
  const answers: Record<string, number> = {};
  const before = process.memoryUsage.rss();
  let inputs = 0;
  let slowestMs = 0;
  let most = before;
  const dog = watchdog(target.target, target.mostMs);
  const timed = async (input: Input) => {
    dog.begin();
    const begun = performance.now();
    const answer = await target.run(input);
    const took = performance.now() - begun;
    dog.end();
    return { answer, took };
  };
  const property = fc.asyncProperty(target.inputs, async (input) => {
    const first = await timed(input);
    // A machine that is out of breath is slow once; an input that is slow by itself is slow again.
    const took = first.took > target.mostMs ? (await timed(input)).took : first.took;
    inputs += 1;
    slowestMs = Math.max(slowestMs, took);
    most = Math.max(most, process.memoryUsage.rss());
    answers[first.answer] = (answers[first.answer] ?? 0) + 1;
    if (took > target.mostMs) throw new Error(`${target.target}: ${Math.round(took)} ms`);
  });
  try {
    await fc.assert(property, { numRuns: Math.ceil(runs * TIMES), seed: SEED, endOnFailure: TIMES > 1 });
  } finally {
    await dog.stop();
  }
  const result = { target: target.target, inputs, answers, slowestMs, memoryMb: (most - before) / 1e6 };
  counted.push(result);
  return result;
}

/**
 * Looks from a thread of its own: an input that never comes back holds the event loop, so that nothing here could tell of
 * it. Says which target it was and ends the process.
 */
function watchdog(target: string, mostMs: number) {
  const since = new BigInt64Array(new SharedArrayBuffer(8));
  const worker = new Worker(
    `const { workerData: { since, target, limit } } = require("node:worker_threads");
     const look = setInterval(() => {
       const begun = Number(Atomics.load(since, 0));
       if (begun === 0 || Date.now() - begun < limit) return;
       clearInterval(look);
       require("node:fs").writeSync(2, "fuzz: " + target + " hangs\\n");
       process.kill(process.pid, "SIGKILL");
     }, 500);`,
    { eval: true, workerData: { since, target, limit: mostMs * 4 } },
  );
  worker.unref();
  return {
    begin: () => void Atomics.store(since, 0, BigInt(Date.now())),
    end: () => void Atomics.store(since, 0, 0n),
    stop: () => worker.terminate(),
  };
}
