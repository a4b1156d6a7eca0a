import { randomBytes } from "node:crypto";

/** Makes an id that sorts by time: 12 hex digits of milliseconds, 4 that count on, 16 of chance. */
export type NewId = (now: Date) => string;

let made = 0;

export const newId: NewId = (now) => {
  // Those of one millisecond follow each other too: scattered, a burst would touch every page of every index of ids.
  made = (made + 1) % 0x1_0000;
  return inHex(now.getTime(), 12) + inHex(made, 4) + randomBytes(8).toString("hex");
};

const inHex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
