import { plusMs, type Clock } from "../../src/clock";

/** A clock that stands still until a test turns it. */
export interface TestClock extends Clock {
  set(to: Date | string): void;
  /** Turns it on by so many seconds. */
  pass(seconds: number): void;
}

export function testClock(from = "2026-11-03T09:10:00+07:00"): TestClock {
  let at = new Date(from);
  return {
    now: () => new Date(at.getTime()),
    set: (to) => {
      at = new Date(to);
    },
    pass: (seconds) => {
      at = plusMs(at, seconds * 1000);
    },
  };
}
