import { turnEnds } from "./sharing";

/** Long work without waiting, which stops after each portion so that whoever runs it may let others come between. */
export type Portions<T> = Generator<void, T>;

/** Some milliseconds of work. */
const PORTION = 250;

/** Does the same with each of many things, a portion at a time. */
export function* portioned<T>(items: Iterable<T>, each: (item: T) => void): Portions<void> {
  let count = 0;
  for (const item of items) {
    each(item);
    count += 1;
    if (count % PORTION === 0) yield;
  }
}

/** Work on little: to its end in one go. */
export function inOneGo<T>(work: Portions<T>): T {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** Work on much: after each portion the event loop has its turn, for payments, health checks and leases. */
export async function inTurns<T>(work: Portions<T>): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    await turnEnds();
    step = work.next();
  }
  return step.value;
}
