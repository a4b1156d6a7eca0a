import { hasEnded, type Hand, type StepKind } from "./crew";
import type { Stage } from "./stage";
import { until } from "./until";

/** Where a process is killed: at a step that it takes itself, while the mail server has its mail, or after a while. */
export type Mishap =
  | { readonly kind: StepKind; readonly nth: number; readonly when: "before" | "after" }
  | { readonly kind: "mail"; readonly nth: number; readonly when: "before" | "after" }
  | { readonly kind: "while"; readonly ms: number };

export const nameOf = (mishap: Mishap): string =>
  mishap.kind === "while" ? `after ${mishap.ms} ms` : `${mishap.when} ${mishap.kind} ${mishap.nth}`;

export interface Drill {
  /** The process that works at present. */
  hand: Hand;
  /**
   * Tells of one paid invoice, kills the process there, starts another, tells again where nothing was answered, waits until
   * nothing is left to do. False when the work ended before that place was reached: nobody was killed.
   */
  kill(id: string, mishap: Mishap): Promise<boolean>;
}

/** One process on a stage, killed again and again. */
export async function startDrill(stage: Stage): Promise<Drill> {
  const drill: Drill = {
    hand: await stage.start(),
    async kill(id, mishap) {
      const victim = drill.hand;
      await set(stage, victim, mishap);
      let over = false;
      // Between the death and the next process the portal repeats in vain, as it would.
      const told = stage.tell(id, () => drill.hand);
      const dead = victim.ended.then(() => true);
      const done = told.then(() => stage.settle()).then(() => (over = true));
      const died = await Promise.race([dead, done.then(() => false).catch(() => dead)]);
      stage.post.onMail = null;
      // What was not reached might still be, by a heartbeat.
      if (!died) await victim.arm(null).catch(() => undefined);
      if (hasEnded(victim.process)) drill.hand = await stage.start();
      if (!over) await told;
      await stage.settle();
      return died;
    },
  };
  return drill;
}

async function set(stage: Stage, victim: Hand, mishap: Mishap): Promise<void> {
  switch (mishap.kind) {
    case "while":
      await victim.arm(null);
      setTimeout(() => victim.kill("SIGKILL"), mishap.ms);
      return;
    case "mail": {
      let count = 0;
      stage.post.onMail = (when) => {
        if (when === "before") count += 1;
        const mine = count === mishap.nth && when === mishap.when;
        if (mine) victim.kill("SIGKILL");
        return mine;
      };
      return;
    }
    case "write":
    case "call":
    case "document":
      return victim.arm({ ...mishap, signal: "SIGKILL" });
    default:
      mishap satisfies never;
  }
}

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Waits until what a process printed holds this. */
export const untilPrinted = (hand: Hand, words: string): Promise<true> =>
  until(`it prints ${words}`, () => (hand.output().includes(words) ? true : null), 120);
