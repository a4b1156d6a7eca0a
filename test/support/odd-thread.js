"use strict";
/* A thread that does what threads should not; `test/thread.test.ts` asks it. */
const { AppError } = require("../../dist/src/errors");
const { answerQuestions } = require("../../dist/src/thread");

let asked = 0;

answerQuestions({
  count: () => (asked += 1),
  length: (bytes) => bytes.length,
  bytes: (size) => Buffer.alloc(size, 7),
  settings: () => Object.keys(process.env),
  refuse() {
    const cause = Object.assign(new RangeError("too far"), { code: "EFAR" });
    const faults = [{ code: "x", path: "/y", message: { id: "a", en: "b" }, fix: { id: "c", en: "d" } }];
    throw new AppError("channel_busy", { id: "sibuk", en: "busy" }, { cause, faults, waitMs: 5 });
  },
  stumble() {
    throw new RangeError("stumbled");
  },
  unsendable: () => () => undefined,
  fall() {
    process.exit(3);
  },
  burst() {
    setImmediate(() => {
      throw new Error("nobody caught it");
    });
    return new Promise(() => undefined);
  },
  spin() {
    for (;;);
  },
  swell() {
    const kept = [];
    for (;;) kept.push(Array.from({ length: 1000 }, (_, index) => ({ index })));
  },
  silence: () => new Promise(() => undefined),
});
